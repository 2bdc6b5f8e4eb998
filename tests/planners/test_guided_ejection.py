"""Guided ejection: what it betters, that it betters nothing away, and what it must keep to."""

import os
import subprocess
import sys
from dataclasses import replace
from pathlib import Path
from random import Random

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from benchmarks.local_search import hidden, joined
from benchmarks.packing import HEIGHT, cut, pinwheel
from memplan.bounds import lower_bound
from memplan.errors import Cancelled
from memplan.plan import Buffer, LiveRange, Plan, Problem, Space, Trace, Window
from memplan.planners.best_of import best_of
from memplan.planners.forbidden import Forbidden
from memplan.planners.greedy_by_size import greedy_by_size
from memplan.planners.guided_ejection import guided_ejection, guided_ejection_within, lowered
from memplan.planners.naive import naive
from memplan.planners.search import BY_ITSELF, Budget, Watch
from memplan.verify import verify
from tests.planners.test_packers import held, problems


def sheet(count: int = 40, seed: int = 5) -> Problem:
    """A full sheet in pieces: its height is the least peak."""
    return cut(pinwheel(), count, Random(seed))


def windowed() -> Problem:
    """Taken as whole they need 16; b fits into what a leaves free for a time, c above both."""
    a = Buffer("a", LiveRange(0, 6), 8, windows=(Window(LiveRange(2, 4), 4, 8),))
    b = Buffer("b", LiveRange(2, 4), 4)
    c = Buffer("c", LiveRange(1, 6), 4, windows=(Window(LiveRange(1, 3), 0, 2),))
    return Problem((a, b, c))


def bettered(plan: Plan, budget: Budget = BY_ITSELF) -> Plan:
    """A plan after local search down to its bound, with the nodes that it took."""
    watch = Watch(budget)
    return replace(lowered(plan, watch, lower_bound(plan.problem).bytes), nodes=watch.nodes)


@given(problem=problems(), nodes=st.integers(0, 150))
@settings(max_examples=120, deadline=None)
def test_what_it_makes_of_any_plan_is_safe_and_no_higher(problem: Problem, nodes: int) -> None:
    for plan in (naive(problem), greedy_by_size(problem)):
        found = bettered(plan, Budget(nodes=nodes))
        verify(found)
        assert lower_bound(problem).bytes <= found.known_peak <= plan.known_peak
        assert found.nodes <= nodes
        assert set(found.offsets or {}) == set(plan.offsets or {})
        if found.proof is not None:
            assert found.peak == lower_bound(problem).bytes


@pytest.mark.parametrize(
    "problem",
    [sheet(40, 5), hidden(30, Random(5)), joined(40, Random(5))],
    ids=["alive together", "told in pairs", "with windows"],
)
def test_it_betters_the_best_greedy_plan_to_the_known_least(problem: Problem) -> None:
    assert best_of(problem).known_peak > HEIGHT
    plan = guided_ejection_within(problem, None, Budget(nodes=20_000))
    verify(plan)
    assert (plan.known_peak, plan.proven, plan.found_by) == (HEIGHT, True, "")
    assert 0 < plan.nodes < 20_000


def test_it_uses_what_windows_leave_free() -> None:
    plan = bettered(naive(windowed()))
    verify(plan)
    assert (naive(windowed()).peak, plan.peak) == (16, 12)


def test_the_same_nodes_give_the_same_plan_in_whatever_order_the_buffers_stand() -> None:
    problem = sheet()
    plan = guided_ejection_within(problem, None, Budget(nodes=400))
    again = Problem(problem.buffers[::-1], problem.spaces)
    assert plan.nodes == 400 or plan.proven
    assert guided_ejection_within(again, None, Budget(nodes=400)).offsets == plan.offsets
    more = guided_ejection_within(problem, None, Budget(nodes=4_000))
    assert more.known_peak <= plan.known_peak


def test_the_plan_is_the_same_under_every_hash_seed() -> None:
    code = (
        "from benchmarks.local_search import Random, cut, hidden, pinwheel\n"
        "from memplan.planners.guided_ejection import Budget, guided_ejection_within\n"
        "for problem in cut(pinwheel(), 40, Random(5)), hidden(30, Random(5)):\n"
        "    plan = guided_ejection_within(problem, None, Budget(nodes=2_000))\n"
        "    print(plan.nodes, sorted(plan.offsets.items()))"
    )
    root = Path(__file__).parents[2]
    said = {
        subprocess.run(
            [sys.executable, "-c", code],
            cwd=root,
            env={**os.environ, "PYTHONHASHSEED": seed},
            capture_output=True,
            text=True,
            check=True,
        ).stdout
        for seed in ("0", "1")
    }
    assert len(said) == 1
    assert "'p39'" in said.pop()


def test_what_is_fixed_stays_and_a_lid_that_it_forbids_is_given_up() -> None:
    fixed = (
        Buffer("low", LiveRange(0, 3), 4, offset=2),
        Buffer("high", LiveRange(3, 6), 4, offset=6),
    )
    long = Buffer("long", LiveRange(0, 6), 2)
    wide = Buffer("wide", LiveRange(0, 6), 6)
    problem = Problem((*fixed, long, wide))
    above = naive(problem)
    plan = bettered(above, Budget(nodes=5_000))
    verify(plan)
    # Beside 'high' there is room for 6 below; beside 'low' only for 2: 'wide' lies above both.
    assert plan.peak == 16
    assert plan.offsets is not None
    assert (plan.offsets["low"], plan.offsets["high"], plan.offsets["long"]) == (2, 6, 0)
    assert plan.proof is None
    assert plan.nodes < 5_000


@given(problem=problems(most=8), data=st.data())
@settings(max_examples=80, deadline=None)
def test_with_fixed_places_it_stays_safe(problem: Problem, data: st.DataObject) -> None:
    somewhere = naive(problem).offsets or {}
    assume(somewhere)
    names = data.draw(st.sets(st.sampled_from(sorted(somewhere))))
    buffers = (
        replace(b, offset=somewhere[b.name]) if b.name in names else b for b in problem.buffers
    )
    asked = Problem(tuple(buffers), problem.spaces, problem.conflicts)
    plan = bettered(replace(naive(problem), problem=asked), Budget(nodes=200))
    verify(plan)
    assert all((plan.offsets or {})[name] == somewhere[name] for name in names)


@given(problem=problems(most=6, largest=12))
@settings(max_examples=60, deadline=None)
def test_what_is_forbidden_is_what_would_share_a_byte(problem: Problem) -> None:
    """Against the bytes themselves, one by one, at every difference of offsets."""
    assume(problem.conflicts is None)
    buffers = sorted((b for b in problem.buffers if b.size), key=lambda b: b.live.begin)
    apart = Forbidden(problem, buffers)
    for n, one in enumerate(buffers):
        rows = list(zip(*(column.tolist() for column in apart.of(n)), strict=True))
        for k, other in enumerate(buffers):
            if k == n:
                continue
            for difference in range(-14, 15):
                clash = any(
                    {byte + difference for byte in held(one, t)} & held(other, t)
                    for t in range(problem.horizon)
                )
                said = any(o == k and low < difference < high for o, low, high in rows)
                assert said == clash


def test_each_memory_is_bettered_by_itself() -> None:
    whole = sheet().buffers
    both = tuple(
        replace(b, name=f"{space}.{b.name}", spaces=(space,)) for space in ("a", "b") for b in whole
    )
    plan = guided_ejection(Problem(both, (Space("a"), Space("b"))))
    verify(plan)
    assert (plan.peaks(), plan.proven) == ({"a": HEIGHT, "b": HEIGHT}, True)


def test_its_decisions_are_those_of_placing_from_below() -> None:
    trace = Trace()
    plan = guided_ejection_within(sheet(), trace, Budget(nodes=400))
    assert all(r.offset < (d.offset or 0) for d in trace.decisions for r in d.rejected)
    assert {d.blob: d.offset for d in trace.decisions} == plan.offsets


def test_it_stops_when_it_is_told_to_and_when_the_time_is_over() -> None:
    problem = sheet()

    def stop(share: float, what: str) -> None:
        assert 0 <= share <= 1
        if "nodes" in what:
            raise Cancelled("enough")

    with pytest.raises(Cancelled):
        guided_ejection_within(problem, None, Budget(nodes=10_000, progress=stop))
    late = guided_ejection_within(problem, None, Budget(deadline=1e-9))
    verify(late)
    # The first greedy planner is asked at the least.
    assert late.known_peak <= greedy_by_size(problem).known_peak


def test_numbers_too_large_for_columns_leave_the_plan_as_it_is() -> None:
    rows = [(b.live, (b.size or 0) << 60) for b in sheet().buffers]
    problem = Problem(tuple(Buffer(f"b{n}", live, size) for n, (live, size) in enumerate(rows)))
    plan = best_of(problem)
    assert bettered(plan) == plan
