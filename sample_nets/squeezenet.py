"""SqueezeNet 1.1: fire modules, 1,235,496 parameters."""

from __future__ import annotations

from builder import NetBuilder
from sample import Group, Sample

__all__ = ["squeezenet"]

# (squeeze, expand of each kind) of fire2 to fire9; a pooling comes before those in POOL_BEFORE.
FIRES = ((16, 64), (16, 64), (32, 128), (32, 128), (48, 192), (48, 192), (64, 256), (64, 256))
POOL_BEFORE = {2: 1, 4: 3, 6: 5}


def squeezenet() -> Sample:
    """An image of 224 x 224 in, a thousand probabilities out."""
    net = NetBuilder("squeezenet")
    x = net.input("data", (1, 3, 224, 224))
    x = net.relu(net.conv(x, "conv1", 3, 64, kernel=3, stride=2))
    channels = 64
    for number, (squeeze, expand) in enumerate(FIRES, start=2):
        if number in POOL_BEFORE:
            x = net.max_pool(x, f"pool{POOL_BEFORE[number]}", kernel=3, stride=2)
        x = _fire(net, x, f"fire{number}", channels, squeeze=squeeze, expand=expand)
        channels = 2 * expand
    x = net.dropout(x, 0.5)
    x = net.relu(net.conv(x, "conv10", channels, 1000, kernel=1))
    x = net.average_pool(x, "pool10", global_pooling=1)
    net.output(net.op("Softmax", [x], ["prob"]))
    return Sample(
        "squeezenet",
        "SqueezeNet 1.1",
        Group.WHOLE,
        "A net of few weights. Without sharing its blobs would take more than twice the memory "
        "of the weights, with sharing they take less. The peak is at the first pooling.",
        net,
        source="Iandola et al. 2016, arXiv:1602.07360; version 1.1 of the authors' release",
    )


def _fire(net: NetBuilder, x: str, name: str, channels: int, *, squeeze: int, expand: int) -> str:
    """Squeeze by 1 x 1, expand by 1 x 1 and by 3 x 3 side by side, concat."""
    s = net.relu(net.conv(x, f"{name}/squeeze1x1", channels, squeeze, kernel=1))
    a = net.relu(net.conv(s, f"{name}/expand1x1", squeeze, expand, kernel=1))
    b = net.relu(net.conv(s, f"{name}/expand3x3", squeeze, expand, kernel=3, pad=1))
    return net.concat([a, b], f"{name}/concat")
