"""Greedy by area: what takes most bytes for most steps first, each in the lowest hole that fits.

Idea: bytes times steps are the room that a buffer takes in the map of time and memory; what takes
much of it is hard to fit in later, be it big or long.
Differs: no paper fixes the ties; here they go by size, birth, then name.
Cost: the number of pairs alive together, and one sort.
Reference: M. D. Moffitt, "MiniMalloc", ASPLOS 2023: an order that its search tries.
"""

from __future__ import annotations

from memplan.plan import Buffer, Plan, Problem, Trace
from memplan.planners.placing import Key, first_fit, in_turn, packed_by

__all__ = ["greedy_by_area", "largest_area_first"]


def greedy_by_area(problem: Problem, trace: Trace | None = None) -> Plan:
    """Place the largest bytes x steps first, each in the lowest hole that fits.

    >>> from memplan.plan import LiveRange
    >>> a, b = Buffer("a", LiveRange(0, 2), 8), Buffer("b", LiveRange(1, 9), 4)
    >>> dict(greedy_by_area(Problem((a, b))).offsets)
    {'b': 0, 'a': 4}
    """
    return packed_by(largest_area_first, first_fit, "greedy_by_area", problem, trace)


def largest_area_first(problem: Problem) -> list[Buffer]:
    """The buffers of known size, by bytes times the steps at which they are alive."""
    return in_turn(problem, _turn)


def _turn(buffer: Buffer) -> Key:
    size, live = buffer.size or 0, buffer.live
    steps = sum(part.end - part.begin for part in buffer.alive())
    return (-size * steps, -size, live.begin, buffer.name)
