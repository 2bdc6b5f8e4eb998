"""Pools: the window's counts in place of the spatial dims; `global_pooling` leaves 1 of each."""

from __future__ import annotations

from memplan.net import Dim, DType, Op
from memplan.ops.caffe2.conv import spatial_axes, windowed
from memplan.ops.caffe2.rules import Types, family, ranked
from memplan.ops.caffe2.window import window_of
from memplan.ops.schema import OpSchema, TensorType, arg_int

__all__ = ["OPS", "pool_rule", "pooled"]


def pooled(op: Op, inputs: Types) -> tuple[Dim, ...] | None:
    """The dims of a pool's output; None where the rank of its input is unknown."""
    dims = ranked(op, inputs, 0, 3)
    if dims is None:
        return None
    if arg_int(op, "global_pooling", 0):
        ones: list[Dim] = list(dims)
        for axis in spatial_axes(op, len(dims)):
            ones[axis] = 1
        return tuple(ones)
    return windowed(op, dims, window_of(op, len(dims) - 2))


def pool_rule(op: Op, inputs: Types) -> Types:
    """MaxPool and its like: the channels stay."""
    return [TensorType(pooled(op, inputs), inputs[0].dtype)]


def _with_index_rule(op: Op, inputs: Types) -> Types:
    """MaxPoolWithIndex: beside each maximum an int32 of where it stood."""
    dims = pooled(op, inputs)
    return [TensorType(dims, inputs[0].dtype), TensorType(dims, DType.INT32)]


_SUFFIXES = ("", "1D", "2D", "3D")

OPS: tuple[OpSchema, ...] = (
    *family((f"{kind}Pool{s}" for kind in ("Max", "Average") for s in _SUFFIXES), pool_rule),
    *family(("LpPool",), pool_rule),
    *family(("MaxPoolWithIndex",), _with_index_rule),
)
