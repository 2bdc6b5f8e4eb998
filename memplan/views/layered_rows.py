"""Ranks of a graph's nodes, and the rows of a layered drawing: nodes and the bends between them.

An edge over several rows passes through a *bend* in each row between, so that room is kept for
it and nothing stands in its way. Edges from one node share their bends as far as they go
together; a blob that is read all along the net is one line with branches.

    a
    ├────╮
    b    ·      · is a bend
    │    ├────╮
    c    ·    d      the edges from a to d and to e share the first of them
    ├────╯
    e
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

__all__ = ["Lists", "Pairs", "Rows", "ranks_of", "rows_of"]

Lists = list[list[int]]
Pairs = Sequence[tuple[int, int]]


@dataclass(frozen=True, slots=True)
class Rows:
    """Vertices in rows; each link leads from a vertex to one in the next row.

    Attributes:
        nodes: Vertices below this number are nodes of the graph, the others are bends.
        rank: The row of each vertex.
        above, below: The vertices that a vertex is linked with, in the row above and below.
        bends: Of each edge the bends that it passes, from top to bottom; None for an edge that
            is too long to be given any, which has to go round.
    """

    nodes: int
    rank: list[int]
    above: Lists
    below: Lists
    bends: list[Sequence[int] | None]

    def rows(self) -> Lists:
        """The vertices of each row, in their own order."""
        rows: Lists = [[] for _ in range(max(self.rank, default=-1) + 1)]
        for vertex, rank in enumerate(self.rank):
            rows[rank].append(vertex)
        return rows


def ranks_of(count: int, pairs: Pairs) -> list[int]:
    """The row of each node: the longest path that leads to it, then down where that is shorter.

    Nodes come in an order in which every edge goes forward.
    """
    above, below = _neighbours(count, pairs)
    ranks = [0] * count
    for node, sources in enumerate(above):
        if sources:
            ranks[node] = 1 + max([ranks[s] for s in sources])
    # With more lines below than above, a node stands just above the first that reads it: what
    # nothing leads to is not at the top of the page, and lines are shorter.
    for node in range(count - 1, -1, -1):
        if len(below[node]) > len(above[node]):
            ranks[node] = min([ranks[t] for t in below[node]]) - 1
    return ranks


def rows_of(count: int, pairs: Pairs, ranks: Sequence[int], limit: int) -> Rows:
    """Give long edges their bends, the shortest first, at most `limit` in all."""
    reach = [0] * count
    for source, target in pairs:
        reach[source] = max(reach[source], ranks[target] - ranks[source] - 1)
    left = limit
    lines: dict[int, range] = {}
    next_bend = count
    for source in sorted((n for n in range(count) if reach[n] > 0), key=lambda n: (reach[n], n)):
        left -= reach[source]
        if left < 0:
            break
        lines[source] = range(next_bend, next_bend + reach[source])
        next_bend += reach[source]
    rank = list(ranks) + [0] * (next_bend - count)
    links: list[tuple[int, int]] = []
    for source, line in lines.items():
        rank[line.start : line.stop] = range(ranks[source] + 1, ranks[source] + 1 + len(line))
        links += zip((source, *line), line, strict=False)
    bends: list[Sequence[int] | None] = []
    for source, target in pairs:
        span = ranks[target] - ranks[source]
        passed = lines[source][: span - 1] if source in lines else () if span == 1 else None
        bends.append(passed)
        if passed is not None:
            links.append((passed[-1] if passed else source, target))
    above, below = _neighbours(next_bend, links)
    return Rows(count, rank, above, below, bends)


def _neighbours(count: int, pairs: Pairs) -> tuple[Lists, Lists]:
    above: Lists = [[] for _ in range(count)]
    below: Lists = [[] for _ in range(count)]
    for source, target in pairs:
        above[target].append(source)
        below[source].append(target)
    return above, below
