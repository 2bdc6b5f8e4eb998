"""A plan within a capacity, or the proof that there is none: a search at that one height.

Idea: the greedy planners answer first, then the bounds, then a short local search; what is left is
one complete search at that very capacity, which is often far easier than the lowest peak. With
windows, and beyond the reach of a complete search, it is `optimal` that looks for a plan.
Cost: as `optimal`; the same bound of nodes where nobody gives one.
Reference: M. D. Moffitt, "MiniMalloc", ASPLOS 2023.
"""

from __future__ import annotations

from dataclasses import replace

from memplan.bounds import lower_bound
from memplan.plan import Plan, Problem, Witness, WitnessKind
from memplan.planners.best_of import best_of
from memplan.planners.guided_ejection import lowered
from memplan.planners.in_parts import searched_in_parts
from memplan.planners.optimal import NAME
from memplan.planners.proof import proof_of
from memplan.planners.search import BY_ITSELF, Budget, Watch, decide, limits, plan_of, puzzle_of
from memplan.planners.search.reach import default_nodes, within_reach
from memplan.planners.search.shrunk import fixed_contradict, shrunk

__all__ = ["fitted"]


def fitted(problem: Problem, capacity: int, budget: Budget = BY_ITSELF) -> tuple[Plan, Witness]:
    """The best plan found on the way to `capacity` bytes, and the best bound.

    It fits when the plan is no higher than the capacity, and cannot when the bound is above it;
    where neither holds, the budget was spent first.

    Args:
        problem: Of one space.

    Raises:
        Cancelled: `budget.progress` asked for it.
    """
    watch = Watch(budget)
    short, steps = shrunk(problem)
    # On the clock that was given: to some orders the length of a life matters.
    plan = replace(best_of(problem, None, watch), planner=NAME, problem=short, proof=None)
    bound = lower_bound(short)
    if bound.bytes <= capacity < plan.known_peak and not fixed_contradict(short):
        plan, bound = _searched(plan, bound, capacity, watch)
        plan = replace(plan, nodes=watch.nodes)
    if bound.step is not None:
        bound = replace(bound, step=steps[bound.step])
    proof = bound if plan.peak == bound.bytes else None
    return replace(plan, problem=problem, proof=proof), bound


def _searched(plan: Plan, bound: Witness, capacity: int, watch: Watch) -> tuple[Plan, Witness]:
    short = plan.problem
    if not within_reach(short):
        return lowered(plan, watch, capacity), bound
    if short.conflicts is None and any(b.windows for b in short.buffers):
        plan = searched_in_parts(plan, bound.bytes, watch, capacity)
        return plan, plan.proof or bound
    puzzle = puzzle_of(short)
    watch.allow(default_nodes(puzzle))
    watch.best, watch.bound = plan.known_peak, bound.bytes
    units = capacity // puzzle.unit
    if puzzle.tallest() <= units:
        plan = lowered(plan, watch, capacity, next(limits(puzzle)))
        if plan.known_peak <= capacity:
            return plan, bound
        verdict = decide(puzzle, units, watch)
        if verdict.offsets is not None:
            return proof_of(plan_of(plan, puzzle, verdict.offsets)), bound
        if not verdict.impossible:
            return plan, bound
    least = (units + 1) * puzzle.unit
    return plan, Witness(WitnessKind.EXHAUSTED, least, nodes=watch.nodes)
