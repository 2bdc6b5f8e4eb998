"""What is known of an operator, whatever the dialect; and how its arguments are read.

A shape rule takes an op and what is known of its inputs, and gives what is known of each
output. It never guesses. What it cannot know because an input is unknown it leaves open: the
walk over the net (`memplan.shapes`) then hands on that input's reason, so that the reason at
the end of a long chain still names the root. What is unknown of itself (rows that depend on
the data) comes back with a reason of the rule's own. Operands that contradict one another
raise `Contradiction`, which the walk turns into the reason of every output.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from enum import StrEnum

from memplan.errors import InvalidNet, quoted
from memplan.net import Dim, DType, Op, Shape

__all__ = [
    "Contradiction",
    "OpSchema",
    "Pieces",
    "ShapeRule",
    "TensorType",
    "arg_float",
    "arg_int",
    "arg_ints",
    "arg_text",
    "arg_texts",
    "contradiction",
    "dims_known",
    "how_to_give",
    "label",
]


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

    @property
    def complete(self) -> bool:
        """Whether every dim is a number and the element type is known."""
        if self.shape is None or self.dtype is None:
            return False
        # A loop, not all(): this is asked several times for each op of a net.
        for dim in self.shape:  # noqa: SIM110
            if not isinstance(dim, int):
                return False
        return True


ShapeRule = Callable[[Op, Sequence[TensorType]], Sequence[TensorType]]


class Pieces(StrEnum):
    """How an op takes tensors apart or puts them together without changing an element."""

    JOINED = "the inputs, one after another, are the first output"
    SPLIT = "the outputs, one after another, are the first input"
    SLICE = "the first output is a stretch of the first input"


@dataclass(frozen=True, slots=True)
class OpSchema:
    """One operator of a dialect.

    Attributes:
        shapes: None: the operator is known, its shapes are not. The rule is called with at
            least `min_inputs` inputs; outputs that it leaves out are unknown.
        parameters: Input positions that take weights, not data.
        in_place: Pairs (input, output) that may be the same memory.
        aliases: Pairs (input, output) that are the same memory always: the output is a view.
        views: Pairs (input, output) of which the output may be a view: as engines differ.
        pieces: What lies where in what, so that one may be views into the other.
        strided: An alias shows a part of its source, or parts more than once: its dims do not
            tell how much memory there is.
    """

    type: str
    shapes: ShapeRule | None = None
    parameters: frozenset[int] = frozenset()
    in_place: frozenset[tuple[int, int]] = frozenset()
    aliases: tuple[tuple[int, int], ...] = ()
    views: tuple[tuple[int, int], ...] = ()
    pieces: Pieces | None = None
    min_inputs: int = 0
    strided: bool = False


class Contradiction(InvalidNet):
    """The operands of one op contradict one another, or its arguments do.

    Raised by shape rules and caught by the walk over the net: no more than that op's outputs,
    and what is made of them, become unknown.
    """


def contradiction(op: Op, saying: str) -> Contradiction:
    """The error that says of `op` what is wrong with it."""
    return Contradiction(f"{label(op)}: {saying}")


def label(op: Op) -> str:
    """An op as messages call it: its type with its name, or with what it makes.

    >>> label(Op("Conv", ("data", "w"), ("conv1",)))
    "Conv 'conv1'"
    """
    name = op.name or next(iter(op.outputs or op.inputs), "")
    return f"{quoted(op.type)[1:-1]} {quoted(name)}" if name else quoted(op.type)[1:-1]


def how_to_give(name: str, what: str = "it") -> str:
    """Where a person can supply the shape of `name`.

    >>> how_to_give("data")
    'give it with --input data=… or in the sidebar'
    """
    plain = name.isprintable() and not any(c in name for c in " '\"\\$`") and len(name) <= 80
    return f"give {what} with --input {name if plain else 'NAME'}=… or in the sidebar"


def arg_int(op: Op, name: str, default: int) -> int:
    """An argument as a whole number (files also write whole numbers as floats)."""
    value = op.args.get(name)
    if isinstance(value, float) and value.is_integer():
        return int(value)
    return value if isinstance(value, int) else default


def arg_float(op: Op, name: str, default: float) -> float:
    """An argument as a float."""
    value = op.args.get(name)
    if isinstance(value, int) and abs(value) > 2**63:
        return default
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


def arg_texts(op: Op, name: str) -> tuple[str, ...]:
    """An argument as a list of texts; empty where it is missing."""
    value = op.args.get(name, ())
    texts = (value,) if isinstance(value, bytes) else value
    if not isinstance(texts, tuple):
        return ()
    return tuple(t.decode("utf-8", "replace") for t in texts if isinstance(t, bytes))


def dims_known(dims: Sequence[Dim]) -> tuple[int, ...] | None:
    """The dims as numbers; None unless all are."""
    numbers = tuple([d for d in dims if isinstance(d, int)])
    return numbers if len(numbers) == len(dims) else None
