"""How two buffers must not lie to one another: forbidden differences of offsets, in columns.

       bytes                      b may lie anywhere but where low < b - a < high:
         │   ┌───┐                low = -(size of b): b ends where a begins;
       a ├───┤ b │                high = size of a: b begins where a ends.
         │ a │   │                Where parts of the two meet at different times, low and high
         └───┴───┘                are of these parts, and there may be several such stretches.

Live ranges, gaps, windows and an explicit conflict relation all come down to this. It is worked
out for a buffer when somebody asks, so that a million of them cost nothing beforehand.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from memplan.plan import Buffer, Problem

__all__ = ["Forbidden", "Numbers"]

_KEPT = 4_000_000  # stretches that are kept for when they are asked for again: some 100 MB

Numbers = NDArray[np.int64]

Stretches = tuple[Numbers, Numbers, Numbers]
"""Others, by number; the offset of the one asked for, less theirs, lies in no (low, high)."""


class Forbidden:
    """What holds between the buffers of a problem of one space that take room."""

    def __init__(self, problem: Problem, buffers: Sequence[Buffer]) -> None:
        """Look at the buffers, which are sorted by birth; each is known by its number there."""
        self._buffers = buffers
        self._sizes: Numbers = np.array([b.size or 0 for b in buffers], np.int64)
        self._born: Numbers = np.array([b.live.begin for b in buffers], np.int64)
        self._ends: Numbers = np.array([b.live.end for b in buffers], np.int64)
        self._parts: NDArray[np.bool_] = np.array([bool(b.gaps or b.windows) for b in buffers])
        self._told = None if problem.conflicts is None else _told(problem, buffers)
        self._kept: dict[int, Stretches] = {}
        self._room = _KEPT

    def counts(self) -> Numbers:
        """How many others each buffer conflicts with; some more where there are gaps."""
        if self._told is not None:
            rows = (len(self._told[n]) for n in range(len(self._buffers)))
            return np.fromiter(rows, np.int64, len(self._buffers))
        born_by = np.searchsorted(self._born, self._ends, "left")
        return born_by - np.searchsorted(np.sort(self._ends), self._born, "right") - 1

    def of(self, buffer: int) -> Stretches:
        """The stretches that are forbidden to a buffer; one may stand there more than once."""
        found = self._kept.get(buffer)
        if found is None:
            found = self._worked_out(buffer)
            if len(found[0]) <= self._room:
                self._room -= len(found[0])
                self._kept[buffer] = found
        return found

    def _worked_out(self, buffer: int) -> Stretches:
        if self._told is not None:
            return self._whole(buffer, self._told[buffer])
        last = np.searchsorted(self._born, self._ends[buffer], "left")
        others = np.flatnonzero(self._ends[:last] > self._born[buffer])
        others = others[others != buffer]
        if self._parts[buffer]:
            return self._of_parts(buffer, others)
        apart = self._parts[others]
        if not apart.any():
            return self._whole(buffer, others)
        pairs = zip(
            self._whole(buffer, others[~apart]), self._of_parts(buffer, others[apart]), strict=True
        )
        joined = [np.concatenate(pair) for pair in pairs]
        return joined[0], joined[1], joined[2]

    def _whole(self, buffer: int, others: Numbers) -> Stretches:
        sizes = self._sizes[others]
        return others, np.full(len(others), -self._sizes[buffer]), sizes

    def _of_parts(self, buffer: int, others: Numbers) -> Stretches:
        mine = self._buffers[buffer]
        rows = [
            (other, low, high)
            for other in others.tolist()
            for low, high in _stretches(mine, self._buffers[other])
        ]
        columns = np.array(rows, np.int64).reshape(-1, 3).T.copy()
        return columns[0], columns[1], columns[2]


def _told(problem: Problem, buffers: Sequence[Buffer]) -> dict[int, Numbers]:
    """Whom an explicit relation names as the others of each buffer."""
    number = {buffer.name: n for n, buffer in enumerate(buffers)}
    of = [number.get(buffer.name) for buffer in problem.buffers]
    others: dict[int, list[int]] = defaultdict(list)
    for i, j in problem.conflicts or ():
        a, b = of[i], of[j]
        if a is not None and b is not None:
            others[a].append(b)
            others[b].append(a)
    return {n: np.array(sorted(others[n]), np.int64) for n in range(len(buffers))}


def _stretches(buffer: Buffer, other: Buffer) -> list[tuple[int, int]]:
    """Those that the parts of two buffers forbid, joined where they overlap."""
    found = sorted(
        (its.low - mine.high, its.high - mine.low)
        for mine in buffer.occupied()
        for its in other.occupied()
        if mine.low < mine.high and its.low < its.high and mine.live.meets(its.live)
    )
    joined: list[tuple[int, int]] = []
    for low, high in found:
        # Where one ends and the next begins the parts just touch: that is allowed.
        if joined and low < joined[-1][1]:
            joined[-1] = (joined[-1][0], max(high, joined[-1][1]))
        else:
            joined.append((low, high))
    return joined
