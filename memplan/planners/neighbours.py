"""Which placed buffers are in a new one's way: an index over time, in place of a flat scan.

Each buffer is filed in the smallest of a hierarchy of time bins that holds its whole live
range (the binning scheme of genome browsers: W. J. Kent et al., "The Human Genome Browser at
UCSC", Genome Research 12, 2002). A look-up visits the few bins that its live range touches at
each level, so a chain of 100,000 ops costs n log n, not n squared.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator

from memplan.plan import Buffer, LiveRange, Problem

__all__ = ["Neighbours"]

_FINEST = 1  # bins of two steps at the lowest level: the live range of most blobs of a chain
_FACTOR = 3  # each level's bins are 8 times as long

Entry = tuple[Buffer, int]


class Neighbours:
    """The buffers placed so far, with their offsets."""

    def __init__(self, problem: Problem) -> None:
        self._levels: list[int] = [_FINEST]
        while problem.horizon >> self._levels[-1]:
            self._levels.append(self._levels[-1] + _FACTOR)
        self._bins: dict[tuple[int, int], list[Entry]] = defaultdict(list)
        self._offsets: dict[str, int] = {}
        self._rivals = _rivals(problem)
        self._size = {b.name: b.size or 0 for b in problem.buffers}

    def add(self, buffer: Buffer, offset: int) -> None:
        """Note where a buffer lies; one of no bytes is in nobody's way."""
        if not buffer.size:
            return
        self._offsets[buffer.name] = offset
        first, last = buffer.live.begin, buffer.live.end - 1
        shift = next(s for s in self._levels if first >> s == last >> s)
        self._bins[shift, first >> shift].append((buffer, offset))

    def blocks_in_the_way(self, buffer: Buffer) -> list[tuple[int, int]]:
        """The bytes [offset, top) of each placed buffer that conflicts with `buffer`."""
        if not buffer.size:
            return []
        if self._rivals is not None:
            names = [n for n in self._rivals.get(buffer.name, ()) if n in self._offsets]
            return [(self._offsets[n], self._offsets[n] + self._size[n]) for n in names]
        return [
            (offset, offset + (other.size or 0))
            for other, offset in self._near(buffer.live)
            if _alive_together(buffer, other)
        ]

    def _near(self, live: LiveRange) -> Iterator[Entry]:
        for shift in self._levels:
            for number in range(live.begin >> shift, ((live.end - 1) >> shift) + 1):
                yield from self._bins.get((shift, number), ())


def _alive_together(a: Buffer, b: Buffer) -> bool:
    if not (a.gaps or b.gaps):
        return a.live.meets(b.live)
    return any(x.meets(y) for x in a.alive() for y in b.alive())


def _rivals(problem: Problem) -> dict[str, list[str]] | None:
    """The explicit conflict relation by name; None where live ranges decide."""
    if problem.conflicts is None:
        return None
    rivals: dict[str, list[str]] = defaultdict(list)
    for i, j in sorted(problem.conflicts):
        a, b = problem.buffers[i].name, problem.buffers[j].name
        rivals[a].append(b)
        rivals[b].append(a)
    return rivals
