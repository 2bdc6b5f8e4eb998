"""A layered layout of our own, in time that grows as the graph does.

Idea: a node's row is the longest path that leads to it (`layered_rows`); the rows are put in an
    order with few crossings (`layered_order`); then each node and bend finds its place across
    (`layered_place`), and lines are drawn through their bends.
Differs: Bends are bounded; the longest edges, if there are too many, bow out to the side
    instead, the further the longer they are.
Cost: O((V + E) log V) for each sweep, V with the bends.
Reference: Sugiyama, Tagawa & Toda, "Methods for visual understanding of hierarchical system
    structures", IEEE Trans. Systems, Man and Cybernetics 11(2), 1981.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from itertools import accumulate

from memplan.plan import Progress
from memplan.views.graph import GraphNode, GraphView
from memplan.views.layered_order import ordered_rows
from memplan.views.layered_place import centres_of
from memplan.views.layered_rows import Pairs, Rows, ranks_of, rows_of
from memplan.views.placed import Box, Layout, Path2D

__all__ = ["layered_layout"]

_HEIGHT = 38.0
_ROW_GAP = 30.0
_CHAR = 6.6
_LINE = 6.0
_BENDS = 3000  # at least so many bends, and one for each node


def layered_layout(view: GraphView, progress: Progress | None = None) -> Layout:
    """Lay a view out in layers, from top to bottom; the same view gives the same layout.

    Raises:
        Cancelled: What `progress` raises to stop the work.
    """
    count = len(view.nodes)
    pairs = [(view.places[edge.source], view.places[edge.target]) for edge in view.edges]
    ranks = ranks_of(count, pairs)
    graph = rows_of(count, pairs, ranks, max(_BENDS, count))
    _tell(progress, 0.2)
    rows = ordered_rows(graph)
    _tell(progress, 0.6)
    widths = [_width(node) for node in view.nodes] + [_LINE] * (len(graph.rank) - count)
    centres = centres_of(graph, rows, widths)
    _tell(progress, 0.9)
    return _drawn(view, pairs, graph, widths, centres)


def _drawn(
    view: GraphView, pairs: Pairs, graph: Rows, widths: Sequence[float], centres: Sequence[float]
) -> Layout:
    left = min((x - w / 2 for x, w in zip(centres, widths, strict=True)), default=0.0)
    xs = [x - left for x in centres]
    tops = _tops(pairs, graph, xs)
    ranks = graph.rank
    boxes = [
        Box(xs[index], tops[ranks[index]] + _HEIGHT / 2, widths[index], _HEIGHT)
        for index in range(graph.nodes)
    ]
    paths = [
        _bowed(boxes[a], boxes[b], ranks[b] - ranks[a])
        if bends is None
        else _through(boxes[a], boxes[b], [(xs[v], tops[ranks[v]]) for v in bends])
        for (a, b), bends in zip(pairs, graph.bends, strict=True)
    ]
    return Layout(
        engine="layered",
        width=max((x + w / 2 for x, w in zip(xs, widths, strict=True)), default=0.0),
        height=tops[-1] + _HEIGHT if tops else 0.0,
        boxes={node.id: box for node, box in zip(view.nodes, boxes, strict=True)},
        paths=tuple(paths),
    )


def _tell(progress: Progress | None, share: float) -> None:
    if progress is not None:
        progress(share, "laying out the graph")


def _width(node: GraphNode) -> float:
    return max(56.0, 20 + _CHAR * max(len(node.label), len(node.line)))


def _tops(pairs: Pairs, graph: Rows, xs: Sequence[float]) -> list[float]:
    """The top of each row; rows stand further apart where lines run far across."""
    ranks = graph.rank
    across = [0.0] * (max(ranks, default=-1) + 1)
    for (source, target), passed in zip(pairs, graph.bends, strict=True):
        at = source
        for vertex in (*(passed or ()), target):
            across[ranks[at]] = max(across[ranks[at]], abs(xs[vertex] - xs[at]))
            at = vertex
    gaps = [_ROW_GAP + min(60.0, 0.1 * far) for far in across]
    return list(accumulate((_HEIGHT + gap for gap in gaps[:-1]), initial=0.0)) if gaps else []


def _through(a: Box, b: Box, bends: Sequence[tuple[float, float]]) -> Path2D:
    """From the foot of `a` to the head of `b`, upright through each bend's row on the way."""
    path = [a.x, a.y + a.height / 2]
    for x, top in bends:
        _curve(path, x, top)
        _line(path, x, top + _HEIGHT)
    _curve(path, b.x, b.y - b.height / 2)
    return tuple(path)


def _curve(path: list[float], x: float, y: float) -> None:
    """Go on to a point, upright where it begins and ends; straight on if it lies below."""
    if abs(path[-2] - x) < 0.01:
        return _line(path, x, y)
    middle = (path[-1] + y) / 2
    path += (path[-2], middle, x, middle, x, y)
    return None


def _line(path: list[float], x: float, y: float) -> None:
    """Go straight down to a point; one line where the last piece was straight too."""
    last = path[-8::2]
    if len(last) == 4 and all(abs(each - x) < 0.01 for each in last):
        del path[-6:]
    begin = path[-1]
    third = (y - begin) / 3
    path += (x, begin + third, x, y - third, x, y)


def _bowed(a: Box, b: Box, span: int) -> Path2D:
    """A curve from the foot of `a` to the head of `b`, round what stands between."""
    top, foot = a.y + a.height / 2, b.y - b.height / 2
    bow = 50.0 + 26.0 * math.log2(max(span, 2))
    bend = (foot - top) * 0.2
    return (a.x, top, a.x + bow, top + bend, b.x + bow, foot - bend, b.x, foot)
