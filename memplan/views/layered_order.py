"""The order of the vertices in each row of a layered drawing: with few crossings of lines.

Idea: sweep down and up over the rows; each is sorted by the mean place of what its vertices are
    linked with in the row before. The best order of all sweeps is kept, then neighbours that
    cross fewer lines the other way round change places.
Cost: O((V + E) log V) for each sweep; changing places looks only at rows of moderate width and
    at vertices of few links, so that each round is linear too.
Reference: Sugiyama, Tagawa & Toda, "Methods for visual understanding of hierarchical system
    structures", IEEE Trans. Systems, Man and Cybernetics 11(2), 1981.
"""

from __future__ import annotations

from bisect import bisect, insort
from collections.abc import Sequence

from memplan.views.layered_rows import Lists, Rows

__all__ = ["crossings", "ordered_rows"]

_SWEEPS = 8
_ROUNDS = 4
_WIDE = 200  # vertices of a row, beyond which neighbours do not change places
_LINKED = 24  # links of a vertex, likewise


def ordered_rows(graph: Rows) -> Lists:
    """The rows of a graph, each in an order that crosses few lines."""
    rows = graph.rows()
    place = [0] * len(graph.rank)
    for row in rows:
        _number(row, place)
    best, fewest = [list(row) for row in rows], crossings(graph, rows, place)
    idle = 0
    for sweep in range(_SWEEPS):
        if not fewest or idle > 2:
            break
        _sweep(graph, rows, place, down=sweep % 2 == 0)
        count = crossings(graph, rows, place)
        idle += 1
        if count < fewest:
            best, fewest, idle = [list(row) for row in rows], count, 0
    for row in best:
        _number(row, place)
    for _ in range(_ROUNDS if fewest else 0):
        if not _change_places(graph, best, place):
            break
    return best


def _number(row: Sequence[int], place: list[int]) -> None:
    for index, vertex in enumerate(row):
        place[vertex] = index


def _sweep(graph: Rows, rows: Lists, place: list[int], *, down: bool) -> None:
    links = graph.above if down else graph.below
    for row in rows if down else reversed(rows):
        if len(row) == 1:
            continue
        wanted = {}
        for vertex in row:
            near = links[vertex]
            mean = sum([place[n] for n in near]) / len(near) if near else place[vertex]
            wanted[vertex] = mean, place[vertex]
        row.sort(key=wanted.__getitem__)
        _number(row, place)


def crossings(graph: Rows, rows: Lists, place: Sequence[int]) -> int:
    """How many pairs of links cross, over all rows."""
    count = 0
    for row in rows:
        if len(row) == 1:
            continue
        passed: list[int] = []
        for vertex in row:
            ends = sorted([place[n] for n in graph.below[vertex]])
            if passed and ends and ends[0] < passed[-1]:
                count += sum([len(passed) - bisect(passed, end) for end in ends])
            for end in ends:
                insort(passed, end)
    return count


def _change_places(graph: Rows, rows: Lists, place: list[int]) -> bool:
    """One round over all rows: whether any two neighbours changed places."""
    changed = False
    for row in rows:
        if not 1 < len(row) <= _WIDE:
            continue
        for index in range(len(row) - 1):
            left, right = row[index], row[index + 1]
            if _gain(graph, place, left, right) > 0:
                row[index], row[index + 1] = right, left
                place[left], place[right] = index + 1, index
                changed = True
    return changed


def _gain(graph: Rows, place: Sequence[int], left: int, right: int) -> int:
    """How many crossings fewer there are when two neighbours change places."""
    gain = 0
    for links in (graph.above, graph.below):
        a, b = links[left], links[right]
        if len(a) > _LINKED or len(b) > _LINKED:
            return 0
        for end in a:
            here = place[end]
            for other in b:
                there = place[other]
                gain += (here > there) - (here < there)
    return gain
