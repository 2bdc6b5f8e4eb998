"""Fullest step first: what is alive where most is alive is placed first, in the order of birth.

Idea: the peak is decided where most bytes are alive, so what is alive there chooses first; placed
in the order of birth, it leaves the bytes of what dies to what is born next, with no hole between.
Differs: breadth in the paper is that of an op; here a buffer has that of the fullest step of its
life, and among equals goes by birth, then size, then name.
Cost: the number of pairs alive together; n log n for a chain.
Reference: greedy by breadth of Y. Pisarchyk, J. Lee, "Efficient Memory Management for Deep Neural
Net Inference", 2020, arXiv:2001.03288, section 4.3, in a variant of ours.
"""

from __future__ import annotations

from collections.abc import Sequence

from memplan.liveness import live_bytes
from memplan.plan import Buffer, Plan, Problem, Trace
from memplan.planners.greedy_by_size import first_fit
from memplan.planners.proof import proof_of
from memplan.planners.spaces import pack_each_space

__all__ = ["fullest_first"]


def fullest_first(problem: Problem, trace: Trace | None = None) -> Plan:
    """Place what is alive at the fullest step first, each in the lowest hole that fits.

    >>> from memplan.plan import LiveRange
    >>> row = [("a", 0, 1, 9), ("b", 1, 3, 4), ("c", 2, 3, 8), ("d", 1, 2, 4)]
    >>> buffers = (Buffer(name, LiveRange(*live), size) for name, *live, size in row)
    >>> dict(fullest_first(Problem(tuple(buffers))).offsets)
    {'b': 0, 'c': 4, 'a': 0, 'd': 4}
    """
    if len(problem.spaces) > 1:
        return proof_of(pack_each_space(problem, lambda part: fullest_first(part, trace)))
    fullest = _Highest(live_bytes(problem))

    def turn(buffer: Buffer) -> tuple[bool, int, int, int, str]:
        breadth = fullest.between(buffer.live.begin, buffer.live.end)
        size = buffer.size or 0
        return (buffer.offset is None, -breadth, buffer.live.begin, -size, buffer.name)

    queue = sorted((b for b in problem.buffers if b.size is not None), key=turn)
    return first_fit(problem, queue, "fullest_first", trace)


class _Highest:
    """The highest value in any stretch of a curve, each told at once (a sparse table)."""

    def __init__(self, curve: Sequence[int]) -> None:
        self._rows = [list(curve)]
        width = 1
        while 2 * width <= len(curve):
            row = self._rows[-1]
            pairs = zip(row, row[width:], strict=False)
            self._rows.append([max(pair) for pair in pairs])
            width *= 2

    def between(self, begin: int, end: int) -> int:
        """The highest value in [begin, end)."""
        level = (end - begin).bit_length() - 1
        row = self._rows[level]
        return max(row[begin], row[end - (1 << level)])
