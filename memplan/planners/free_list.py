"""The free bytes of an arena while a sweep goes through time: holes that melt when they touch.

    ┌──a──┐░░░░░┌─b─┐░░░░░░░┌c┐ …      when b dies, the holes beside it and its own bytes are one

Cost: a search among the holes for each birth and each death; of holes there are few.
Reference: D. E. Knuth, "The Art of Computer Programming", vol. 1, section 2.5 (boundary tags).
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right, insort

from memplan.planners.neighbours import Hole
from memplan.units import align_up

__all__ = ["FreeList"]


class FreeList:
    """The free bytes: holes that never touch, and all above the top."""

    def __init__(self) -> None:
        self._top = 0
        self._by_size: list[tuple[int, int]] = []
        self._starts: list[int] = []
        self._high: dict[int, int] = {}
        self._low: dict[int, int] = {}

    def holes(self) -> list[Hole]:
        """All holes from below; the last one has no end."""
        return [*((low, self._high[low]) for low in self._starts), (self._top, None)]

    def tightest(self, size: int, alignment: int) -> int:
        """The offset in the smallest hole that fits, the lower of two; else above the top."""
        place = bisect_left(self._by_size, (size, 0))
        while place < len(self._by_size):
            length, low = self._by_size[place]
            offset = align_up(low, alignment)
            if offset + size <= low + length:
                return offset
            place += 1
        return align_up(self._top, alignment)

    def lowest(self, size: int, alignment: int) -> int:
        """The lowest offset at which a hole has room for `size` bytes; else above the top."""
        for low in self._starts:
            offset = align_up(low, alignment)
            if offset + size <= self._high[low]:
                return offset
        return align_up(self._top, alignment)

    def take(self, low: int, high: int) -> None:
        """Take bytes [low, high), which lie in one hole."""
        if low >= self._top:
            self._add(self._top, low)
            self._top = high
            return
        start = self._starts[bisect_right(self._starts, low) - 1]
        end = self._high[start]
        self._remove(start, end)
        self._add(start, low)
        self._add(high, end)

    def give_back(self, low: int, high: int) -> None:
        """Free bytes [low, high); they melt into the holes that they touch."""
        if low in self._low:
            before = self._low[low]
            self._remove(before, low)
            low = before
        if high == self._top:
            self._top = low
            return
        if high in self._high:
            after = self._high[high]
            self._remove(high, after)
            high = after
        self._add(low, high)

    def _add(self, low: int, high: int) -> None:
        if low < high:
            self._high[low], self._low[high] = high, low
            insort(self._starts, low)
            insort(self._by_size, (high - low, low))

    def _remove(self, low: int, high: int) -> None:
        del self._high[low], self._low[high]
        del self._starts[bisect_left(self._starts, low)]
        del self._by_size[bisect_left(self._by_size, (high - low, low))]
