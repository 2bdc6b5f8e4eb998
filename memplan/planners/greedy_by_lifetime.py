"""Greedy by lifetime: what lives longest first, each in the lowest hole that fits.

Idea: long-lived buffers (a skip connection, an activation kept for the backward pass) make the
floor; what comes and goes shares the memory above it, and nothing long hangs in the middle.
Differs: gaps count as life here: the buffer must come back to the same bytes.
Cost: the number of pairs alive together, and one sort.
Reference: the order of lifetimes in M. D. Moffitt, "MiniMalloc", ASPLOS 2023.
"""

from __future__ import annotations

from memplan.plan import Buffer, Plan, Problem, Trace
from memplan.planners.placing import Key, first_fit, in_turn, packed_by

__all__ = ["greedy_by_lifetime", "longest_first"]


def greedy_by_lifetime(problem: Problem, trace: Trace | None = None) -> Plan:
    """Place what lives longest first, each in the lowest hole that fits.

    >>> from memplan.plan import LiveRange
    >>> a, b = Buffer("a", LiveRange(0, 2), 8), Buffer("b", LiveRange(1, 9), 4)
    >>> dict(greedy_by_lifetime(Problem((a, b))).offsets)
    {'b': 0, 'a': 4}
    """
    return packed_by(longest_first, first_fit, "greedy_by_lifetime", problem, trace)


def longest_first(problem: Problem) -> list[Buffer]:
    """The buffers of known size, what lives longest first, the bigger of two as long."""
    return in_turn(problem, _turn)


def _turn(buffer: Buffer) -> Key:
    live = buffer.live
    return (live.begin - live.end, -(buffer.size or 0), live.begin, buffer.name)
