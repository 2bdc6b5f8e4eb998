"""Every run ends exactly in its plan, whatever the net; and each frame is whole."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from memplan.bounds import lower_bound
from memplan.errors import MemplanError, TooLarge, UnknownPlanner
from memplan.lessons import LESSONS
from memplan.liveness import live_bytes, max_live
from memplan.net import Net, Op
from memplan.plan import Buffer, LiveRange, Problem
from memplan.planners import PLANNERS
from memplan.steps import METHODS, MOST_OPS, Happening, Picture, run_of
from memplan.study import Settings, prepare, study
from memplan.verify import verify
from tests.strategies import nets

any_net = nets(nested=True, aliases=True, views=True, devices=True).map(prepare)


def blocks_by_name(frame):
    found: dict[str, list[tuple[int, int, int, int]]] = {}
    for block in frame.blocks:
        found.setdefault(block.name, []).append((block.begin, block.end, block.offset, block.size))
    return {name: sorted(rows) for name, rows in found.items()}


def test_every_planner_has_a_stepper():
    assert set(METHODS) == {"liveness", "search", *PLANNERS} - {"given"}


@given(any_net)
def test_the_analysis_ends_in_the_live_ranges_and_the_bound(net):
    run = run_of(net, "liveness")
    problem = run.study.problem
    last = run.frames[-1]
    ends = {
        buffer.name: sorted((live.begin, live.end) for live in buffer.alive())
        for buffer in problem.buffers
    }
    found = {
        name: sorted((begin, end) for begin, end, *_ in rows)
        for name, rows in blocks_by_name(last).items()
    }
    assert found == ends
    assert last.curve == live_bytes(problem)
    assert last.peak == max_live(problem).bytes


@given(any_net, st.sampled_from([name for name in METHODS if name != "liveness"]))
def test_a_run_ends_exactly_in_its_plan(net, planner):
    try:
        run = run_of(net, planner)
    except MemplanError:
        if planner != "search":  # which is for tiny nets
            with pytest.raises(MemplanError):  # nothing but what the planner itself refuses
                study(net, run_settings(planner))
        return
    plan, last = run.plan, run.frames[-1]
    bases, base = {}, 0
    for space, peak in plan.peaks().items():
        bases[space] = base
        base += peak
    assert last.happening is Happening.DONE
    expected = {}
    for buffer in plan.problem.buffers:
        if buffer.name not in (plan.offsets or {}):
            continue
        offset = bases[plan.space_name(buffer.name)] + plan.offsets[buffer.name]
        expected[buffer.name] = sorted(
            (live.begin, live.end, offset, buffer.size) for live in buffer.alive()
        )
    in_rows = run.method.picture is Picture.SLOTS and not any(
        buffer.size for buffer in plan.problem.buffers
    )
    if not in_rows:
        assert blocks_by_name(last) == expected
        assert last.peak == plan.known_peak
    if run.method.timed:
        assert last.curve == live_bytes(plan.problem)[: len(net.ops)]


@given(nets(max_ops=6).map(prepare))
def test_the_search_finds_a_plan_that_no_planner_beats(net):
    try:
        run = run_of(net, "search")
    except TooLarge:
        return
    verify(run.plan)
    least = lower_bound(run.plan.problem).bytes
    others = [study(net, run_settings(name)).metrics.peak_bytes for name in ("best_of", "tflm")]
    assert least <= run.plan.known_peak <= min(others)


def run_settings(planner):
    return Settings(planner=planner)


@given(any_net, st.sampled_from(list(METHODS)))
def test_frames_stand_on_their_own(net, method):
    try:
        run = run_of(net, method)
    except MemplanError:
        return
    names = {buffer.name for buffer in run.study.problem.buffers}
    peak = 0
    for frame in run.frames:
        assert frame.line in run.method.code
        assert names.issuperset((*frame.blobs, *frame.alive, *(b.name for b in frame.blocks)))
        assert peak <= frame.peak or method == "search"  # which takes back
        peak = frame.peak
        assert frame.hole is None or frame.happening is Happening.REFUSE
    assert [k for k in run.peaks() if run.frames[k].peak <= run.frames[k - 1].peak] == []


def test_a_net_that_is_too_long_is_refused_with_a_sentence():
    ops = tuple(Op("Relu", (f"b{k}",), (f"b{k + 1}",)) for k in range(MOST_OPS + 1))
    net = prepare(Net("long", ops, inputs=("b0",)))
    with pytest.raises(TooLarge, match="401 ops"):
        run_of(net, "naive")


def test_buffers_without_a_net_are_stepped_through_too():
    rows = [Buffer(f"b{k}", LiveRange(k, k + 2), 8 + k) for k in range(4)]
    net = Net("buffers", given=Problem(tuple(rows)))
    for planner in ("naive", "online_best_fit", "greedy_by_size", "search"):
        run = run_of(net, planner)
        found = {block.name: block.offset for block in run.frames[-1].blocks}
        assert found == dict(run.plan.offsets)
        assert run.frames[-1].peak == run.plan.known_peak


def test_too_many_buffers_are_refused():
    rows = tuple(Buffer(f"b{k}", LiveRange(k, k + 1), 8) for k in range(MOST_OPS + 1))
    with pytest.raises(TooLarge, match="401 buffers"):
        run_of(Net("buffers", given=Problem(rows)), "naive")


def test_the_free_list_is_the_planners_own():
    run = run_of(LESSONS["branches"].scenes[1].net(), "caffe2_dag")
    seen = [dict(frame.state[0].items) for frame in run.frames]
    for decision in run.study.decisions:
        if decision.state is not None:
            assert dict.fromkeys(decision.state.free) == dict.fromkeys(seen[_at(run, decision)])


def _at(run, decision):
    """The frame in which the walk comes to a decision's op."""
    return next(
        k
        for k, frame in enumerate(run.frames)
        if frame.step == decision.step and frame.line == "each"
    )


def test_a_plan_that_was_given_has_no_steps():
    with pytest.raises(UnknownPlanner, match="has no steps"):
        run_of(prepare(Net("small", (Op("Relu", ("a",), ("b",)),), inputs=("a",))), "given")


def test_a_method_that_is_not_there_is_refused():
    with pytest.raises(UnknownPlanner, match="psychic"):
        run_of(prepare(Net("small", (Op("Relu", ("a",), ("b",)),), inputs=("a",))), "psychic")
