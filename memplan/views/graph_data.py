"""A laid-out graph as plain data for the canvas: texts, and columns of numbers.

Fields are columns, so that ten thousand nodes stay small. Everything from a file is a text in
`labels`, `lines`, `names`, or a table; the canvas draws it as text.
"""

from __future__ import annotations

import hashlib
from collections.abc import Hashable, Iterable, Sequence
from itertools import accumulate, chain
from typing import Any, TypeVar

import numpy as np

from memplan.views.colours import palette
from memplan.views.graph import EdgeKind, GraphEdge, GraphNode, GraphView, NodeKind
from memplan.views.names import shown
from memplan.views.packing import Column, pack
from memplan.views.placed import Layout

__all__ = ["graph_columns", "graph_data"]

T = TypeVar("T", bound=Hashable)

_KINDS = {NodeKind.OP: 0, NodeKind.BLOB: 1, NodeKind.WEIGHT: 2, NodeKind.FOLD: 3}
_EDGES = {kind: number for number, kind in enumerate(EdgeKind)}
# What the card of a node begins with is made of the columns, in the browser.
_IN_COLUMNS = frozenset({"op", "name", "blob", "bytes", "alive", "memory", "device"})
_HUES = 24  # of op types and devices that have a colour of their own


def graph_data(view: GraphView, layout: Layout) -> dict[str, Any]:
    """Return what the canvas draws, packed; ``version`` names the content.

    ``ops`` and ``blobs`` are counts of nodes; a fold counts as the ops that it stands for.
    """
    head, columns = graph_columns(view, layout)
    packed = pack(head, columns)
    return {
        "engine": layout.engine,
        "ops": sum(n.members or int(n.kind is NodeKind.OP) for n in view.nodes),
        "blobs": sum(n.kind in {NodeKind.BLOB, NodeKind.WEIGHT} for n in view.nodes),
        "version": hashlib.sha256(packed).hexdigest()[:16],
        "packed": packed,
    }


def graph_columns(view: GraphView, layout: Layout) -> tuple[dict[str, Any], dict[str, Column]]:
    """Texts and tables of a graph, and its numbers."""
    nodes = view.nodes
    head: dict[str, Any] = {
        "engine": layout.engine,
        "size": [round(layout.width, 1), round(layout.height, 1)],
        "ids": [node.id for node in nodes],
        "labels": [node.label for node in nodes],
        "lines": [node.line for node in nodes],
        # Empty where the label says it all.
        "names": [_name(node) for node in nodes],
        "palette": [palette(rank).as_data() for rank in range(_HUES)],
    }
    columns = _numbers(nodes) | _edges(view.edges, nodes, layout)
    columns["boxes"] = _floats(chain.from_iterable(layout.boxes[node.id] for node in nodes))
    swatches, columns["swatch_of"] = _table(node.swatch for node in nodes)
    head["swatches"] = [swatch.as_data() for swatch in swatches]
    head["types"], columns["type_of"] = _table(shown(node.type, 40) or None for node in nodes)
    head["devices"], columns["device_of"] = _table(shown(node.device, 40) or None for node in nodes)
    head["words"], head["texts"], card = _cards(nodes)
    return head, columns | card


def _name(node: GraphNode) -> str:
    name = shown(node.name)
    return "" if name == node.label else name


def _numbers(nodes: Sequence[GraphNode]) -> dict[str, Column]:
    """A number for each node; -1 where there is none."""
    return {
        "kinds": np.array([_KINDS[node.kind] for node in nodes], "u1"),
        "nested": np.array([node.nested for node in nodes], "u1"),
        "groups": _integers(-1 if node.group is None else node.group for node in nodes),
        "steps": _integers(-1 if node.step is None else node.step for node in nodes),
        "nbytes": np.array([-1 if node.nbytes is None else node.nbytes for node in nodes], "f8"),
        "begins": _integers(node.live.begin if node.live else -1 for node in nodes),
        "ends": _integers(node.live.end if node.live else -1 for node in nodes),
        "firsts": _integers(_firsts(nodes)),
    }


def _edges(
    edges: Sequence[GraphEdge], nodes: Sequence[GraphNode], layout: Layout
) -> dict[str, Column]:
    place = {node.id: index for index, node in enumerate(nodes)}
    lengths = (len(path) for path in layout.paths)
    return {
        "links": _integers(place[end] for edge in edges for end in (edge.source, edge.target)),
        "edge_kinds": np.array([_EDGES[edge.kind] for edge in edges], "u1"),
        "path_at": _integers(accumulate(lengths, initial=0)),
        "points": _floats(chain.from_iterable(layout.paths)),
    }


def _firsts(nodes: Sequence[GraphNode]) -> Iterable[int]:
    """For each node the first version of its blob; for an op or a fold itself."""
    first: dict[str, int] = {}
    for index, node in enumerate(nodes):
        blob = node.kind in {NodeKind.BLOB, NodeKind.WEIGHT}
        yield first.setdefault(node.name, index) if blob else index


def _cards(nodes: Sequence[GraphNode]) -> tuple[list[str], list[str], dict[str, Column]]:
    """The rest of the hover cards: words and texts once each, and which pairs a node has."""
    pairs = [[pair for pair in node.details if pair[0] not in _IN_COLUMNS] for node in nodes]
    words, word_of = _table(word for row in pairs for word, _ in row)
    texts, text_of = _table(text for row in pairs for _, text in row)
    at = _integers(accumulate((len(row) for row in pairs), initial=0))
    return words, texts, {"card_at": at, "card_words": word_of, "card_texts": text_of}


def _table(values: Iterable[T | None]) -> tuple[list[T], Column]:
    """Each value once, in the order in which they come, and which one each is; -1 for None."""
    at: dict[T, int] = {}
    found = [-1 if value is None else at.setdefault(value, len(at)) for value in values]
    return list(at), _integers(found)


def _integers(values: Iterable[int]) -> Column:
    return np.fromiter(values, np.int32)


def _floats(values: Iterable[float]) -> Column:
    return np.fromiter(values, np.float32)
