"""Shape rules that many operators share, and short ways to write a table of operators."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from memplan.errors import quoted
from memplan.net import Dim, DType, Op, Shape
from memplan.ops.dims import shown
from memplan.ops.schema import (
    OpSchema,
    Pieces,
    ShapeRule,
    TensorType,
    arg_text,
    contradiction,
    how_to_give,
    label,
)

__all__ = [
    "IN_PLACE",
    "Types",
    "because",
    "by_data",
    "channel_axis",
    "copied",
    "demand_equal",
    "dim_at",
    "family",
    "like",
    "no_tensor",
    "pinned",
    "ranked",
    "scalar",
    "typed",
    "vector",
]

Types = Sequence[TensorType]

IN_PLACE: frozenset[tuple[int, int]] = frozenset({(0, 0)})
"""The first output may be written over the first input."""


def like(*positions: int, dtype: DType | None = None) -> ShapeRule:
    """A rule: output i has the shape (and, without `dtype`, the type) of input `positions[i]`.

    A position that the op does not have leaves its output unknown.
    """

    def rule(_op: Op, inputs: Types) -> Types:
        return [
            typed(inputs[p], dtype) if p < len(inputs) else TensorType(dtype=dtype)
            for p in positions
        ]

    return rule


def typed(x: TensorType, dtype: DType | None = None) -> TensorType:
    """The shape of `x` for new content, of another element type where one is given."""
    if x.values is None and dtype in (None, x.dtype):
        return x
    return TensorType(x.shape, dtype or x.dtype, reason=x.reason)


def copied(_op: Op, inputs: Types) -> Types:
    """The rule of a copy: the first input, content and all."""
    return [inputs[0]]


def scalar(dtype: DType | None = None) -> ShapeRule:
    """A rule: one value without dims, of the first input's type where none is given."""

    def rule(_op: Op, inputs: Types) -> Types:
        return [TensorType((), dtype or inputs[0].dtype)]

    return rule


def vector(length: int, dtype: DType) -> ShapeRule:
    """A rule: a list of so many values, whatever the inputs."""

    def rule(_op: Op, _inputs: Types) -> Types:
        return [TensorType((length,), dtype)]

    return rule


def no_tensor(op: Op, _inputs: Types) -> Types:
    """The rule of ops whose outputs are no tensors: readers, queues, counters, locks."""
    return [
        TensorType(reason=f"{quoted(name)}, made by {label(op)}, is no tensor")
        for name in op.outputs
    ]


def because(*operands: TensorType) -> str | None:
    """The reason of the first of `operands` of which something is unknown.

    For outputs that depend on some of the inputs alone: others are not to blame.
    """
    return next((x.reason for x in operands if not x.complete and x.reason), None)


def by_data(
    op: Op, output: int, shape: Shape, dtype: DType | None, what: str = "the rows"
) -> TensorType:
    """A type some of whose dims depend on the data, with the sentence that says so."""
    if output >= len(op.outputs):
        return TensorType(shape, dtype)
    name = op.outputs[output]
    reason = f"{what} of {quoted(name)} depend on the data ({label(op)}); {how_to_give(name)}"
    return TensorType(shape, dtype, reason=reason)


def family(
    types: Iterable[str],
    rule: ShapeRule | None,
    *,
    min_inputs: int = 1,
    parameters: Iterable[int] = (),
    in_place: Iterable[tuple[int, int]] = (),
    views: Iterable[tuple[int, int]] = (),
    pieces: Pieces | None = None,
) -> tuple[OpSchema, ...]:
    """Operators that differ in nothing but their name."""
    return tuple(
        OpSchema(
            type_,
            rule,
            parameters=frozenset(parameters),
            in_place=frozenset(in_place),
            views=tuple(views),
            pieces=pieces,
            min_inputs=min_inputs,
        )
        for type_ in types
    )


def channel_axis(op: Op, rank: int) -> int:
    """Where the channels are: second in NCHW (the default), last in NHWC."""
    return rank - 1 if arg_text(op, "order", "NCHW") == "NHWC" else 1


def dim_at(x: TensorType, axis: int) -> Dim:
    """One dim of `x`; None where it is unknown or there is none."""
    return x.shape[axis] if x.shape is not None and -len(x.shape) <= axis < len(x.shape) else None


def ranked(op: Op, inputs: Types, position: int, least: int, most: int | None = None) -> Shape:
    """The dims of one input; None where its rank is unknown.

    Raises:
        Contradiction: It has fewer dims than `least` or more than `most`.
    """
    shape = inputs[position].shape
    if shape is None or least <= len(shape) <= (len(shape) if most is None else most):
        return shape
    wanted = f"{least} or more" if most is None else f"{least}"
    if most not in (None, least):
        wanted = f"{least} to {most}"
    raise contradiction(
        op,
        f"{quoted(op.inputs[position])} has the shape {shown(shape)}, but {wanted} dims are needed",
    )


def demand_equal(op: Op, a: Dim, b: Dim, saying: str) -> None:
    """Check two dims against one another where both are known.

    Raises:
        Contradiction: They differ. `saying` names them, in that order: "a … , b …".
    """
    if isinstance(a, int) and isinstance(b, int) and a != b:
        raise contradiction(op, f"{saying} ({a} and {b})")


def pinned(op: Op, x: TensorType, dims: Sequence[int], what: str) -> None:
    """Check a parameter's whole shape where it is known: the bias of so many channels."""
    if x.shape is not None and tuple(x.shape) != tuple(dims):
        raise contradiction(
            op, f"{what} has the shape {shown(x.shape)}, but {shown(dims)} is needed"
        )
