"""Caffe2's order by longest paths: what waits longest for its way to the end begins."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator, Mapping, Sequence
from heapq import heapify, heappop, heappush
from itertools import pairwise

from memplan.errors import Unorderable
from memplan.order.graph import Graph

__all__ = ["longest_path_order"]


def longest_path_order(graph: Graph) -> list[int]:
    """Begin with the source that has the longest way to go, so that blobs wait less.

    The longest paths from all sources to the end are laid together as a tree, whose leaves are
    the sources. Walking it, lower branches first, gives the sources' order; all that a source
    leads to comes right after what was before it in that order.

    Faithful to Caffe2's topological_sort_traversal_longest_path, ties included; does not
    recurse. Cost: sources times edges, as a rule.

    Raises:
        Unorderable: The paths part and meet again, so that they are no tree; or there is no
            op at all.
    """
    if not graph:
        raise Unorderable("the net has no ops: there is nothing to put in order")
    sources = [node for node, degree in graph.in_degree() if not degree]
    successors = _with_one_end(graph)
    children = _tree([_longest_path(successors, source) for source in sources])
    return _order_by_rank(graph, _ranks(graph, _leaves(children)))


def _with_one_end(graph: Graph) -> dict[int, list[int]]:
    """The successors of each node, with one last node added where several would be last."""
    successors = {node: list(graph.successors(node)) for node in graph}
    last = [node for node in graph if not successors[node]]
    if len(last) > 1:
        end = max(graph) + 1
        successors[end] = []
        for node in last:
            successors[node].append(end)
    return successors


def _longest_path(successors: Mapping[int, Sequence[int]], source: int) -> list[int]:
    """The longest path from `source`; of equal ones that which networkx's Bellman-Ford finds.

    That one relaxes edges in a queue, passes over a node while one before it is queued, and
    keeps the first of the predecessors by which the final length was reached.
    """
    length = {source: 0}
    before: dict[int, list[int]] = {source: []}
    queue, queued = deque([source]), {source}
    while queue:
        node = queue.popleft()
        queued.discard(node)
        if any(earlier in queued for earlier in before[node]):
            continue
        reached = length[node] + 1
        for child in successors[node]:
            if reached > length.get(child, -1):
                if child not in queued:
                    queue.append(child)
                    queued.add(child)
                length[child], before[child] = reached, [node]
            elif reached == length[child]:
                before[child].append(node)
    path = [max(length, key=lambda node: length[node])]
    while before[path[-1]]:
        path.append(before[path[-1]][0])
    return path


def _tree(paths: Sequence[Sequence[int]]) -> dict[int, list[int]]:
    """The children of each node, root first; each path leads from the root to a source."""
    children: dict[int, list[int]] = {path[0]: [] for path in paths}
    parent: dict[int, int] = {}
    for path in paths:
        for above, below in reversed(list(pairwise(path))):
            if parent.setdefault(below, above) != above:
                raise Unorderable(
                    f"the longest paths part after op {below} and meet again, so they give no "
                    "order of the sources; use the plain topological order"
                )
            siblings = children.setdefault(above, [])
            if below not in siblings:
                siblings.append(below)
            children.setdefault(below, [])
    return children


def _leaves(children: Mapping[int, Sequence[int]]) -> list[int]:
    """The leaves from left to right, when of siblings the lower ones stand further left."""
    below = [next(iter(children))]  # each node after its parent
    for node in below:
        below += children[node]
    height: dict[int, int] = {}
    for node in reversed(below):
        height[node] = 1 + max((height[child] for child in children[node]), default=-1)
    leaves, stack = [], below[:1]
    while stack:
        node = stack.pop()
        if not children[node]:
            leaves.append(node)
        lowest_first = sorted(children[node], key=lambda child: height[child])
        stack += lowest_first[::-1]
    return leaves


def _ranks(graph: Graph, sources: Sequence[int]) -> dict[int, int]:
    """A rank for each node: the sources first, then what each of them leads to.

    Caffe2 walks a set here. A set of integers has no seed: CPython walks it by their values,
    the size of its table and the sequence of insertion, so that every machine gives one order.
    """
    rank = {node: position for position, node in enumerate(sources)}
    for source in sources:
        for node in set(_breadth_first(graph, source)):
            rank.setdefault(node, len(rank))
    return rank


def _breadth_first(graph: Graph, source: int) -> Iterator[int]:
    """The nodes that `source` leads to, nearest first."""
    met, queue = {source}, deque([source])
    while queue:
        for child in graph.successors(queue.popleft()):
            if child not in met:
                met.add(child)
                queue.append(child)
                yield child


def _order_by_rank(graph: Graph, rank: Mapping[int, int]) -> list[int]:
    """Of the nodes that wait for nothing always the one of the highest rank next."""
    waiting = dict(graph.in_degree())
    ready = [-rank[node] for node, degree in waiting.items() if not degree]
    node_of = {-position: node for node, position in rank.items()}
    heapify(ready)
    order: list[int] = []
    while ready:
        order.append(node_of[heappop(ready)])
        for child in graph.successors(order[-1]):
            waiting[child] -= 1
            if not waiting[child]:
                heappush(ready, -rank[child])
    return order
