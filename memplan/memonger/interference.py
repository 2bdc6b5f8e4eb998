"""Sharing by live ranges in an order of the ops, over messages."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from enum import Enum
from typing import Any, NamedTuple, TypeAlias

import networkx as nx

from memplan import order
from memplan.memonger.messages import message_of, ops_of, skeleton
from memplan.planners.caffe2_interference import (
    Assignments,
    LiveRange,
    Named,
    compute_assignments_greedy,
    compute_blob_assignments,
)
from memplan.planners.caffe2_interference import compute_assignments as assignments_of
from memplan.planners.caffe2_interference import compute_ranges as ranges_of
from memplan.planners.caffe2_interference_dp import compute_assignments_dp as least_assignments
from memplan.rewrite import Assignment, Rules, applied

__all__ = [
    "AssignmentAlgorithm",
    "Optimization",
    "compute_assignments",
    "compute_assignments_dp",
    "compute_interference_graph",
    "compute_ranges",
    "optimize_interference",
    "topological_sort_traversal",
    "topological_sort_traversal_longest_path",
]

Graph: TypeAlias = "nx.DiGraph[int]"


class AssignmentAlgorithm(Enum):
    """How blobs are laid together."""

    GREEDY = 0
    DYNAMIC_PROGRAMMING = 1


class Optimization(NamedTuple):
    """The new net, the blobs that share with their live ranges, and the new names."""

    net: Any
    assignments: Assignments
    blob_assignments: dict[str, str]


_ALGORITHMS: Mapping[Any, Callable[[Sequence[Named]], Assignments]] = {
    AssignmentAlgorithm.GREEDY: compute_assignments_greedy,
    AssignmentAlgorithm.DYNAMIC_PROGRAMMING: least_assignments,
}


def topological_sort_traversal(g: Graph) -> list[int]:
    """The ops in rounds: those that wait for nothing, then those that waited for these.

    The order of networkx 2.6 and later; that of 2.5 and before is not kept.
    """
    return order.generation_order(g)


def topological_sort_traversal_longest_path(g: Graph) -> list[int]:
    """The ops from the source that has the longest way to the end.

    Raises:
        Unorderable: Longest paths part and meet again (an AssertionError, as in Caffe2).
    """
    return order.longest_path_order(g)


def compute_interference_graph(ops: Iterable[Any]) -> Graph:
    """An edge from each op to every later op that reads one of its outputs.

    Nodes are indices, with the message as `op`; edges have the blobs as `deps`.
    """
    messages = list(ops)
    graph = order.dependency_graph(ops_of(messages))
    for index, message in enumerate(messages):
        graph.nodes[index]["op"] = message
    return graph


def compute_ranges(
    linearized_ops: Iterable[Any], blob_sizes: Mapping[str, int | None] | None = None
) -> dict[str, LiveRange]:
    """The live range of every blob, by name, in the order in which they first appear.

    Raises:
        MissingSize: Sizes are given, but not of every blob (a KeyError and an AssertionError).
    """
    return ranges_of(ops_of(linearized_ops), blob_sizes)


def compute_assignments(
    ranges: Mapping[str, LiveRange],
    static_blobs: Collection[str],
    algo: Any = AssignmentAlgorithm.GREEDY,
) -> Assignments:
    """Lay blobs together that do not live together; static ones stay alone, at the end.

    An algorithm that is neither of the two gives the static blobs alone, as in Caffe2.

    Raises:
        InvalidNet: No blob is read after the first op (a ValueError, as in Caffe2).
    """
    return assignments_of(ranges, frozenset(map(str, static_blobs)), _ALGORITHMS.get(algo))


def compute_assignments_dp(
    ranges_sorted: Sequence[Named],
    init_assignment: Assignments | None,
    counter: Any = None,
) -> Assignments:
    """Lay blobs together so that the sum of largest sizes is small, by exhaustive search.

    Args:
        ranges_sorted: By last use.
        counter: Caffe2's own bookkeeping; not looked at.

    Raises:
        Unorderable: A blob is read for the last time before it is written (an AssertionError).
    """
    del counter
    return least_assignments(ranges_sorted, init_assignment)


def optimize_interference(
    net: Any,
    static_blobs: Collection[str],
    ordering_function: Callable[[Graph], Iterable[int]] = topological_sort_traversal,
    blob_sizes: Mapping[str, int | None] | None = None,
    algo: Any = AssignmentAlgorithm.GREEDY,
) -> Optimization:
    """Put the ops in an order, and give blobs that do not live together one name.

    Raises:
        InvalidNet: No blob is read after the first op (a ValueError, as in Caffe2).
        MissingSize: Sizes are given, but not of every blob (a KeyError and an AssertionError).
        Unorderable: The ordering function finds no order (an AssertionError).
        InvalidStepNet: A step net cannot be followed.
    """
    message = message_of(net)
    ops = skeleton(message).ops
    ordering = tuple(ordering_function(compute_interference_graph(message.op)))
    ranges = ranges_of([ops[index] for index in ordering], blob_sizes)
    assignments = compute_assignments(ranges, static_blobs, algo)
    names = compute_blob_assignments(assignments)
    renamed = applied(message, Assignment(names, ordering, Rules.PYTHON))
    return Optimization(renamed, assignments, names)
