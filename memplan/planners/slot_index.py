"""Which of many slots are taken at which steps: asked once, not slot by slot.

A tree over the steps; each node has the slots that are taken during all of its steps, and those
that are taken during some, as bits. A time is made of a few nodes that lie side by side:

    [0, 4)                      slot 0 taken in [1, 4): all of [2, 4) and of [1, 2), and so
    ├─ [0, 2)   [0, 1) [1, 2)   some of [0, 2) and of [0, 4)
    └─ [2, 4)   [2, 3) [3, 4)

Cost: a few unions of sets of slots for each doubling of the number of steps.
"""

from __future__ import annotations

from collections.abc import Iterator

from memplan.planners.slots import Item

__all__ = ["SlotIndex"]


class SlotIndex:
    """The times at which slots are taken; slots are known by their numbers.

    >>> from memplan.planners.slots import Span
    >>> index = SlotIndex(8)
    >>> index.take(0, Item("a", 1, (Span(1, 4),)))
    >>> index.take(1, Item("b", 1, (Span(3, 6),)))
    >>> [bin(index.taken(Item("c", 1, (Span(*time),)))) for time in ((0, 1), (2, 3), (3, 4))]
    ['0b0', '0b1', '0b11']
    """

    def __init__(self, steps: int) -> None:
        # Node n has the nodes 2n and 2n + 1 below it; the steps, a power of two, are the last ones.
        self._steps = 1 << max(0, steps - 1).bit_length()
        self._whole = [0] * (2 * self._steps)
        self._some = [0] * (2 * self._steps)

    def take(self, slot: int, item: Item) -> None:
        """Note that a slot holds an item."""
        bit = 1 << slot
        for span in item.spans:
            for node in self._side_by_side(span.begin, span.end):
                self._whole[node] |= bit
                self._some[node] |= bit
            for node in self._around(span.begin, span.end):
                self._some[node] |= bit

    def taken(self, item: Item) -> int:
        """The slots that hold something at a time at which the item is alive, as bits."""
        found = 0
        for span in item.spans:
            for node in self._side_by_side(span.begin, span.end):
                found |= self._some[node]
            for node in self._around(span.begin, span.end):
                found |= self._whole[node]
        return found

    def _side_by_side(self, begin: int, end: int) -> Iterator[int]:
        """The largest nodes of which the time [begin, end) is made."""
        low, high = begin + self._steps, end + self._steps
        while low < high:
            if low & 1:
                yield low
                low += 1
            if high & 1:
                high -= 1
                yield high
            low >>= 1
            high >>= 1

    def _around(self, begin: int, end: int) -> Iterator[int]:
        """All nodes above the first step of a time, and above its last."""
        low, high = (begin + self._steps) >> 1, (end - 1 + self._steps) >> 1
        while low != high:
            yield low
            yield high
            low >>= 1
            high >>= 1
        while low:
            yield low
            low >>= 1
