"""What may be folded: stretches of ops, one inside the other, and the order that they lie in.

The ops of a folding stand in an order in which every op comes after those that it reads from,
and each fold is a stretch of that order. So however many folds are closed, the graph of what is
left has no cycle: a line leads from an earlier stretch to a later one.

    order     0  1  2  3  4  5  6  7
    folds        └──────┘  └────┘           res2_0, res2_1
    inside       └──┘                       res2_0_branch2a
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from memplan.views.graph import GraphView, NodeKind

__all__ = ["Fold", "Folding", "OpLinks", "op_links"]


@dataclass(frozen=True, slots=True)
class Fold:
    """Ops that one node can stand for.

    Attributes:
        label: What they are called, whole.
        steps: In the order of the folding; at least two.
        inner: Smaller folds of some of them, seen when this one is open.
    """

    label: str
    steps: tuple[int, ...]
    inner: tuple[Fold, ...] = ()

    @property
    def id(self) -> str:
        """Tells it from every other of its folding: no two begin together and are as long."""
        return f"f{self.steps[0]}_{len(self.steps)}"


@dataclass(frozen=True, slots=True)
class Folding:
    """Folds of a net's ops, and the order in which they are stretches; empty: the net's own."""

    folds: tuple[Fold, ...] = ()
    order: tuple[int, ...] = ()

    def every(self) -> Iterator[Fold]:
        """All folds, the outer before the inner."""
        waiting = list(reversed(self.folds))
        while waiting:
            fold = waiting.pop()
            yield fold
            waiting.extend(reversed(fold.inner))


@dataclass(frozen=True, slots=True)
class OpLinks:
    """Which op reads from which, for all ops of a view; each known by its place among them.

    Attributes:
        steps: The step of each op.
        types: Its type.
        names: Its own name, or that of the first blob that it writes.
        sources: The ops from whose blobs each one reads, by place, in the order of its reads.
        spans: Of each blob that ops make: its maker's place, its last reader's, and how often
            it is read; the maker's alone if nothing reads it.
    """

    steps: tuple[int, ...]
    types: tuple[str, ...]
    names: tuple[str, ...]
    sources: tuple[tuple[int, ...], ...]
    spans: tuple[tuple[int, int, int], ...]


def op_links(view: GraphView) -> OpLinks:
    """Look through the blobs of an unfolded view."""
    ops = [node for node in view.nodes if node.kind is NodeKind.OP]
    place = {node.id: index for index, node in enumerate(ops)}
    maker: dict[str, int] = {}
    sources: list[list[int]] = [[] for _ in ops]
    last: dict[str, tuple[int, int]] = {}
    named = [node.name for node in ops]
    for edge in view.edges:
        if edge.source in place:
            maker[edge.target] = place[edge.source]
            if not named[place[edge.source]]:
                named[place[edge.source]] = view.nodes[view.places[edge.target]].name
        elif edge.source in maker:
            reader = place[edge.target]
            sources[reader].append(maker[edge.source])
            last[edge.source] = reader, last.get(edge.source, (0, 0))[1] + 1
    spans = [(made, *last.get(blob, (made, 0))) for blob, made in maker.items()]
    return OpLinks(
        tuple(node.step or 0 for node in ops),
        tuple(node.type for node in ops),
        tuple(named),
        tuple(map(tuple, sources)),
        tuple(spans),
    )
