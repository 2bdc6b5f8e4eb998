"""Best fit: the biggest buffer first, each in the hole that it fills best.

Idea: a hole that is filled exactly is lost to nobody, and a large one stays for a large buffer.
Differs: Pisarchyk & Lee too take the smallest gap; between two of one size they take the first
that they find, here it is the lower one, and ties of size go by birth, then name.
Cost: the number of pairs alive together, and one sort.
Reference: Y. Pisarchyk, J. Lee, "Efficient Memory Management for Deep Neural Net Inference",
2020, arXiv:2001.03288, section 5.2.
"""

from __future__ import annotations

from memplan.plan import Plan, Problem, Trace
from memplan.planners.greedy_by_size import biggest_first
from memplan.planners.placing import best_fit_in_turn, packed_by

__all__ = ["best_fit"]


def best_fit(problem: Problem, trace: Trace | None = None) -> Plan:
    """Place the biggest buffer first, each in the smallest hole that fits.

    >>> from memplan.plan import Buffer, LiveRange
    >>> row = [("a", 0, 2, 9), ("b", 1, 5, 8), ("c", 3, 5, 7), ("d", 2, 3, 2)]
    >>> buffers = (Buffer(name, LiveRange(*live), size) for name, *live, size in row)
    >>> dict(best_fit(Problem(tuple(buffers))).offsets)
    {'a': 0, 'b': 9, 'c': 0, 'd': 0}
    """
    return packed_by(biggest_first, best_fit_in_turn, "best_fit", problem, trace)
