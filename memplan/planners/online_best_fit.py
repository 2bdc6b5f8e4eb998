"""Online best fit: a sweep through time; births take the tightest hole, deaths free theirs.

    step 4   ┌──a──┐░░░░░┌─b─┐░░░░░░░░░░░┌c┐░░░░ …     d takes the first hole, which it fills best;
                    [d ]                              when it dies, its hole melts into those beside

Idea: an allocator with a free list of holes, run once over the net; nobody looks at pairs of
buffers, so a million of them are placed in seconds.
Differs: it knows nothing of what is to come, but for buffers with a fixed offset, which it keeps
out of; of what is born at one step the bigger goes first, then by name. A buffer keeps its bytes
through its gaps. It needs an order of ops.
Cost: n log n, where offsets need no alignment and none is fixed; the free list is short.
Reference: D. E. Knuth, "The Art of Computer Programming", vol. 1, section 2.5 (best fit, with the
boundary tags by which neighbours melt); ONNX Runtime traces its memory pattern like that.
"""

from __future__ import annotations

from collections.abc import Sequence
from heapq import heappop, heappush
from itertools import pairwise
from types import MappingProxyType

from memplan.errors import InvalidProblem
from memplan.plan import Again, Buffer, Plan, Problem, Trace, noted_again
from memplan.planners.first_fit_by_birth import oldest_first
from memplan.planners.free_list import FreeList
from memplan.planners.neighbours import Hole, Neighbours, holes_between
from memplan.planners.placing import packed_by, rejections, tightest
from memplan.planners.proof import proof_of

__all__ = ["online_best_fit"]


def online_best_fit(problem: Problem, trace: Trace | None = None) -> Plan:
    """Place each buffer when it is born, in the smallest hole that fits; free it when it dies.

    >>> from memplan.plan import LiveRange
    >>> row = [("a", 0, 1, 9), ("b", 0, 3, 4), ("c", 1, 3, 8), ("d", 2, 3, 1)]
    >>> buffers = (Buffer(name, LiveRange(*live), size) for name, *live, size in row)
    >>> dict(online_best_fit(Problem(tuple(buffers))).offsets)
    {'a': 0, 'b': 9, 'c': 0, 'd': 8}

    Raises:
        InvalidProblem: An explicit relation says what conflicts: there is no time to sweep.
    """
    if problem.conflicts is not None:
        raise InvalidProblem("the planner online_best_fit needs an order of ops, not a relation")
    return packed_by(oldest_first, _swept, "online_best_fit", problem, trace)


def _swept(
    problem: Problem,
    queue: Sequence[Buffer],
    planner: str,
    trace: Trace | None,
    *,
    reasons: bool = False,
) -> Plan:
    again = Again(lambda watched: _swept(problem, queue, planner, watched, reasons=True))
    fixed = [buffer for buffer in queue if buffer.offset is not None]
    offsets = {buffer.name: buffer.offset or 0 for buffer in fixed}
    kept_out = Neighbours(problem)
    for buffer in fixed:
        kept_out.add(buffer, offsets[buffer.name])
    free = FreeList()
    ends: list[tuple[int, int, int]] = []
    for buffer in queue[len(fixed) :]:
        while ends and ends[0][0] <= buffer.live.begin:
            free.give_back(*heappop(ends)[1:])
        size, alignment = buffer.size or 0, problem.alignment_of(buffer)
        in_the_way = kept_out.blocks_in_the_way(buffer) if fixed else []
        if in_the_way or reasons:
            holes = _without(in_the_way, free.holes())
            offset = tightest(size, holes, alignment)
        else:
            offset = free.tightest(size, alignment)
        if trace is not None and not reasons:
            trace.note(buffer.name, buffer.live.begin, noted_again, again)
        elif trace is not None:
            rejected = tuple(rejections(size, holes, alignment, offset))
            trace.record(buffer.name, buffer.live.begin, offset, rejected)
        offsets[buffer.name] = offset
        if size:
            free.take(offset, offset + size)
            heappush(ends, (buffer.live.end, offset, offset + size))
    return proof_of(Plan(problem, MappingProxyType(offsets), planner))


def _without(blocks: list[tuple[int, int]], holes: list[Hole]) -> list[Hole]:
    """What is left of the holes where some blocks are kept out of."""
    if not blocks:
        return holes
    taken = [(high or 0, low) for (_, high), (low, _) in pairwise([(0, 0), *holes])]
    return holes_between([*taken, *blocks])
