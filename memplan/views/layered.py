"""A layered layout of our own, for graphs that are too large for Graphviz.

Idea: a node's rank is the longest path that leads to it; within a rank, nodes stand in the
    order of the mean place of their neighbours, swept down and up a few times; each then
    takes the place nearest to its neighbours' that the one to its left allows.
Differs: no dummy nodes on long edges, so a chain with skips over it stays linear; a long edge
    bows out to the side instead, the further the longer it is.
Cost: O((V + E) log V) for each sweep.
Reference: Sugiyama, Tagawa & Toda, "Methods for visual understanding of hierarchical system
    structures", IEEE Trans. Systems, Man and Cybernetics 11(2), 1981.
"""

from __future__ import annotations

import math
from collections.abc import Sequence

from memplan.views.graph import GraphNode, GraphView
from memplan.views.placed import Box, Layout, Path2D

__all__ = ["layered_layout"]

_HEIGHT = 38.0
_RANK_GAP = 30.0
_NODE_GAP = 18.0
_CHAR = 6.6
_SWEEPS = 4

Lists = list[list[int]]


def layered_layout(view: GraphView) -> Layout:
    """Lay a view out in layers, from top to bottom; the same view gives the same layout."""
    place = {node.id: index for index, node in enumerate(view.nodes)}
    pairs = [(place[edge.source], place[edge.target]) for edge in view.edges]
    above: Lists = [[] for _ in view.nodes]
    below: Lists = [[] for _ in view.nodes]
    for a, b in pairs:
        above[b].append(a)
        below[a].append(b)
    ranks = _ranks(above, below)
    widths = [_width(node) for node in view.nodes]
    centres = _centres(ranks, above, below, widths)
    return _drawn(view, pairs, ranks, widths, centres)


def _width(node: GraphNode) -> float:
    return max(56.0, 20 + _CHAR * max(len(node.label), len(node.line)))


def _ranks(above: Lists, below: Lists) -> list[int]:
    """Longest paths; nodes come in an order in which every edge goes forward."""
    ranks = [0] * len(above)
    for node, sources in enumerate(above):
        ranks[node] = max((ranks[s] + 1 for s in sources if s < node), default=0)
    # What nothing leads to stands just above its first reader, not at the top of the page.
    for node, sources in enumerate(above):
        if not sources and below[node]:
            ranks[node] = max(0, min(ranks[target] for target in below[node]) - 1)
    return ranks


def _centres(
    ranks: Sequence[int], above: Lists, below: Lists, widths: Sequence[float]
) -> list[float]:
    """The x of each node."""
    layers: Lists = [[] for _ in range(max(ranks, default=-1) + 1)]
    for node, rank in enumerate(ranks):
        layers[rank].append(node)
    centres = [0.0] * len(ranks)
    for layer in layers:
        _spread(layer, [0.0] * len(layer), widths, centres)
    for sweep in range(_SWEEPS):
        down = sweep % 2 == 0
        neighbours = above if down else below
        for layer in layers if down else reversed(layers):
            if len(layer) == 1:
                centres[layer[0]] = _mean(layer[0], neighbours[layer[0]], centres)
                continue
            wanted = {node: _mean(node, neighbours[node], centres) for node in layer}
            layer.sort(key=lambda node: (wanted[node], centres[node], node))
            _spread(layer, [wanted[node] for node in layer], widths, centres)
    return centres


def _mean(node: int, neighbours: Sequence[int], centres: Sequence[float]) -> float:
    if not neighbours:
        return centres[node]
    if len(neighbours) == 1:
        return centres[neighbours[0]]
    return sum([centres[n] for n in neighbours]) / len(neighbours)


def _spread(
    layer: Sequence[int], wanted: Sequence[float], widths: Sequence[float], centres: list[float]
) -> None:
    """Put a layer's nodes as near to where they want to be as their order and widths allow."""
    edge = -math.inf
    drift = 0.0
    for node, x in zip(layer, wanted, strict=True):
        centres[node] = max(x, edge + widths[node] / 2)
        edge = centres[node] + widths[node] / 2 + _NODE_GAP
        drift += centres[node] - x
    shift = drift / len(layer) if layer else 0.0
    for node in layer:
        centres[node] -= shift


def _drawn(
    view: GraphView,
    pairs: Sequence[tuple[int, int]],
    ranks: Sequence[int],
    widths: Sequence[float],
    centres: Sequence[float],
) -> Layout:
    left = min((x - w / 2 for x, w in zip(centres, widths, strict=True)), default=0.0)
    pitch = _HEIGHT + _RANK_GAP
    boxes = [
        Box(x - left, _HEIGHT / 2 + pitch * rank, width, _HEIGHT)
        for x, rank, width in zip(centres, ranks, widths, strict=True)
    ]
    paths = tuple(_path(boxes[a], boxes[b], ranks[b] - ranks[a]) for a, b in pairs)
    return Layout(
        engine="layered",
        width=max((b.x + b.width / 2 for b in boxes), default=0.0),
        height=pitch * max(ranks, default=-1) + _HEIGHT if boxes else 0.0,
        boxes={node.id: box for node, box in zip(view.nodes, boxes, strict=True)},
        paths=paths,
    )


def _path(a: Box, b: Box, span: int) -> Path2D:
    """A curve from the foot of `a` to the head of `b`, round what stands between."""
    top, foot = a.y + a.height / 2, b.y - b.height / 2
    bow = 0.0 if span <= 1 else 50.0 + 26.0 * math.log2(span)
    bend = (foot - top) * (0.45 if span <= 1 else 0.2)
    ends = (a.x + bow, top + bend, b.x + bow, foot - bend, b.x, foot - 7)
    return (a.x, top, *ends, b.x, foot)
