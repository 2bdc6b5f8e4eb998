"""How many bytes are alive when: the curve, its steps alone, and its highest."""

from __future__ import annotations

from itertools import accumulate
from operator import itemgetter

import numpy as np
from numpy.typing import NDArray

from memplan.plan import Problem, Witness, WitnessKind

__all__ = ["live_bytes", "live_levels", "max_live"]

_MANY = 500  # buffers: from here on columns of numbers are quicker, and take a tenth of the memory

_Numbers = NDArray[np.int64]


def live_bytes(problem: Problem) -> tuple[int, ...]:
    """Bytes alive at each step, over the buffers of known size."""
    change = [0] * (problem.horizon + 1)
    for buffer in problem.buffers:
        for part in buffer.occupied():
            change[part.live.begin] += part.high - part.low
            change[part.live.end] -= part.high - part.low
    return tuple(accumulate(change))[: problem.horizon]


def live_levels(problem: Problem) -> tuple[tuple[int, int], ...]:
    """The steps at which something is born or dies, each with the bytes alive from there on.

    Its cost follows the number of buffers: a clock of cycles may have a million steps.

    >>> from memplan.plan import Buffer, LiveRange
    >>> pair = (Buffer("a", LiveRange(0, 900), 8), Buffer("b", LiveRange(5, 9), 4))
    >>> live_levels(Problem(pair))
    ((0, 8), (5, 12), (9, 8), (900, 0))
    """
    columns = _in_columns(problem)
    if columns is not None:
        return tuple(zip(*(column.tolist() for column in columns), strict=True))
    change: dict[int, int] = {}
    for buffer in problem.buffers:
        size = buffer.size or 0
        whole = ((buffer.live.begin, buffer.live.end, size),)
        parts = (
            ((p.live.begin, p.live.end, p.high - p.low) for p in buffer.occupied())
            if buffer.gaps or buffer.windows
            else whole
        )
        # Even where a gap leaves nothing of a life, it is born and dies.
        change.setdefault(buffer.live.begin, 0)
        change.setdefault(buffer.live.end, 0)
        for begin, end, bytes_ in parts:
            change[begin] = change.get(begin, 0) + bytes_
            change[end] = change.get(end, 0) - bytes_
    steps = sorted(change)
    return tuple(zip(steps, accumulate(map(change.__getitem__, steps)), strict=True))


def max_live(problem: Problem) -> Witness:
    """The first step at which most bytes are alive, with the buffers alive there.

    No plan of buffers that conflict when their live ranges meet can need less; with an explicit
    conflict relation that is no bound (a partial order is not an interval order).
    """
    step, most = _fullest(problem)
    if not most:
        return Witness(WitnessKind.NOTHING, 0)
    here = (b for b in problem.buffers if b.live.begin <= step < b.live.end)
    names = (b.name for b in here if b.size and b.bytes_at(step))
    return Witness(WitnessKind.MAX_LIVE, most, step, tuple(names))


def _fullest(problem: Problem) -> tuple[int, int]:
    """The first step at which most bytes are alive, and how many."""
    columns = _in_columns(problem)
    if columns is None:
        return max(live_levels(problem), key=itemgetter(1), default=(0, 0))
    steps, levels = columns
    place = int(np.argmax(levels))
    return int(steps[place]), int(levels[place])


def _in_columns(problem: Problem) -> tuple[_Numbers, _Numbers] | None:
    """The levels as columns, where there are many and nothing has gaps or is too large for that."""
    buffers = problem.buffers
    if len(buffers) < _MANY or any(b.gaps or b.windows for b in buffers):
        return None
    if max(problem.horizon, sum(b.size or 0 for b in buffers)) >> 62:
        return None
    sizes = np.array([b.size or 0 for b in buffers], np.int64)
    begins = np.array([b.live.begin for b in buffers], np.int64)
    steps = np.concatenate((begins, np.array([b.live.end for b in buffers], np.int64)))
    order = np.argsort(steps, kind="stable")
    steps, levels = steps[order], np.cumsum(np.concatenate((sizes, -sizes))[order])
    last = np.append(np.flatnonzero(np.diff(steps)), len(steps) - 1)
    return steps[last], levels[last]
