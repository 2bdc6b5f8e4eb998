"""MobileNet v2, width 1.0, 224 x 224: inverted residuals, 3,504,872 parameters.

Batch norm and ReLU6 (a Clip) are written over the convolution that feeds them. So the names
that hold memory are those of a net whose batch norms are folded into its convolutions: 65
tensors besides the input, the net on which papers on memory planning measure.
"""

from __future__ import annotations

from builder import NetBuilder
from sample import Group, Sample

__all__ = ["mobilenet_v2"]

# (expansion, channels, repeats, stride of the first) of table 2 of the paper.
BOTTLENECKS = (
    (1, 16, 1, 1),
    (6, 24, 2, 2),
    (6, 32, 3, 2),
    (6, 64, 4, 2),
    (6, 96, 3, 1),
    (6, 160, 3, 2),
    (6, 320, 1, 1),
)


def mobilenet_v2() -> Sample:
    """An image of 224 x 224 in, a thousand probabilities out."""
    net = NetBuilder("mobilenet_v2")
    x = net.input("data", (1, 3, 224, 224))
    x = _relu6(net, _conv_norm(net, x, "conv1", 3, 32, kernel=3, stride=2))
    channels, number = 32, 0
    for expansion, wide, repeats, first_stride in BOTTLENECKS:
        for repeat in range(repeats):
            number, stride = number + 1, first_stride if repeat == 0 else 1
            name = f"block{number}"
            x = _inverted_residual(
                net, x, name, channels, expansion=expansion, wide=wide, stride=stride
            )
            channels = wide
    x = _relu6(net, _conv_norm(net, x, "conv_last", channels, 1280))
    x = net.average_pool(x, "pool", global_pooling=1)
    x = net.fc(x, "fc", 1280, 1000)
    net.output(net.op("Softmax", [x], ["prob"]))
    return Sample(
        "mobilenet_v2",
        "MobileNet v2 1.0 224",
        Group.WHOLE,
        "Blocks widen six times inside and are narrow at their ends, so the peak is inside an "
        "early block, where the image is still large. By size 26.9 MiB fit into 5.7 MiB.",
        net,
        source="Sandler et al. 2018, arXiv:1801.04381, table 2",
    )


def _inverted_residual(
    net: NetBuilder, x: str, name: str, channels: int, *, expansion: int, wide: int, stride: int
) -> str:
    """1 x 1 up, 3 x 3 depthwise, 1 x 1 down without ReLU; a shortcut where shapes agree."""
    inside, y = channels * expansion, x
    if expansion != 1:
        y = _relu6(net, _conv_norm(net, y, f"{name}_expand", channels, inside))
    y = _relu6(
        net,
        _conv_norm(net, y, f"{name}_dw", inside, inside, kernel=3, stride=stride, group=inside),
    )
    y = _conv_norm(net, y, f"{name}_project", inside, wide)
    return net.op("Sum", [x, y], [f"{name}_sum"]) if stride == 1 and channels == wide else y


def _conv_norm(
    net: NetBuilder,
    x: str,
    name: str,
    channels_in: int,
    channels: int,
    *,
    kernel: int = 1,
    stride: int = 1,
    group: int = 1,
) -> str:
    """A convolution without bias that keeps its border, then batch norm over it."""
    x = net.conv(
        x,
        name,
        channels_in,
        channels,
        kernel=kernel,
        stride=stride,
        pad=kernel // 2,
        group=group,
        bias=False,
    )
    return net.batch_norm(x, f"{name}_bn", channels)


def _relu6(net: NetBuilder, x: str) -> str:
    """Caffe2 has no ReLU6: it is a Clip to [0, 6], in place."""
    return net.op("Clip", [x], [x], min=0.0, max=6.0)
