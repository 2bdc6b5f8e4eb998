"""First fit by birth: in the order of time, each in the lowest hole that fits.

Idea: what an allocator without foresight does, as if it were called while the net runs: it knows
what is there, and nothing of what is to come.
Differs: of what is born at one step the bigger goes first, then by name. Buffers with a fixed
offset are known beforehand.
Cost: the number of pairs alive together, and one sort.
Reference: D. E. Knuth, "The Art of Computer Programming", vol. 1, section 2.5 (first fit).
"""

from __future__ import annotations

from memplan.plan import Buffer, Plan, Problem, Trace
from memplan.planners.placing import Key, first_fit, in_turn, packed_by

__all__ = ["first_fit_by_birth", "oldest_first"]


def first_fit_by_birth(problem: Problem, trace: Trace | None = None) -> Plan:
    """Place each buffer when it is born, in the lowest hole that fits.

    >>> from memplan.plan import LiveRange
    >>> a, b = Buffer("a", LiveRange(0, 2), 8), Buffer("b", LiveRange(1, 9), 9)
    >>> dict(first_fit_by_birth(Problem((a, b))).offsets)
    {'a': 0, 'b': 8}
    """
    return packed_by(oldest_first, first_fit, "first_fit_by_birth", problem, trace)


def oldest_first(problem: Problem) -> list[Buffer]:
    """The buffers of known size in the order of birth, the bigger of two that are born together."""
    return in_turn(problem, _turn)


def _turn(buffer: Buffer) -> Key:
    return (buffer.live.begin, -(buffer.size or 0), buffer.name)
