"""A free dim over a range: a plan for each value, and one that is safe for all."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st
from strategies import problems

from memplan.errors import InvalidNet, InvalidProblem, MemplanError
from memplan.formats import load
from memplan.metrics import measure
from memplan.plan import Buffer, LiveRange, Plan, Problem
from memplan.planners import PLANNERS, PackerEntry
from memplan.samples import open_sample
from memplan.study import Settings, prepare, study
from memplan.sweep import Said, plan_for_all, sweep
from memplan.ui.sweep import parse_values
from memplan.verify import verify
from memplan.views.sweep import sweep_figure, sweep_rows, sweep_sentence

GREEDY = PLANNERS["greedy_by_size"]
assert isinstance(GREEDY, PackerEntry)


@pytest.fixture(scope="module")
def swept():
    net = load(open_sample("transformer"))
    return sweep(net, "length", (16, 64, 128), said=Said(dims={"batch": 2}))


def test_each_value_is_as_if_planned_alone(swept):
    net = load(open_sample("transformer"))
    for point in swept.points:
        alone = study(prepare(net, dims={"batch": 2, "length": point.value})).metrics
        assert (point.peak, point.naive) == (alone.peak_bytes, alone.naive_bytes)
        assert point.max_live <= point.peak
    assert [point.value for point in swept.points] == [16, 64, 128]
    assert [point.unknown for point in swept.points] == [0, 0, 0]


def test_the_plan_for_all_is_safe_for_each(swept):
    net = load(open_sample("transformer"))
    for value in (16, 64, 128):
        alone = study(prepare(net, dims={"batch": 2, "length": value}))
        verify(replace(swept.shared, problem=alone.problem, proof=None))
        assert measure(alone.net, alone.storages, alone.problem, alone.plan).peak_bytes
    assert swept.shared.known_peak >= max(point.peak for point in swept.points)


def test_a_plan_for_the_last_value_alone_is_no_plan_for_all():
    # One grows as the other shrinks: neither end knows the largest of both.
    live = LiveRange(0, 1)
    ends = [Problem((Buffer("a", live, a), Buffer("b", live, b))) for a, b in ((10, 40), (80, 20))]
    shared = plan_for_all(ends, GREEDY)
    assert [GREEDY.pack(end).known_peak for end in ends] == [50, 100]
    assert shared.known_peak == 120
    # The plan for the last alone would run out of its arena with the first.
    last = GREEDY.pack(ends[1])
    assert Plan(ends[0], last.offsets, "greedy_by_size").known_peak > last.known_peak


@given(problems(), st.lists(st.floats(0.1, 4), min_size=1, max_size=4))
def test_the_plan_for_all_is_safe_for_any_sizes(problem, factors):
    def scaled(by):
        sizes = [
            b.size and int(b.size * (by if i % 2 else 1 / by))
            for i, b in enumerate(problem.buffers)
        ]
        return replace(
            problem,
            buffers=tuple(
                replace(b, size=size) for b, size in zip(problem.buffers, sizes, strict=True)
            ),
        )

    each = [scaled(by) for by in factors]
    plan = plan_for_all(each, GREEDY)
    for one in each:
        verify(replace(plan, problem=one, proof=None))


def test_a_size_that_one_value_does_not_tell_is_not_placed():
    live = LiveRange(0, 1)
    known = Problem((Buffer("a", live, 8), Buffer("b", live, 8)))
    part = Problem((Buffer("a", live, 8), Buffer("b", live, None)))
    plan = plan_for_all([known, part], GREEDY)
    assert dict(plan.offsets or {}) == {"a": 0}


def test_other_buffers_are_another_problem():
    a, b = Problem((Buffer("a", LiveRange(0, 1), 8),)), Problem((Buffer("a", LiveRange(0, 2), 8),))
    with pytest.raises(InvalidProblem, match="more than their sizes"):
        plan_for_all([a, b], GREEDY)
    with pytest.raises(InvalidProblem, match="at least one value"):
        plan_for_all([], GREEDY)


def test_a_recyclers_net_gets_offsets_for_all_values():
    found = sweep(load(open_sample("lstm_scan")), "length", (2, 4), Settings("safe"))
    assert found.shared.planner == "greedy_by_size"
    assert found == sweep(load(open_sample("lstm_scan")), "length", (2, 4))


def test_no_such_dim():
    with pytest.raises(InvalidNet, match="no free dim 'depth'"):
        sweep(load(open_sample("lstm_scan")), "depth", (1,))


def test_progress_only_grows():
    told: list[float] = []
    net = load(open_sample("lstm_scan"))
    sweep(net, "length", (2, 4), progress=lambda share, _: told.append(share))
    assert told == sorted(told)
    assert 0 <= told[0] < 0.5 < told[-1] <= 1


def test_the_figure_and_the_rows_tell_the_same(swept):
    figure = sweep_figure(swept)
    assert list(figure.data[0].y) == [point.peak for point in swept.points]
    assert set(figure.data[2].y) == {swept.shared.known_peak}
    rows = sweep_rows(swept)
    assert [row["length"] for row in rows] == ["16", "64", "128"]
    assert "One plan for length = 16 to 128 needs" in sweep_sentence(swept)


def test_a_dims_name_is_text(swept):
    figure = sweep_figure(replace(swept, dim="<b>x</b>"))
    assert "<b>" not in (figure.layout.xaxis.title.text or "")


@pytest.mark.parametrize("text", ["", "0", "a", "1,,b", "-1", "9" * 40, ",".join("1" * 13), "²"])
def test_values_that_are_none(text):
    with pytest.raises(MemplanError):
        parse_values(text)
