"""Best of several: run the quick planners of offsets one after another, and keep the lowest plan.

Idea: no order of greedy placing wins everywhere, and each is quick; the first plan that meets the
lower bound ends the round, for no other can be lower.
Differs: of equal peaks the plan of the planner that stands first in the list is kept. Of large
problems only as many are asked as a fixed amount of work allows, counted in buffers and in pairs
alive together, so that the same problem gives the same plan on every machine. Where the problem
gives hints, they are tried first; a plan of theirs was found by no planner.
Cost: the sum of those asked; `Plan.found_by` says which one won, for each space apart.
Reference: TensorFlow Lite's `GreedyBest` for its GPU delegate does the same with two.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace

from memplan.plan import Plan, Problem, Trace
from memplan.planners.best_fit import best_fit
from memplan.planners.by_hint import by_hint, has_hints
from memplan.planners.crowd import pairs_alive
from memplan.planners.dense_neighbours import is_dense
from memplan.planners.first_fit_by_birth import first_fit_by_birth
from memplan.planners.fullest_first import fullest_first
from memplan.planners.greedy_by_area import greedy_by_area
from memplan.planners.greedy_by_breadth import greedy_by_breadth
from memplan.planners.greedy_by_generation import greedy_by_generation
from memplan.planners.greedy_by_lifetime import greedy_by_lifetime
from memplan.planners.greedy_by_size import greedy_by_size
from memplan.planners.greedy_by_size_class import greedy_by_size_class
from memplan.planners.online_best_fit import online_best_fit
from memplan.planners.proof import proof_of
from memplan.planners.search.budget import Watch
from memplan.planners.spaces import pack_each_space
from memplan.planners.waves import suits_waves

__all__ = ["QUICK", "best_of"]

_WORK = 10_000_000  # pairs alive together that are looked at one by one; ten or twenty seconds

_EACH = 8  # pairs that cost as much as a buffer does by itself

# Times as many pairs in the same time:
_DENSE = 40  # … where columns are looked along
_WAVES = 9  # … where buffers are placed in waves

_Pack = Callable[[Problem, Trace | None], Plan]

# The first are those that alone find the lowest plan on some kind of problem, see
# `benchmarks/packing_orders.py`: where work is short they are all that is asked.
QUICK: tuple[_Pack, ...] = (
    greedy_by_size,
    greedy_by_size_class,
    fullest_first,
    greedy_by_generation,
    first_fit_by_birth,
    greedy_by_breadth,
    best_fit,
    greedy_by_lifetime,
    greedy_by_area,
)


def best_of(problem: Problem, trace: Trace | None = None, watch: Watch | None = None) -> Plan:
    """Place the buffers by each of several planners, and keep the lowest plan.

    After the first no other is asked once the time of `watch` is over.

    >>> from memplan.plan import Buffer, LiveRange
    >>> row = [("a", 0, 3, 3), ("b", 1, 3, 7), ("c", 2, 5, 4), ("d", 3, 6, 8)]
    >>> plan = best_of(Problem(tuple(Buffer(n, LiveRange(b, e), s) for n, b, e, s in row)))
    >>> plan.peak, plan.found_by
    (14, 'online_best_fit')
    """
    if len(problem.spaces) > 1:
        return proof_of(pack_each_space(problem, lambda part: best_of(part, trace, watch)))
    best: Plan | None = None
    decisions: Trace | None = None
    for pack in _asked(problem):
        # Of the same class: one that is watched can be stopped in the midst of each planner.
        own = None if trace is None else replace(trace, told=[], deferred=[])
        plan = pack(problem, own)
        if best is None or plan.known_peak < best.known_peak:
            best, decisions = plan, own
        if best.proven or _late(watch):
            break
    assert best is not None
    if trace is not None and decisions is not None:
        trace.told += decisions.told
        trace.deferred += decisions.deferred
    return replace(best, planner="best_of", found_by=best.planner)


def _late(watch: Watch | None) -> bool:
    if watch is not None:
        watch.look()
    return watch is not None and watch.over


def _asked(problem: Problem) -> Iterator[_Pack]:
    """The planners in turn, as many as the work allows; hints, the first and the sweep always."""
    cost = pairs_alive(problem) + _EACH * len(problem.buffers)
    count = max(1, _work(problem) // max(1, cost))
    if has_hints(problem):
        yield by_hint
    yield QUICK[0]
    if problem.conflicts is None:
        yield online_best_fit
    yield from QUICK[1:count]


def _work(problem: Problem) -> int:
    """How many pairs alive together may be looked at, by all planners together."""
    if suits_waves(problem):
        return _WORK * _WAVES
    return _WORK * _DENSE if is_dense(problem) else _WORK
