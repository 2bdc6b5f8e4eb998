"""Reductions over dims, the best k of them, and softmax."""

from __future__ import annotations

from memplan.errors import quoted
from memplan.net import Dim, DType, Op, Shape
from memplan.ops.caffe2.rules import Types, family, like, ranked, scalar
from memplan.ops.dims import axis_of, product
from memplan.ops.schema import OpSchema, ShapeRule, TensorType, arg_int, arg_ints, contradiction

__all__ = ["OPS"]


def _reduce_rule(op: Op, inputs: Types) -> Types:
    """ReduceSum and its like: `axes` (all without) become 1, or go where keepdims is 0."""
    axes = arg_ints(op, "axes")
    return [TensorType(_reduced(op, inputs[0].shape, axes), inputs[0].dtype)]


def _reduced(op: Op, dims: Shape, axes: tuple[int, ...] | None) -> Shape:
    keep = bool(arg_int(op, "keepdims", 1))
    if dims is None:
        return () if not axes and not keep else None
    gone = {axis_of(op, a, len(dims)) for a in axes or range(len(dims))}
    if keep:
        return tuple(1 if i in gone else d for i, d in enumerate(dims))
    return tuple(d for i, d in enumerate(dims) if i not in gone)


def _arg_rule(op: Op, inputs: Types) -> Types:
    """ArgMax, ArgMin: int64, one axis (the last without `axis`) reduced."""
    dims = _reduced(op, inputs[0].shape, (arg_int(op, "axis", -1),))
    return [TensorType(dims, DType.INT64)]


def _ends_rule(*, front: bool) -> ShapeRule:
    """ReduceFront…, ReduceBack…: `num_reduce_dim` dims at one end go."""

    def rule(op: Op, inputs: Types) -> Types:
        dims = inputs[0].shape
        if dims is None:
            return [TensorType(dtype=inputs[0].dtype)]
        count = arg_int(op, "num_reduce_dim", 1)
        if not 0 <= count <= len(dims):
            raise contradiction(op, f"{quoted(op.inputs[0])} does not have {count} dims to reduce")
        kept = dims[count:] if front else dims[: len(dims) - count]
        return [TensorType(kept, inputs[0].dtype)]

    return rule


def _top_k_rule(op: Op, inputs: Types) -> Types:
    """TopK: values, their indices, and (third) the indices into the flat tensor."""
    dims = ranked(op, inputs, 0, 1)
    k: Dim = arg_int(op, "k", -1)
    if len(inputs) > 1:
        k = inputs[1].values[0] if inputs[1].values else None
    if isinstance(k, int) and k < 1:
        raise contradiction(op, "k must be 1 or more")
    dtype = inputs[0].dtype
    if dims is None:
        return [TensorType(dtype=dtype), *[TensorType(dtype=DType.INT64)] * 2]
    axis = axis_of(op, arg_int(op, "axis", -1), len(dims))
    best = (*dims[:axis], k, *dims[axis + 1 :])
    return [
        TensorType(best, dtype),
        TensorType(best, DType.INT64),
        TensorType((product(best),), DType.INT64),
    ]


def _moments_rule(op: Op, inputs: Types) -> Types:
    """Moments: mean and variance."""
    return [*_reduce_rule(op, inputs), *_reduce_rule(op, inputs)]


_KINDS = ("Sum", "Mean", "Max")

OPS: tuple[OpSchema, ...] = (
    *family((f"Reduce{k}" for k in (*_KINDS, "Min", "L1", "L2")), _reduce_rule),
    *family((f"ReduceFront{k}" for k in _KINDS), _ends_rule(front=True)),
    *family((f"ReduceBack{k}" for k in _KINDS), _ends_rule(front=False)),
    *family(("SumElements", "SumElementsInt", "SumSqrElements"), scalar()),
    *family(("ArgMax", "ArgMin"), _arg_rule),
    *family(("TopK",), _top_k_rule),
    *family(("Moments",), _moments_rule),
    *family(("SumReduceLike",), like(1), min_inputs=2),
    *family(("Softmax",), like(0)),
)
