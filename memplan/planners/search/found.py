"""From the offsets of a search, in units, to a plan in bytes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from types import MappingProxyType

from memplan.plan import Plan
from memplan.planners.search.puzzle import Puzzle

__all__ = ["plan_of"]


def plan_of(plan: Plan, puzzle: Puzzle, places: Sequence[int]) -> Plan:
    """The same planner's plan with what was found; buffers of no bytes lie anywhere."""
    offsets = {b.name: b.offset or 0 for b in plan.problem.buffers if b.size == 0}
    offsets.update(
        (name, place * puzzle.unit) for name, place in zip(puzzle.names, places, strict=True)
    )
    return replace(plan, offsets=MappingProxyType(offsets), proof=None, found_by="")
