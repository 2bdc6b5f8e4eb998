"""Nets with their gradients, as Caffe2's model helpers would build them; in our own words."""

from __future__ import annotations

from itertools import pairwise

from memonger.nets import net, op

from memplan.formats import netdef_pb2 as pb

GRADIENT = {"is_gradient_op": True}


def fc(x: str, y: str) -> pb.OperatorDef:
    return op("FC", f"{x} {y}_w {y}_b", y)


def fc_gradient(x: str, y: str) -> pb.OperatorDef:
    made = f"{y}_w_grad {y}_b_grad {x}_grad"
    return op("FCGradient", f"{x} {y}_w {y}_grad", made, **GRADIENT)


def loss_head(x: str, pred: str, xent: str, loss: str, label: str) -> list[pb.OperatorDef]:
    return [
        op("Softmax", x, pred),
        op("LabelCrossEntropy", f"{pred} {label}", xent),
        op("AveragedLoss", xent, loss),
    ]


def loss_gradient(x: str, pred: str, xent: str, loss: str, label: str) -> list[pb.OperatorDef]:
    return [
        op("ConstantFill", loss, f"{loss}_autogen_grad", **GRADIENT),
        op("AveragedLossGradient", f"{xent} {loss}_autogen_grad", f"{xent}_grad", **GRADIENT),
        op(
            "LabelCrossEntropyGradient",
            f"{pred} {label} {xent}_grad",
            f"{pred}_grad",
            **GRADIENT,
        ),
        op("SoftmaxGradient", f"{pred} {pred}_grad", f"{x}_grad", **GRADIENT),
    ]


def parameters(layers: list[str]) -> list[str]:
    return [f"{layer}_{part}" for layer in layers for part in ("w", "b")]


def stack(scope: str, depth: int) -> tuple[pb.NetDef, list[str]]:
    """`depth` FC layers, Relu in place, softmax and loss, and the way back; the parameters."""
    layers = [f"{scope}fc{i + 1}" for i in range(depth)]
    points = [f"{scope}data", *layers]
    names = [f"{scope}{part}" for part in ("pred", "xent", "loss", "label")]
    pred, xent, loss, label = names
    top = layers[-1]
    ops = [fc(x, y) for x, y in zip(points, layers, strict=False)]
    ops += [op("Relu", top, top), *loss_head(top, pred, xent, loss, label)]
    ops += loss_gradient(top, pred, xent, loss, label)
    ops.append(op("ReluGradient", f"{top} {top}_grad", f"{top}_grad", **GRADIENT))
    ops += [fc_gradient(x, y) for x, y in reversed(list(zip(points, layers, strict=False)))]
    params = parameters(layers)
    external = " ".join([points[0], label, *params])
    made = " ".join([loss, *(f"{param}_grad" for param in params)])
    return net(*ops, inputs=external, outputs=made), params


def tree(scope: str) -> tuple[pb.NetDef, list[str], list[str]]:
    """Five layers, one loss on the fifth and another on a sixth; parameters and losses."""
    layers = [f"{scope}fc{i + 1}" for i in range(5)]
    points = [f"{scope}data", *layers]
    sixth = f"{scope}fc6"
    fifth = layers[-1]
    first = [f"{scope}{part}" for part in ("pred1", "xent1", "loss1", "label")]
    second = [f"{scope}{part}" for part in ("pred2", "xent2", "loss2", "label")]
    ops = [fc(x, y) for x, y in zip(points, layers, strict=False)]
    ops += [*loss_head(fifth, *first), fc(fifth, sixth), *loss_head(sixth, *second)]
    ops += loss_gradient(sixth, *second)
    half = fc_gradient(fifth, sixth)
    half.output[2] = f"_{fifth}_grad_autosplit_0"
    other = loss_gradient(fifth, *first)
    other[-1].output[0] = f"_{fifth}_grad_autosplit_1"
    joined = op("Sum", f"{half.output[2]} {other[-1].output[0]}", f"{fifth}_grad", **GRADIENT)
    ops += [half, *other, joined]
    ops += [fc_gradient(x, y) for x, y in reversed(list(zip(points, layers, strict=False)))]
    params = parameters([*layers, sixth])
    external = " ".join([points[0], first[3], *params])
    losses = [first[2], second[2]]
    return net(*ops, inputs=external, outputs=" ".join(losses)), params, losses


def daggy(scope: str, *, relu_in_place: bool) -> pb.NetDef:
    """One fork into two branches of three layers, joined by a Sum, with two losses."""
    trunk = [fc(f"{scope}data", f"{scope}fc1"), fc(f"{scope}fc1", f"{scope}fc2")]
    branches: list[pb.OperatorDef] = []
    ends = []
    for mark in ("", "b"):
        points = [f"{scope}fc2", *(f"{scope}fc{i}{mark}" for i in (3, 4, 5))]
        branches += [fc(x, y) for x, y in pairwise(points)]
        ends.append(points[-1])
    joined = f"{scope}fc5sum"
    active = joined if relu_in_place else f"{scope}relu1"
    heads = [[f"{scope}{part}{i}" for part in ("pred", "xent", "loss")] for i in (1, 2)]
    ops = [*trunk, *branches, op("Sum", " ".join(ends), joined), op("Relu", joined, active)]
    for head in heads:
        ops += loss_head(active, *head, f"{scope}label")
    layers = [o.output[0] for o in ops if o.type == "FC"]
    external = " ".join([f"{scope}data", f"{scope}label", *parameters(layers)])
    losses = " ".join(head[2] for head in heads)
    return net(*ops, inputs=external, outputs=losses, type="dag")
