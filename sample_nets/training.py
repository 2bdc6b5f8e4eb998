"""A training net: forward, loss, and the backward pass that Caffe2 would add."""

from __future__ import annotations

from itertools import pairwise

from builder import INT32, NetBuilder
from sample import Group, Sample

__all__ = ["gradients"]

BATCH = 32
LAYERS = (784, 256, 128, 10)


def gradients() -> Sample:
    """Three fully connected layers on a batch of digits, with the gradients of all weights."""
    net = NetBuilder("gradients")
    data, label = net.input("data", (BATCH, LAYERS[0])), net.input("label", (BATCH,), INT32)
    reads = _forward(net, data)
    net.op("Softmax", ["fc3"], ["prob"])
    net.op("LabelCrossEntropy", ["prob", label], ["xent"])
    net.op("AveragedLoss", ["xent"], ["loss"])
    _backward(net, label, reads)
    return Sample(
        "gradients",
        "A training net",
        Group.IDEA,
        "Bars nest: what the first layer made is read again by the last op of the backward "
        "pass. Gradients of blobs are freed soon, those of weights are outputs and stay.",
        net,
    )


def _forward(net: NetBuilder, x: str) -> list[str]:
    """Add the layers; return what each of them read."""
    reads = []
    for number, (wide_in, wide) in enumerate(pairwise(LAYERS), start=1):
        reads.append(x)
        x = net.fc(x, f"fc{number}", wide_in, wide)
        if number < len(LAYERS) - 1:
            x = net.relu(x, f"relu{number}")
    return reads


def _backward(net: NetBuilder, label: str, reads: list[str]) -> None:
    """Add the gradient ops in reverse; the gradient of blob `b` is called `b_grad`."""
    net.gradient("ConstantFill", ["loss"], ["loss_grad"], value=1.0)
    net.gradient("AveragedLossGradient", ["xent", "loss_grad"], ["xent_grad"])
    net.gradient("LabelCrossEntropyGradient", ["prob", label, "xent_grad"], ["prob_grad"])
    net.gradient("SoftmaxGradient", ["prob", "prob_grad"], [f"fc{len(reads)}_grad"])
    made = []
    for number in range(len(reads), 0, -1):
        x, name = reads[number - 1], f"fc{number}"
        outputs = [f"{name}_w_grad", f"{name}_b_grad"]
        made += outputs
        if number == 1:
            net.gradient("FCGradient", [x, f"{name}_w", f"{name}_grad"], outputs)
            break
        net.gradient("FCGradient", [x, f"{name}_w", f"{name}_grad"], [*outputs, f"{x}_grad"])
        net.gradient("ReluGradient", [x, f"{x}_grad"], [f"fc{number - 1}_grad"])
    net.output("loss", *made)
