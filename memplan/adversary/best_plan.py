"""The best plan of a few buffers, found by trying them in every order that can be the best."""

from __future__ import annotations

from collections.abc import Sequence
from types import MappingProxyType

from memplan.adversary.small_problems import Rows
from memplan.plan import Plan, Problem
from memplan.verify import verify

__all__ = ["best_peak", "best_plan", "fullest"]


def best_plan(problem: Problem) -> Plan:
    """A plan with the lowest peak there is, for a few buffers without alignment.

    Some order in which each buffer goes to the lowest free offset gives it: all are tried, but
    for those that begin no lower than the best one so far.
    """
    rows = tuple((b.live.begin, b.live.end, b.size or 0) for b in problem.buffers)
    offsets = _best_offsets(rows)
    named = {b.name: o for b, o in zip(problem.buffers, offsets, strict=True)}
    plan = Plan(problem, MappingProxyType(named), "best")
    verify(plan)
    return plan


def best_peak(rows: Rows) -> int:
    """The lowest peak there is."""
    return max(o + s for (_, _, s), o in zip(rows, _best_offsets(rows), strict=True))


def fullest(rows: Rows) -> int:
    """The most that is alive at once: no peak is below."""
    return max(sum(s for b, e, s in rows if b <= t < e) for t, _, _ in rows)


def _best_offsets(rows: Rows) -> list[int]:
    """The offsets of the lowest peak, by depth first, each buffer as low as it goes."""
    bound = fullest(rows)
    best: list[int] = []
    lowest = sum(s for _, _, s in rows) + 1
    offsets = [-1] * len(rows)

    def place(left: int, peak: int, floor: int) -> None:
        nonlocal lowest, best
        if left == 0:
            lowest, best = peak, offsets.copy()
            return
        for index, (begin, end, size) in enumerate(rows):
            if offsets[index] >= 0:
                continue
            offset = _lowest(rows, offsets, begin, end, size)
            # In the order of their offsets each arrangement is met once.
            if offset < floor or max(peak, offset + size) >= lowest:
                continue
            offsets[index] = offset
            place(left - 1, max(peak, offset + size), offset)
            offsets[index] = -1
            if lowest == bound:
                return

    place(len(rows), 0, 0)
    return best


def _lowest(rows: Rows, offsets: Sequence[int], begin: int, end: int, size: int) -> int:
    taken = sorted(
        (o, o + s)
        for (b, e, s), o in zip(rows, offsets, strict=True)
        if o >= 0 and b < end and begin < e
    )
    offset = 0
    for low, high in taken:
        if low >= offset + size:
            break
        offset = max(offset, high)
    return offset
