"""Small nets that each show one idea about memory."""

from __future__ import annotations

from builder import NetBuilder
from inception import inception_module
from sample import Group, Sample

from memplan.formats import netdef_pb2

__all__ = ["chain", "diamond", "in_place", "inception_block", "residual", "two_devices"]


def chain() -> Sample:
    """Eight ops one after the other, every blob of one size."""
    net = NetBuilder("chain")
    x = net.input("data", (1, 16, 32, 32))
    for number in range(1, 5):
        x = net.conv(x, f"conv{number}", 16, 16, kernel=3, pad=1)
        x = net.relu(x, f"relu{number}")
    net.output(x)
    return Sample(
        "chain",
        "A chain",
        Group.IDEA,
        "Nine blobs of 64 KiB, but only two are alive at any step: what an op reads and what it "
        "writes. So planned by size two places are enough, however long the chain.",
        net,
    )


def diamond() -> Sample:
    """One blob read by two arms that meet again."""
    net = NetBuilder("diamond")
    x = net.relu(net.conv(net.input("data", (1, 16, 32, 32)), "stem", 16, 16, kernel=3, pad=1))
    left = net.relu(net.conv(x, "left", 16, 16, kernel=3, pad=1))
    right = net.relu(net.conv(x, "right", 16, 16, kernel=3, pad=1))
    net.output(net.relu(net.op("Sum", [left, right], ["join"])))
    return Sample(
        "diamond",
        "A diamond",
        Group.IDEA,
        "Two arms read stem, so it stays alive until the second has read it: three blobs of "
        "64 KiB are alive at once, one more than in a chain.",
        net,
    )


def residual() -> Sample:
    """Two residual blocks; the shortcut is kept over each."""
    net = NetBuilder("residual")
    x = net.relu(net.conv(net.input("data", (1, 16, 32, 32)), "stem", 16, 16, kernel=3, pad=1))
    for number in (1, 2):
        y = x
        for part in "abc":
            y = net.conv(y, f"block{number}{part}", 16, 16, kernel=3, pad=1, bias=False)
            y = net.batch_norm(y, f"block{number}{part}_bn", 16)
            y = y if part == "c" else net.relu(y)
        x = net.relu(net.op("Sum", [y, x], [f"sum{number}"]))
    net.output(x)
    return Sample(
        "residual",
        "Residual blocks",
        Group.IDEA,
        "stem and sum1 have the longest bars: a shortcut holds its memory over its whole block, "
        "so three blobs are alive where a chain needs two.",
        net,
    )


def inception_block() -> Sample:
    """Module 3a of GoogLeNet: four arms and a Concat."""
    net = NetBuilder("inception_block")
    x = net.input("data", (1, 192, 28, 28))
    net.output(inception_module(net, x, "3a", 192, (64, 96, 128, 16, 32, 32)))
    return Sample(
        "inception_block",
        "An inception block",
        Group.IDEA,
        "data feeds four arms and stays until the last has read it; finished arms wait for the "
        "Concat. The peak is at 3a/pool, the last arm's first op, not at the Concat.",
        net,
    )


def in_place() -> Sample:
    """Ops that write over what they read, and an alias."""
    net = NetBuilder("in_place")
    x = net.conv(net.input("data", (1, 3, 32, 32)), "conv1", 3, 16, kernel=3, pad=1, bias=False)
    x = net.dropout(net.relu(net.batch_norm(x, "conv1_bn", 16)), 0.5)
    x = net.op("Alias", [x], ["conv1_view"])
    x = net.conv(x, "conv2", 16, 16, kernel=3, pad=1)
    x = net.relu(x, "relu2")
    x = net.fc(x, "fc", 16 * 32 * 32, 10)
    net.output(net.op("Softmax", [x], ["prob"]))
    return Sample(
        "in_place",
        "In place, and an alias",
        Group.IDEA,
        "Four ops write conv1, and conv1_view is one more name for it: five values, one piece "
        "of memory. conv2 and relu2 could do the same, but have two names, so they take two.",
        net,
    )


def two_devices() -> Sample:
    """The convolutions on a GPU, the classifier on the CPU."""
    net = NetBuilder("two_devices")
    x = net.input("data", (1, 3, 32, 32))
    with net.on(netdef_pb2.PROTO_CUDA):
        x = net.op("CopyCPUToGPU", [x], ["data_gpu"])
        x = net.relu(net.conv(x, "conv1", 3, 16, kernel=3, pad=1))
        x = net.relu(net.conv(x, "conv2", 16, 16, kernel=3, pad=1))
        x = net.max_pool(x, "pool2_gpu", kernel=2, stride=2)
        x = net.op("CopyGPUToCPU", [x], ["pool2"])
    x = net.relu(net.fc(x, "fc1", 16 * 16 * 16, 64))
    x = net.fc(x, "fc2", 64, 10)
    net.output(net.op("Softmax", [x], ["prob"]))
    return Sample(
        "two_devices",
        "Two devices",
        Group.IDEA,
        "The ops from CopyCPUToGPU to CopyGPUToCPU run on a GPU, the others on the CPU. A blob "
        "of one device can never take the place of a blob of the other.",
        net,
    )
