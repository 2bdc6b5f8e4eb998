"""How many buffers are alive together, and whether columns of numbers hold all there is to know."""

from __future__ import annotations

import numpy as np

from memplan.plan import Problem

__all__ = ["in_columns", "most_bytes", "pairs_alive"]

_MOST = 1 << 61  # bytes of all buffers, and steps: what is reckoned with fits a column


def pairs_alive(problem: Problem) -> int:
    """How many pairs of buffers are alive together, or conflict; some more where there are gaps.

    >>> from memplan.plan import Buffer, LiveRange
    >>> row = [("a", 0, 2), ("b", 1, 3), ("c", 2, 4)]
    >>> pairs_alive(Problem(tuple(Buffer(n, LiveRange(*live), 1) for n, *live in row)))
    2
    """
    if problem.conflicts is not None:
        return len(problem.conflicts)
    if problem.horizon > _MOST:
        return len(problem.buffers) * (len(problem.buffers) - 1) // 2
    births = np.sort(np.fromiter((b.live.begin for b in problem.buffers), np.int64))
    ends = np.sort(np.fromiter((b.live.end for b in problem.buffers), np.int64))
    before = np.arange(len(births)) - np.searchsorted(ends, births, "right")
    return int(before.sum())


def in_columns(problem: Problem) -> bool:
    """Whether live ranges and sizes decide alone, and all sums fit columns of 64-bit numbers."""
    buffers = problem.buffers
    if problem.conflicts is not None or problem.horizon > _MOST:
        return False
    if any(b.gaps or b.windows for b in buffers):
        return False
    return most_bytes(problem) <= _MOST


def most_bytes(problem: Problem) -> int:
    """What no offset of a greedy plan is above: all buffers stacked, and what is fixed."""
    return sum(problem.alignment_of(b) + (b.size or 0) + (b.offset or 0) for b in problem.buffers)
