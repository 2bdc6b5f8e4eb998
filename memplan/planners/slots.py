"""Whole blobs in slots: each slot is as large as its largest blob, and no two meet in time.

    items    a 8 [0, 2)   b 4 [1, 3)   c 6 [2, 4)        slot 0: a, c   8 bytes
    bound    8 + 4: at step 1 the second largest is 4     slot 1: b      4 bytes

Reference: Y. Pisarchyk, J. Lee, "Efficient Memory Management for Deep Neural Net Inference",
arXiv:2001.03288 ("shared objects", and the bound).
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass, field
from heapq import heappop, heappush

from memplan.plan import Witness, WitnessKind

__all__ = ["Cost", "Item", "Slot", "Span", "cost", "in_order", "slots_bound"]

Cost = tuple[int, int]
"""The sum of the sizes of the slots, and their number."""


@dataclass(frozen=True, slots=True)
class Span:
    """A time in which a blob holds one value, or one that is written over in place.

    Attributes:
        begin: The op that writes it first; `end` is one after the last op that uses it.
        uses: The ops that use it, as bits; where ops run one by one, only what stands for a use
            after the last op.
        after: The ops that are over before `begin` by dependencies alone, as bits; None: ops
            run one by one, and all that stand before it are.
    """

    begin: int
    end: int
    uses: int = 0
    after: int | None = None


def in_order(first: Span, second: Span) -> bool:
    """Whether every use of `first` is over before `second` begins; transitive."""
    if second.after is None:
        return first.end <= second.begin
    return not first.uses & ~second.after


@dataclass(frozen=True, slots=True)
class Item:
    """A blob: its size (1 where sizes are unknown: slots are counted), and its spans in order."""

    name: str
    size: int
    spans: tuple[Span, ...]


@dataclass(slots=True)
class Slot:
    """Blobs one after another on one piece of memory; `size` is that of the largest."""

    size: int = 0
    items: list[Item] = field(default_factory=list)
    begins: list[int] = field(default_factory=list)
    spans: list[Span] = field(default_factory=list)

    def takes(self, item: Item) -> bool:
        """Whether the item meets none that is there."""
        for span in item.spans:
            place = bisect_left(self.begins, span.begin)
            # Spans here are in order, and order is transitive: the two beside it decide.
            if place and not in_order(self.spans[place - 1], span):
                return False
            if place < len(self.spans) and not in_order(span, self.spans[place]):
                return False
        return True

    def add(self, item: Item) -> None:
        """Put an item in that the slot takes."""
        for span in item.spans:
            place = bisect_left(self.begins, span.begin)
            self.begins.insert(place, span.begin)
            self.spans.insert(place, span)
        self.items.append(item)
        self.size = max(self.size, item.size)


def cost(slots: Sequence[Slot]) -> Cost:
    """The sum of the sizes, and how many slots there are."""
    return sum(slot.size for slot in slots), len(slots)


def slots_bound(items: Sequence[Item]) -> Witness:
    """What the slots of these items must add up to at least.

    At one step all that is alive lies in different slots: the k-th largest slot is at least as
    large as the k-th largest item there. The witness names for each k the largest such item.
    Holds where ops run in parallel too: what meets in the order of the list meets there as well.

    Cost: items alive, summed over the steps at which something is born.
    """
    births = sorted((span.begin, index) for index, item in enumerate(items) for span in item.spans)
    rank = {i: k for k, i in enumerate(sorted(range(len(items)), key=lambda i: -items[i].size))}
    ends: list[tuple[int, int]] = []
    alive: list[tuple[int, int]] = []
    best: list[int] = []
    span_end = {(s.begin, i): s.end for i, item in enumerate(items) for s in item.spans}
    for position, (step, index) in enumerate(births):
        while ends and ends[0][0] <= step:
            gone = heappop(ends)[1]
            del alive[bisect_left(alive, (rank[gone], gone))]
        heappush(ends, (span_end[step, index], index))
        alive.insert(bisect_left(alive, (rank[index], index)), (rank[index], index))
        if position + 1 < len(births) and births[position + 1][0] == step:
            continue
        for k, (_, candidate) in enumerate(alive):
            if k == len(best):
                best.append(candidate)
            elif items[candidate].size > items[best[k]].size:
                best[k] = candidate
    if not best:
        return Witness(WitnessKind.NOTHING, 0)
    names = tuple(items[i].name for i in best)
    return Witness(WitnessKind.SLOTS, sum(items[i].size for i in best), None, names)
