"""The graph as SVG: for a file of its own, or inline in the report.

Graphviz lays out and we draw, so that a net beyond Graphviz has a picture too, and one that
matches the app: the same fills, hatching where hues come again, a number beside each colour.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from memplan.export.markup import Markup, element, joined, number
from memplan.export.swatches import Fills
from memplan.plan import Progress
from memplan.study import Study
from memplan.views.graph import EdgeKind, GraphEdge, GraphNode, GraphView, NodeKind, graph_view
from memplan.views.layout import layout
from memplan.views.placed import Box, Layout, Path2D

__all__ = ["ARROW", "draw_graph", "graph_style", "svg_file"]

_MARGIN = 8
_NODE = {
    NodeKind.OP: "op",
    NodeKind.BLOB: "blob",
    NodeKind.WEIGHT: "blob weight",
    NodeKind.FOLD: "op fold",
}
_EDGE = {
    EdgeKind.FLOW: "edge",
    EdgeKind.IN_PLACE: "edge in-place",
    EdgeKind.INNER: "edge inner",
    EdgeKind.THROUGH: "edge through",
}

ARROW = element(
    "marker",
    element("path", d="M0 0L8 3.5L0 7Z", class_="arrow"),
    id="arrow",
    markerWidth=8,
    markerHeight=7,
    refX="7.5",
    refY="3.5",
    orient="auto",
    markerUnits="userSpaceOnUse",
)
"""The head of every edge: a definition that the document holds once."""


def graph_style() -> str:
    """The style sheet of the picture, which the report uses too."""
    return Path(__file__).with_name("graph.css").read_text(encoding="utf-8")


def svg_file(study: Study, progress: Progress | None = None) -> str:
    """Draw a study's net as an SVG document.

    Raises:
        Cancelled: What `progress` raises to stop the work.
    """
    view = graph_view(study)
    placed = layout(view, progress=progress)
    fills = Fills(node.swatch for node in view.nodes if node.swatch)
    style = element("style", Markup(graph_style()))
    defs = element("defs", ARROW, fills.patterns())
    head = Markup('<?xml version="1.0" encoding="UTF-8"?>\n')
    return f"{head}{draw_graph(view, placed, fills, {}, style, defs)}\n"


def draw_graph(
    view: GraphView, placed: Layout, fills: Fills, storage_of: Mapping[str, int], *before: Markup
) -> Markup:
    """Draw a laid-out view.

    Args:
        storage_of: A number for each blob, by which a script finds its nodes and edges.
        before: Markup to stand before the picture, such as definitions.
    """
    blobs = {node.id: storage_of.get(node.name) for node in view.nodes if _is_blob(node)}
    edges = (_edge(e, path, blobs) for e, path in zip(view.edges, placed.paths, strict=True))
    nodes = (_node(node, placed.boxes[node.id], fills, blobs) for node in view.nodes)
    width, height = placed.width + 2 * _MARGIN, placed.height + 2 * _MARGIN
    return element(
        "svg",
        *before,
        element("g", joined(edges), joined(nodes)),
        xmlns="http://www.w3.org/2000/svg",
        class_="graph",
        viewBox=f"{-_MARGIN} {-_MARGIN} {number(width)} {number(height)}",
        width=width,
        height=height,
        role="img",
        aria_label="The net as a graph of ops and blobs",
    )


def _is_blob(node: GraphNode) -> bool:
    return node.kind in (NodeKind.BLOB, NodeKind.WEIGHT)


def _edge(edge: GraphEdge, path: Path2D, blobs: Mapping[str, int | None]) -> Markup:
    return element(
        "path",
        d=_curve(path),
        class_=_EDGE[edge.kind],
        marker_end="url(#arrow)",
        data_b=blobs.get(edge.source, blobs.get(edge.target)),
    )


def _curve(path: Path2D) -> str:
    """Path data: a start, Béziers of three points each, then perhaps a straight piece.

    >>> _curve((0, 0, 1, 1, 2, 2, 3, 3, 4, 4))
    'M0 0C1 1 2 2 3 3L4 4'
    """
    words = [number(value) for value in path]
    beziers = 2 + (len(words) - 2) // 6 * 6
    curve = f"C{' '.join(words[2:beziers])}" if beziers > 2 else ""
    rest = f"L{' '.join(words[beziers:])}" if beziers < len(words) else ""
    return f"M{' '.join(words[:2])}{curve}{rest}"


def _node(node: GraphNode, box: Box, fills: Fills, blobs: Mapping[str, int | None]) -> Markup:
    swatch = node.swatch
    hollow = swatch is not None and swatch.hollow
    look = (fills.of(swatch), swatch.edge) if swatch else ()
    return element(
        "g",
        element("title", "\n".join(f"{word}: {text}" for word, text in node.details)),
        _rectangle(box, 2 if swatch else 7, 0, *look),
        *([_rectangle(box, 9, 3)] if node.nested else []),
        _text(node.label, box.x, box.y - 3),
        _text(node.line, box.x, box.y + 12, "line"),
        class_=f"node {_NODE[node.kind]}{' hollow' if hollow else ''}",
        data_b=blobs.get(node.id),
        data_o=node.step if node.kind is NodeKind.OP else None,
    )


def _rectangle(
    box: Box, radius: float, grow: float, fill: str | None = None, stroke: str | None = None
) -> Markup:
    return element(
        "rect",
        x=box.x - box.width / 2 - grow,
        y=box.y - box.height / 2 - grow,
        width=box.width + 2 * grow,
        height=box.height + 2 * grow,
        rx=radius,
        fill=fill,
        stroke=stroke,
    )


def _text(text: str, x: float, y: float, kind: str | None = None) -> Markup:
    return element("text", text, x=x, y=y, class_=kind)
