"""A plan within a capacity, or the proof that there is none: a search at that one height.

Idea: the greedy planners answer first, then the bounds; what is left is one complete search at
that very capacity, which is often far easier than the lowest peak.
Cost: as `optimal`; the same bound of nodes where nobody gives one.
Reference: M. D. Moffitt, "MiniMalloc", ASPLOS 2023.
"""

from __future__ import annotations

from dataclasses import replace

from memplan.bounds import lower_bound
from memplan.plan import Plan, Problem, Witness, WitnessKind
from memplan.planners.best_of import best_of
from memplan.planners.optimal import NAME, plan_of
from memplan.planners.proof import proof_of
from memplan.planners.search import BY_ITSELF, Budget, Watch, decide, puzzle_of
from memplan.planners.search.reach import default_nodes, within_reach
from memplan.planners.search.shrunk import fixed_contradict, shrunk

__all__ = ["fitted"]


def fitted(problem: Problem, capacity: int, budget: Budget = BY_ITSELF) -> tuple[Plan, Witness]:
    """The best plan found on the way to `capacity` bytes, and the best bound.

    It fits when the plan is no higher than the capacity, and cannot when the bound is above it;
    where neither holds, the budget was spent first. Buffers with windows are searched as if
    whole, so that a plan found is a plan, but nothing is proven by finding none.

    Args:
        problem: Of one space.

    Raises:
        Cancelled: `budget.progress` asked for it.
    """
    short, steps = shrunk(problem)
    # On the clock that was given: to some orders the length of a life matters.
    plan = replace(best_of(problem), planner=NAME, problem=short, proof=None)
    bound = lower_bound(short)
    if (
        bound.bytes <= capacity < plan.known_peak
        and not fixed_contradict(short)
        and within_reach(short)
    ):
        plan, bound = _searched(plan, bound, capacity, budget)
    if bound.step is not None:
        bound = replace(bound, step=steps[bound.step])
    proof = bound if plan.peak == bound.bytes else None
    return replace(plan, problem=problem, proof=proof), bound


def _searched(plan: Plan, bound: Witness, capacity: int, budget: Budget) -> tuple[Plan, Witness]:
    short = plan.problem
    puzzle = puzzle_of(short)
    if budget.nodes is None and budget.deadline is None:
        budget = replace(budget, nodes=default_nodes(puzzle))
    watch = Watch(budget)
    watch.best, watch.bound = plan.known_peak, bound.bytes
    units = capacity // puzzle.unit
    verdict = None if puzzle.tallest() > units else decide(puzzle, units, watch)
    if verdict is not None and verdict.offsets is not None:
        plan = proof_of(plan_of(short, puzzle, verdict.offsets))
    elif (verdict is None or verdict.impossible) and not any(b.windows for b in short.buffers):
        least = (units + 1) * puzzle.unit
        bound = Witness(WitnessKind.EXHAUSTED, least, nodes=watch.nodes)
    return replace(plan, nodes=watch.nodes), bound
