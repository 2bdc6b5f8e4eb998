"""A problem as the search sees it: numbers in place of names, units of bytes, sections of time.

Time is cut at every birth and death; a *section* is a stretch between two cuts, in which the
same buffers are alive throughout. Under an explicit conflict relation time says nothing, and
cliques of the relation stand in their place. Where all sizes, alignments and fixed offsets are
multiples of some number of bytes, that is the unit: buffers pushed down as far as they go lie at
multiples of it, and a capacity counts only in whole units.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import gcd

from memplan.plan import Buffer, Problem
from memplan.planners.search.covering import covering

__all__ = ["Puzzle", "puzzle_of"]


@dataclass(frozen=True, slots=True)
class Puzzle:
    """The buffers that take room, each known by its place in these tuples.

    Attributes:
        unit: Bytes in one unit; sizes, alignments and offsets are in units.
        fixed: The offset at which a buffer must lie; None: anywhere.
        widths: Steps for which a buffer is alive.
        sections: Those in which each buffer is alive, ascending.
        alive: The buffers alive in each section.
        neighbours: For each buffer the others that conflict with it, ascending: that are in some
            section with it.
    """

    names: tuple[str, ...]
    unit: int
    sizes: tuple[int, ...]
    alignments: tuple[int, ...]
    fixed: tuple[int | None, ...]
    widths: tuple[int, ...]
    sections: tuple[tuple[int, ...], ...]
    alive: tuple[tuple[int, ...], ...]
    neighbours: tuple[tuple[int, ...], ...]

    def tallest(self) -> int:
        """The top of the highest fixed buffer, and of any at the bottom: no plan is lower."""
        ends = zip(self.fixed, self.sizes, strict=True)
        return max(((offset or 0) + size for offset, size in ends), default=0)


def puzzle_of(problem: Problem) -> Puzzle:
    """The puzzle that a problem of one space poses.

    Buffers of no bytes and of unknown size are left out. They are listed by birth, death, size
    and name: the order in which the problem lists them is no part of it.
    """
    buffers = sorted((b for b in problem.buffers if b.size), key=_listing)
    alignments = [problem.alignment_of(buffer) for buffer in buffers]
    unit = _unit([b.size or 0 for b in buffers] + [b.offset or 0 for b in buffers], alignments)
    told = problem.conflicts is not None
    sections, alive = _cliques(problem, buffers) if told else _sections(buffers)
    return Puzzle(
        names=tuple(b.name for b in buffers),
        unit=unit,
        sizes=tuple((b.size or 0) // unit for b in buffers),
        alignments=tuple(max(1, alignment // unit) for alignment in alignments),
        fixed=tuple(None if b.offset is None else b.offset // unit for b in buffers),
        widths=tuple(sum(r.end - r.begin for r in b.alive()) for b in buffers),
        sections=tuple(map(tuple, sections)),
        alive=tuple(map(tuple, alive)),
        neighbours=_neighbours(sections, alive),
    )


def _listing(buffer: Buffer) -> tuple[int, int, int, str]:
    return (buffer.live.begin, buffer.live.end, buffer.size or 0, buffer.name)


def _unit(bytes_: Sequence[int], alignments: Sequence[int]) -> int:
    """The largest number that divides all bytes and divides or is divided by each alignment."""
    unit, before = gcd(*bytes_), 0
    while unit != before:
        before = unit
        for alignment in alignments:
            if unit % alignment:
                unit = gcd(unit, alignment)
    return max(1, unit)


_Table = list[list[int]]


def _sections(buffers: Sequence[Buffer]) -> tuple[_Table, _Table]:
    """The sections of each buffer, and the buffers of each section."""
    spans = [buffer.alive() for buffer in buffers]
    edges = sorted({step for own in spans for r in own for step in (r.begin, r.end)})
    at = {step: section for section, step in enumerate(edges)}
    sections = [[s for r in own for s in range(at[r.begin], at[r.end])] for own in spans]
    return sections, _turned(sections, max(0, len(edges) - 1))


def _cliques(problem: Problem, buffers: Sequence[Buffer]) -> tuple[_Table, _Table]:
    """The cliques that each buffer is in, and the buffers of each clique."""
    place = {buffer.name: n for n, buffer in enumerate(buffers)}
    joined = [0] * len(buffers)
    for pair in problem.conflicts or ():
        i, j = (place.get(problem.buffers[index].name) for index in pair)
        if i is not None and j is not None:
            joined[i] |= 1 << j
            joined[j] |= 1 << i
    alive = [list(clique) for clique in covering([b.size or 0 for b in buffers], joined)]
    return _turned(alive, len(buffers)), alive


def _turned(rows: _Table, count: int) -> _Table:
    """For each of so many columns the rows in which it stands."""
    found: _Table = [[] for _ in range(count)]
    for row, columns in enumerate(rows):
        for column in columns:
            found[column].append(row)
    return found


def _neighbours(
    sections: Sequence[Sequence[int]], alive: Sequence[Sequence[int]]
) -> tuple[tuple[int, ...], ...]:
    """Whom each meets: who is there when it comes, and who comes later while it is there."""
    before: Sequence[int] = ()
    entering: list[list[int]] = []
    for now in alive:
        there = set(before)
        entering.append([i for i in now if i not in there])
        before = now
    found = []
    for index, own in enumerate(sections):
        met: set[int] = set()
        last = -2
        for section in own:
            met.update(entering[section] if section == last + 1 else alive[section])
            last = section
        met.discard(index)
        found.append(tuple(sorted(met)))
    return tuple(found)
