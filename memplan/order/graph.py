"""What an op must come after, as Caffe2 tells it: a graph of the ops, and its order by generations.

Only an edge from a writer to a later reader counts, as in Caffe2; that a blob must be read
before it is written again is not looked at. Ops are nodes, by their index in the net.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from typing import TypeAlias

import networkx as nx

from memplan.net import Op

__all__ = ["Graph", "dependency_graph", "generation_order"]

Graph: TypeAlias = "nx.DiGraph[int]"


def dependency_graph(ops: Sequence[Op]) -> Graph:
    """An edge from every writer of a blob to each later op that reads it, with the blobs.

    Every earlier writer counts, not the last alone. Edges stand in order of writer, then
    reader; their attribute `deps` is the set of blobs.

    Cost: writers times readers of each blob.

    >>> copy = Op("Copy", ("b",), ("b",))
    >>> list(dependency_graph((copy, copy, copy)).edges)
    [(0, 1), (0, 2), (1, 2)]
    """
    graph: Graph = nx.DiGraph()
    graph.add_nodes_from(range(len(ops)))
    writers: dict[str, list[int]] = defaultdict(list)
    deps: dict[tuple[int, int], set[str]] = defaultdict(set)
    for reader, op in enumerate(ops):
        for name in dict.fromkeys(op.inputs):
            for writer in writers.get(name, ()):
                deps[writer, reader].add(name)
        for name in dict.fromkeys(op.outputs):
            writers[name].append(reader)
    for writer, reader in sorted(deps):
        graph.add_edge(writer, reader, deps=deps[writer, reader])
    return graph


def generation_order(graph: Graph) -> list[int]:
    """Kahn's order in rounds: all nodes that wait for nothing, then all that waited for those.

    The order of networkx 2.6 and later, whatever networkx is installed.
    """
    waiting = {node: degree for node, degree in graph.in_degree() if degree}
    order: list[int] = []
    ready = [node for node in graph if node not in waiting]
    while ready:
        order += ready
        following = []
        for node in ready:
            for child in graph.successors(node):
                waiting[child] -= 1
                if not waiting[child]:
                    following.append(child)
        ready = following
    return order
