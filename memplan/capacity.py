"""Buffers and so much memory: do they fit, can they not, or is neither known.

Where no capacity is given the height is made as low as the budget allows. A refusal carries
buffers that alone cannot fit, none of which can be left out, where such are known: those that are
alive together at the fullest step, cut down to the fewest; they lie one above the other, so their
sum is what they need.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from enum import StrEnum

from memplan.bounds import lower_bound
from memplan.errors import InvalidProblem
from memplan.plan import Plan, Problem, Witness
from memplan.planners import PackerEntry
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
        subset: Names of buffers that alone cannot fit, and all of which it takes for that; empty
            where they fit or where no such are known.
    """

    status: Status
    plan: Plan
    bound: Witness
    capacity: int | None = None
    subset: tuple[str, ...] = ()

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
    plan = entry.pack(problem) if entry.search is None else entry.search(problem, None, budget)
    verify(replace(plan, problem=problem))
    # A proof may be above every bound that is known without a search.
    bound = plan.proof or lower_bound(problem)
    if capacity is None or plan.known_peak <= capacity:
        return Packed(Status.FITS, plan, bound, capacity)
    if bound.bytes <= capacity:
        return Packed(Status.UNKNOWN, plan, bound, capacity)
    return Packed(Status.INFEASIBLE, plan, bound, capacity, _fewest(problem, capacity))


def _fewest(problem: Problem, capacity: int) -> tuple[str, ...]:
    """Buffers of the fullest step, as few as are too many, in the order of the problem."""
    plain = all(
        b.offset is None and not b.windows and problem.alignment_of(b) == 1 for b in problem.buffers
    )
    witness = lower_bound(problem)
    if not plain or problem.conflicts is not None or witness.bytes <= capacity:
        return ()
    sizes = {b.name: b.size or 0 for b in problem.buffers}
    kept = _irreducible(sizes, witness.buffers, capacity)
    return tuple(b.name for b in problem.buffers if b.name in kept)


def _irreducible(sizes: dict[str, int], names: Iterable[str], capacity: int) -> frozenset[str]:
    """The largest that are too many together: without any one of them the rest fits."""
    kept: list[str] = []
    total = 0
    for name in sorted(names, key=lambda name: (-sizes[name], name)):
        if total > capacity:
            break
        kept.append(name)
        total += sizes[name]
    # The last was needed; the others are no smaller.
    return frozenset(kept)
