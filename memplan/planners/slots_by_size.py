"""Slots by size: the biggest buffer first, each into the smallest slot in which it meets none.

    a 8 [0, 2)   b 6 [1, 3)   c 4 [2, 4)       slot 0: a, c   8 bytes      slot 1: b   6 bytes

Idea: whole buffers share (a slot is as large as its largest), as an engine needs that hands out
tensors, not bytes; in this order no slot ever grows, so the smallest that is free fits best.
Differs: ties of size go by birth, then name; the lower of two equal slots is taken.
Cost: n log n unions of sets of slots; which are free is asked at once for all.
Reference: Y. Pisarchyk, J. Lee, "Efficient Memory Management for Deep Neural Net Inference",
2020, arXiv:2001.03288, section 4.3 (greedy by size for shared objects).
"""

from __future__ import annotations

from memplan.plan import Plan, Problem, Trace
from memplan.planners.shared_objects import Objects, share_objects

__all__ = ["slots_by_size"]


def slots_by_size(problem: Problem, trace: Trace | None = None) -> Plan:
    """Give the biggest buffer a slot first, each the smallest that is free for it.

    >>> from memplan.plan import Buffer, LiveRange
    >>> row = [("a", 0, 2, 8), ("b", 1, 3, 6), ("c", 2, 4, 4)]
    >>> buffers = (Buffer(name, LiveRange(*live), size) for name, *live, size in row)
    >>> dict(slots_by_size(Problem(tuple(buffers))).slots)
    {'a': 0, 'b': 1, 'c': 0}

    Raises:
        InvalidProblem: A buffer's place is fixed beforehand.
    """
    return share_objects(_assign, "slots_by_size", problem, trace)


def _assign(objects: Objects) -> None:
    # In this order slots are begun from the largest to the smallest, and none grows: the smallest
    # that is free is the last, or the first of those that are as large as the last.
    first_as_large: dict[int, int] = {}
    for buffer in objects.known():
        free = objects.free_bits(buffer)
        number: int | None = None
        if free:
            first = first_as_large[objects.sizes[free.bit_length() - 1]]
            equal = free >> first
            number = first + (equal & -equal).bit_length() - 1
        number = objects.put(buffer, number)
        first_as_large.setdefault(objects.sizes[number], number)
