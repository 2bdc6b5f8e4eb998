"""Greedy by breadth: op by op, the one with most bytes alive first; there the biggest buffer first.

Idea: the op with most bytes alive decides the peak, so what is alive there chooses first; then the
next fullest op places what is alive there and has no place yet, and so on.
Differs: the paper takes the smallest hole that fits, here it is the lowest; ties of breadth go to
the earlier op, ties of size by birth, then name. Buffers with a fixed offset come first.
Cost: the number of pairs alive together, and n log n.
Reference: Y. Pisarchyk, J. Lee, "Efficient Memory Management for Deep Neural Net Inference",
2020, arXiv:2001.03288, section 5.3.
"""

from __future__ import annotations

from memplan.plan import Buffer, Plan, Problem, Trace
from memplan.planners.fullest_step import FullestStep
from memplan.planners.placing import Key, first_fit, in_turn, packed_by

__all__ = ["broadest_first", "greedy_by_breadth"]


def greedy_by_breadth(problem: Problem, trace: Trace | None = None) -> Plan:
    """Place what is alive at the op of most bytes first, the biggest first, lowest hole that fits.

    >>> from memplan.plan import LiveRange
    >>> row = [("a", 0, 1, 9), ("b", 1, 3, 4), ("c", 2, 3, 8), ("d", 1, 2, 4)]
    >>> buffers = (Buffer(name, LiveRange(*live), size) for name, *live, size in row)
    >>> dict(greedy_by_breadth(Problem(tuple(buffers))).offsets)
    {'c': 0, 'b': 8, 'a': 0, 'd': 0}
    """
    return packed_by(broadest_first, first_fit, "greedy_by_breadth", problem, trace)


def broadest_first(problem: Problem) -> list[Buffer]:
    """The buffers of known size, as the ops reach them in the order of their breadth."""
    fullest = FullestStep(problem)

    def turn(buffer: Buffer) -> Key:
        breadth, step = fullest.of(buffer)
        return (-breadth, step, -(buffer.size or 0), buffer.live.begin, buffer.name)

    return in_turn(problem, turn)
