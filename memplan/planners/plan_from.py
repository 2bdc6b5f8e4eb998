"""The plan of a renaming: blobs of one new name are one slot, and the slots are stacked."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from types import MappingProxyType

from memplan.liveness import Storage
from memplan.plan import Plan, Problem
from memplan.planners.proof import proof_of
from memplan.planners.spaces import pack_each_space
from memplan.units import align_up

__all__ = ["plan_from"]


def plan_from(
    problem: Problem, found: Iterable[Storage], mapping: Mapping[str, str], planner: str
) -> Plan:
    """Make the plan that new names for blobs amount to; it may be unsafe, which is for `verify`.

    Args:
        problem: What the net poses; buffers that hold no blob (scratch) are slots of their own.
        found: The storages of the net, of which the buffers were made.
        mapping: The new name of each blob that changes its name.
        planner: Who chose the names.
    """
    slot_of = _slots(problem, found, mapping)
    plan = pack_each_space(problem, lambda part: _stacked(part, slot_of, planner))
    return proof_of(plan)


def _stacked(part: Problem, slot_of: Mapping[str, str], planner: str) -> Plan:
    """One space: each slot as large as its largest buffer, in the order of first use."""
    heights: dict[str, int] = {}
    for buffer in part.buffers:
        slot = slot_of[buffer.name]
        heights[slot] = max(heights.get(slot, 0), buffer.size or 0)
    alignment = dict.fromkeys(heights, 1)
    for buffer in part.buffers:
        slot = slot_of[buffer.name]
        alignment[slot] = max(alignment[slot], part.alignment_of(buffer))
    base: dict[str, int] = {}
    top = 0
    for slot, height in heights.items():
        base[slot] = align_up(top, alignment[slot])
        top = base[slot] + height
    number = {slot: place for place, slot in enumerate(heights)}
    offsets = {b.name: base[slot_of[b.name]] for b in part.buffers if b.size is not None}
    slots = {b.name: number[slot_of[b.name]] for b in part.buffers}
    return Plan(part, MappingProxyType(offsets), planner, MappingProxyType(slots))


def _slots(
    problem: Problem, found: Iterable[Storage], mapping: Mapping[str, str]
) -> dict[str, str]:
    """For each buffer the name of its slot; storages that meet in any new name are one."""
    first: dict[str, str] = {}  # by new name the first storage there
    parent: dict[str, str] = {}

    def root(name: str) -> str:
        while name in parent:
            name = parent[name]
        return name

    for storage in found:
        for name in storage.names:
            here, there = (
                root(storage.name),
                root(first.setdefault(mapping.get(name, name), storage.name)),
            )
            if here != there:
                parent[here] = there
    return {buffer.name: root(buffer.name) for buffer in problem.buffers}
