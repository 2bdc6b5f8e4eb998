"""Ops into an order in which they can run, for files that have them in another.

The format asks for that order, but ONNX Runtime sorts what it loads, so that files without it go
about. What can run keeps its place; an op waits only for what it reads, its nested graphs too.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from heapq import heapify, heappop, heappush
from typing import Any

__all__ = ["put_in_order"]


def put_in_order(graph: Any) -> None:
    """Sort the ops of `graph` and of those nested in it; a cycle is left as it is."""
    for node in graph.node:
        for inner in _graphs(node) if node.attribute else ():
            put_in_order(inner)
    maker = {name: index for index, node in enumerate(graph.node) for name in node.output if name}
    reads = ((index, _reads(node)) for index, node in enumerate(graph.node))
    late = any(maker.get(name, -1) >= index for index, names in reads for name in names)
    order = _order(graph.node, maker) if late else None
    if order is not None:
        before = type(graph)()
        before.node.extend(graph.node)
        graph.ClearField("node")
        graph.node.extend(before.node[index] for index in order)


def _order(nodes: Any, maker: Mapping[str, int]) -> list[int] | None:
    """The places of the ops as they can run, the first in the file first; None for a cycle."""
    waits: list[int] = []
    readers: dict[int, list[int]] = {}
    for index, node in enumerate(nodes):
        needs = {maker[name] for name in _reads(node) if name in maker}
        waits.append(len(needs))
        for need in sorted(needs):
            readers.setdefault(need, []).append(index)
    ready = [index for index, count in enumerate(waits) if count == 0]
    heapify(ready)
    order: list[int] = []
    while ready:
        index = heappop(ready)
        order.append(index)
        for reader in readers.get(index, ()):
            waits[reader] -= 1
            if waits[reader] == 0:
                heappush(ready, reader)
    return order if len(order) == len(waits) else None


def _reads(node: Any) -> Iterable[str]:
    """What an op reads, and what its nested graphs read and do not make themselves."""
    if not node.attribute:
        return node.input  # type: ignore[no-any-return]  # a message has no types
    names = set(node.input)
    for graph in _graphs(node):
        own = {value.name for value in (*graph.input, *graph.initializer)}
        for inner in graph.node:
            names.update(name for name in _reads(inner) if name not in own)
            own.update(inner.output)
        names.update(value.name for value in graph.output if value.name not in own)
    return names


def _graphs(node: Any) -> list[Any]:
    return [graph for a in node.attribute for graph in ([a.g] if a.HasField("g") else a.graphs)]
