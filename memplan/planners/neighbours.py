"""Which placed buffers are in a new one's way: an index over time, in place of a flat scan.

Each buffer is filed in the smallest of a hierarchy of time bins that holds its whole live
range (the binning scheme of genome browsers: W. J. Kent et al., "The Human Genome Browser at
UCSC", Genome Research 12, 2002). A look-up visits the few bins that its live range touches at
each level, so a chain of 100,000 ops costs n log n, not n squared.
"""

from __future__ import annotations

from collections import defaultdict

from memplan.plan import Buffer, Problem

__all__ = ["Hole", "Neighbours", "holes_between"]

_FINEST = 1  # bins of two steps at the lowest level: the live range of most blobs of a chain
_FACTOR = 3  # each level's bins are 8 times as long

Hole = tuple[int, int | None]
"""Free bytes [low, high); the last hole has no end."""

Entry = tuple[int, int, int, int, Buffer]
"""Begin and end of the live range, offset, top, and the buffer itself."""


class Neighbours:
    """The buffers placed so far, with their offsets."""

    def __init__(self, problem: Problem) -> None:
        shifts = [_FINEST]
        while problem.horizon >> shifts[-1]:
            shifts.append(shifts[-1] + _FACTOR)
        self._levels: dict[int, dict[int, list[Entry]]] = {shift: {} for shift in shifts}
        self._rivals = _rivals(problem)
        self._windows = any(buffer.windows for buffer in problem.buffers)
        self._placed: dict[str, tuple[int, int]] = {}

    def add(self, buffer: Buffer, offset: int) -> None:
        """Note where a buffer lies; one of no bytes is in nobody's way."""
        if not buffer.size:
            return
        top = offset + buffer.size
        if self._rivals is not None:
            self._placed[buffer.name] = (offset, top)
            return
        begin, end = buffer.live.begin, buffer.live.end
        for shift, bins in self._levels.items():
            if begin >> shift == (end - 1) >> shift:
                bins.setdefault(begin >> shift, []).append((begin, end, offset, top, buffer))
                return

    def holes(self, buffer: Buffer, _at_least: int = 1) -> list[Hole]:
        """The free stretches from below for `buffer`; the last has no end.

        All of them: those that are too small cost less to keep than to sift.
        """
        return holes_between(self.blocks_in_the_way(buffer))

    def blocks_in_the_way(self, buffer: Buffer) -> list[tuple[int, int]]:
        """The bytes [offset, top) of each placed buffer that conflicts with `buffer`.

        Where one of the two has windows, see above.
        """
        if not buffer.size:
            return []
        if self._rivals is not None:
            rivals = self._rivals.get(buffer.name, ())
            return [self._placed[name] for name in rivals if name in self._placed]
        if self._windows:
            return self._blocks_of_parts(buffer)
        begin, end = buffer.live.begin, buffer.live.end
        # The innermost loop of the planner: no calls but for buffers with gaps.
        return [
            (offset, top)
            for shift, bins in self._levels.items()
            if bins
            for number in range(begin >> shift, ((end - 1) >> shift) + 1)
            for other_begin, other_end, offset, top, other in bins.get(number, ())
            if other_begin < end and begin < other_end
            if not (buffer.gaps or other.gaps) or _alive_together(buffer, other)
        ]

    def _blocks_of_parts(self, buffer: Buffer) -> list[tuple[int, int]]:
        begin, end = buffer.live.begin, buffer.live.end
        blocks: list[tuple[int, int]] = []
        for shift, bins in self._levels.items():
            for number in range(begin >> shift, ((end - 1) >> shift) + 1) if bins else ():
                for other_begin, other_end, offset, _, other in bins.get(number, ()):
                    if other_begin < end and begin < other_end:
                        blocks += _blocks_of_parts(buffer, other, offset)
        return blocks


def holes_between(blocks: list[tuple[int, int]]) -> list[Hole]:
    """The free stretches between blocks, from below; the last one has no end."""
    blocks.sort()
    top = 0
    holes: list[Hole] = []
    for low, high in blocks:
        if low > top:
            holes.append((top, low))
        top = max(top, high)
    holes.append((top, None))
    return holes


def _alive_together(a: Buffer, b: Buffer) -> bool:
    return any(x.meets(y) for x in a.alive() for y in b.alive())


def _blocks_of_parts(buffer: Buffer, other: Buffer, offset: int) -> list[tuple[int, int]]:
    """Where `buffer` may not begin for the sake of `other` at `offset`, part against part."""
    size = buffer.size or 0
    found = set()
    for mine in buffer.occupied():
        for its in other.occupied():
            if mine.low < mine.high and its.low < its.high and mine.live.meets(its.live):
                # x + mine.high <= offset + its.low, or x + mine.low >= offset + its.high
                found.add((offset + its.low - mine.high + size, offset + its.high - mine.low))
    return sorted(found)


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
