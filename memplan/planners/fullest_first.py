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

from memplan.plan import Buffer, Plan, Problem, Trace
from memplan.planners.fullest_step import FullestStep
from memplan.planners.placing import Key, first_fit, in_turn, packed_by

__all__ = ["fullest_first"]


def fullest_first(problem: Problem, trace: Trace | None = None) -> Plan:
    """Place what is alive at the fullest step first, each in the lowest hole that fits.

    >>> from memplan.plan import LiveRange
    >>> row = [("a", 0, 1, 9), ("b", 1, 3, 4), ("c", 2, 3, 8), ("d", 1, 2, 4)]
    >>> buffers = (Buffer(name, LiveRange(*live), size) for name, *live, size in row)
    >>> dict(fullest_first(Problem(tuple(buffers))).offsets)
    {'b': 0, 'c': 4, 'a': 0, 'd': 4}
    """
    return packed_by(_fullest, first_fit, "fullest_first", problem, trace)


def _fullest(problem: Problem) -> list[Buffer]:
    fullest = FullestStep(problem)

    def turn(buffer: Buffer) -> Key:
        breadth, _ = fullest.of(buffer)
        return (-breadth, buffer.live.begin, -(buffer.size or 0), buffer.name)

    return in_turn(problem, turn)
