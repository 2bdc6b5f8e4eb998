"""Inception v1 (GoogLeNet), the main branch alone: 6,998,552 parameters."""

from __future__ import annotations

from builder import NetBuilder
from sample import Group, Sample

__all__ = ["Arms", "inception_module", "inception_v1"]

Arms = tuple[int, int, int, int, int, int]

# Channels of table 1 of the paper: 1x1, 3x3 reduce, 3x3, 5x5 reduce, 5x5, pool projection.
MODULES: dict[str, Arms] = {
    "3a": (64, 96, 128, 16, 32, 32),
    "3b": (128, 128, 192, 32, 96, 64),
    "4a": (192, 96, 208, 16, 48, 64),
    "4b": (160, 112, 224, 24, 64, 64),
    "4c": (128, 128, 256, 24, 64, 64),
    "4d": (112, 144, 288, 32, 64, 64),
    "4e": (256, 160, 320, 32, 128, 128),
    "5a": (256, 160, 320, 32, 128, 128),
    "5b": (384, 192, 384, 48, 128, 128),
}
POOL_BEFORE = {"4a": "pool3", "5a": "pool4"}


def inception_v1() -> Sample:
    """An image of 224 x 224 in, a thousand probabilities out."""
    net = NetBuilder("inception_v1")
    x = net.input("data", (1, 3, 224, 224))
    x = net.relu(net.conv(x, "conv1/7x7_s2", 3, 64, kernel=7, stride=2, pad=3))
    x = _norm(net, _halve(net, x, "pool1"), 1)
    x = net.relu(net.conv(x, "conv2/3x3_reduce", 64, 64, kernel=1))
    x = net.relu(net.conv(x, "conv2/3x3", 64, 192, kernel=3, pad=1))
    x = _halve(net, _norm(net, x, 2), "pool2")
    channels = 192
    for name, arms in MODULES.items():
        if name in POOL_BEFORE:
            x = _halve(net, x, POOL_BEFORE[name])
        x = inception_module(net, x, f"inception_{name}", channels, arms)
        channels = arms[0] + arms[2] + arms[4] + arms[5]
    x = net.average_pool(x, "pool5/7x7_s1", kernel=7, stride=1)
    x = net.fc(net.dropout(x, 0.4), "loss3/classifier", channels, 1000)
    net.output(net.op("Softmax", [x], ["prob"]))
    return Sample(
        "inception_v1",
        "Inception v1 (GoogLeNet)",
        Group.WHOLE,
        "Nine modules of four arms each. The peak is before the first module, where the "
        "second LRN keeps its scale; later the arms of a module wait for its Concat.",
        net,
        source="Szegedy et al. 2014, arXiv:1409.4842, table 1; biases and LRN as in Caffe's "
        "bvlc_googlenet, without the two auxiliary classifiers",
    )


def inception_module(net: NetBuilder, x: str, name: str, channels: int, arms: Arms) -> str:
    """1 x 1, 3 x 3, 5 x 5 and pooling side by side, then concat."""
    one, reduce3, three, reduce5, five, pooled = arms
    a = net.relu(net.conv(x, f"{name}/1x1", channels, one, kernel=1))
    b = net.relu(net.conv(x, f"{name}/3x3_reduce", channels, reduce3, kernel=1))
    b = net.relu(net.conv(b, f"{name}/3x3", reduce3, three, kernel=3, pad=1))
    c = net.relu(net.conv(x, f"{name}/5x5_reduce", channels, reduce5, kernel=1))
    c = net.relu(net.conv(c, f"{name}/5x5", reduce5, five, kernel=5, pad=2))
    d = net.max_pool(x, f"{name}/pool", kernel=3, stride=1, pad=1)
    d = net.relu(net.conv(d, f"{name}/pool_proj", channels, pooled, kernel=1))
    return net.concat([a, b, c, d], f"{name}/output")


def _halve(net: NetBuilder, x: str, name: str) -> str:
    """Caffe rounds a pooled size up: the same as one more row and column of padding at the end."""
    pads = {"pad_t": 0, "pad_l": 0, "pad_b": 1, "pad_r": 1}
    return net.max_pool(x, f"{name}/3x3_s2", kernel=3, stride=2, **pads)


def _norm(net: NetBuilder, x: str, number: int) -> str:
    """Local response normalisation across 5 channels."""
    outputs = [f"norm{number}", f"_norm{number}_scale"]
    return net.op("LRN", [x], outputs, size=5, alpha=0.0001, beta=0.75, bias=1.0)
