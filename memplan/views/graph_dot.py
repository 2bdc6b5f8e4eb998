r"""A graph view as DOT, the language of Graphviz.

Node ids are ours (``n0``, …), so no name from a file is ever syntax. In a label Graphviz gives
meaning to backslashes and to ``<…>`` around the whole, which `graphviz.escape` takes away, and
to HTML entities, which a doubled ampersand does.
"""

from __future__ import annotations

import graphviz

from memplan.views.graph import EdgeKind, GraphEdge, GraphNode, GraphView, NodeKind
from memplan.views.names import shown

__all__ = ["to_dot"]

_OP = {"shape": "box", "style": "rounded,filled", "fillcolor": "#ffffff", "color": "#6f7780"}
_FOLD = {"shape": "box3d", "style": "filled", "fillcolor": "#eef1f4", "color": "#6f7780"}
_EDGE = {
    EdgeKind.FLOW: {},
    EdgeKind.IN_PLACE: {"penwidth": "2.2"},
    EdgeKind.INNER: {"style": "dashed"},
    EdgeKind.THROUGH: {"style": "dotted"},
}


def to_dot(view: GraphView, direction: str = "TB") -> str:
    """Return the DOT of a view; the same view gives the same text.

    Args:
        direction: Graphviz's rankdir: "TB" downwards, "LR" to the right.
    """
    dot = graphviz.Digraph("net")
    dot.attr(bgcolor="transparent", nodesep="0.25", ranksep="0.35")
    if direction != "TB":
        dot.attr(rankdir=direction)
    dot.attr("node", fontname="Helvetica", fontsize="12", margin="0.12,0.06")
    dot.attr("edge", color="#7b848e", arrowsize="0.7")
    for node in view.nodes:
        label = _literal(f"{node.label}\n{node.line}")
        dot.node(node.id, label, tooltip=_literal(_tooltip(node)), **_look(node))
    for place, edge in enumerate(view.edges):
        dot.edge(edge.source, edge.target, id=f"e{place}", **_line(edge))
    return str(dot.source)


def _literal(text: str) -> str:
    escaped: str = graphviz.escape(text.replace("&", "&amp;"))
    return escaped


def _tooltip(node: GraphNode) -> str:
    return "; ".join(f"{word}: {shown(text, 500)}" for word, text in node.details)


def _look(node: GraphNode) -> dict[str, str]:
    swatch = node.swatch
    if node.kind is NodeKind.FOLD:
        return dict(_FOLD)
    if swatch is None:
        return _OP | ({"peripheries": "2"} if node.nested else {})
    look = {"shape": "box", "fillcolor": swatch.fill, "color": swatch.edge}
    look["fontcolor"] = swatch.ink
    if swatch.hollow:
        # No fill: the text stands on the page, so a grey that reads on light and on dark.
        return look | {"style": "dashed", "fillcolor": "transparent", "fontcolor": "#7b848e"}
    # Graphviz has no hatching; a thick outline marks the hues that come again.
    return look | {"style": "filled", "penwidth": "2.5" if swatch.pattern else "1"}


def _line(edge: GraphEdge) -> dict[str, str]:
    return dict(_EDGE[edge.kind])
