"""By hint: in the order of the offsets that the problem suggests, each in the lowest hole.

Idea: if what is suggested is a plan, whatever lies below a buffer there is placed before it and no
higher, so that its own place is still free: the result is no higher than the suggestion. If it is
none, it is an order like any other. What has no hint comes last, the biggest first.
Cost: as greedy by size. No planner of its own: `best_of`, and through it the search, begin here.
Reference: the column `hint` of MiniMalloc's CSV.
"""

from __future__ import annotations

from memplan.plan import Buffer, Plan, Problem, Trace
from memplan.planners.placing import Key, first_fit, in_turn, packed_by

__all__ = ["by_hint", "has_hints"]


def has_hints(problem: Problem) -> bool:
    """Whether the problem suggests a place for any buffer."""
    return any(buffer.hint is not None for buffer in problem.buffers)


def by_hint(problem: Problem, trace: Trace | None = None) -> Plan:
    """Place what is suggested to lie lowest first.

    >>> from memplan.plan import LiveRange
    >>> a = Buffer("a", LiveRange(0, 2), 8, hint=4)
    >>> b = Buffer("b", LiveRange(1, 9), 4, hint=0)
    >>> dict(by_hint(Problem((a, b))).offsets)
    {'b': 0, 'a': 4}
    """
    return packed_by(_lowest_first, first_fit, "", problem, trace)


def _lowest_first(problem: Problem) -> list[Buffer]:
    return in_turn(problem, _turn)


def _turn(buffer: Buffer) -> Key:
    unhinted = buffer.hint is None
    return (unhinted, buffer.hint or 0, -(buffer.size or 0), buffer.live.begin, buffer.name)
