"""Who is alive with whom, asked for many buffers at once: columns of numbers by birth.

    row     0  1  2  3 │ 4  5  6  7 │ 8 …          every so many rows there is a *cut*, with the
            ───────────┼─           │              list of the rows before it that are alive there
               ────────┼────────────┼─
                       │    x ──────┼──            in x's way: who is in the list of its cut, and
    alive here:      0, 1         1, 4, 5          who stands from there to the last that is born
                                                   before x dies; but for those dead by its birth

Cost: for each buffer as many as meet it, and some more; in calls of numpy for thousands of them.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

__all__ = ["Numbers", "Rows", "Timeline"]

Numbers = NDArray[np.int64]
Rows = NDArray[np.int32]

_AT_ONCE = 1 << 18  # meetings looked at in one call: some MB
_MOST_ROWS = 1 << 14  # rows asked about in one call


class Timeline:
    """Buffers in rows by birth.

    Args:
        begins: Of the live ranges, ascending.
        ends: Of the same rows.
    """

    def __init__(self, begins: Numbers, ends: Numbers) -> None:
        # Only which of two times comes first matters: ranks are half as wide.
        times = np.sort(np.concatenate((begins, ends)))
        self._born = np.searchsorted(times, begins).astype(np.int32)
        self._end = np.searchsorted(times, ends).astype(np.int32)
        self._until = np.searchsorted(begins, ends).astype(np.int32)
        alive = int((self._until - np.arange(len(begins))).sum()) // max(1, len(begins))
        self._every = max(16, alive // 2)
        self._cuts, self._alive = _cuts(self._born, self._end, self._every)
        rows = np.arange(len(begins), dtype=np.int32)
        cut = rows // self._every
        listed = self._cuts[cut + 1] - self._cuts[cut]
        self._width = listed + self._until - cut * self._every

    def parts(self, rows: Rows) -> list[Rows]:
        """The same rows in parts, each small enough to be asked about at once."""
        each = np.maximum(self._width[rows], _AT_ONCE // _MOST_ROWS)
        turns = np.cumsum(each) // _AT_ONCE
        return np.split(rows, np.flatnonzero(np.diff(turns)) + 1)

    def meeting(self, rows: Rows) -> tuple[Rows, Rows]:
        """Who is alive with each of `rows`, itself too; and beside it the place in `rows`."""
        return self._meeting(rows, self._until[rows])

    def pairs(self) -> Iterator[tuple[Rows, Rows]]:
        """All pairs that are alive together, each once, in parts."""
        for rows in self.parts(np.arange(len(self._born), dtype=np.int32)):
            others, place = self._meeting(rows, rows)
            yield others, rows[place]

    def _meeting(self, rows: Rows, until: Rows) -> tuple[Rows, Rows]:
        """Of those that stand before `until`, one for each row, who is alive with it."""
        cut = rows // self._every
        place = np.arange(len(rows), dtype=np.int32)
        first, last = self._cuts[cut], self._cuts[cut + 1]
        old, old_place = _ranges(first, last - first, place)
        young, young_place = _ranges(cut * self._every, until - cut * self._every, place)
        others = np.concatenate((self._alive[old], young))
        place = np.concatenate((old_place, young_place))
        meets = self._end[others] > self._born[rows][place]
        return others[meets], place[meets]


def _ranges(firsts: Rows, lengths: Rows, place: Rows) -> tuple[Rows, Rows]:
    """The numbers of several ranges one after another; beside each the place of its range."""
    before = np.cumsum(lengths, dtype=np.int32) - lengths
    numbers = np.repeat(firsts - before, lengths)
    numbers += np.arange(len(numbers), dtype=np.int32)
    return numbers, np.repeat(place, lengths)


def _cuts(born: Rows, ends: Rows, every: int) -> tuple[Rows, Rows]:
    """The rows alive at each cut, one list after another; and where each list begins."""
    lists = [np.zeros(0, np.int32)]
    for first in range(every, len(born), every):
        last = np.arange(first - every, first, dtype=np.int32)
        rows = np.concatenate((lists[-1], last))
        lists.append(rows[ends[rows] > born[first]])
    begins = np.cumsum([0, *map(len, lists)], dtype=np.int32)
    return begins, np.concatenate(lists)
