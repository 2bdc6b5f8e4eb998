"""Greedy by size: the biggest buffer first, each in the lowest hole that fits.

Idea: big buffers decide the peak, so they choose while everything is free; small ones fill the
holes that are left between those that are alive at the same time.
Differs: buffers with a fixed offset come first; ties break by birth, then name.
Cost: the number of pairs alive together, and one sort; n log n for a chain.
Reference: Y. Pisarchyk, J. Lee, "Efficient Memory Management for Deep Neural Net Inference",
2020, arXiv:2001.03288, section 5.2; TensorFlow Lite's default.
"""

from __future__ import annotations

from memplan.plan import Buffer, Plan, Problem, Trace
from memplan.planners.placing import Key, first_fit, in_turn, packed_by

__all__ = ["biggest_first", "greedy_by_size"]


def greedy_by_size(problem: Problem, trace: Trace | None = None) -> Plan:
    """Place the biggest buffer first, each in the lowest hole that fits.

    >>> from memplan.plan import LiveRange
    >>> a, b = Buffer("a", LiveRange(0, 2), 8), Buffer("b", LiveRange(2, 4), 4)
    >>> dict(greedy_by_size(Problem((a, b))).offsets)
    {'a': 0, 'b': 0}
    """
    return packed_by(biggest_first, first_fit, "greedy_by_size", problem, trace)


def biggest_first(problem: Problem) -> list[Buffer]:
    """The buffers of known size, the biggest first; ties go by birth, then name."""
    return in_turn(problem, _turn)


def _turn(buffer: Buffer) -> Key:
    # A total order: a plan never depends on the order in which the buffers were listed.
    return (-(buffer.size or 0), buffer.live.begin, buffer.name)
