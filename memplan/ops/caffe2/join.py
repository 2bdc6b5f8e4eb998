"""Concat and Split, with the split info that goes from one to the other."""

from __future__ import annotations

from memplan.errors import quoted
from memplan.net import Dim, DType, Op
from memplan.ops.caffe2.rules import Types, demand_equal, family
from memplan.ops.dims import axis_of, merged, plus, shown
from memplan.ops.schema import (
    OpSchema,
    Pieces,
    TensorType,
    arg_int,
    arg_ints,
    arg_text,
    contradiction,
)

__all__ = ["OPS", "concat_rule", "joined"]


def concat_rule(op: Op, inputs: Types) -> Types:
    """Concat: joined at `axis` (else at the channels of `order`), and the sizes of the parts."""
    return joined(op, inputs, _axis(op))


def _axis(op: Op) -> int:
    return arg_int(op, "axis", 3 if arg_text(op, "order", "NCHW") == "NHWC" else 1)


def joined(op: Op, inputs: Types, axis: int) -> Types:
    """The operands one after the other at `axis`; with `add_axis` stacked along a new one.

    The second output is the split info: int32, the size of each part at the axis.
    """
    dtype = next((x.dtype for x in inputs if x.dtype is not None), None)
    rank = next((len(x.shape) for x in inputs if x.shape is not None), None)
    count = len(inputs)
    if rank is None:
        return [TensorType(dtype=dtype), TensorType((count,), DType.INT32)]
    stacked = bool(arg_int(op, "add_axis", 0))
    at = axis_of(op, axis, rank + stacked)
    dims = _common_dims(op, inputs, rank, None if stacked else at)
    parts: list[Dim] = (
        [1] * count if stacked else [x.shape[at] if x.shape else None for x in inputs]
    )
    total = plus(parts)
    result = (*dims[:at], total, *dims[at if stacked else at + 1 :])
    sizes = tuple(p for p in parts if isinstance(p, int))
    info = TensorType((count,), DType.INT32, sizes if len(sizes) == count <= 64 else None)
    values = _content(inputs) if len(result) == 1 and not stacked else None
    return [TensorType(result, dtype, values), info]


def _content(inputs: Types) -> tuple[int, ...] | None:
    """The content of short lists end to end, where all of it is known."""
    content: list[int] = []
    for x in inputs:
        if x.values is None or len(content) > 64:
            return None
        content.extend(x.values)
    return tuple(content)


def _common_dims(op: Op, inputs: Types, rank: int, free: int | None) -> tuple[Dim, ...]:
    """What is known of the dims that all operands share; the one at `free` may differ."""
    result: list[Dim] = [None] * rank
    for name, x in zip(op.inputs, inputs, strict=False):
        if x.shape is None:
            continue
        demand_equal(op, len(x.shape), rank, f"{quoted(name)} has another rank than the others")
        for i, dim in enumerate(x.shape):
            if i != free:
                demand_equal(op, dim, result[i], f"{quoted(name)} differs at dim {i}")
                result[i] = merged(result[i], dim)
    return tuple(result)


def _split_rule(op: Op, inputs: Types) -> Types:
    """Split: parts of the sizes in `split` (or in the second input), else equal ones."""
    data = inputs[0]
    if data.shape is None:
        return [TensorType(dtype=data.dtype)] * len(op.outputs)
    at = axis_of(op, _axis(op), len(data.shape))
    parts = _parts(op, inputs, data.shape[at])
    rest = data.shape[at + 1 :]
    if arg_int(op, "add_axis", 0):
        return [TensorType((*data.shape[:at], *rest), data.dtype)] * len(op.outputs)
    return [TensorType((*data.shape[:at], part, *rest), data.dtype) for part in parts]


def _parts(op: Op, inputs: Types, size: Dim) -> tuple[Dim, ...]:
    count = len(op.outputs)
    split = inputs[1].values if len(inputs) > 1 else arg_ints(op, "split")
    if split:
        if len(split) != count:
            raise contradiction(op, f"{len(split)} sizes are given for {count} outputs")
        saying = f"the sizes {shown(split)} do not add up to the dim of {quoted(op.inputs[0])}"
        demand_equal(op, sum(split), size, saying)
        return split
    if len(inputs) > 1 or not isinstance(size, int) or count == 0:
        return (size if count == 1 else None,) * count
    if size % count:
        raise contradiction(op, f"a dim of {size} does not divide into {count} equal parts")
    return (size // count,) * count


OPS: tuple[OpSchema, ...] = (
    *family(("Concat", "DepthConcat"), concat_rule, pieces=Pieces.JOINED),
    *family(("Split", "DepthSplit"), _split_rule, pieces=Pieces.SPLIT),
)
