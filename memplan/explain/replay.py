"""A plan made again of its planner's decisions alone."""

from __future__ import annotations

from types import MappingProxyType

from memplan.plan import Decisions, Plan
from memplan.planners.plan_from import plan_from
from memplan.study import Study

__all__ = ["mapping_before", "replayed"]


def replayed(study: Study) -> Plan:
    """Lay the buffers where the decisions say: offsets as they were chosen, or names.

    The proof is left out: it is no decision.
    """
    problem, planner = study.problem, study.plan.planner
    if study.assignment is not None:
        names = {d.blob: d.name for d in study.decisions if d.name is not None}
        plan = plan_from(problem, study.storages, names, planner)
        return Plan(problem, plan.offsets, planner, plan.slots, plan.space_of)
    offsets = {d.blob: d.offset for d in study.decisions if d.offset is not None}
    homes = {b.name: part.spaces[0].name for part in problem.by_space() for b in part.buffers}
    space_of = homes if len(problem.spaces) > 1 else {}
    return Plan(problem, MappingProxyType(offsets), planner, space_of=MappingProxyType(space_of))


def mapping_before(decisions: Decisions, turn: int) -> dict[str, str]:
    """Who lay in whose memory before a decision: the mapping that the planner had.

    Args:
        turn: Of the decision; the number of decisions: after the last.
    """
    homes: dict[str, str] = {}
    for decision in decisions[:turn]:
        if decision.chosen is not None:
            homes[decision.blob] = homes.get(decision.chosen, decision.chosen)
    return homes
