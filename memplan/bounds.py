"""What no plan can be below, each bound with its witness."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from memplan.liveness import max_live
from memplan.plan import Problem, Witness, WitnessKind
from memplan.units import align_up

__all__ = ["lower_bound"]


def lower_bound(problem: Problem) -> Witness:
    """The best bound we know on the peak: at least max-live.

    At the fullest step the buffers lie one above the other. When every offset is a multiple
    of one alignment, each buffer but the topmost takes up its size rounded up; that the
    topmost is the one with most to round gives a bound that holds whichever it is.

    >>> from memplan.plan import Buffer, LiveRange, Space
    >>> pair = (Buffer("a", LiveRange(0, 2), 10), Buffer("b", LiveRange(1, 2), 60))
    >>> lower_bound(Problem(pair)).bytes, lower_bound(Problem(pair, (Space(alignment=64),))).bytes
    (70, 74)
    """
    if problem.conflicts is not None:
        return _largest(problem)
    if len(problem.spaces) > 1:
        return _sum_of(lower_bound(part) for part in problem.by_space())
    witness = max_live(problem)
    alignment = problem.spaces[0].alignment
    if alignment == 1 or not witness.buffers:
        return witness
    if any(b.windows for b in problem.buffers):
        return witness  # a part of a buffer begins where it likes
    sizes = {b.name: b.size or 0 for b in problem.buffers}
    alive = [sizes[name] for name in witness.buffers]
    slack = max(align_up(size, alignment) - size for size in alive)
    return replace(witness, bytes=sum(align_up(size, alignment) for size in alive) - slack)


def _sum_of(parts: Iterable[Witness]) -> Witness:
    found = tuple(parts)
    buffers = tuple(name for part in found for name in part.buffers)
    return Witness(WitnessKind.MAX_LIVE_EACH, sum(p.bytes for p in found), None, buffers)


def _largest(problem: Problem) -> Witness:
    """What holds even where the order of ops says nothing of who is alive with whom."""
    known = [b for b in problem.buffers if b.size]
    if not known:
        return Witness(WitnessKind.NOTHING, 0)
    biggest = min(known, key=lambda b: (-(b.size or 0), b.name))
    return Witness(WitnessKind.LARGEST, biggest.size or 0, None, (biggest.name,))
