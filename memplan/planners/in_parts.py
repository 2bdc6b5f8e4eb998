"""Buffers with windows: local search for plans, a search of their parts for the proof.

Idea: who lies above whom may change from step to step where a buffer occupies parts of itself, so
that no plan can be built from below. Three things are done in turn, with limits that double: local
search, which knows what each occupies when; a complete search with all as if whole, whose plans
are plans; and one with the parts apart, which proves that no plan is lower where it finds none.
Reference: see `guided_ejection` and `search.canonical`.
"""

from __future__ import annotations

from dataclasses import replace

from memplan.plan import Plan, Witness, WitnessKind
from memplan.planners.guided_ejection import PER_NODE, lowered
from memplan.planners.proof import proof_of
from memplan.planners.search import Portfolio, Verdict, Watch, limits, plan_of, puzzle_of
from memplan.planners.search.parts import parts_apart
from memplan.planners.search.reach import default_nodes

__all__ = ["searched_in_parts"]


def searched_in_parts(plan: Plan, bound: int, watch: Watch, capacity: int | None = None) -> Plan:
    """A lower plan, or a proof of what none can be below, as far as the watch allows.

    Args:
        plan: Safe, of one space, without an explicit conflict relation.
        bound: Bytes that no plan can be below.
        capacity: That low is low enough; what is proven is that none is. None: as low as it goes.
    """
    whole = Portfolio(puzzle_of(plan.problem))
    apart = Portfolio(puzzle_of(parts_apart(plan.problem)))
    watch.allow(default_nodes(whole.puzzle))
    least = bound if capacity is None else capacity
    fitting = 0
    for limit in limits(whole.puzzle):
        spent = watch.nodes
        plan = proof_of(lowered(plan, watch, least, PER_NODE * limit))
        if plan.known_peak <= least or watch.over:
            break
        target = plan.known_peak - 1 if capacity is None else capacity
        found = _round(whole, target, limit, watch)
        if found.offsets is not None:
            plan = proof_of(plan_of(plan, whole.puzzle, found.offsets))
        elif fitting != target:
            found = _round(apart, target, limit, watch)
            if found.impossible and not plan.problem.unknown:
                witness = Witness(WitnessKind.EXHAUSTED, target + 1, nodes=watch.nodes)
                return replace(plan, proof=witness)
            # That they fit says nothing, and need not be found again.
            fitting = target if found.decided else fitting
        if watch.nodes == spent:
            break  # all three are at their end
    return plan


def _round(portfolio: Portfolio, capacity: int, limit: int, watch: Watch) -> Verdict:
    """Look for anything no higher than `capacity` bytes."""
    units = capacity // portfolio.puzzle.unit
    if portfolio.puzzle.tallest() > units:
        return Verdict(impossible=True)
    return portfolio.round(units, limit, watch)
