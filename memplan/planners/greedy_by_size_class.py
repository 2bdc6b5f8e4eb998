"""Greedy by size class: powers of two part sizes into classes; in one the longest-lived goes first.

    sizes    8 … 15 | 4 … 7 | 2 … 3 | 1        a class for each power of two, the largest first

Idea: as by size, the big choose while everything is free. Among those about as big an exact order
of size says little, so the long-lived make the floor there, and what comes and goes above it finds
one place after another of just about its size.
Differs: from greedy by size in that alone; the ties in a class go by birth, then size, then name.
Cost: the number of pairs alive together, and one sort.
Reference: ours; classes by powers of two as in the buddy system, D. E. Knuth, "The Art of Computer
Programming", vol. 1, section 2.5. Where it wins: `benchmarks/packing_orders.py`.
"""

from __future__ import annotations

from memplan.plan import Buffer, Plan, Problem, Trace
from memplan.planners.placing import Key, first_fit, in_turn, packed_by

__all__ = ["greedy_by_size_class"]


def greedy_by_size_class(problem: Problem, trace: Trace | None = None) -> Plan:
    """Place the largest class of sizes first, what lives longest in it before the others.

    >>> from memplan.plan import LiveRange
    >>> a, b = Buffer("a", LiveRange(0, 2), 7), Buffer("b", LiveRange(1, 9), 5)
    >>> dict(greedy_by_size_class(Problem((a, b))).offsets)
    {'b': 0, 'a': 5}
    """
    return packed_by(_by_size_class, first_fit, "greedy_by_size_class", problem, trace)


def _by_size_class(problem: Problem) -> list[Buffer]:
    return in_turn(problem, _turn)


def _turn(buffer: Buffer) -> Key:
    live, size = buffer.live, buffer.size or 0
    return (-size.bit_length(), live.begin - live.end, live.begin, -size, buffer.name)
