"""The net as a picture's data: ops and blobs as nodes, reads and writes as edges.

Every write of a blob is a node of its own: `a`, then `a (in place)` where an op writes what it
reads, or `a (again)` where one writes the name anew. So time runs one way through the picture,
the graph has no cycle, and two versions show that they are one memory by colour and number.

    data ──▶ [Conv] ──▶ a ──▶ [Relu] ──▶ a (in place) ──▶ [FC] ──▶ out

Weights are folded into the op that reads them, unless asked for or written in the net itself.
An op with nested nets is marked; what those read or write outside is an edge of kind INNER.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from functools import cached_property, partial

from memplan.liveness import live_bytes
from memplan.net import Net, Op, Role, made_names, reads_by_op
from memplan.plan import BufferKind, LiveRange
from memplan.study import Study
from memplan.units import format_bytes
from memplan.views.colours import Grouping, Swatch, group_blobs
from memplan.views.graph_details import Details, blob_details, op_details
from memplan.views.names import shown
from memplan.views.rows import MemoryRow, memory_rows

__all__ = ["EdgeKind", "GraphEdge", "GraphNode", "GraphOptions", "GraphView", "NodeKind"]
__all__ += ["graph_view"]

_KEPT = frozenset({BufferKind.INPUT, BufferKind.OUTPUT})


class NodeKind(StrEnum):
    """What a node stands for; a fold for several ops and the blobs between them."""

    OP = "op"
    BLOB = "blob"
    WEIGHT = "weight"
    FOLD = "fold"


class EdgeKind(StrEnum):
    """How an op touches a blob; or that one node leads to another through some left out."""

    FLOW = "flow"
    IN_PLACE = "in place"
    INNER = "inner"
    THROUGH = "through what is not shown"


@dataclass(frozen=True, slots=True)
class GraphOptions:
    """What to draw: weights as nodes or folded into their ops; labels of how many characters."""

    weights: bool = False
    label_limit: int = 28


@dataclass(frozen=True, slots=True)
class GraphNode:
    """An op, or one version of a blob.

    Attributes:
        id: ``n0``, ``n1``, … in the order in which the net meets them.
        label, line: Two lines to draw: the name, cut; and what matters most about it.
        name: A blob's name as in the file, whole; an op's own name.
        step: An op's index; for a blob the op that wrote this version, None if from outside.
        group: Number of the memory that it lies in; None for ops and what is not placed.
        swatch: How it is filled; None for ops.
        nested: An op that has nets of its own.
        type: An op's type; of a blob its element type.
        device: Where the op runs, or where the memory is.
        nbytes: Of a blob; None where unknown, and for ops.
        live: Of the memory that a blob lies in, where it is planned; of a fold its steps.
        members: Of a fold how many ops it stands for.
        kept: The net's results and inputs, which stay in sight when the ops around are folded.
        about: Makes `details`; texts for ten thousand nodes are made when they are asked for.
    """

    id: str
    kind: NodeKind
    label: str
    line: str
    name: str
    step: int | None = None
    group: int | None = None
    shared: bool = False
    swatch: Swatch | None = None
    nested: bool = False
    type: str = ""
    device: str = ""
    nbytes: int | None = None
    live: LiveRange | None = None
    members: int = 0
    kept: bool = False
    about: Callable[[], Details] = field(default=tuple, compare=False, repr=False)

    @property
    def details(self) -> Details:
        """What to show when it is pointed at: pairs of a word and a text."""
        return self.about()


@dataclass(frozen=True, slots=True)
class GraphEdge:
    """From a blob to an op that reads it, or from an op to a blob that it writes: node ids."""

    source: str
    target: str
    kind: EdgeKind = EdgeKind.FLOW


@dataclass(frozen=True)
class GraphView:
    """Nodes and edges; each edge goes from an earlier node to a later one.

    Attributes:
        inside: Of each fold, by its id, the nodes that it stands for.
        usage: Bytes alive at each step of the whole net, over the blobs of known size.
    """

    nodes: tuple[GraphNode, ...]
    edges: tuple[GraphEdge, ...]
    inside: Mapping[str, tuple[GraphNode, ...]] = field(default_factory=dict)
    usage: tuple[int, ...] = ()

    def node(self, node_id: str) -> GraphNode | None:
        """The node of an id; None where there is none (the id came from outside)."""
        place = self.places.get(node_id)
        return None if place is None else self.nodes[place]

    def id_of_op(self, step: int) -> str | None:
        """The node that stands for the op at `step`: itself, or the fold in which it lies."""
        return self._standing[0].get(step)

    def id_of_blob(self, name: str) -> str | None:
        """The node of a blob's first version that is in sight, else the fold in which it lies."""
        return self._standing[1].get(name)

    @cached_property
    def places(self) -> Mapping[str, int]:
        """Where in `nodes` each id is."""
        return {node.id: place for place, node in enumerate(self.nodes)}

    @cached_property
    def _standing(self) -> tuple[dict[int | None, str], dict[str, str]]:
        """The ids that stand for ops, by step, and for blobs, by name."""
        ops: dict[int | None, str] = {}
        blobs: dict[str, str] = {}
        held = ((each, key) for key, nodes in self.inside.items() for each in nodes)
        for node, key in (*((node, node.id) for node in self.nodes), *held):
            if node.kind is NodeKind.OP:
                ops[node.step] = key
            elif node.kind is not NodeKind.FOLD:
                blobs.setdefault(node.name, key)
        return ops, blobs


def graph_view(study: Study, options: GraphOptions = GraphOptions()) -> GraphView:
    """Draw the net of a study up as nodes and edges; equal studies give equal views."""
    builder = _Builder(study, options)
    for step, (op, reads) in enumerate(zip(study.net.ops, reads_by_op(study.net), strict=True)):
        builder.add_op(step, op, reads)
    builder.add_untouched()
    usage = live_bytes(study.problem)
    return GraphView(tuple(builder.nodes), tuple(builder.edges), usage=usage)


@dataclass(slots=True)
class _Builder:
    study: Study
    options: GraphOptions
    nodes: list[GraphNode] = field(default_factory=list)
    edges: list[GraphEdge] = field(default_factory=list)
    current: dict[str, str] = field(default_factory=dict)
    rows: dict[str, MemoryRow] = field(default_factory=dict)
    folded: frozenset[str] = frozenset()
    known: frozenset[str] = frozenset()

    def __post_init__(self) -> None:
        net = self.study.net
        grouping: Grouping = group_blobs(self.study)
        for row in memory_rows(self.study, grouping):
            self.rows.update(dict.fromkeys(row.names, row))
        self.known = frozenset(net.names())
        if not self.options.weights:
            weights = {n for n in self.known if net.blob(n).role is Role.WEIGHT}
            self.folded = frozenset(weights.difference(made_names(net)))

    def add_op(self, step: int, op: Op, reads: Iterable[str]) -> None:
        reads = tuple(reads)
        direct = set(op.inputs)
        sources = [(name, self.version(name)) for name in reads if name not in self.folded]
        folded = [name for name in reads if name in self.folded]
        own = self.add(_op_node(self.study.net, f"n{len(self.nodes)}", step, op, folded))
        outer = [name for name in _written_inside(op) if name in self.known]
        for name, source in sources:
            in_place = name in op.outputs
            kind = EdgeKind.IN_PLACE if in_place else EdgeKind.FLOW
            self.edges.append(GraphEdge(source, own, kind if name in direct else EdgeKind.INNER))
        for name in op.outputs:
            kind = EdgeKind.IN_PLACE if name in direct else EdgeKind.FLOW
            self.edges.append(GraphEdge(own, self.write(name, step, reads), kind))
        for name in dict.fromkeys(outer):
            if name not in op.outputs:
                self.edges.append(GraphEdge(own, self.write(name, step, reads), EdgeKind.INNER))

    def version(self, name: str) -> str:
        """The node of what `name` holds now; it comes from outside if nothing wrote it yet."""
        return self.current.get(name) or self.write(name, None, ())

    def write(self, name: str, step: int | None, reads: Iterable[str]) -> str:
        how = ""
        if name in self.current or (step is not None and name in reads):
            how = " (in place)" if name in reads else " (again)"
        node_id = f"n{len(self.nodes)}"
        self.current[name] = node_id
        return self.add(self.blob_node(node_id, name, step, how))

    def add(self, node: GraphNode) -> str:
        self.nodes.append(node)
        return node.id

    def add_untouched(self) -> None:
        """What the net declares and no op touches is there all the same."""
        for name in (*self.study.net.inputs, *self.study.net.outputs):
            if name not in self.folded:
                self.version(name)

    def blob_node(self, node_id: str, name: str, step: int | None, how: str) -> GraphNode:
        row = self.rows[name]
        group = row.group
        blob = self.study.net.blob(name)
        nbytes = blob.nbytes
        words = [format_bytes(nbytes), *([group.label] if group else [])]
        return GraphNode(
            id=node_id,
            kind=NodeKind.WEIGHT if blob.role is Role.WEIGHT else NodeKind.BLOB,
            label=shown(name, self.options.label_limit) + how,
            line=" · ".join(words),
            name=name,
            step=step,
            group=group.number if group else None,
            shared=group is not None and group.shared,
            swatch=row.swatch,
            type=row.dtype,
            device=str(row.device),
            nbytes=nbytes,
            live=row.live if row.planned else None,
            kept=row.kind in _KEPT,
            about=partial(blob_details, blob, row),
        )


def _op_node(net: Net, node_id: str, step: int, op: Op, folded: list[str]) -> GraphNode:
    return GraphNode(
        id=node_id,
        kind=NodeKind.OP,
        label=shown(op.type, 28),
        line=f"op {step}",
        name=op.name,
        step=step,
        nested=bool(op.nets),
        type=op.type,
        device=str(op.device),
        about=partial(op_details, net, step, op, folded),
    )


def _written_inside(op: Op) -> tuple[str, ...]:
    return tuple(name for nested in op.nets.values() for name in made_names(nested))
