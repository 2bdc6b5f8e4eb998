"""Caffe2's recycling of gradient blobs (`share_grad_blobs`).

Idea: in training, activations stay for the way back, but a gradient is used up as soon as the
one before it has been made. So walk the gradient ops from the losses, and let gradients share:

    fc1 ─▶ fc2 ─▶ fc3 ─▶ loss          activations stay
                           │
    g1 ◀── g2 ◀── g3 ◀── g_loss        g2 takes g_loss's memory, g1 that of g3

Faithful to: memonger.py as of November 2020: a gradient is what ends with ``_grad``, lies in
the name scope and is no parameter's; an activation is an output ``b`` of an op that also reads
``b_w``, but for the last two. The walk and its faults are those of `caffe2_dag`.
Differs: as `caffe2_dag`.
Cost: as `caffe2_dag`.
Reference: PyTorch, caffe2/python/memonger.py, share_grad_blobs.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace

from memplan.net import Net
from memplan.plan import Trace
from memplan.planners.caffe2_dag import caffe2_dag
from memplan.planners.recycling import RecyclingOptions
from memplan.rewrite import Assignment

__all__ = ["activations", "caffe2_gradients", "gradient_options"]


def caffe2_gradients(net: Net, options: RecyclingOptions, trace: Trace | None = None) -> Assignment:
    """Share the gradient blobs of a net.

    Of the options it reads `heads` as the losses and `static` as the gradients of parameters;
    `shareable` and `op_indices` it finds itself.

    Raises:
        SchemaError: An op is not one that its schema allows.
        OutOfOrder: A gradient is read before it is written.
    """
    return caffe2_dag(net, gradient_options(net, options), trace)


def gradient_options(
    net: Net, options: RecyclingOptions, also: Collection[str] = ()
) -> RecyclingOptions:
    """What `caffe2_dag` is asked: ops that touch a gradient, and blobs that may share.

    Args:
        also: Other blobs that may share, such as activations.
    """
    scope = options.namescope
    if scope and not scope.endswith("/"):
        scope += "/"
    gradients = {
        name
        for op in net.ops
        for name in (*op.inputs, *op.outputs)
        # The parts of a gradient that was split begin with an underscore before the scope.
        if name.endswith("_grad")
        and name.startswith((scope, f"_{scope}"))
        and name not in options.static
    }
    return replace(
        options,
        namescope=scope,
        op_indices=tuple(
            index
            for index, op in enumerate(net.ops)
            if not gradients.isdisjoint((*op.inputs, *op.outputs))
        ),
        shareable=frozenset(gradients.union(also)),
    )


def activations(net: Net) -> frozenset[str]:
    """Outputs of ops with weights of their own, but for the last two, which others may read."""
    external = set(net.outputs)
    found = [
        name
        for op in net.ops
        for name in op.outputs
        if f"{name}_w" in op.inputs and name not in external
    ]
    return frozenset(found[:-2])
