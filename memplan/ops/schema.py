"""What is known of an operator, whatever the dialect; and how its arguments are read.

A shape rule takes an op and what is known of its inputs, and gives what is known of each
output. It never guesses: what it cannot know comes back as a `TensorType` with a reason.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from memplan.net import Dim, DType, Op, Shape

__all__ = ["OpSchema", "ShapeRule", "TensorType", "arg_float", "arg_int", "arg_ints", "arg_text"]


@dataclass(frozen=True, slots=True)
class TensorType:
    """A value's shape and type as far as they are known.

    Attributes:
        shape: None where the rank is unknown; a dim is None where it is.
        values: The content, flat, where it is a small integer tensor that is known.
        reason: Why something is unknown, and what would tell: one sentence without a full stop.
    """

    shape: Shape = None
    dtype: DType | None = None
    values: tuple[int, ...] | None = None
    reason: str | None = None

    @property
    def rank(self) -> int | None:
        """The number of dims; None where it is unknown."""
        return None if self.shape is None else len(self.shape)


ShapeRule = Callable[[Op, Sequence[TensorType]], Sequence[TensorType]]


@dataclass(frozen=True, slots=True)
class OpSchema:
    """One operator of a dialect.

    Attributes:
        shapes: None: the operator is known, its shapes are not.
        parameters: Input positions that take weights, not data.
        in_place: Pairs (input, output) that may be the same memory.
        aliases: Pairs (input, output) that are the same memory always: the output is a view.
    """

    type: str
    shapes: ShapeRule | None = None
    parameters: frozenset[int] = frozenset()
    in_place: frozenset[tuple[int, int]] = frozenset()
    aliases: tuple[tuple[int, int], ...] = ()


def arg_int(op: Op, name: str, default: int) -> int:
    """An argument as a whole number (files also write whole numbers as floats)."""
    value = op.args.get(name)
    if isinstance(value, float) and value.is_integer():
        return int(value)
    return value if isinstance(value, int) else default


def arg_float(op: Op, name: str, default: float) -> float:
    """An argument as a float."""
    value = op.args.get(name)
    return float(value) if isinstance(value, int | float) else default


def arg_ints(op: Op, name: str) -> tuple[int, ...] | None:
    """An argument as a list of whole numbers; None where it is missing."""
    value = op.args.get(name)
    if isinstance(value, int):
        return (value,)
    if isinstance(value, tuple) and all(isinstance(v, int) for v in value):
        return tuple(v for v in value if isinstance(v, int))
    return None


def arg_text(op: Op, name: str, default: str) -> str:
    """An argument as text."""
    value = op.args.get(name)
    return value.decode("utf-8", "replace") if isinstance(value, bytes) else default


def dims_known(dims: Sequence[Dim]) -> tuple[int, ...] | None:
    """The dims as numbers; None unless all are."""
    return tuple(d for d in dims if isinstance(d, int)) if _all_numbers(dims) else None


def _all_numbers(dims: Sequence[Dim]) -> bool:
    return all(isinstance(d, int) for d in dims)
