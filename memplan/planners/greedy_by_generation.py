"""Greedy by generation: lives of about one length in the order of birth, the longest-lived first.

Idea: lives are sorted into generations, each at most twice as long as the next; the longest make
the floor, as by lifetime. Inside one, what dies leaves its bytes to what is born next, which lives
about as long: placed in the order of birth, a generation stays packed all along.
Wins: on the two large instances of idealloc (S_1, resnet50_somas) it alone is the
lowest of all orders here; on generated problems of six kinds, on MiniMalloc's and on the nets that
we have it never is (`benchmarks/packing_orders.py`). So it is one more to ask, never the one.
Differs: a generation has no region of memory of its own; each buffer goes as low as it can.
Cost: the number of pairs alive together, and one sort.
Reference: the classes of lifetimes by powers of two in the interval packings of A. Buchsbaum et
al., "OPT versus LOAD in Dynamic Storage Allocation", SIAM J. Computing 33, 2004; ours otherwise.
"""

from __future__ import annotations

from memplan.plan import Buffer, Plan, Problem, Trace
from memplan.planners.placing import Key, first_fit, in_turn, packed_by

__all__ = ["greedy_by_generation"]


def greedy_by_generation(problem: Problem, trace: Trace | None = None) -> Plan:
    """Place the longest-lived generation first, by birth, each in the lowest hole that fits.

    >>> from memplan.plan import LiveRange
    >>> a, b = Buffer("a", LiveRange(0, 2), 8), Buffer("b", LiveRange(1, 9), 4)
    >>> dict(greedy_by_generation(Problem((a, b))).offsets)
    {'b': 0, 'a': 4}
    """
    return packed_by(_by_generation, first_fit, "greedy_by_generation", problem, trace)


def _by_generation(problem: Problem) -> list[Buffer]:
    return in_turn(problem, _turn)


def _turn(buffer: Buffer) -> Key:
    live = buffer.live
    generation = (live.end - live.begin).bit_length()
    return (-generation, live.begin, -(buffer.size or 0), live.end, buffer.name)
