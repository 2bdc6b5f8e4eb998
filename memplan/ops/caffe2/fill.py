"""Fills: the shape from `shape`, or from an input (its dims, or its content) and `extra_shape`."""

from __future__ import annotations

from memplan.errors import quoted
from memplan.net import DType, Op, Shape
from memplan.ops.caffe2.rules import Types, dim_at, family
from memplan.ops.caffe2.types import dtype_argument
from memplan.ops.dims import shown
from memplan.ops.schema import (
    OpSchema,
    ShapeRule,
    TensorType,
    arg_int,
    arg_ints,
    contradiction,
    how_to_give,
    label,
)

__all__ = ["OPS", "shape_of_fill"]

# Content is worth knowing where it may be somebody's shape: short lists of whole numbers.
_MOST_VALUES = 64


def shape_of_fill(op: Op, inputs: Types) -> Shape:
    """The shape that a fill makes; None where it depends on what is unknown.

    Raises:
        Contradiction: A negative dim.
    """
    extra = arg_ints(op, "extra_shape") or ()
    if not inputs:
        return _legal(op, arg_ints(op, "shape") or ())
    if arg_int(op, "input_as_shape", 0):
        values = inputs[0].values
        if values is not None:
            return _legal(op, (*values, *extra))
        length = dim_at(inputs[0], 0) if inputs[0].rank == 1 else None
        known = isinstance(length, int) and 0 <= length <= 16
        return (*(None,) * length, *extra) if known and isinstance(length, int) else None
    dims = inputs[0].shape
    return None if dims is None else (*dims, *_legal(op, extra))


def _legal(op: Op, dims: tuple[int, ...]) -> tuple[int, ...]:
    if any(d < 0 for d in dims):
        raise contradiction(op, f"{shown(dims)} is no shape: a dim is negative")
    return dims


def _filled(op: Op, inputs: Types, dtype: DType | None) -> TensorType:
    shape = shape_of_fill(op, inputs)
    reason = None
    if inputs and arg_int(op, "input_as_shape", 0) and inputs[0].values is None and op.outputs:
        reason = inputs[0].reason or (
            f"the shape that {label(op)} fills is the content of {quoted(op.inputs[0])}, "
            f"known only when the net runs; to name {quoted(op.outputs[0])}, "
            f"{how_to_give(op.outputs[0])}"
        )
    return TensorType(shape, dtype, reason=reason)


def _constant_rule(op: Op, inputs: Types) -> Types:
    """ConstantFill: the type of `dtype`, else of the value: a whole number makes int64."""
    value = op.args.get("value")
    whole = isinstance(value, int)
    dtype = dtype_argument(op, "dtype", DType.INT64 if whole else DType.FLOAT32)
    made = _filled(op, inputs, dtype)
    count = 1
    for dim in made.shape or (0,):
        count = count * dim if isinstance(dim, int) and count <= _MOST_VALUES else 0
    if dtype in (DType.INT32, DType.INT64) and 0 < count <= _MOST_VALUES:
        return [TensorType(made.shape, dtype, (arg_int(op, "value", 0),) * count)]
    return [made]


def _of_type(default: DType) -> ShapeRule:
    """A rule: a fill of the type that `dtype` names, else of `default`."""

    def rule(op: Op, inputs: Types) -> Types:
        return [_filled(op, inputs, dtype_argument(op, "dtype", default))]

    return rule


def _given(dtype: DType) -> ShapeRule:
    """A rule: a fill with the content of `values`, which stays known where it is short."""

    def rule(op: Op, inputs: Types) -> Types:
        made = _filled(op, inputs, dtype)
        values = arg_ints(op, "values")
        if dtype not in (DType.INT32, DType.INT64) or not values or len(values) > _MOST_VALUES:
            return [made]
        return [TensorType(made.shape, dtype, values, made.reason)]

    return rule


def _range_rule(_op: Op, inputs: Types) -> Types:
    """Range: [start, stop) in steps, the values that the inputs hold."""
    values = [x.values[0] if x.values else None for x in inputs]
    dtype = inputs[0].dtype
    start, stop, step = 0, values[0], 1
    if len(values) > 1:
        start, stop = values[0] or 0, values[1]
    if len(values) > 2:
        step = values[2] or 0
    if None in values or stop is None or step == 0:
        return [TensorType((None,), dtype)]
    count = max(0, -(-(stop - start) // step))
    content = tuple(start + i * step for i in range(count)) if count <= _MOST_VALUES else None
    return [TensorType((count,), dtype, content)]


_RANDOM = ("GaussianFill XavierFill MSRAFill UniformFill RangeFill DiagonalFill").split()  # noqa: SIM905  a table of words, not a column of them

OPS: tuple[OpSchema, ...] = (
    *family(("ConstantFill",), _constant_rule, min_inputs=0),
    *family(_RANDOM, _of_type(DType.FLOAT32), min_inputs=0),
    *family(("UniformIntFill", "UniqueUniformFill"), _of_type(DType.INT32), min_inputs=0),
    *family(("Float16ConstantFill", "Float16UniformFill"), _of_type(DType.FLOAT16), min_inputs=0),
    *(
        schema
        for name, dtype in (
            ("GivenTensorFill", DType.FLOAT32),
            ("GivenTensorIntFill", DType.INT32),
            ("GivenTensorInt64Fill", DType.INT64),
            ("GivenTensorInt16Fill", DType.INT16),
            ("GivenTensorBoolFill", DType.BOOL),
            ("GivenTensorDoubleFill", DType.FLOAT64),
            ("GivenTensorStringFill", DType.STRING),
            ("GivenTensorByteStringToUInt8Fill", DType.UINT8),
        )
        for schema in family((name,), _given(dtype), min_inputs=0)
    ),
    *family(("Range",), _range_rule),
)
