"""Arithmetic on dims that may be numbers, symbols or unknown: what is unknown stays unknown."""

from __future__ import annotations

from collections.abc import Sequence

from memplan.errors import quoted
from memplan.net import Dim, Op, Shape
from memplan.ops.schema import TensorType, contradiction

__all__ = ["agreed", "axis_of", "broadcast", "merged", "plus", "product", "shown"]


def product(dims: Sequence[Dim]) -> Dim:
    """The number of elements that `dims` span.

    >>> product((2, 3)), product((2, None)), product((0, None)), product(("batch", 1))
    (6, None, 0, 'batch')
    """
    count, others = 1, []
    for dim in dims:
        if isinstance(dim, int):
            count *= dim
        else:
            others.append(dim)
    if not others or count == 0:
        return count
    return others[0] if len(others) == 1 and count == 1 else None


def plus(dims: Sequence[Dim]) -> Dim:
    """Their sum; unknown where one is not a number."""
    total = 0
    for dim in dims:
        if not isinstance(dim, int):
            return None
        total += dim
    return total


def axis_of(op: Op, axis: int, rank: int) -> int:
    """An axis counted from the front; a negative one counts from the end.

    Raises:
        Contradiction: There is no such axis.
    """
    if not -rank <= axis < rank:
        raise contradiction(op, f"axis {axis} is outside a tensor of {rank} dims")
    return axis % rank


def merged(a: Dim, b: Dim) -> Dim:
    """The better known of two dims that are the same; a number before a symbol before None."""
    if isinstance(a, int) or b is None:
        return a
    return b if isinstance(b, int) or a is None else a


def agreed(op: Op, operands: Sequence[tuple[str, TensorType]]) -> Shape:
    """The one shape of operands that must be equal, from what is known of each.

    Raises:
        Contradiction: Two of them differ in rank or in a dim.
    """
    result: list[Dim] | None = None
    first = ""
    for name, operand in operands:
        if operand.shape is None:
            continue
        if result is None:
            first, result = name, list(operand.shape)
            continue
        if len(result) != len(operand.shape) or any(
            isinstance(a, int) and isinstance(b, int) and a != b
            for a, b in zip(result, operand.shape, strict=True)
        ):
            raise contradiction(
                op,
                f"{quoted(first)} has the shape {shown(result)}, {quoted(name)} has "
                f"{shown(operand.shape)}, but they must be equal",
            )
        result = [merged(a, b) for a, b in zip(result, operand.shape, strict=True)]
    return None if result is None else tuple(result)


def broadcast(op: Op, a: Shape, b: Shape) -> Shape:
    """The shape to which two operands stretch, by numpy's rule: aligned at the last dim.

    Raises:
        Contradiction: Two dims differ, and neither is 1.
    """
    if a is None or b is None:
        return None
    longer, shorter = (a, b) if len(a) >= len(b) else (b, a)
    lead = len(longer) - len(shorter)
    return (
        *longer[:lead],
        *(_stretched(op, x, y) for x, y in zip(longer[lead:], shorter, strict=True)),
    )


def _stretched(op: Op, x: Dim, y: Dim) -> Dim:
    if y in (x, 1):
        return x
    if x == 1:
        return y
    if isinstance(x, int) and isinstance(y, int):
        raise contradiction(op, f"a dim of {x} and one of {y} do not broadcast")
    # An unknown dim beside a number above 1 is that number, or 1 and stretches to it.
    if isinstance(x, int) or isinstance(y, int):
        return x if isinstance(x, int) else y
    return None


def shown(dims: Sequence[Dim]) -> str:
    """Dims as a person reads them.

    >>> shown((1, None, "h"))
    '[1, ?, h]'
    """
    listed = ["?" if d is None else str(d) for d in dims[:8]]
    return f"[{', '.join(listed)}{', …' if len(dims) > 8 else ''}]"
