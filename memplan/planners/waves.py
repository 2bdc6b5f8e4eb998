"""Placing in waves: all buffers at once that wait for nobody, with the plan of one by one.

    queue   a  b  c  d  e          a meets c, b meets c and d, c meets e
    wave 1  a  b                   nobody that meets them stands before them in the queue
    wave 2  c  d                   … but a and b, which are placed
    wave 3  e

Idea: where a buffer goes is decided by those before it in the queue that are alive with it, and by
nobody else. A queue that jumps about in time (by size, by length of life) has few waves: some
hundreds for a million buffers, each a row of calls of numpy.
Cost: the number of pairs alive together, at some hundredths of a microsecond; each wave some tenths
of a millisecond.
Reference: Kahn's topological order, Communications of the ACM 5, 1962, level by level; the holes
are found as in `dense_neighbours`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from itertools import pairwise

import numpy as np

from memplan.plan import Buffer, Problem
from memplan.planners.crowd import in_columns, most_bytes, pairs_alive
from memplan.planners.timeline import Numbers, Rows, Timeline

__all__ = [
    "ChooseHoles",
    "in_waves",
    "jumps_about",
    "lowest_holes",
    "suits_waves",
    "tightest_holes",
]

_FEW = 1_000  # buffers: for fewer there is nothing to be gained
_WIDE = 16  # buffers a wave: below, numpy's calls cost more than they save
_NARROW = 4  # buffers a wave so far: with fewer it is given up …
_PATIENCE = 64  # … but not before so many waves
_CROWD = 64  # alive together on average: beyond, one by one in columns is quicker
_ONE = np.int32(1)  # of the type of what it is added to: numpy is a hundred times as quick then
_BITS = 48  # of an offset; those above tell one of up to 2^15 buffers that are asked about

ChooseHoles = Callable[[Numbers, Numbers], Numbers]
"""Of the holes that fit, from below: which buffer each is for, and its bytes. Returns an order of
them, in which the first of each buffer is the one that it takes."""


def suits_waves(problem: Problem) -> bool:
    """Whether waves are quicker, and columns hold all that there is to know of the buffers."""
    count = len(problem.buffers)
    if count < _FEW or not in_columns(problem) or most_bytes(problem) >> _BITS:
        return False
    return pairs_alive(problem) <= _CROWD * count


def jumps_about(queue: Sequence[Buffer]) -> bool:
    """Whether a queue may have few waves: in a chain of one size each waits for the one before."""
    run = longest = 0
    for a, b in pairwise(queue):
        run = run + 1 if a.live.meets(b.live) else 0
        longest = max(longest, run)
    return longest * _WIDE < len(queue)


def lowest_holes(whose: Numbers, _bytes: Numbers) -> Numbers:
    """First fit."""
    return np.arange(len(whose))


def tightest_holes(whose: Numbers, bytes_: Numbers) -> Numbers:
    """Best fit; of equal holes the lowest."""
    return np.lexsort((bytes_, whose))


def in_waves(
    problem: Problem, queue: Sequence[Buffer], choose: ChooseHoles
) -> dict[str, int] | None:
    """The offset of each buffer of `queue`, as if they were placed in turn.

    None where the waves are so narrow that one by one is quicker.
    """
    turns = {buffer.name: turn for turn, buffer in enumerate(queue)}
    offsets = np.zeros(len(turns), np.int64)
    # In the order of the problem: a million records are read in half the time as they lie.
    held = [b for b in problem.buffers if b.size and b.name in turns]
    if held:
        columns = _Columns(problem, held, [turns[b.name] for b in held])
        if not columns.place(choose, offsets):
            return None
    found = dict(zip(turns, offsets.tolist(), strict=True))
    found.update((b.name, b.offset or 0) for b in queue if not b.size)
    return found


class _Columns:
    """Buffers by birth, with their turn in the queue and what is known of them."""

    def __init__(self, problem: Problem, buffers: Sequence[Buffer], turns: Sequence[int]) -> None:
        begins = np.array([b.live.begin for b in buffers], np.int64)
        ends = np.array([b.live.end for b in buffers], np.int64)
        sizes = np.array([b.size for b in buffers], np.int64)
        units = np.array([problem.alignment_of(b) for b in buffers], np.int64)
        fixed = np.array([-1 if b.offset is None else b.offset for b in buffers], np.int64)
        order = np.lexsort((ends, begins))
        self._turn = np.array(turns, np.int32)[order]
        self._size, self._unit, self._fixed = sizes[order], units[order], fixed[order]
        self._low = np.zeros(len(buffers), np.int64)
        self._top = self._low.copy()
        self._timeline = Timeline(begins[order], ends[order])

    def place(self, choose: ChooseHoles, offsets: Numbers) -> bool:
        """Place all, unless it is given up; `offsets` is filled in the order of the queue."""
        placed = 0
        for rows, meets, place in self._waves():
            placed += len(rows)
            low = self._places(rows, meets, place, choose)
            self._low[rows], self._top[rows] = low, low + self._size[rows]
        offsets[self._turn] = self._low
        return placed == len(self._turn)

    def _waves(self) -> Iterator[tuple[Rows, Rows, Rows]]:
        """Rows that wait for none but those before them; and who is in the way of which."""
        awaited = self._awaited()
        ready = [np.flatnonzero(awaited == 0).astype(np.int32)]
        waves = begun = 0
        while ready:
            wave = np.concatenate(ready)
            waves, begun, ready = waves + 1, begun + len(wave), []
            if waves > _PATIENCE and begun < _NARROW * waves:
                return
            for rows in self._timeline.parts(wave):
                others, place = self._timeline.meeting(rows)
                its, mine = self._turn[others], self._turn[rows][place]
                before = its < mine
                yield rows, others[before], place[before]
                after = others[its > mine]
                np.subtract.at(awaited, after, _ONE)
                free = np.sort(after[awaited[after] == 0])
                if len(free):
                    ready.append(free[np.diff(free, prepend=-1) > 0])

    def _awaited(self) -> Rows:
        """For each row how many that meet it have an earlier turn."""
        count = np.zeros(len(self._turn), np.int32)
        for others, rows in self._timeline.pairs():
            waiting = np.where(self._turn[others] < self._turn[rows], rows, others)
            np.add.at(count, waiting, _ONE)
        return count

    def _places(self, rows: Rows, meets: Rows, place: Rows, choose: ChooseHoles) -> Numbers:
        """Where each row goes, among the blocks of those that are in its way."""
        size, unit, fixed = self._size[rows], self._unit[rows], self._fixed[rows]
        found = np.zeros(len(rows), np.int64)
        if len(meets):
            # Sorted by buffer, then by place: both in one number, which sorts much quicker.
            whose = place.astype(np.int64) << _BITS
            lows, tops = np.sort(whose + self._low[meets]), np.sort(whose + self._top[meets])
            whose = lows >> _BITS
            firsts = np.flatnonzero(np.diff(whose, prepend=-1))
            begins = np.concatenate(([0], tops[:-1]))
            begins[firsts] = whose[firsts] << _BITS
            found[whose[firsts]] = tops[np.append(firsts[1:], len(whose)) - 1] & _MASK
            lows &= _MASK
            begins &= _MASK
            fits = np.flatnonzero(lows - _aligned(begins, unit[whose]) >= size[whose])
            fits = fits[choose(whose[fits], (lows - begins)[fits])][::-1]
            # Of several for one buffer the last is kept: backwards, its first.
            found[whose[fits]] = begins[fits]
        return np.where(fixed < 0, _aligned(found, unit), fixed)


_MASK = (1 << _BITS) - 1


def _aligned(offsets: Numbers, unit: Numbers) -> Numbers:
    return -(-offsets // unit) * unit
