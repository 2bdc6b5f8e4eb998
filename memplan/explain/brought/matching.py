"""Which op of one net is which of another, and the new names of its blobs."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence

from memplan.net import Net, Op

__all__ = ["names_between", "order_between"]

Makers = tuple[int | str, ...]
"""For each input of an op the op that made it, or its name where none did."""


def order_between(before: Net, after: Net) -> tuple[int, ...] | None:
    """Which op of `before` each op of `after` is; None where they stand as they stood.

    Ops are told by what they are, then by which ops made what they read. What cannot be told so
    is taken in the order in which it stood.
    """
    ours, theirs = [_form(op) for op in before.ops], [_form(op) for op in after.ops]
    if len(ours) != len(theirs):
        return None
    makers, made_after = _makers(before), _makers(after)
    # Stacks with the first op on top; one that was found by what it reads is passed over later.
    alike: dict[str, list[int]] = defaultdict(list)
    same: dict[tuple[str, Makers], list[int]] = defaultdict(list)
    for index in reversed(range(len(ours))):
        alike[ours[index]].append(index)
        same[ours[index], makers[index]].append(index)
    order: list[int] = []
    found: set[int] = set()
    for index, form in enumerate(theirs):
        wanted = tuple(order[m] if isinstance(m, int) else m for m in made_after[index])
        place = _first_left(same[form, wanted], found)
        place = _first_left(alike[form], found) if place is None else place
        if place is None:
            return None
        order.append(place)
        found.add(place)
    return None if order == list(range(len(ours))) else tuple(order)


def _first_left(stack: list[int], found: set[int]) -> int | None:
    while stack and stack[-1] in found:
        stack.pop()
    return stack[-1] if stack else None


def _form(op: Op) -> str:
    args = sorted((k, v) for k, v in op.args.items() if not k.endswith(".rename"))
    shape = len(op.inputs), len(op.outputs), tuple(op.nets)
    return repr((op.type, op.name, op.device, op.engine, shape, args))


def _makers(net: Net) -> list[Makers]:
    """For each op and input the op that wrote it last; the name of what comes from outside."""
    maker: dict[str, int] = {}
    found: list[Makers] = []
    for index, op in enumerate(net.ops):
        found.append(tuple(maker.get(name, name) for name in op.inputs))
        maker.update(dict.fromkeys(op.outputs, index))
    return found


def names_between(before: Net, after: Net, order: Sequence[int] | None = None) -> dict[str, str]:
    """The new name of each blob that has another, where it stands first."""
    places = range(len(before.ops)) if order is None else order
    names: dict[str, str] = {}
    for index, new in zip(places, after.ops, strict=False):
        old = before.ops[index]
        for ours, theirs in ((old.outputs, new.outputs), (old.inputs, new.inputs)):
            for a, b in zip(ours, theirs, strict=False):
                names.setdefault(a, b)
    return {a: b for a, b in names.items() if a != b}
