"""Ops of several operands that work element by element, with both kinds of broadcast.

Legacy (`broadcast=1`): the second operand stretches to the first, matched at `axis`, or at the
end without one; the output is like the first. Else numpy's rule: aligned at the last dim, a
dim of 1 stretches.
"""

from __future__ import annotations

from memplan.errors import quoted
from memplan.net import Dim, DType, Op
from memplan.ops.caffe2.rules import IN_PLACE, Types, family
from memplan.ops.dims import agreed, broadcast, product, shown
from memplan.ops.schema import OpSchema, TensorType, arg_int, arg_text, contradiction

__all__ = ["OPS", "sum_rule"]


def _binary(op: Op, inputs: Types, dtype: DType | None) -> TensorType:
    a, b = inputs[0], inputs[1]
    if not arg_int(op, "broadcast", 0):
        return TensorType(broadcast(op, a.shape, b.shape), dtype)
    if a.shape is not None and b.shape is not None and product(b.shape) != 1:
        _check_legacy(op, a.shape, b.shape)
    return TensorType(a.shape, dtype)


def _check_legacy(op: Op, a: tuple[Dim, ...], b: tuple[Dim, ...]) -> None:
    axis = arg_int(op, "axis", -1)
    named = arg_text(op, "axis_str", "")
    if len(named) == 1 and named in arg_text(op, "order", "NCHW"):
        axis = arg_text(op, "order", "NCHW").index(named)
    begin = len(a) - len(b) if axis < 0 else axis
    window = a[begin : begin + len(b)] if begin >= 0 else ()
    if len(window) != len(b) or any(
        isinstance(x, int) and isinstance(y, int) and y not in (x, 1)
        for x, y in zip(window, b, strict=True)
    ):
        raise contradiction(
            op,
            f"{quoted(op.inputs[1])} of shape {shown(b)} does not stretch to "
            f"{quoted(op.inputs[0])} of shape {shown(a)}",
        )


def _arithmetic_rule(op: Op, inputs: Types) -> Types:
    return [_binary(op, inputs, inputs[0].dtype or inputs[1].dtype)]


def _comparison_rule(op: Op, inputs: Types) -> Types:
    return [_binary(op, inputs, DType.BOOL)]


def sum_rule(op: Op, inputs: Types) -> Types:
    """Sum and its like: all operands have one shape, so the known tell of the unknown."""
    operands = list(zip(op.inputs, inputs, strict=False))
    dtype = next((x.dtype for x in inputs if x.dtype is not None), None)
    return [TensorType(agreed(op, operands), dtype)]


def _weighted_sum_rule(op: Op, inputs: Types) -> Types:
    """WeightedSum: operands and their one-element weights take turns."""
    operands = list(zip(op.inputs, inputs, strict=False))[::2]
    return [TensorType(agreed(op, operands), inputs[0].dtype)]


def _where_rule(op: Op, inputs: Types) -> Types:
    """Where: a condition, what is taken where it holds, and what elsewhere."""
    operands = list(zip(op.inputs, inputs, strict=False))[1:3]
    return [TensorType(agreed(op, operands), inputs[1].dtype)]


_EITHER = ((0, 0), (1, 0))

OPS: tuple[OpSchema, ...] = (
    *family(("Add", "Sub", "Mul"), _arithmetic_rule, min_inputs=2, in_place=_EITHER),
    *family(("Div",), _arithmetic_rule, min_inputs=2, in_place=IN_PLACE),
    *family(
        ("BitwiseAnd", "BitwiseOr", "BitwiseXor"), _arithmetic_rule, min_inputs=2, in_place=IN_PLACE
    ),
    *family(("And", "Or", "Xor"), _comparison_rule, min_inputs=2, in_place=IN_PLACE),
    *family(("EQ", "NE", "LT", "LE", "GT", "GE"), _comparison_rule, min_inputs=2),
    *family(("Sum", "SumRelu", "SumInt", "Mean", "Max", "Min"), sum_rule, in_place=IN_PLACE),
    *family(("Accumulate",), sum_rule),
    *family(("WeightedSum",), _weighted_sum_rule, in_place=IN_PLACE),
    *family(("Where",), _where_rule, min_inputs=3),
)
