"""Optimal: the least peak, proven where the budget allows, else the best plan found until then.

Idea: `best_of` answers at once. Where none meets the lower bound, a complete search looks for a
plan as low as the bound, in several preorders with limits that double. Between, with the same
limits, capacities between what is known impossible and what was found are bisected, and the local
search of `guided_ejection` has its turn, so that there is a better plan early. Whatever is proven
on the way raises the bound: the plan is optimal when it meets it. Buffers with windows are
another matter, see `in_parts`; beyond the reach of a complete search the local one is alone.
Differs: the original decides one capacity; here the capacity moves.
Cost: exponential at the worst, and therefore bounded: by `Budget`, else by nodes of its own.
Reference: M. D. Moffitt, "MiniMalloc", ASPLOS 2023; see `search.canonical` for what is ours.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from memplan.bounds import lower_bound
from memplan.plan import Plan, Problem, Trace, Witness, WitnessKind
from memplan.planners.best_of import best_of
from memplan.planners.guided_ejection import PER_NODE, lowered
from memplan.planners.in_parts import searched_in_parts
from memplan.planners.proof import proof_of
from memplan.planners.search import (
    BY_ITSELF,
    Budget,
    Portfolio,
    Puzzle,
    Watch,
    limits,
    plan_of,
    puzzle_of,
)
from memplan.planners.search.reach import default_nodes, within_reach
from memplan.planners.search.shrunk import fixed_contradict, shrunk
from memplan.planners.spaces import pack_each_space

__all__ = ["NAME", "optimal", "optimal_within"]

NAME = "optimal"

_MANY = 1_500  # sections; with more, local search comes first, for one round takes seconds


def optimal(problem: Problem, trace: Trace | None = None) -> Plan:
    """Find the lowest plan within a bound of nodes that depends on the problem alone.

    >>> from memplan.plan import Buffer, LiveRange
    >>> row = [("a", 0, 2, 4), ("b", 1, 3, 3), ("c", 2, 4, 4), ("d", 0, 1, 3), ("e", 3, 4, 3)]
    >>> plan = optimal(Problem(tuple(Buffer(n, LiveRange(*t), s) for n, *t, s in row)))
    >>> plan.peak, plan.proven
    (7, True)
    """
    return optimal_within(problem, trace)


def optimal_within(
    problem: Problem, trace: Trace | None = None, budget: Budget = BY_ITSELF
) -> Plan:
    """Find the lowest plan that the budget allows; its `nodes` says how many were spent.

    The deadline bounds all of it: once it is over no other greedy planner is asked, either.

    Raises:
        Cancelled: `budget.progress` asked for it.
    """
    plan = _each_space(problem, budget) if len(problem.spaces) > 1 else _one(problem, budget)
    if trace is not None:
        offsets = plan.offsets or {}
        for buffer in sorted(
            (b for b in problem.buffers if b.name in offsets),
            key=lambda b: (offsets[b.name], b.live.begin, b.name),
        ):
            trace.record(buffer.name, buffer.live.begin, offsets[buffer.name])
    return plan


def _each_space(problem: Problem, budget: Budget) -> Plan:
    """Each space by itself, with what the spaces before it left of the nodes."""
    proofs: list[Witness | None] = []
    spent = 0

    def pack(part: Problem) -> Plan:
        nonlocal spent
        left = None if budget.nodes is None else max(0, budget.nodes - spent)
        plan = _one(part, replace(budget, nodes=left))
        spent += plan.nodes
        proofs.append(plan.proof)
        return plan

    plan = proof_of(pack_each_space(problem, pack))
    if plan.proof is None and plan.peak is not None and all(proofs):
        witness = Witness(WitnessKind.EXHAUSTED, plan.peak, nodes=spent)
        return replace(plan, proof=witness)
    return plan


def _one(problem: Problem, budget: Budget) -> Plan:
    watch = Watch(budget)
    short, steps = shrunk(problem)
    # On the clock that was given: to some orders the length of a life matters.
    greedy = replace(best_of(problem, None, watch), planner=NAME)
    plan = proof_of(replace(greedy, problem=short, proof=None))
    if fixed_contradict(short):
        return replace(plan, problem=problem, proof=None)
    bound = lower_bound(short).bytes
    if plan.known_peak > bound:
        plan = replace(_searched(plan, bound, watch), nodes=watch.nodes)
    proof = plan.proof
    if proof is not None and proof.step is not None:
        proof = replace(proof, step=steps[proof.step])
    return replace(plan, problem=problem, proof=proof)


def _searched(plan: Plan, bound: int, watch: Watch) -> Plan:
    """A lower plan, or a proof that there is none, as far as the watch allows."""
    if not within_reach(plan.problem):
        return lowered(plan, watch, bound)
    if plan.problem.conflicts is None and any(b.windows for b in plan.problem.buffers):
        return searched_in_parts(plan, bound, watch)
    puzzle = puzzle_of(plan.problem)
    watch.allow(default_nodes(puzzle))
    return _with_proof(_Descent(puzzle, plan, bound, watch).run())


@dataclass(slots=True)
class _Descent:
    """The best plan so far, and the least capacity (in units) that is not known impossible."""

    puzzle: Puzzle
    plan: Plan
    bound: int
    watch: Watch
    low: int = 0

    def run(self) -> _Descent:
        """Search until the plan meets the bound or the budget is spent."""
        self.low = max(-(-self.bound // self.puzzle.unit), self.puzzle.tallest())
        portfolio = Portfolio(self.puzzle)
        self.watch.look()
        if len(self.puzzle.alive) > _MANY:
            self._lower(next(limits(self.puzzle)))
        for turn, limit in enumerate(limits(self.puzzle)):
            self._round(portfolio, limit, turn)
            if self.low >= self.height or self.watch.over:
                return self
        raise AssertionError("the limits have no end")

    def _lower(self, limit: int) -> None:
        """Local search: often lower than what a search that is cut short comes to."""
        least = self.low * self.puzzle.unit
        self.plan = lowered(self.plan, self.watch, least, PER_NODE * limit)

    @property
    def height(self) -> int:
        """Of the plan, in units."""
        return -(-self.plan.known_peak // self.puzzle.unit)

    def _round(self, portfolio: Portfolio, limit: int, turn: int) -> None:
        """Try the bound in every preorder; then bisect what is above it in one, finer each turn."""
        least = target = self.low
        while self.low < self.height and not self.watch.over:
            self.watch.best, self.watch.bound = self.plan.known_peak, self.low * self.puzzle.unit
            orders = None if target == self.low else 1
            verdict = portfolio.round(target, limit, self.watch, orders)
            if verdict.offsets is not None:
                self.plan = plan_of(self.plan, self.puzzle, verdict.offsets)
            else:
                least = target + 1
            if verdict.impossible:
                self.low = target + 1
            if orders is None and verdict.offsets is None and not self.watch.over:
                self._lower(limit)  # the lower the plan, the less is left to bisect
            if self.height - least <= self.height >> (7 + turn):
                return
            target = (least + self.height) // 2


def _with_proof(found: _Descent) -> Plan:
    plan = proof_of(found.plan)
    if plan.proof is None and plan.peak is not None and found.low >= found.height:
        bytes_ = found.low * found.puzzle.unit
        return replace(plan, proof=Witness(WitnessKind.EXHAUSTED, bytes_, nodes=found.watch.nodes))
    return plan
