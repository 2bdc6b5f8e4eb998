"""Orders by their names, and a net whose ops stand in one of them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from memplan.errors import InvalidNet, quoted
from memplan.liveness import Storage
from memplan.net import Net
from memplan.order.graph import dependency_graph, generation_order
from memplan.order.longest_path import longest_path_order
from memplan.order.lowest_peak import NODES, lowest_peak_order
from memplan.plan import Problem
from memplan.verify import broken_read, same_dataflow

__all__ = ["ORDERS", "in_order", "order_named"]

ORDERS = ("generations", "longest_path", "lowest_peak")
"""Orders of ops that have a name; any other is told op by op."""


def order_named(
    name: str, net: Net, posed: tuple[Problem, Sequence[Storage]], nodes: int = NODES
) -> tuple[int, ...]:
    """The ops of a net, by index, in the order of that name.

    Args:
        posed: The problem that the net poses as it stands, and its storages.
        nodes: How far a search for the lowest peak may go.

    Raises:
        InvalidNet: There is no such order, or no graph to put in order.
        Unorderable: The net has none of that name.
    """
    if net.given is not None:
        raise InvalidNet("these are buffers without a graph: there are no ops to put in order")
    if name == "lowest_peak":
        return lowest_peak_order(net, *posed, nodes=nodes)
    if name == "generations":
        return tuple(generation_order(dependency_graph(net.ops)))
    if name == "longest_path":
        return tuple(longest_path_order(dependency_graph(net.ops)))
    raise InvalidNet(f"no order {quoted(name)}; there are: {', '.join(ORDERS)}")


def in_order(net: Net, order: Sequence[int]) -> Net:
    """The net with its ops in that order, given by their indices.

    Raises:
        InvalidNet: An op is missing, or would read something else than it did.
    """
    if sorted(order) != list(range(len(net.ops))):
        raise InvalidNet("an order names each op of the net once, by its index")
    after = replace(net, ops=tuple(net.ops[index] for index in order))
    wrong = same_dataflow(net, after, order=tuple(order))
    if wrong is not None:
        raise InvalidNet(f"the ops cannot run in this order: {broken_read(wrong)}")
    return after
