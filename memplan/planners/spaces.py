"""Several memories: the buffers of each are packed apart, and the answers joined."""

from __future__ import annotations

from collections.abc import Callable
from types import MappingProxyType

from memplan.plan import Plan, Problem

__all__ = ["pack_each_space"]


def pack_each_space(problem: Problem, pack: Callable[[Problem], Plan]) -> Plan:
    """Plan each space of `problem` by itself with `pack`, which knows one space.

    Slots are numbered through all spaces. A claim of optimality is left to the caller.
    """
    offsets: dict[str, int] = {}
    space_of: dict[str, str] = {}
    slots: dict[str, int] | None = None
    planner, nodes, winners = "", 0, dict[str, None]()
    for part in problem.by_space():
        plan = pack(part)
        planner, nodes = plan.planner, nodes + plan.nodes
        winners.update({plan.found_by: None} if plan.found_by else {})
        offsets.update(plan.offsets or {})
        space_of.update((buffer.name, part.spaces[0].name) for buffer in part.buffers)
        if plan.slots is not None:
            first = len(set(slots.values())) if slots else 0
            slots = {**(slots or {}), **{name: first + slot for name, slot in plan.slots.items()}}
    return Plan(
        problem,
        MappingProxyType(offsets),
        planner,
        None if slots is None else MappingProxyType(slots),
        MappingProxyType(space_of),
        nodes=nodes,
        found_by=", ".join(winners),
    )
