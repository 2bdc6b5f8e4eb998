"""Slots by breadth: op by op, the one with most bytes alive first; there the biggest buffer first.

Idea: what is alive at the fullest op needs slots of its own anyway, and these become the slots
that all else shares. A buffer takes the smallest free slot that holds it; where none does, the
largest free one grows; where none is free, it begins a new one.
Differs: ties of breadth go to the earlier op, ties of size by birth, then name.
Cost: n times the number of slots; which are free is asked at once for all.
Reference: Y. Pisarchyk, J. Lee, "Efficient Memory Management for Deep Neural Net Inference",
2020, arXiv:2001.03288, section 4.2 (greedy by breadth for shared objects).
"""

from __future__ import annotations

from memplan.plan import Plan, Problem, Trace
from memplan.planners.greedy_by_breadth import broadest_first
from memplan.planners.shared_objects import Objects, share_objects

__all__ = ["slots_by_breadth"]


def slots_by_breadth(problem: Problem, trace: Trace | None = None) -> Plan:
    """Give what is alive at the op of most bytes slots first, the biggest first.

    >>> from memplan.plan import Buffer, LiveRange
    >>> row = [("a", 0, 1, 9), ("b", 1, 3, 4), ("c", 2, 3, 8), ("d", 1, 2, 4)]
    >>> buffers = (Buffer(name, LiveRange(*live), size) for name, *live, size in row)
    >>> plan = slots_by_breadth(Problem(tuple(buffers)))
    >>> dict(plan.slots), plan.peak
    ({'c': 0, 'b': 1, 'a': 0, 'd': 0}, 13)

    Raises:
        InvalidProblem: A buffer's place is fixed beforehand.
    """
    return share_objects(_assign, "slots_by_breadth", problem, trace)


def _assign(objects: Objects) -> None:
    for buffer in broadest_first(objects.problem):
        need = buffer.size or 0

        def rank(number: int, need: int = need) -> tuple[bool, int, int]:
            size = objects.sizes[number]
            return size < need, size if size >= need else -size, number

        objects.put(buffer, min(objects.free_for(buffer), key=rank, default=None))
