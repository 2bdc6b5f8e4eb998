"""The same look-up where very many are alive together: columns of numbers in place of records.

    born    a   b │ c   d   e   f │ g …             x is alive from d to g: in its way may be who
                  │     [── x ────┼─)               was alive at the cut before d, and, one beside
                  alive here: a, b                  the other in a column, who was born since then

Buffers stand in columns by birth. Every so many births there is a *cut* with the list of those
alive there. Who is unplaced has died at step 0 as far as the columns say. Holes then need
no pairs: of sorted begins and sorted tops of blocks, the k lowest tops end below the next begin
just where a hole is.
"""

from __future__ import annotations

import numpy as np

from memplan.plan import Buffer, Problem
from memplan.planners.crowd import in_columns, pairs_alive
from memplan.planners.timeline import Numbers

__all__ = ["DenseNeighbours", "is_dense"]

_DENSE = 48  # alive together on average: from here on columns are quicker than records


def is_dense(problem: Problem) -> bool:
    """Whether columns are quicker here, and know all that there is to know of the buffers."""
    count = len(problem.buffers)
    if count < _DENSE or not in_columns(problem):
        return False
    return pairs_alive(problem) >= _DENSE * count


class DenseNeighbours:
    """The buffers placed so far, with their offsets; live ranges alone decide who conflicts."""

    def __init__(self, problem: Problem) -> None:
        ranked = sorted(problem.buffers, key=lambda b: (b.live.begin, b.live.end, b.name))
        self._row = {buffer.name: row for row, buffer in enumerate(ranked)}
        self._born: Numbers = np.array([b.live.begin for b in ranked], np.int64)
        self._until: Numbers = np.zeros(len(ranked), np.int64)
        self._low, self._top = self._until.copy(), self._until.copy()
        ends = np.array([b.live.end for b in ranked], np.int64)
        self._cuts, self._alive = _cuts(self._born, ends)

    def add(self, buffer: Buffer, offset: int) -> None:
        """Note where a buffer lies; one of no bytes is in nobody's way."""
        if not buffer.size:
            return
        row = self._row[buffer.name]
        self._until[row] = buffer.live.end
        self._low[row], self._top[row] = offset, offset + buffer.size

    def holes(self, buffer: Buffer, at_least: int = 1) -> list[tuple[int, int | None]]:
        """The free stretches from below of `at_least` so many bytes; the last has no end."""
        if not buffer.size:
            return [(0, None)]
        lows, tops = self._blocks(buffer.live.begin, buffer.live.end)
        lows.sort()
        tops.sort()
        begins = np.concatenate(([0], tops))
        wide = np.flatnonzero(lows - begins[:-1] >= at_least)
        holes = zip(begins[wide].tolist(), lows[wide].tolist(), strict=True)
        return [*holes, (int(begins[-1]), None)]

    def _blocks(self, begin: int, end: int) -> tuple[Numbers, Numbers]:
        """Where the blocks in the way of [begin, end) begin, and where they end; not in pairs."""
        cut = int(np.searchsorted(self._born, begin)) // self._cuts
        since = slice(cut * self._cuts, int(np.searchsorted(self._born, end)))
        old = self._alive[cut]
        old = old[self._until[old] > begin]
        young = self._until[since] > begin
        lows = np.concatenate((self._low[old], self._low[since][young]))
        return lows, np.concatenate((self._top[old], self._top[since][young]))


def _cuts(born: Numbers, ends: Numbers) -> tuple[int, list[Numbers]]:
    """Births from cut to cut, about as many as are alive; and at each the rows alive then."""
    alive = int((ends - born).sum()) // max(1, int(ends.max() - born.min()))
    every = max(64, alive)
    found, rows = [], np.zeros(0, np.int64)
    for first in range(0, len(born) + 1, every):
        if first:
            rows = np.concatenate((rows, np.arange(first - every, first)))
        if first < len(born):
            rows = rows[ends[rows] > born[first]]
        found.append(rows)
    return every, found
