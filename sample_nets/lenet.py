"""LeNet as Caffe ships it: two convolutions, two fully connected layers, 431,080 parameters."""

from __future__ import annotations

from builder import NetBuilder
from sample import Group, Sample

__all__ = ["lenet"]


def lenet() -> Sample:
    """A digit of 28 x 28 in, ten probabilities out."""
    net = NetBuilder("lenet")
    x = net.input("data", (1, 1, 28, 28))
    x = net.conv(x, "conv1", 1, 20, kernel=5)
    x = net.max_pool(x, "pool1", kernel=2, stride=2)
    x = net.conv(x, "conv2", 20, 50, kernel=5)
    x = net.max_pool(x, "pool2", kernel=2, stride=2)
    x = net.fc(x, "ip1", 50 * 4 * 4, 500)
    x = net.relu(x)
    x = net.fc(x, "ip2", 500, 10)
    net.output(net.op("Softmax", [x], ["prob"]))
    return Sample(
        "lenet",
        "LeNet",
        Group.WHOLE,
        "Small enough to take in at one glance. The peak is at the first pooling: its input, "
        "conv1, is the largest blob of the net. The weights take far more memory than all blobs.",
        net,
        source="LeCun et al. 1998, Gradient-based learning applied to document recognition; "
        "layer sizes of Caffe's lenet.prototxt",
    )
