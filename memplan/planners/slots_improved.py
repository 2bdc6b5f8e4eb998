"""Slots by size, improved: in stages of like sizes; first what leaves a slot idle least.

    borders 9, 6, 4     the largest alive at any op, the second largest, the third …
    stages  9 | 8 7 | 6 | 5 | 4 | 3 …

Idea: the slots are at least as large as the borders, so buffers of one stage are as good as equal
in size, and time decides: of all buffers and slots the pair is taken for which the slot waits
least between two that it holds. Where no pair is left, the biggest begins a new slot.
Differs: ties go by size, birth, then name, then the lower slot. A buffer keeps its slot through its
gaps. It needs an order of ops.
Cost: in each stage, once through all that is placed, with a search for each.
Reference: Y. Pisarchyk, J. Lee, "Efficient Memory Management for Deep Neural Net Inference",
2020, arXiv:2001.03288, section 4.4 (greedy by size improved, for shared objects).
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Sequence
from heapq import heapify, heappop, heappush
from itertools import groupby

from memplan.errors import InvalidProblem
from memplan.plan import Buffer, Plan, Problem, Trace
from memplan.planners.shared_objects import Objects, share_objects
from memplan.planners.slots import Item, Span, slots_bound

__all__ = ["slots_improved"]

Rest = tuple[int, int, int]
"""A slot, and the steps [begin, end) between two that it holds; -1 and the horizon at the ends."""

Pair = tuple[int, int, Rest]
"""How long the slot would wait, which buffer of the stage it is (by size), and in which rest."""


def slots_improved(problem: Problem, trace: Trace | None = None) -> Plan:
    """Give buffers slots, stage by stage of like sizes, with as little waiting as can be.

    >>> from memplan.plan import LiveRange
    >>> row = [("a", 0, 2, 8), ("b", 0, 5, 8), ("c", 2, 4, 8), ("d", 6, 7, 8)]
    >>> buffers = (Buffer(name, LiveRange(*live), size) for name, *live, size in row)
    >>> dict(slots_improved(Problem(tuple(buffers))).slots)
    {'a': 0, 'c': 0, 'd': 0, 'b': 1}

    Raises:
        InvalidProblem: A place is fixed beforehand, or an explicit relation says what conflicts.
    """
    if problem.conflicts is not None:
        raise InvalidProblem("the planner slots_improved needs an order of ops, not a relation")
    return share_objects(_assign, "slots_improved", problem, trace)


def _assign(objects: Objects) -> None:
    known = objects.known()
    rests = _Rests(objects.problem.horizon)
    for stage in _stages(known):
        _assign_stage(stage, objects, rests)


def _stages(known: Sequence[Buffer]) -> Iterator[list[Buffer]]:
    """The buffers, biggest first, cut before and after each border."""
    items = [Item(b.name, b.size or 0, (Span(b.live.begin, b.live.end),)) for b in known]
    size_of = {item.name: item.size for item in items}
    borders = sorted({size_of[name] for name in slots_bound(items).buffers})

    def stage(buffer: Buffer) -> tuple[int, bool]:
        size = buffer.size or 0
        place = bisect_left(borders, size)
        return place, place < len(borders) and borders[place] == size

    return (list(group) for _, group in groupby(known, key=stage))


def _assign_stage(stage: Sequence[Buffer], objects: Objects, rests: _Rests) -> None:
    waiting = _Waiting(stage, objects.problem.horizon)
    pairs = [pair for rest in rests.all() if (pair := waiting.nearest(rest))]
    heapify(pairs)
    biggest = 0
    while waiting.count:
        while pairs and not rests.stands(pairs[0][2]):
            heappop(pairs)
        slot: int | None = None
        if pairs:
            _, place, rest = heappop(pairs)
            if not waiting.waits(place):
                _push(pairs, waiting.nearest(rest))
                continue
            slot = rest[0]
        else:
            while not waiting.waits(biggest):
                biggest += 1
            place = biggest
        waiting.leave(place)
        number = objects.put(stage[place], slot)
        for rest in rests.fill(number, stage[place].live.begin, stage[place].live.end):
            _push(pairs, waiting.nearest(rest))


def _push(pairs: list[Pair], pair: Pair | None) -> None:
    if pair is not None:
        heappush(pairs, pair)


class _Rests:
    """When each slot rests."""

    def __init__(self, horizon: int) -> None:
        self._horizon = horizon
        self._begins: list[list[int]] = []
        self._ends: list[dict[int, int]] = []

    def all(self) -> Iterator[Rest]:
        """Every rest of every slot."""
        for slot, ends in enumerate(self._ends):
            for begin in self._begins[slot]:
                yield slot, begin, ends[begin]

    def stands(self, rest: Rest) -> bool:
        """Whether nothing has been put into it."""
        slot, begin, end = rest
        return self._ends[slot].get(begin) == end

    def fill(self, slot: int, begin: int, end: int) -> list[Rest]:
        """Put something into a slot's rest, or into a new slot; what is left of the rest."""
        if slot == len(self._begins):
            self._begins.append([-1])
            self._ends.append({-1: self._horizon + 1})
        begins, ends = self._begins[slot], self._ends[slot]
        place = bisect_right(begins, begin) - 1
        low = begins.pop(place)
        high = ends.pop(low)
        left = [(a, b) for a, b in ((low, begin), (end, high)) if a < b]
        begins[place:place] = [a for a, _ in left]
        ends.update(left)
        return [(slot, a, b) for a, b in left]


class _Waiting:
    """The buffers of a stage that have no slot yet, by number: the biggest has 0."""

    def __init__(self, stage: Sequence[Buffer], horizon: int) -> None:
        self.count = len(stage)
        self._horizon = horizon
        self._waits = [True] * len(stage)
        self._lives = [(b.live.begin, b.live.end) for b in stage]
        numbers = range(len(stage))
        self._by_begin = sorted((self._lives[n][0], n) for n in numbers)
        self._by_end = sorted((self._lives[n][1], -n) for n in numbers)
        # For each place in those rows, one at or after (before) it from where to look on.
        self._after = list(range(len(stage) + 1))
        self._before = list(range(len(stage) + 1))

    def waits(self, number: int) -> bool:
        """Whether a buffer still waits."""
        return self._waits[number]

    def leave(self, number: int) -> None:
        """Take a buffer out, which gets a slot."""
        begin, end = self._lives[number]
        self._waits[number] = False
        self.count -= 1
        place = bisect_left(self._by_begin, (begin, number))
        self._after[place] = place + 1
        place = bisect_left(self._by_end, (end, -number)) + 1
        self._before[place] = place - 1

    def nearest(self, rest: Rest) -> Pair | None:
        """The buffer that fits into a rest and leaves the slot idle least, before or after it."""
        _, low, high = rest
        found: list[Pair] = []
        place = bisect_left(self._by_begin, (low, -1))
        while low >= 0 and (place := _root(self._after, place)) < len(self._lives):
            begin, number = self._by_begin[place]
            if begin >= high:
                break
            if self._lives[number][1] <= high:
                found.append((begin - low, number, rest))
                break
            place += 1
        # The horizon is no buffer: nothing waits for it, as nothing waits for the first of all.
        place = bisect_left(self._by_end, (high + 1, -len(self._lives)))
        while high <= self._horizon and (place := _root(self._before, place)) > 0:
            end, number = self._by_end[place - 1]
            if end <= low:
                break
            if self._lives[-number][0] >= low:
                found.append((high - end, -number, rest))
                break
            place -= 1
        return min(found, default=None)


def _root(links: list[int], place: int) -> int:
    """Follow links to one that stays where it is, and shorten the way for the next."""
    end = place
    while links[end] != end:
        end = links[end]
    while links[place] != end:
        links[place], place = end, links[place]
    return end
