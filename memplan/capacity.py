"""Buffers and so much memory: do they fit, can they not, or is neither known.

Where no capacity is given the height is made as low as the budget allows; where one is given, a
planner that searches looks for a plan within it and for nothing lower. A refusal carries buffers
that alone cannot fit, none of which can be left out, where such are found.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import StrEnum

from memplan.bounds import lower_bound
from memplan.errors import InvalidProblem
from memplan.infeasible import NO_SUBSET, Subset, infeasible_subset
from memplan.plan import Plan, Problem, Witness
from memplan.planners import PackerEntry
from memplan.planners.fitted import fitted
from memplan.planners.optimal import optimal_within
from memplan.planners.search import BY_ITSELF, Budget
from memplan.verify import verify

__all__ = ["Packed", "Status", "pack"]


class Status(StrEnum):
    """Whether buffers fit."""

    FITS = "fits"
    INFEASIBLE = "proven_infeasible"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Packed:
    """The answer.

    Attributes:
        plan: The best that was found, whether it fits or not; it was verified.
        bound: The best lower bound, by which nothing can be lower.
        subset: Buffers that alone cannot fit; empty where they fit or where no such are known.
    """

    status: Status
    plan: Plan
    bound: Witness
    capacity: int | None = None
    subset: Subset = NO_SUBSET

    @property
    def proven(self) -> bool:
        """Whether no plan is lower than this one."""
        return self.bound.bytes == self.plan.known_peak


def pack(
    problem: Problem,
    entry: PackerEntry,
    capacity: int | None = None,
    budget: Budget = BY_ITSELF,
) -> Packed:
    """Place buffers of one memory by a planner, and say whether they fit.

    Args:
        capacity: Bytes there are; None: as low as the planner can.
        budget: For a planner that searches.

    Raises:
        InvalidProblem: A size is unknown, or there are several memories.
        Cancelled: `budget.progress` asked for it.
    """
    if problem.unknown or len(problem.spaces) > 1:
        raise InvalidProblem("packing needs one memory, and the size of every buffer")
    plan, bound = _answered(problem, entry, capacity, budget)
    verify(replace(plan, problem=problem))
    if capacity is None or plan.known_peak <= capacity:
        return Packed(Status.FITS, plan, bound, capacity)
    if bound.bytes <= capacity:
        return Packed(Status.UNKNOWN, plan, bound, capacity)
    subset = infeasible_subset(problem, capacity, progress=budget.progress)
    return Packed(Status.INFEASIBLE, plan, bound, capacity, subset)


def _answered(
    problem: Problem, entry: PackerEntry, capacity: int | None, budget: Budget
) -> tuple[Plan, Witness]:
    """A plan, and what no plan can be below."""
    if entry.search is optimal_within and capacity is not None:
        return fitted(problem, capacity, budget)
    plan = entry.pack(problem) if entry.search is None else entry.search(problem, None, budget)
    # A proof may be above every bound that is known without a search.
    return plan, plan.proof or lower_bound(problem)
