"""What no plan can be below, each bound with its witness."""

from __future__ import annotations

from collections.abc import Iterable
from heapq import heappop, heappush
from math import gcd

from memplan.cliques import clique_bound
from memplan.liveness import max_live
from memplan.plan import Buffer, Problem, Witness, WitnessKind
from memplan.units import align_up

__all__ = ["lower_bound"]


def lower_bound(problem: Problem) -> Witness:
    """The best bound we know on the peak: at least max-live, or what must lie somewhere above it.

    >>> from memplan.plan import Buffer, LiveRange, Space
    >>> pair = (Buffer("a", LiveRange(0, 2), 10), Buffer("b", LiveRange(1, 2), 60))
    >>> lower_bound(Problem(pair)).bytes, lower_bound(Problem(pair, (Space(alignment=64),))).bytes
    (70, 74)
    """
    if problem.conflicts is not None:
        bounds: tuple[Witness, ...] = (clique_bound(problem), _fixed_top(problem))
    elif len(problem.spaces) > 1:
        return _sum_of(lower_bound(part) for part in problem.by_space())
    else:
        bounds = (max_live(problem), _rounded_live(problem), _fixed_top(problem))
    # Of equal bounds the first: the plainest.
    return max(bounds, key=lambda bound: bound.bytes)


def _rounded_live(problem: Problem) -> Witness:
    """The most that is alive at one step, where every offset is a multiple of some number.

    The buffers there lie one above the other, and each but the topmost takes up its size rounded
    up; that the topmost is the one with most to round holds whichever it is.
    """
    known = [b for b in problem.buffers if b.size]
    unit = gcd(*(problem.alignment_of(b) for b in known)) if known else 1
    # A part of a buffer begins where it likes.
    if unit == 1 or any(b.windows for b in known):
        return Witness(WitnessKind.NOTHING, 0)
    bytes_, step = _fullest(known, unit)
    names = tuple(b.name for b in known if b.bytes_at(step))
    return Witness(WitnessKind.MAX_LIVE, bytes_, step, names)


def _fullest(known: list[Buffer], unit: int) -> tuple[int, int]:
    """The bytes and the step of the bound in a sweep through time; of equal steps the first."""
    spans = sorted(
        (live.begin, live.end, align_up(b.size or 0, unit), b.size or 0)
        for b in known
        for live in b.alive()
    )
    ends: list[tuple[int, int]] = []
    slacks: list[tuple[int, int]] = []
    total, best = 0, (0, 0)
    for place, (begin, end, high, size) in enumerate(spans):
        while ends and ends[0][0] <= begin:
            total -= heappop(ends)[1]
        heappush(ends, (end, high))
        heappush(slacks, (size - high, end))
        total += high
        if place + 1 < len(spans) and spans[place + 1][0] == begin:
            continue
        while slacks[0][1] <= begin:
            heappop(slacks)
        if total + slacks[0][0] > best[0]:
            best = total + slacks[0][0], begin
    return best


def _fixed_top(problem: Problem) -> Witness:
    """Where the topmost buffer ends whose place is fixed beforehand."""
    fixed = [
        (b.offset + b.size, b.name) for b in problem.buffers if b.offset is not None and b.size
    ]
    if not fixed:
        return Witness(WitnessKind.NOTHING, 0)
    top, name = min(fixed, key=lambda each: (-each[0], each[1]))
    return Witness(WitnessKind.FIXED, top, None, (name,))


def _sum_of(parts: Iterable[Witness]) -> Witness:
    found = tuple(parts)
    buffers = tuple(name for part in found for name in part.buffers)
    return Witness(WitnessKind.MAX_LIVE_EACH, sum(p.bytes for p in found), None, buffers)
