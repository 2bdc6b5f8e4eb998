"""Orders of ops: against networkx, and against the original's algorithm written anew with it."""

from __future__ import annotations

import random
from itertools import pairwise

import networkx as nx
import pytest

from memplan.errors import Unorderable
from memplan.net import Op
from memplan.order import dependency_graph, generation_order, longest_path_order


def random_ops(seed: int) -> list[Op]:
    chance = random.Random(seed)
    names = ["e0", "e1"]
    ops = []
    for index in range(chance.choice([1, 2, 5, 10, 40])):
        reads = chance.randint(0 if chance.random() < 0.2 else 1, 3)
        inputs = tuple(chance.choice(names[-12:]) for _ in range(reads))
        again = chance.random() < 0.1 and index
        names.append(chance.choice(names) if again else f"b{index}")
        ops.append(Op("Foo", inputs, (names[-1],)))
    return ops


def by_networkx(graph: nx.DiGraph) -> list[int]:
    """The longest-path order, with networkx doing every step."""
    work = nx.DiGraph(graph)
    ends = [node for node in graph if not graph.out_degree(node)]
    if len(ends) > 1:
        end = max(graph) + 1
        work.add_edges_from((node, end) for node in ends)
    nx.set_edge_attributes(work, -1, "weight")
    tree = nx.DiGraph()
    sources = [node for node in graph if not graph.in_degree(node)]
    for source in sources:
        before, length = nx.bellman_ford_predecessor_and_distance(work, source)
        path = [min(length, key=lambda node: length[node])]
        while before[path[-1]]:
            path.append(before[path[-1]][0])
        tree.add_node(path[0])
        tree.add_edges_from(reversed(list(pairwise(path))))
    root = next(iter(nx.topological_sort(tree)))
    heights = {}
    for node in reversed(list(nx.topological_sort(tree))):
        heights[node] = 1 + max((heights[child] for child in tree[node]), default=-1)

    def leaves(node: int) -> list[int]:
        if not tree.out_degree(node):
            return [node]
        children = sorted(tree[node], key=lambda child: heights[child])
        return [leaf for child in children for leaf in leaves(child)]

    order = leaves(root)
    if sorted(order) != sorted(sources):
        raise AssertionError
    rank = dict.fromkeys(order)
    for source in order:
        rank.update(dict.fromkeys(node for node in nx.descendants(graph, source)))
    key = {node: -position for position, node in enumerate(rank)}
    return list(nx.lexicographical_topological_sort(graph, key=lambda node: key[node]))


def test_both_orders_against_networkx_on_random_nets() -> None:
    unorderable = 0
    for seed in range(300):
        graph = dependency_graph(random_ops(seed))
        assert generation_order(graph) == list(nx.topological_sort(graph)), seed
        try:
            expected = by_networkx(graph)
        except AssertionError:
            unorderable += 1
            with pytest.raises(Unorderable, match="meet again"):
                longest_path_order(graph)
        else:
            assert longest_path_order(graph) == expected, seed
    assert 5 < unorderable < 100


def test_an_edge_from_every_writer_to_every_later_reader() -> None:
    ops = [Op("A", ("x",), ("b",)), Op("B", ("b",), ("b",)), Op("C", ("b", "x", "b"), ("c",))]
    graph = dependency_graph(ops)
    assert list(graph.edges(data="deps")) == [(0, 1, {"b"}), (0, 2, {"b"}), (1, 2, {"b"})]


def test_nothing_to_order() -> None:
    assert generation_order(nx.DiGraph()) == []
    with pytest.raises(Unorderable, match="no ops"):
        longest_path_order(nx.DiGraph())
