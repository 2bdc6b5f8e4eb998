"""Slots for blobs that come and go in a fixed order: all ways to lay them out, side by side.

Idea: go through births. What matters of the past is how large the slots are that are free, and
how large those are in which the living blobs lie; of two pasts that agree in this one is enough.
The next blob goes into a free slot of any size, which grows if it must, or into a new one.

    slots 8 (free), 4 (busy); born: 6 bytes      ▶ 8 busy, 4 busy          sum 12
                                                 ▶ 8 free, 4 busy, 6 busy  sum 18

A past is dropped when no future of it can be better than what is known: the k-th largest slot
is as large as it is now, and as the k-th largest blob that will be alive at some later step.
When too many pasts are left the most promising stay, and the answer may not be the best.
Cost: births times pasts kept times slots.
Reference: none known; a beam search over the states of an online allocator.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from memplan.planners.slots import Cost, Item, Slot

__all__ = ["best_layout"]

Choice = tuple[int, int]
"""The size of the free slot that a blob takes (-1: a new one), and the past that chose so."""


class _Past(NamedTuple):
    """Slots by size, descending; of each living blob, in the order of births, its slot's size."""

    free: tuple[int, ...]
    busy: tuple[int, ...]


def best_layout(
    items: Sequence[Item], known: Cost, budget: int = 400_000
) -> tuple[list[Slot] | None, bool]:
    """Find a layout cheaper than `known`, for items that ops use one after another.

    A blob of several spans keeps its slot between them.

    Returns:
        The slots, or None where none was found; and whether the search left nothing out.
    """
    births = sorted(items, key=lambda item: item.spans[0].begin)
    later = _profiles(births)
    width = max((len(profile) for profile in later), default=0)
    most = budget // (len(births) * (width + 1) or 1)
    if most < 2:
        return None, False
    pasts: list[_Past] = [_Past((), ())]
    trail: list[list[Choice]] = []
    living: list[Item] = []
    whole = all(len(item.spans) == 1 for item in items)
    for turn, item in enumerate(births):
        begin = item.spans[0].begin
        ended = [k for k, other in enumerate(living) if other.spans[-1].end <= begin]
        gone = frozenset(ended)
        living = [other for k, other in enumerate(living) if k not in gone] + [item]
        found: dict[_Past, Choice] = {}
        for number, past in enumerate(pasts):
            freed = _freed(past, gone) if gone else past
            for size, after in _ways(freed, item.size):
                found.setdefault(after, (size, number))
        ranked = sorted(
            (rank, after) for after in found if (rank := _at_least(after, later[turn])) < known
        )
        whole = whole and len(ranked) <= most
        pasts = [after for _, after in ranked[:most]]
        trail.append([found[after] for after in pasts])
        if not pasts:
            return None, whole
    return _replayed(births, trail), whole


def _freed(past: _Past, gone: frozenset[int]) -> _Past:
    free = [*past.free, *(past.busy[k] for k in sorted(gone))]
    busy = tuple(size for k, size in enumerate(past.busy) if k not in gone)
    return _Past(tuple(sorted(free, reverse=True)), busy)


def _ways(past: _Past, size: int) -> Iterator[tuple[int, _Past]]:
    """The pasts that follow when a blob of `size` is born, each with the slot it takes."""
    for place, free in enumerate(past.free):
        if not place or past.free[place - 1] != free:
            left = past.free[:place] + past.free[place + 1 :]
            yield free, _Past(left, (*past.busy, max(free, size)))
    yield -1, _Past(past.free, (*past.busy, size))


def _at_least(past: _Past, later: Sequence[int]) -> Cost:
    """What all slots must come to in the end."""
    now = sorted(past.free + past.busy, reverse=True)
    shared = min(len(now), len(later))
    total = sum(map(max, now, later)) + sum(now[shared:]) + sum(later[shared:])
    return total, max(len(now), len(later))


def _profiles(births: Sequence[Item]) -> list[tuple[int, ...]]:
    """After each birth, for each k the k-th largest blob alive at a later birth, at the most."""
    alive: list[Item] = []
    at_birth = []
    for item in births:
        alive = [other for other in alive if other.spans[-1].end > item.spans[0].begin]
        alive.append(item)
        at_birth.append(sorted((other.size for other in alive), reverse=True))
    profiles: list[tuple[int, ...]] = []
    best: list[int] = []
    for sizes in reversed(at_birth):
        profiles.append(tuple(best))
        shared = min(len(best), len(sizes))
        best = [*map(max, best, sizes), *best[shared:], *sizes[shared:]]
    return profiles[::-1]


def _replayed(births: Sequence[Item], trail: Sequence[Sequence[Choice]]) -> list[Slot]:
    """The slots of the most promising past, by its choices from the last to the first."""
    choices = []
    number = 0
    for row in reversed(trail):
        size, number = row[number]
        choices.append(size)
    slots: list[Slot] = []
    for item, size in zip(births, reversed(choices), strict=True):
        begin = item.spans[0].begin
        free = (s for s in slots if s.size == size and s.spans[-1].end <= begin)
        slot = next(free, None) if size >= 0 else Slot()
        assert slot is not None, "a slot that was free in the search is free in its replay"
        if size < 0:
            slots.append(slot)
        slot.add(item)
    return slots
