"""The fullest step of each buffer's life: where, of all its steps, most bytes are alive."""

from __future__ import annotations

import numpy as np

from memplan.liveness import live_levels
from memplan.plan import Buffer, Problem

__all__ = ["FullestStep"]


class FullestStep:
    """Looks the fullest step of any stretch of time up at once (a sparse table of ranks).

    >>> from memplan.plan import LiveRange
    >>> a, b = Buffer("a", LiveRange(0, 3), 8), Buffer("b", LiveRange(1, 2), 4)
    >>> FullestStep(Problem((a, b))).of(a)
    (12, 1)
    """

    def __init__(self, problem: Problem) -> None:
        self._levels = levels = live_levels(problem)
        self._at = {step: place for place, (step, _) in enumerate(levels)}
        # Ranks fit an array, whatever the bytes; 0: the fullest step, the earlier of two as full.
        self._fullest = sorted(range(len(levels)), key=lambda place: -levels[place][1])
        ranks = np.empty(len(levels), np.int32)
        ranks[self._fullest] = np.arange(len(levels), dtype=np.int32)
        self._rows = [ranks]
        width = 1
        while 2 * width <= len(levels):
            row = self._rows[-1]
            self._rows.append(np.minimum(row[:-width], row[width:]))
            width *= 2

    def of(self, buffer: Buffer) -> tuple[int, int]:
        """The bytes alive at the fullest step of a buffer's life, and the first such step."""
        parts = buffer.alive() or (buffer.live,)
        rank = min(self._least(self._at[p.begin], self._at[p.end]) for p in parts)
        step, bytes_ = self._levels[self._fullest[rank]]
        return bytes_, step

    def _least(self, begin: int, end: int) -> int:
        level = (end - begin).bit_length() - 1
        row = self._rows[level]
        return int(min(row[begin], row[end - (1 << level)]))
