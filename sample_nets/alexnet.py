"""AlexNet in Caffe's variant (bvlc_alexnet): one tower with two groups, 60,965,224 parameters."""

from __future__ import annotations

from builder import NetBuilder
from sample import Group, Sample

__all__ = ["alexnet"]


def alexnet() -> Sample:
    """An image of 227 x 227 in, a thousand probabilities out."""
    net = NetBuilder("alexnet")
    x = net.input("data", (1, 3, 227, 227))
    x = net.relu(net.conv(x, "conv1", 3, 96, kernel=11, stride=4))
    x = _norm_and_pool(net, x, 1)
    x = net.relu(net.conv(x, "conv2", 96, 256, kernel=5, pad=2, group=2))
    x = _norm_and_pool(net, x, 2)
    x = net.relu(net.conv(x, "conv3", 256, 384, kernel=3, pad=1))
    x = net.relu(net.conv(x, "conv4", 384, 384, kernel=3, pad=1, group=2))
    x = net.relu(net.conv(x, "conv5", 384, 256, kernel=3, pad=1, group=2))
    x = net.max_pool(x, "pool5", kernel=3, stride=2)
    x = net.dropout(net.relu(net.fc(x, "fc6", 256 * 6 * 6, 4096)), 0.5)
    x = net.dropout(net.relu(net.fc(x, "fc7", 4096, 4096)), 0.5)
    x = net.fc(x, "fc8", 4096, 1000)
    net.output(net.op("Softmax", [x], ["prob"]))
    return Sample(
        "alexnet",
        "AlexNet",
        Group.WHOLE,
        "The peak is at the first LRN: besides norm1 it writes _norm1_scale, a blob as large "
        "that no later op reads, so three equal blobs are alive at once.",
        net,
        source="Krizhevsky, Sutskever & Hinton 2012; layer order and groups of Caffe's "
        "bvlc_alexnet",
    )


def _norm_and_pool(net: NetBuilder, x: str, number: int) -> str:
    """Local response normalisation across 5 channels, then overlapping pooling."""
    outputs = [f"norm{number}", f"_norm{number}_scale"]
    x = net.op("LRN", [x], outputs, size=5, alpha=0.0001, beta=0.75, bias=1.0)
    return net.max_pool(x, f"pool{number}", kernel=3, stride=2)
