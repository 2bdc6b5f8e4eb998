"""How far to the right each vertex of a layered drawing stands: chains straight, forks balanced.

Idea: vertices that are linked are lined up in columns, each with the middle one of those it is
    linked with; a column stands as far to one side as the columns beside it allow. That is done
    from each of the four corners, and a vertex takes the mean of the middle two of its places.
Differs: A line of bends is lined up with bends and a node with nodes wherever there is one, so
    that the trunk of a net stays straight and what skips over it runs beside it. Columns are
    put into place by longest paths over the graph of columns, as the drawing's rows are.
Cost: O(V + E) for each corner, but for sorting.
Reference: Brandes & Köpf, "Fast and simple horizontal coordinate assignment", Graph Drawing
    2001, LNCS 2265.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

from memplan.views.layered_rows import Lists, Rows

__all__ = ["centres_of"]

_GAP = 18.0
_LINE_GAP = 9.0


def centres_of(graph: Rows, rows: Lists, widths: Sequence[float]) -> list[float]:
    """The x of each vertex, given the rows in order and the width of each vertex."""
    above, below = _straight_links(graph, rows)
    corners = [
        _from_corner(graph.nodes, way, links, widths, rightwards=rightwards)
        for way, links in ((rows, above), (rows[::-1], below))
        for rightwards in (True, False)
    ]
    return _balanced(corners, widths)


def _straight_links(graph: Rows, rows: Lists) -> tuple[Lists, Lists]:
    """The links above and below along which vertices may be lined up, from left to right."""
    place = [0] * len(graph.rank)
    for row in rows:
        for index, vertex in enumerate(row):
            place[vertex] = index
    above: Lists = [[] for _ in place]
    below: Lists = [[] for _ in place]
    for row in rows:
        kept = _without_crossed([link for v in row for link in _of_kind(graph, v)], graph, place)
        for upper, lower in kept:
            above[lower].append(upper)
            below[upper].append(lower)
    for lists in (above, below):
        for near in lists:
            near.sort(key=place.__getitem__)
    return above, below


def _of_kind(graph: Rows, upper: int) -> list[tuple[int, int]]:
    """Links down from a vertex to one of its kind; to the other kind if neither has its own."""
    nodes = graph.nodes
    bend = upper >= nodes
    own = [lower for lower in graph.below[upper] if (lower >= nodes) == bend]
    if own:
        return [(upper, lower) for lower in own]
    return [
        (upper, lower)
        for lower in graph.below[upper]
        if not any((other >= nodes) != bend for other in graph.above[lower])
    ]


def _without_crossed(
    links: list[tuple[int, int]], graph: Rows, place: Sequence[int]
) -> list[tuple[int, int]]:
    """Leave out what crosses a link between two bends: long lines go first."""
    nodes = graph.nodes
    inner = sorted((place[a], place[b]) for a, b in links if a >= nodes and b >= nodes)
    if not inner:
        return links
    kept = []
    for a, b in links:
        x, y = place[a], place[b]
        # The nearest inner links to the left and right at the upper end tell of all others.
        crossed = any((x - u) * (y - v) < 0 for u, v in _beside(inner, x))
        if not crossed:
            kept.append((a, b))
    return kept


def _beside(inner: list[tuple[int, int]], x: int) -> list[tuple[int, int]]:
    low, high = 0, len(inner)
    while low < high:
        middle = (low + high) // 2
        low, high = (middle + 1, high) if inner[middle][0] < x else (low, middle)
    return inner[max(0, low - 1) : low + 2]


def _from_corner(
    nodes: int, rows: Lists, links: Lists, widths: Sequence[float], *, rightwards: bool
) -> list[float]:
    """Places when columns are made row by row, and put as far to one side as they go."""
    if not rightwards:
        rows = [row[::-1] for row in rows]
    columns = _columns(rows, links, reverse=not rightwards)
    xs = _pushed(nodes, rows, columns, widths)
    return xs if rightwards else [-x for x in xs]


def _columns(rows: Lists, links: Lists, *, reverse: bool) -> list[int]:
    """For each vertex the first one of its column."""
    count = sum(map(len, rows))
    column = list(range(count))
    place = [0] * count
    taken = [False] * count
    for row in rows:
        last = -1
        for index, vertex in enumerate(row):
            place[vertex] = index
            near = links[vertex]
            middle = near[(len(near) - 1) // 2 : len(near) // 2 + 1]
            for other in reversed(middle) if reverse else middle:
                if not taken[other] and place[other] > last:
                    taken[other] = True
                    column[vertex] = column[other]
                    last = place[other]
                    break
    return column


def _pushed(nodes: int, rows: Lists, column: Sequence[int], widths: Sequence[float]) -> list[float]:
    """Put each column as far left as it goes, then back as near to those at its right."""
    count = len(column)
    after: list[list[tuple[int, float]]] = [[] for _ in range(count)]
    waiting = [0] * count
    for row in rows:
        for a, b in pairwise(row):
            gap = _LINE_GAP if a >= nodes or b >= nodes else _GAP
            after[column[a]].append((column[b], (widths[a] + widths[b]) / 2 + gap))
            waiting[column[b]] += 1
    ready = [v for row in rows for v in row if column[v] == v and not waiting[v]]
    xs = [0.0] * count
    done = []
    while ready:
        left = ready.pop()
        done.append(left)
        x = xs[left]
        for right, room in after[left]:
            xs[right] = max(xs[right], x + room)
            waiting[right] -= 1
            if not waiting[right]:
                ready.append(right)
    for left in reversed(done):
        if after[left]:
            xs[left] = max(xs[left], min([xs[right] - room for right, room in after[left]]))
    return [xs[first] for first in column]


def _balanced(corners: list[list[float]], widths: Sequence[float]) -> list[float]:
    """The mean of the middle two places, once all four drawings are laid upon the narrowest."""
    if not widths:
        return []
    spans = [
        (
            min(x - w / 2 for x, w in zip(xs, widths, strict=True)),
            max(x + w / 2 for x, w in zip(xs, widths, strict=True)),
        )
        for xs in corners
    ]
    left, right = min(spans, key=lambda span: span[1] - span[0])
    moved = []
    for index, (xs, span) in enumerate(zip(corners, spans, strict=True)):
        shift = left - span[0] if index % 2 == 0 else right - span[1]
        moved.append([x + shift for x in xs])
    return [sum(sorted(four)[1:3]) / 2 for four in zip(*moved, strict=True)]
