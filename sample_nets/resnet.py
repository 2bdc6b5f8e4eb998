"""ResNet-50: bottleneck blocks, 25,557,032 parameters and 53,120 running statistics."""

from __future__ import annotations

from builder import NetBuilder
from sample import Group, Sample

__all__ = ["resnet50"]

# (blocks, channels inside the bottleneck, stride of the first block) of stages 2 to 5.
STAGES = ((3, 64, 1), (4, 128, 2), (6, 256, 2), (3, 512, 2))
WIDER = 4


def resnet50() -> Sample:
    """An image of 224 x 224 in, a thousand probabilities out."""
    net = NetBuilder("resnet50")
    x = net.input("data", (1, 3, 224, 224))
    x = _conv_norm(net, x, "conv1", 3, 64, kernel=7, stride=2, pad=3)
    x = net.max_pool(net.relu(x), "pool1", kernel=3, stride=2, pad=1)
    channels = 64
    for stage, (blocks, inside, first_stride) in enumerate(STAGES, start=2):
        for block in range(blocks):
            stride = first_stride if block == 0 else 1
            x = _bottleneck(net, x, f"res{stage}_{block}", channels, inside=inside, stride=stride)
            channels = WIDER * inside
    x = net.average_pool(x, "pool5", global_pooling=1)
    x = net.fc(x, "fc1000", channels, 1000)
    net.output(net.op("Softmax", [x], ["prob"]))
    return Sample(
        "resnet50",
        "ResNet-50",
        Group.WHOLE,
        "Sixteen blocks, each a detour around a shortcut. Batch norm, Relu and Sum work in "
        "place, so by size 7,225,344 bytes are enough: two wide blobs and a narrow one in stage 2.",
        net,
        source="He et al. 2015, arXiv:1512.03385, table 1; strides in the first 1 x 1 "
        "convolution of a stage as in the paper",
    )


def _bottleneck(
    net: NetBuilder, x: str, name: str, channels: int, *, inside: int, stride: int
) -> str:
    """1 x 1 down, 3 x 3, 1 x 1 up; the shortcut is projected where its shape must change."""
    a = net.relu(_conv_norm(net, x, f"{name}_branch2a", channels, inside, stride=stride))
    b = net.relu(_conv_norm(net, a, f"{name}_branch2b", inside, inside, kernel=3, pad=1))
    c = _conv_norm(net, b, f"{name}_branch2c", inside, WIDER * inside)
    if channels != WIDER * inside:
        x = _conv_norm(net, x, f"{name}_branch1", channels, WIDER * inside, stride=stride)
    return net.relu(net.op("Sum", [c, x], [c]))


def _conv_norm(
    net: NetBuilder,
    x: str,
    name: str,
    channels_in: int,
    channels: int,
    *,
    kernel: int = 1,
    stride: int = 1,
    pad: int = 0,
) -> str:
    """A convolution without bias, then batch norm over it."""
    x = net.conv(x, name, channels_in, channels, kernel=kernel, stride=stride, pad=pad, bias=False)
    return net.batch_norm(x, f"{name}_bn", channels)
