"""Two studies side by side: which piece of memory is which, where it lies, who its mates are.

A:  offset 0 │ a │ c │          B:  offset 0 │ a │ d │
    offset 8 │ b │ d │              offset 8 │ b │ c │

c moved by 8, d by -8; a lost its mate c and gained d.
"""

from __future__ import annotations

from bisect import bisect_left
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from types import MappingProxyType

from memplan.plan import Plan
from memplan.study import Study
from memplan.views.rows import MemoryRow, memory_rows

__all__ = ["Change", "Comparison", "MateChange", "Pair", "hand_overs", "mate_changes", "pairs"]


@dataclass(frozen=True, slots=True)
class Comparison:
    """Side A and side B.

    Attributes:
        renamed: What B's net calls each blob that has another name there: where B's is the net
            that a recycler made of A's.
        broken: Why B's net does not compute what A's does, where that is known.
    """

    a: Study
    b: Study
    renamed: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))
    broken: str | None = None

    @property
    def alike(self) -> bool:
        """Whether each op of A is the same kind of op in B."""
        return [op.type for op in self.a.net.ops] == [op.type for op in self.b.net.ops]

    @property
    def reordered(self) -> bool:
        """Whether both run the same ops, in another order."""
        a, b = ([(op.type, op.inputs, op.outputs) for op in s.net.ops] for s in (self.a, self.b))
        return a != b and Counter(a) == Counter(b)


class Change(StrEnum):
    """What became of a piece of memory on the way from A to B."""

    MOVED = "moved"
    STAYS = "unmoved"
    ONLY_A = "only in A"
    ONLY_B = "only in B"
    UNPLACED = "size unknown"


@dataclass(frozen=True, slots=True)
class Pair:
    """One piece of memory in both plans, or in one of them: `a` or `b` is None, never both.

    Attributes:
        blob: As A calls it; what A has not, as B does.
    """

    blob: str
    a: MemoryRow | None
    b: MemoryRow | None

    @property
    def names(self) -> tuple[str, ...]:
        """Every name of it, A's first."""
        both = (*(self.a.names if self.a else ()), *(self.b.names if self.b else ()))
        return tuple(dict.fromkeys(both))

    @property
    def change(self) -> Change:
        """What became of it."""
        if self.b is None or not self.b.planned:
            return Change.ONLY_A
        if self.a is None or not self.a.planned:
            return Change.ONLY_B
        if self.a.offset is None or self.b.offset is None:
            return Change.UNPLACED
        same = (self.a.space, self.a.offset) == (self.b.space, self.b.offset)
        return Change.STAYS if same else Change.MOVED

    @property
    def moved_by(self) -> int | None:
        """Bytes from its offset in A to that in B; None where it has no two in one memory."""
        if self.change not in {Change.MOVED, Change.STAYS}:
            return None
        assert self.a is not None
        assert self.b is not None
        if self.a.space != self.b.space:
            return None
        return (self.b.offset or 0) - (self.a.offset or 0)


def pairs(both: Comparison) -> tuple[Pair, ...]:
    """All that is planned in A or in B: in the order of A's net, then what B alone has."""
    rows = memory_rows(both.b)
    in_b = {name: row for row in rows for name in row.names}
    found: list[Pair] = []
    taken: set[str] = set()
    for row in memory_rows(both.a):
        there = (in_b.get(both.renamed.get(name, name)) for name in row.names)
        other = next((other for other in there if other is not None), None)
        if other is not None:
            taken.add(other.name)
        if row.planned or (other is not None and other.planned):
            found.append(Pair(row.name, row, other))
    alone = (row for row in rows if row.planned and row.name not in taken)
    return (*found, *(Pair(row.name, None, row) for row in alone))


def hand_overs(plan: Plan) -> dict[str, tuple[str, ...]]:
    """For each placed buffer those that hold some of its bytes directly before or after it.

    Bytes are handed on from one buffer to the next, so these are few even where hundreds of
    buffers take turns at one place. Cost: a walk over the buffers by birth.
    """
    offsets = plan.offsets or {}
    turns = sorted(
        (piece.begin, place)
        for place, buffer in enumerate(plan.problem.buffers)
        if buffer.name in offsets and buffer.size
        for piece in buffer.alive()
    )
    found: dict[str, dict[str, None]] = {name: {} for name in offsets}
    holders = {space.name: _Holders() for space in plan.problem.spaces}
    for _, place in turns:
        buffer = plan.problem.buffers[place]
        begin = offsets[buffer.name]
        taken = holders[plan.space_name(buffer.name)]
        for before in taken.take(begin, begin + (buffer.size or 0), buffer.name):
            if before is not None and before != buffer.name:
                found[before][buffer.name] = found[buffer.name][before] = None
    return {name: tuple(others) for name, others in found.items()}


class _Holders:
    """Who held each byte last: a stretch begins at each start and ends where the next begins."""

    def __init__(self) -> None:
        self.starts = [0]
        self.owners: list[str | None] = [None]

    def take(self, begin: int, end: int, owner: str) -> list[str | None]:
        """Give [begin, end) to `owner`; who held some of it before."""
        first, last = self._cut(begin), self._cut(end)
        before = self.owners[first:last]
        self.starts[first:last], self.owners[first:last] = [begin], [owner]
        return before

    def _cut(self, at: int) -> int:
        """The place of the stretch that begins at `at`; one that lies across it is cut in two."""
        place = bisect_left(self.starts, at)
        if place == len(self.starts) or self.starts[place] != at:
            self.starts.insert(place, at)
            self.owners.insert(place, self.owners[place - 1])
        return place


@dataclass(frozen=True, slots=True)
class MateChange:
    """The mates that a blob gained and lost from A to B, and how many it kept."""

    blob: str
    gained: tuple[str, ...]
    lost: tuple[str, ...]
    kept: int


def mate_changes(both: Comparison, found: Iterable[Pair]) -> tuple[MateChange, ...]:
    """Each pair whose mates are others in B; what lies in one plan alone has no mates to change."""
    placed = [pair for pair in found if pair.change in {Change.MOVED, Change.STAYS}]
    in_a, in_b = hand_overs(both.a.plan), hand_overs(both.b.plan)
    # Several of A's blobs are one in B where a recycler gave them one name: they are mates too.
    back: dict[str, list[str]] = {}
    for pair in placed:
        back.setdefault(pair.b.name if pair.b else "", []).append(pair.blob)
    changes = []
    for pair in placed:
        assert pair.b is not None
        before = in_a.get(pair.blob, ())
        holders = (pair.b.name, *in_b.get(pair.b.name, ()))
        after = [name for holder in holders for name in back.get(holder, [holder])]
        after = [name for name in after if name != pair.blob]
        old, new = set(before), set(after)
        gained = tuple(name for name in after if name not in old)
        lost = tuple(name for name in before if name not in new)
        if gained or lost:
            changes.append(MateChange(pair.blob, gained, lost, len(old & new)))
    return tuple(changes)
