"""Folding: a stretch of ops, with the blobs that only they use, becomes one node.

data ─▶ [Conv] ─▶ a ─▶ [Relu] ─▶ b ─▶ [Sum] ─▶ c        with Conv and Relu folded:
  ╰───────────────────────────────────▶

data ─▶ ( conv1 · 2 ops ) ─▶ b ─▶ [Sum] ─▶ c            `a` lies inside, `b` does not
  ╰─────────────────────────────▶
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Container, Mapping, Sequence
from functools import partial

from memplan.plan import LiveRange
from memplan.units import format_bytes
from memplan.views.fold_tree import Fold, Folding
from memplan.views.graph import EdgeKind, GraphEdge, GraphNode, GraphView, NodeKind
from memplan.views.graph_details import Details
from memplan.views.names import shown, shown_bytes

__all__ = ["folded"]

_STRENGTH = (EdgeKind.IN_PLACE, EdgeKind.FLOW, EdgeKind.INNER, EdgeKind.THROUGH)
_TYPES = 6
_LABEL = 34


def folded(view: GraphView, folding: Folding, opened: Container[str] = ()) -> GraphView:
    """Close every fold whose id is not in `opened`; an open one shows the folds inside it.

    Args:
        view: An unfolded view; it may have been filtered since the folding was found.
    """
    closed = _closed(view, folding, opened)
    fold_of: dict[int | None, str] = {s: key for key, fold in closed.items() for s in fold.steps}
    home = _homes(view, fold_of)
    inside: dict[str, list[GraphNode]] = {key: [] for key in closed}
    for node in view.nodes:
        if node.id in home:
            inside[home[node.id]].append(node)
    nodes = [node for node in view.nodes if node.id not in home]
    nodes += [_fold_node(key, closed[key], held, view.usage) for key, held in inside.items()]
    return GraphView(
        tuple(_in_order(view, nodes, folding.order, home)),
        _edges(view, home, fold_of),
        {key: tuple(held) for key, held in inside.items()},
        view.usage,
    )


def _closed(view: GraphView, folding: Folding, opened: Container[str]) -> dict[str, Fold]:
    """The outermost folds that are not open, of the ops that the view has."""
    there = {node.step for node in view.nodes if node.kind is NodeKind.OP}
    closed = {}
    waiting = list(folding.folds)
    while waiting:
        fold = waiting.pop()
        if fold.id in opened:
            waiting += fold.inner
            continue
        steps = tuple(step for step in fold.steps if step in there)
        if len(steps) > 1:
            closed[fold.id] = Fold(fold.label, steps)
    return closed


def _homes(view: GraphView, fold_of: Mapping[int | None, str]) -> dict[str, str]:
    """The fold of each node that lies in one: ops by their step, blobs where nobody else is."""
    home = {
        n.id: fold_of[n.step] for n in view.nodes if n.kind is NodeKind.OP and n.step in fold_of
    }
    readers: dict[str, set[str | None]] = {}
    for edge in view.edges:
        readers.setdefault(edge.source, set()).add(home.get(edge.target))
    for node in view.nodes:
        if node.kind is NodeKind.OP:
            continue
        reads = readers.get(node.id, set())
        owner = fold_of.get(node.step)
        if node.kind is NodeKind.WEIGHT and node.step is None and len(reads) == 1:
            (owner,) = reads
        # What the net is made for stays in sight: a result that nothing reads.
        if owner is not None and (reads == {owner} or not (reads or node.kept)):
            home[node.id] = owner
    return home


def _edges(
    view: GraphView, home: Mapping[str, str], fold_of: Mapping[int | None, str]
) -> tuple[GraphEdge, ...]:
    """The edges that cross a fold's border, each once."""
    maker = {node.id: fold_of.get(node.step) for node in view.nodes}
    found: dict[tuple[str, str], EdgeKind] = {}
    for edge in view.edges:
        ends = home.get(edge.source, edge.source), home.get(edge.target, edge.target)
        # A blob that a fold makes, and reads too, is its result: the line into it is enough.
        if ends[0] == ends[1] or maker[edge.source] == ends[1]:
            continue
        other = found.setdefault(ends, edge.kind)
        if other is not edge.kind:
            found[ends] = min(edge.kind, other, key=_STRENGTH.index)
    return tuple(GraphEdge(source, target, kind) for (source, target), kind in found.items())


def _in_order(
    view: GraphView, nodes: Sequence[GraphNode], order: Sequence[int], home: Mapping[str, str]
) -> list[GraphNode]:
    """Nodes by the op that they are, begin with, come from, or else are first read by."""
    rank = {step: place for place, step in enumerate(order)}
    starts: dict[str, int] = {}
    for node in view.nodes:
        if node.step is not None:
            key, own = home.get(node.id, node.id), rank.get(node.step, node.step)
            starts[key] = min(starts.get(key, own), own)
    reads: dict[str, float] = {}
    for edge in view.edges:
        here = starts.get(home.get(edge.target, edge.target), math.inf)
        if here < reads.get(edge.source, math.inf):
            reads[edge.source] = here

    def place(node: GraphNode) -> tuple[float, int, int]:
        own = view.places.get(node.id, 0)
        if node.step is None:
            return reads.get(node.id, math.inf), 0, own
        return starts[node.id], 1 if node.kind in (NodeKind.OP, NodeKind.FOLD) else 2, own

    return sorted(nodes, key=place)


def _fold_node(
    key: str, fold: Fold, inside: Sequence[GraphNode], usage: Sequence[int]
) -> GraphNode:
    blobs = {node.name: node.nbytes for node in inside if node.kind is NodeKind.BLOB}
    known = [size for size in blobs.values() if size is not None]
    size = sum(known) if len(known) == len(blobs) else None
    peak = max((usage[step] for step in fold.steps if step < len(usage)), default=0)
    amount = format_bytes(sum(known)) if known or not blobs else "size unknown"
    words = f"over {amount}" if known and size is None else amount
    return GraphNode(
        id=key,
        kind=NodeKind.FOLD,
        label=f"{shown(fold.label, _LABEL)} · {len(fold.steps)} ops",
        line=f"{words} inside, peak {format_bytes(peak)}",
        name=fold.label,
        step=fold.steps[0],
        nbytes=size,
        live=LiveRange(min(fold.steps), max(fold.steps) + 1),
        members=len(fold.steps),
        about=partial(_fold_details, fold, tuple(inside), sum(known), peak),
    )


def _fold_details(fold: Fold, inside: Sequence[GraphNode], size: int, peak: int) -> Details:
    types = Counter(node.type for node in inside if node.kind is NodeKind.OP)
    counts = [f"{count} {shown(name, 24)}" for name, count in types.most_common(_TYPES)]
    more = f" and {len(types) - _TYPES} other types" if len(types) > _TYPES else ""
    blobs = len({node.name for node in inside if node.kind is NodeKind.BLOB})
    return (
        ("folded", shown(fold.label)),
        ("ops", f"{len(fold.steps)}, from op {min(fold.steps)} to op {max(fold.steps)}"),
        ("types", ", ".join(counts) + more),
        ("blobs inside", f"{blobs}: {shown_bytes(size)}"),
        ("most alive inside", shown_bytes(peak)),
    )
