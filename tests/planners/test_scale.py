"""What makes large problems quick changes no plan: columns, waves and sweeps; levels and steps."""

from dataclasses import replace
from unittest.mock import patch

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from strategies import problems

from memplan.liveness import levels as levels_module
from memplan.liveness import live_bytes, live_levels, max_live
from memplan.plan import Buffer, LiveRange, Problem, Space, Trace
from memplan.planners import Packer, placing, timeline, waves
from memplan.planners.best_fit import best_fit
from memplan.planners.best_of import best_of
from memplan.planners.dense_neighbours import DenseNeighbours, is_dense
from memplan.planners.first_fit_by_birth import first_fit_by_birth, oldest_first
from memplan.planners.fullest_first import fullest_first
from memplan.planners.fullest_step import FullestStep
from memplan.planners.greedy_by_breadth import greedy_by_breadth
from memplan.planners.greedy_by_generation import greedy_by_generation
from memplan.planners.greedy_by_size import greedy_by_size
from memplan.planners.neighbours import Neighbours
from memplan.planners.online_best_fit import online_best_fit
from memplan.planners.placing import best_fit_in_turn, first_fit
from memplan.verify import verify


@st.composite
def _crowds(draw: st.DrawFn) -> Problem:
    """Many buffers on few steps, some aligned, some fixed, in any order of placing."""
    steps = draw(st.integers(1, 40))
    row = st.tuples(
        st.integers(0, steps - 1),
        st.integers(1, steps),
        st.integers(0, 40),
        st.sampled_from((1, 1, 1, 4, 12)),
        st.sampled_from((None, None, None, 0, 24)),
    )
    rows = draw(st.lists(row, min_size=1, max_size=160))
    return Problem(
        tuple(
            Buffer(f"b{n}", LiveRange(begin, begin + life), size, alignment, offset=offset)
            for n, (begin, life, size, alignment, offset) in enumerate(rows)
        ),
        (Space(alignment=draw(st.sampled_from((1, 8)))),),
    )


@given(_crowds(), st.sampled_from((first_fit, best_fit_in_turn)))
def test_columns_give_the_plan_that_records_give(problem: Problem, place: placing.Place) -> None:
    queue = sorted(problem.buffers, key=lambda b: (b.offset is None, b.name))
    with patch.object(placing, "is_dense", lambda _: False):
        plain = place(problem, queue, "plain", None)
    with patch.object(placing, "is_dense", lambda _: True):
        dense = place(problem, queue, "dense", None)
    assert dense.offsets == plain.offsets


@given(_crowds())
def test_columns_and_records_see_the_same_holes(problem: Problem) -> None:
    plain, dense = Neighbours(problem), DenseNeighbours(problem)
    for place, buffer in enumerate(problem.buffers):
        assert dense.holes(buffer) == plain.holes(buffer)
        for index in (plain, dense):
            index.add(buffer, (buffer.offset or 7 * place) % 61)


@given(_crowds(), st.sampled_from((first_fit, best_fit_in_turn)), st.sampled_from((64, 1 << 18)))
def test_waves_give_the_plan_that_one_by_one_gives(
    problem: Problem, place: placing.Place, at_once: int
) -> None:
    queue = sorted(problem.buffers, key=lambda b: (b.offset is None, b.name))
    plain = place(problem, queue, "plain", None)
    with (
        patch.object(waves, "_FEW", 0),
        patch.object(waves, "_CROWD", 1 << 30),
        patch.object(waves, "_NARROW", 0),
        patch.object(timeline, "_AT_ONCE", at_once),
        patch.object(placing, "jumps_about", lambda _: True),
    ):
        assert waves.suits_waves(problem)
        at_once_plan = place(problem, queue, "waves", None)
    assert list((at_once_plan.offsets or {}).items()) == list((plain.offsets or {}).items())


@pytest.mark.parametrize("pack", [greedy_by_size, best_fit, greedy_by_generation, fullest_first])
def test_a_large_problem_is_placed_in_waves_and_as_one_by_one(pack: Packer) -> None:
    problem = _long_net(1200)
    assert waves.suits_waves(problem)
    in_waves, told = pack(problem), Trace()
    assert pack(problem, told).offsets == in_waves.offsets
    watched = Trace()
    with patch.object(placing, "suits_waves", lambda _: False):
        assert pack(problem, watched).offsets == in_waves.offsets
    assert told.decisions == watched.decisions
    assert in_waves.known_peak < sum(b.size or 0 for b in problem.buffers) // 10


def test_a_chain_that_is_placed_as_it_runs_has_no_waves() -> None:
    chain = [Buffer(f"b{k:03}", LiveRange(k, k + 2), 8) for k in range(400)]
    assert not waves.jumps_about(chain)
    # Every other one first: these meet none of their own.
    assert waves.jumps_about([*chain[::2], *chain[1::2]])


def test_waves_are_for_many_where_times_and_sizes_decide_alone() -> None:
    problem = _long_net(3000)
    first, *rest = problem.buffers
    gap = replace(first, gaps=(LiveRange(first.live.begin, first.live.end),))
    huge = replace(first, size=1 << 48)
    assert not waves.suits_waves(Problem((gap, *rest)))
    assert not waves.suits_waves(Problem((huge, *rest)))
    assert not waves.suits_waves(Problem(problem.buffers, conflicts=frozenset({(0, 1)})))
    assert not waves.suits_waves(_long_net(300))
    for part in (Problem((gap, *rest)), Problem((huge, *rest))):
        verify(greedy_by_size(part))


def test_where_work_is_short_the_first_and_the_sweep_are_asked_and_the_lower_is_kept() -> None:
    problem = _long_net(1200)
    with patch("memplan.planners.best_of._WORK", 1):
        plan = best_of(problem)
    first, sweep = greedy_by_size(problem), online_best_fit(problem)
    assert plan.known_peak == min(first.known_peak, sweep.known_peak)
    assert plan.found_by in {"greedy_by_size", "online_best_fit"}
    assert best_of(problem).known_peak <= plan.known_peak


def test_waves_that_are_too_narrow_are_given_up() -> None:
    problem = _long_net(1200)
    queue = sorted(problem.buffers, key=lambda b: (b.live.begin, b.name))
    assert waves.in_waves(problem, queue, waves.lowest_holes) is None
    with patch.object(waves, "_NARROW", 0):
        offsets = waves.in_waves(problem, queue, waves.lowest_holes)
    with patch.object(placing, "jumps_about", lambda _: True):
        assert first_fit(problem, queue, "narrow").offsets == offsets


def _long_net(count: int) -> Problem:
    """Buffers in the order of birth, the life and the size of each by two fixed rules."""
    lives = (1 + n * n % 7 + (200 if n % 10 == 0 else 0) for n in range(count))
    return Problem(
        tuple(
            Buffer(f"b{n}", LiveRange(n, n + life), 64 * (1 + n * 7919 % 113))
            for n, life in enumerate(lives)
        )
    )


@given(_crowds(), st.sampled_from((64, 1 << 18)))
def test_a_timeline_knows_who_is_alive_with_whom(problem: Problem, at_once: int) -> None:
    lives = sorted((b.live.begin, b.live.end) for b in problem.buffers)
    begins, ends = np.array(lives, np.int64).T
    numbers = range(len(lives))
    meet = {(i, j) for i in numbers for j in numbers if _meet(lives[i], lives[j])}
    with patch.object(timeline, "_AT_ONCE", at_once):
        line = timeline.Timeline(begins, ends)
        found = [
            (int(rows[place]), int(other))
            for rows in line.parts(np.arange(len(lives), dtype=np.int32))
            for other, place in zip(*line.meeting(rows), strict=True)
        ]
        pairs = [
            (int(one), int(row))
            for others, rows in line.pairs()
            for one, row in zip(others, rows, strict=True)
        ]
    assert sorted(found) == sorted(meet)
    assert sorted(pairs) == sorted((i, j) for i, j in meet if i < j)


def _meet(one: tuple[int, int], other: tuple[int, int]) -> bool:
    return one[0] < other[1] and other[0] < one[1]


@given(problems(alignments=(1, 4, 12), unknown=True))
def test_first_fit_by_birth_sweeps_to_the_plan_that_pairs_give(problem: Problem) -> None:
    pairs = first_fit(problem, oldest_first(problem), "pairs")
    assert first_fit_by_birth(problem).offsets == pairs.offsets


def test_columns_are_chosen_where_many_are_alive_together() -> None:
    chain = Problem(tuple(Buffer(f"b{n}", LiveRange(n, n + 2), 8) for n in range(500)))
    crowd = Problem(tuple(Buffer(f"b{n}", LiveRange(n, n + 200), 8) for n in range(500)))
    huge = Problem(tuple(Buffer(f"b{n}", LiveRange(n, n + 200), 2**60) for n in range(500)))
    assert [is_dense(p) for p in (chain, crowd, huge)] == [False, True, False]
    for pack in (greedy_by_size, best_fit):
        verify(pack(crowd))
        verify(pack(huge))


@given(problems(unknown=True))
def test_levels_are_the_curve_without_its_repeats(problem: Problem) -> None:
    plain = live_levels(problem)
    with patch.object(levels_module, "_MANY", 0):
        assert live_levels(problem) == plain
        many = max_live(problem)
    assert many == max_live(problem)
    curve, levels = live_bytes(problem), dict(plain)
    alive = 0
    for step, bytes_ in enumerate(curve):
        alive = levels.get(step, alive)
        assert alive == bytes_
    assert max_live(problem).bytes == max(curve, default=0)


@given(problems())
def test_the_fullest_step_of_a_life_is_that_of_the_curve(problem: Problem) -> None:
    curve, fullest = live_bytes(problem), FullestStep(problem)
    for buffer in problem.buffers:
        steps = [
            t for live in buffer.alive() or (buffer.live,) for t in range(live.begin, live.end)
        ]
        most = max(steps, key=lambda t: (curve[t], -t))
        assert fullest.of(buffer) == (curve[most], most)


@pytest.mark.parametrize("pack", [best_of, fullest_first, greedy_by_breadth])
def test_a_clock_of_cycles_costs_no_more_than_one_of_ops(pack: Packer) -> None:
    """A curve with an entry for each of these steps would not fit any memory."""
    rows = [("a", 0, 3, 3), ("b", 1, 3, 7), ("c", 2, 5, 4), ("d", 3, 6, 8)]
    slow, quick = (
        Problem(tuple(Buffer(n, LiveRange(b * clock, e * clock), s) for n, b, e, s in rows))
        for clock in (10**15, 1)
    )
    assert pack(slow).offsets == pack(quick).offsets


def test_a_generation_stays_packed_where_the_longest_first_leaves_holes() -> None:
    rows = [("a", 0, 5, 4), ("b", 5, 9, 4), ("c", 2, 9, 3), ("d", 0, 2, 3)]
    problem = Problem(tuple(Buffer(n, LiveRange(b, e), s) for n, b, e, s in rows))
    offsets = greedy_by_generation(problem).offsets
    # a, c and b live 4 to 7 steps: one generation, by birth; then d.
    assert list(offsets.items()) == [("a", 0), ("c", 4), ("b", 0), ("d", 4)]
