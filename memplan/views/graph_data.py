"""A laid-out graph as plain data for the canvas: lists, texts and numbers, fit for JSON.

Fields are columns, so that ten thousand nodes stay small. Everything from a file is a text in
`label`, `line` or `details`; the canvas draws it as text.
"""

from __future__ import annotations

import hashlib
import json
from typing import Any

from memplan.views.graph import EdgeKind, GraphNode, GraphView, NodeKind
from memplan.views.placed import Layout

__all__ = ["graph_data"]

_KINDS = {NodeKind.OP: 0, NodeKind.BLOB: 1, NodeKind.WEIGHT: 2, NodeKind.FOLD: 3}
_EDGES = {EdgeKind.FLOW: 0, EdgeKind.IN_PLACE: 1, EdgeKind.INNER: 2, EdgeKind.THROUGH: 2}


def graph_data(view: GraphView, layout: Layout) -> dict[str, Any]:
    """Return what the canvas draws; ``version`` names the content, so that it knows it again."""
    place = {node.id: index for index, node in enumerate(view.nodes)}
    data: dict[str, Any] = {
        "engine": layout.engine,
        "size": [round(layout.width, 1), round(layout.height, 1)],
        "ids": [node.id for node in view.nodes],
        "boxes": [round(v, 1) for node in view.nodes for v in layout.boxes[node.id]],
        "kinds": [_KINDS[node.kind] for node in view.nodes],
        "nested": [index for index, node in enumerate(view.nodes) if node.nested],
        "labels": [node.label for node in view.nodes],
        "lines": [node.line for node in view.nodes],
        "groups": [-1 if node.group is None else node.group for node in view.nodes],
        "firsts": _firsts(view.nodes),
        "details": [[list(pair) for pair in node.details] for node in view.nodes],
        "ends": [place[end] for edge in view.edges for end in (edge.source, edge.target)],
        "edge_kinds": [_EDGES[edge.kind] for edge in view.edges],
        "paths": [[round(v, 1) for v in path] for path in layout.paths],
    }
    data["swatches"], data["swatch_of"] = _swatches(view.nodes)
    text = json.dumps(data, separators=(",", ":"))
    data["version"] = hashlib.sha256(text.encode()).hexdigest()[:16]
    return data


def _firsts(nodes: tuple[GraphNode, ...]) -> list[int]:
    """For each node the first version of its blob; for an op itself."""
    first: dict[str, int] = {}
    return [
        index if node.kind is NodeKind.OP else first.setdefault(node.name, index)
        for index, node in enumerate(nodes)
    ]


def _swatches(nodes: tuple[GraphNode, ...]) -> tuple[list[dict[str, Any]], list[int]]:
    """Each swatch once, and which one every node has; -1 for an op."""
    known = dict.fromkeys(node.swatch for node in nodes if node.swatch is not None)
    at = {swatch: index for index, swatch in enumerate(known)}
    table = [
        {"fill": s.fill, "edge": s.edge, "ink": s.ink, "pattern": s.pattern, "hollow": s.hollow}
        for s in known
    ]
    return table, [-1 if node.swatch is None else at[node.swatch] for node in nodes]
