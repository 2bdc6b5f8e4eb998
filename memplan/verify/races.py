"""Whether blobs that share memory are kept apart by real dependencies alone.

Ops that may run in parallel are ordered only where one reads what the other made. An op that
writes memory which held another blob must come after every op that used that blob, by such
dependencies: not because it stands later in the list.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence

from memplan.verify.symbols import Access, Event, Run

__all__ = ["ancestors", "races"]

Race = tuple[Event, Access, Access, int]
"""The op that writes, what it writes by its names before and after, and an op not before it."""


def ancestors(before: Run) -> list[int]:
    """For each op the ops that must be over before it, as the bits of an integer.

    Cost: a bit for each pair of ops in the worst case: 20,000 ops take 25 MB.
    """
    known = [0] * len(before.events)
    passed_on: dict[int, list[int]] = defaultdict(list)
    for op, maker in sorted(before.passed_on):
        passed_on[op].append(maker)
    for index, events in enumerate(before.events):
        parents = set(passed_on.get(index, ()))
        for event in events:
            for access in event.reads:
                parents.update(p for p in (access.by, access.bound_by) if p is not None)
        bits = 0
        for parent in sorted(parents - {index}):
            bits |= known[parent] | 1 << parent
        known[index] = bits
    return known


def races(before: Run, after: Run, order: Sequence[int]) -> Iterator[Race]:
    """Writes that nothing keeps from running while another blob's memory is in use.

    Args:
        order: The numbers of the ops in the order in which `after` runs them.
    """
    earlier = ancestors(before)
    everybody: dict[int, int] = defaultdict(int)  # ops that used a cell of `after`, by its number
    own: dict[tuple[int, int], int] = defaultdict(int)  # … for one cell of `before`
    for index in order:
        pairs = list(_pairs(before.events[index], after.events[index]))
        for event, old, new, writes in pairs:
            if writes:
                others = everybody[new.cell] & ~own[new.cell, old.cell] & ~earlier[index]
                if others & ~(1 << index):
                    yield event, old, new, (others & -others).bit_length() - 1
        for _, old, new, _ in pairs:
            everybody[new.cell] |= 1 << index
            own[new.cell, old.cell] |= 1 << index


def _pairs(
    before: Sequence[Event], after: Sequence[Event]
) -> Iterator[tuple[Event, Access, Access, bool]]:
    """Each use of a blob by its names and cells in both nets, and whether it writes."""
    for first, second in zip(before, after, strict=True):
        for old, new in zip(first.reads, second.reads, strict=True):
            yield first, old, new, False
        for old, new in zip(first.writes, second.writes, strict=True):
            yield first, old, new, True
