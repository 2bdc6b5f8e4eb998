"""Filters of the graph: parts of a net too large to be looked at whole.

Each condition keeps the ops or blobs that it is about, and what touches them: a filter for large
blobs keeps the ops that write and read those. All conditions of a filter hold together; then a
blob goes of which no op is left. Where something in between is left out, a line of kind THROUGH
says so.

    all      data ─▶ [Conv] ─▶ a ─▶ [Relu] ─▶ b ─▶ [Conv] ─▶ c
    Relu                       a ─▶ [Relu] ─▶ b
    Conv     data ─▶ [Conv] ─▶ a ┄┄┄┄┄┄┄┄┄┄┄▶ b ─▶ [Conv] ─▶ c
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from memplan.plan import LiveRange
from memplan.views.graph import EdgeKind, GraphEdge, GraphNode, GraphView, NodeKind
from memplan.views.patterns import matching

__all__ = ["Filter", "filtered", "peak_step"]


@dataclass(frozen=True, slots=True)
class Filter:
    """What of a graph to show; all of it, as it stands here.

    Attributes:
        blob, op: The blob, or the op by its step, around which to look.
        hops: How many lines away from it, along them or against.
        steps: The ops that run then.
        types: The types of ops.
        least: Bytes of a blob, from which on it is shown.
        pattern: A regular expression for names of ops and blobs, found anywhere in them.
        at_peak: Only what is alive at the first step at which most is.
    """

    blob: str | None = None
    op: int | None = None
    hops: int = 2
    steps: LiveRange | None = None
    types: tuple[str, ...] = ()
    least: int = 0
    pattern: str = ""
    at_peak: bool = False

    @property
    def around(self) -> bool:
        """Whether it looks around a blob or an op."""
        return self.blob is not None or self.op is not None

    @property
    def active(self) -> bool:
        """Whether it leaves anything out."""
        conditions = (self.steps, self.types, self.least, self.pattern, self.at_peak)
        return self.around or any(conditions)


def filtered(view: GraphView, wanted: Filter) -> GraphView:
    """Return the part of an unfolded view that a filter wants, in the view's own order.

    Raises:
        BadPattern: The pattern is none, or takes too long.
    """
    if not wanted.active:
        return view
    near = _neighbours(view)
    keep = set(view.places)
    for condition in _conditions(view, wanted):
        about = {node.id for node in view.nodes if condition(node)}
        keep &= about.union(*(near[each] for each in about))
    if wanted.around:
        keep &= _around(view, wanted, near)
    for node in view.nodes:
        if node.kind is not NodeKind.OP and near[node.id] and keep.isdisjoint(near[node.id]):
            keep.discard(node.id)
    return _part(view, keep)


def peak_step(view: GraphView) -> int:
    """The first step at which most bytes are alive; the first of all where nothing is known."""
    return max(range(len(view.usage)), key=view.usage.__getitem__, default=0)


def _conditions(view: GraphView, wanted: Filter) -> Iterator[Callable[[GraphNode], bool]]:
    """What each condition is about."""
    if (steps := wanted.steps) is not None:
        yield (
            lambda node: (
                node.kind is NodeKind.OP
                and node.step is not None
                and steps.begin <= node.step < steps.end
            )
        )
    if wanted.types:
        types = frozenset(wanted.types)
        yield lambda node: node.kind is NodeKind.OP and node.type in types
    if wanted.least:
        yield lambda node: node.nbytes is not None and node.nbytes >= wanted.least
    if wanted.at_peak:
        step = peak_step(view)
        peak = LiveRange(step, step + 1)
        yield lambda node: node.live is not None and node.live.meets(peak)
    if wanted.pattern:
        names = tuple(dict.fromkeys(node.name for node in view.nodes if node.name))
        found = frozenset(names[place] for place in matching(wanted.pattern, names))
        yield lambda node: node.name in found


def _neighbours(view: GraphView) -> dict[str, list[str]]:
    near: dict[str, list[str]] = {node.id: [] for node in view.nodes}
    for edge in view.edges:
        near[edge.source].append(edge.target)
        near[edge.target].append(edge.source)
    return near


def _around(view: GraphView, wanted: Filter, near: Mapping[str, Sequence[str]]) -> set[str]:
    """What can be reached from the chosen blob, in all its versions, or op."""
    if wanted.blob is not None:
        blobs = (node for node in view.nodes if node.kind is not NodeKind.OP)
        edge = {node.id for node in blobs if node.name == wanted.blob}
    else:
        edge = {
            node.id for node in view.nodes if node.kind is NodeKind.OP and node.step == wanted.op
        }
    reached = set(edge)
    for _ in range(wanted.hops):
        edge = {other for each in edge for other in near[each]} - reached
        reached |= edge
    return reached


def _part(view: GraphView, keep: set[str]) -> GraphView:
    """Some nodes of a view; what led from one to the next through others becomes a line.

    Each left-out node passes on the latest of the nodes before it that are kept, so that there
    are no more lines than there were.
    """
    nodes = tuple(node for node in view.nodes if node.id in keep)
    found: dict[tuple[str, str], EdgeKind] = {}
    latest: dict[str, str] = {}
    for edge in sorted(view.edges, key=lambda edge: view.places[edge.source]):
        source = edge.source if edge.source in keep else latest.get(edge.source)
        if source is None:
            continue
        if edge.target in keep:
            kind = edge.kind if source is edge.source else EdgeKind.THROUGH
            if found.get((source, edge.target), EdgeKind.THROUGH) is EdgeKind.THROUGH:
                found[source, edge.target] = kind
        elif view.places[source] > view.places.get(latest.get(edge.target, ""), -1):
            latest[edge.target] = source
    edges = tuple(GraphEdge(source, target, kind) for (source, target), kind in found.items())
    return GraphView(nodes, edges, usage=view.usage)
