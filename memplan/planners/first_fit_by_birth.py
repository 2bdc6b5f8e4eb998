"""First fit by birth: in the order of time, each in the lowest hole that fits.

Idea: what an allocator without foresight does, as if it were called while the net runs: it knows
what is there, and nothing of what is to come.
Differs: of what is born at one step the bigger goes first, then by name. Buffers with a fixed
offset are known beforehand.
Cost: n log n for the holes of a sweep through time; the number of pairs alive together where gaps
or fixed offsets make holes that such a sweep does not see, and where reasons are asked for.
Reference: D. E. Knuth, "The Art of Computer Programming", vol. 1, section 2.5 (first fit).
"""

from __future__ import annotations

from collections.abc import Sequence
from heapq import heappop, heappush
from types import MappingProxyType

from memplan.plan import Buffer, Plan, Problem, Trace
from memplan.planners.free_list import FreeList
from memplan.planners.placing import Key, first_fit, in_turn, packed_by
from memplan.planners.proof import proof_of

__all__ = ["first_fit_by_birth", "oldest_first"]


def first_fit_by_birth(problem: Problem, trace: Trace | None = None) -> Plan:
    """Place each buffer when it is born, in the lowest hole that fits.

    >>> from memplan.plan import LiveRange
    >>> a, b = Buffer("a", LiveRange(0, 2), 8), Buffer("b", LiveRange(1, 9), 9)
    >>> dict(first_fit_by_birth(Problem((a, b))).offsets)
    {'a': 0, 'b': 8}
    """
    return packed_by(oldest_first, _placed, "first_fit_by_birth", problem, trace)


def oldest_first(problem: Problem) -> list[Buffer]:
    """The buffers of known size in the order of birth, the bigger of two that are born together."""
    return in_turn(problem, _turn)


def _placed(problem: Problem, queue: Sequence[Buffer], planner: str, trace: Trace | None) -> Plan:
    apart = any(b.gaps or b.windows or b.offset is not None for b in queue)
    if apart or trace is not None or problem.conflicts is not None:
        return first_fit(problem, queue, planner, trace)
    # Whoever is placed and still alive at a birth is in its way, and nobody else.
    free, ends = FreeList(), list[tuple[int, int, int]]()
    offsets = {}
    for buffer in queue:
        while ends and ends[0][0] <= buffer.live.begin:
            free.give_back(*heappop(ends)[1:])
        size = buffer.size or 0
        offset = free.lowest(size, problem.alignment_of(buffer)) if size else 0
        offsets[buffer.name] = offset
        if size:
            free.take(offset, offset + size)
            heappush(ends, (buffer.live.end, offset, offset + size))
    return proof_of(Plan(problem, MappingProxyType(offsets), planner))


def _turn(buffer: Buffer) -> Key:
    return (buffer.live.begin, -(buffer.size or 0), buffer.name)
