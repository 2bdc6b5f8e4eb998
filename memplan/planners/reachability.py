"""What must be over before an op starts, in nets whose ops run in parallel.

    0 ─▶ 1 ─▶ 3        before[3] = {0, 1, 2}: bits 0, 1, 2. Ops 1 and 2 may run at one time:
      └▶ 2 ─┘          neither is among the bits of the other.

Only what is read orders ops: an op waits for those that made what it reads. Sets of ops are the
bits of integers, so that 20,000 ops take 25 MB and a union of two sets a microsecond.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

__all__ = ["Uses", "earlier_ops"]

Uses = tuple[Iterable[str], Iterable[str]]
"""The names that an op reads, and those that it writes."""


def earlier_ops(uses: Sequence[Uses]) -> list[int]:
    """For each op the bits of the ops that it waits for, directly or not.

    >>> earlier_ops([((), "a"), ("a", "b"), ("a", "c"), ("bc", "d")])
    [0, 1, 1, 7]
    """
    maker: dict[str, int] = {}
    known: list[int] = []
    for index, (reads, writes) in enumerate(uses):
        bits = 0
        for parent in sorted({maker[name] for name in reads if name in maker}):
            bits |= known[parent] | 1 << parent
        known.append(bits)
        maker.update(dict.fromkeys(writes, index))
    return known
