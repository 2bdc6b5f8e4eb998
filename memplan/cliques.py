"""Buffers that conflict pairwise, under an explicit relation: all of them need bytes of their own.

Idea: in a graph of conflicts whatever is pairwise joined (a clique) lies one above the other, so
the sizes of any clique add up to a bound. The heaviest clique is searched by branch and bound: a
buffer is taken in or left out, and a branch is cut where all that could still join adds too little.
Every clique is a bound, so a search that is cut short by its budget gives one too, perhaps a lower.
Reference: P. R. J. Östergård, "A new algorithm for the maximum-weight clique problem", 2001; this
is the plain form of it, with the heaviest neighbours first.
"""

from __future__ import annotations

from collections.abc import Sequence

from memplan.bits import numbers
from memplan.plan import Problem, Witness, WitnessKind

__all__ = ["clique_bound"]

_NODES = 20_000  # some tenths of a second


def clique_bound(problem: Problem) -> Witness:
    """What pairwise conflicting buffers of known size add up to: the most that was found.

    >>> from memplan.plan import Buffer, LiveRange
    >>> buffers = tuple(Buffer(name, LiveRange(0, 1), 4) for name in "abcd")
    >>> clique_bound(Problem(buffers, conflicts=frozenset({(0, 1), (1, 2), (0, 2), (2, 3)}))).bytes
    12
    """
    buffers = problem.buffers
    heavy = sorted(
        (i for i, b in enumerate(buffers) if b.size),
        key=lambda i: (-(buffers[i].size or 0), buffers[i].name),
    )
    if not heavy:
        return Witness(WitnessKind.NOTHING, 0)
    place = {index: n for n, index in enumerate(heavy)}
    joined = [0] * len(heavy)
    for i, j in problem.conflicts or ():
        if i in place and j in place:
            joined[place[i]] |= 1 << place[j]
            joined[place[j]] |= 1 << place[i]
    found = _Search([buffers[index].size or 0 for index in heavy], joined).heaviest()
    names = tuple(buffers[heavy[n]].name for n in found)
    weight = sum(buffers[heavy[n]].size or 0 for n in found)
    if len(names) == 1:
        return Witness(WitnessKind.LARGEST, weight, None, names)
    return Witness(WitnessKind.CLIQUE, weight, None, names)


class _Search:
    """Branch and bound over buffers by number, the heaviest first; sets are the bits of a number.

    A stack of our own: a clique may be larger than Python's calls are deep.
    """

    def __init__(self, weights: Sequence[int], joined: Sequence[int]) -> None:
        self._weights, self._joined = weights, joined
        self._best: tuple[int, ...] = ()
        self._most = 0

    def heaviest(self) -> tuple[int, ...]:
        stack: list[tuple[tuple[int, ...], int, int]] = []
        # The last that is pushed is the first that is looked at: begin with the heaviest.
        for first in reversed(range(len(self._weights))):
            later = self._joined[first] >> (first + 1) << (first + 1)
            stack.append(((first,), self._weights[first], later))
        for _ in range(_NODES + len(stack)):
            if not stack:
                break
            self._grow(stack, *stack.pop())
        return self._best

    def _grow(
        self,
        stack: list[tuple[tuple[int, ...], int, int]],
        taken: tuple[int, ...],
        weight: int,
        open_: int,
    ) -> None:
        """Note a clique; push it without the heaviest that could join, and above that with it."""
        if weight > self._most:
            self._best, self._most = taken, weight
        if not open_ or weight + self._sum(open_) <= self._most:
            return
        lowest = open_ & -open_
        n = lowest.bit_length() - 1
        stack.append((taken, weight, open_ ^ lowest))
        stack.append(((*taken, n), weight + self._weights[n], (open_ ^ lowest) & self._joined[n]))

    def _sum(self, members: int) -> int:
        return sum(self._weights[n] for n in numbers(members))
