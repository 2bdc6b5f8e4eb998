"""The drawings of a comparison: one scale, one colour a blob, what is cut and what is unsafe."""

from __future__ import annotations

import json

from memplan.plan import LiveRange
from memplan.planners import planners_for
from memplan.study import Settings
from memplan.views.compare import Comparison, pairs
from memplan.views.compare_curves import STRETCHES, compare_curves_figure
from memplan.views.compare_maps import coloured, compare_map_figure
from memplan.views.compare_planners import Contender, contenders_figure, ranked
from tests.views.made_studies import chain, hostile, nested, small
from tests.views.test_compare import sample


def resnet() -> Comparison:
    return Comparison(sample("resnet50", planner="safe"), sample("resnet50"))


def traces(figure) -> dict[str, object]:
    return {trace.name: trace for trace in figure.data}


def test_plans_of_one_net_have_one_curve_of_what_is_alive():
    both = resnet()
    drawn = traces(compare_curves_figure(both))
    assert [name for name in drawn if "alive" in name] == ["alive"]
    assert max(drawn["A needs"].y) == both.a.metrics.peak_bytes
    assert max(drawn["B needs"].y) == both.b.metrics.peak_bytes
    assert "lower bound 6.9 MiB" in drawn


def test_two_nets_have_two_curves_and_two_bounds():
    drawn = traces(compare_curves_figure(Comparison(sample("lenet"), sample("alexnet"))))
    assert {"alive in A", "alive in B"} <= set(drawn)
    assert sum(name.startswith("lower bound of") for name in drawn) == 2


def test_the_curves_of_a_long_net_keep_their_peaks():
    long = chain(3 * STRETCHES + 7)
    both = Comparison(long, long)
    drawn = traces(compare_curves_figure(both))
    assert len(drawn["A needs"].x) <= STRETCHES + 1
    assert max(drawn["A needs"].y) == long.metrics.peak_bytes
    assert drawn["A needs"].x[-1] == long.problem.horizon
    assert drawn["A needs"].hovertext[0].startswith("ops 0 to 3, at most")


def test_a_blob_has_one_colour_in_both_maps_and_the_maps_one_scale():
    both = resnet()
    sides = coloured(pairs(both))
    figures = [compare_map_figure(both, s, c) for s, c in zip((both.a, both.b), sides, strict=True)]
    colours = [
        dict(zip((c[0] for c in f.data[0].customdata), f.data[0].marker.color, strict=True))
        for f in figures
    ]
    assert colours[0] == colours[1]
    assert len(set(colours[0].values())) > 6
    assert figures[0].layout.yaxis.range == figures[1].layout.yaxis.range
    assert figures[0].layout.xaxis.range == figures[1].layout.xaxis.range
    for side, figure in zip((both.a, both.b), figures, strict=True):
        tops = [
            base + height
            for base, height in zip(figure.data[0].base, figure.data[0].y, strict=True)
        ]
        assert max(tops) == side.metrics.peak_bytes


def test_beyond_the_limit_both_maps_show_the_same_largest():
    both = Comparison(chain(40), chain(40))
    a, b = coloured(pairs(both), limit=10)
    assert [name for name, _ in a.rows] == [name for name, _ in b.rows]
    assert len(a.rows) == 10
    assert a.total == 41
    sizes = sorted((row.size for _, row in coloured(pairs(both))[0].rows), reverse=True)
    assert sorted((row.size for _, row in a.rows), reverse=True) == sizes[:10]
    assert "10 of 41 blobs" in compare_map_figure(both, both.a, a).layout.title.text


def test_what_the_other_side_alone_has_is_not_missed() -> None:
    both = Comparison(sample("lenet"), sample("alexnet"))
    a, b = coloured(pairs(both))
    assert len(a.rows) == a.total
    assert compare_map_figure(both, both.b, b).layout.title.text.startswith("B: ")
    assert " of " not in compare_map_figure(both, both.a, a).layout.title.text


def test_a_window_shows_what_is_alive_in_it():
    both = Comparison(chain(40), chain(40))
    window = LiveRange(3, 5)
    a, _ = coloured(pairs(both), window)
    assert a.rows
    assert all(row.live.meets(window) for _, row in a.rows)
    assert tuple(compare_map_figure(both, both.a, a, window).layout.xaxis.range) == (3, 5)


def test_hostile_names_and_odd_nets_are_drawn():
    for made in (hostile(), nested(), small(), chain(0)):
        both = Comparison(made, made)
        a, b = coloured(pairs(both))
        for figure in (
            compare_curves_figure(both),
            compare_map_figure(both, both.a, a),
            compare_map_figure(both, both.b, b),
        ):
            text = json.dumps([trace.hovertext for trace in json_of(figure)])
            assert "<b>x</b>" not in text.replace("<b>&#60;b&#62;", "")
            assert "$e=mc" not in text


def json_of(figure):
    figure.to_json()
    return figure.data


def contenders(name: str) -> tuple[Contender, ...]:
    from memplan.errors import MemplanError

    found = []
    for planner in (entry.name for entry in planners_for(None)):
        try:
            found.append(Contender.of(sample(name, planner=planner)))
        except MemplanError as error:
            found.append(Contender(planner, refused=str(error)))
    return tuple(found)


def test_the_best_is_on_top_and_what_is_unsafe_below_all_that_is_safe():
    rows = ranked(contenders("in_place"))
    best = rows[0].peak
    assert best == next(row.peak for row in rows if row.planner == "greedy_by_size")
    safe = [row.unsafe is None for row in rows]
    assert safe == sorted(safe, reverse=True)
    assert not all(safe)
    assert [row.peak for row in rows if row.unsafe is None] == sorted(
        row.peak for row in rows if row.unsafe is None
    )


def test_the_bars_name_their_planner_and_mark_the_sides():
    figure = contenders_figure(contenders("in_place"), "safe", "caffe2_simple")
    (bars,) = figure.data
    planners = [cell[0] for cell in bars.customdata]
    assert set(planners) == {entry.name for entry in planners_for(None)}
    labels = figure.layout.yaxis.labelalias
    assert labels[str(planners.index("safe"))].startswith("<b>A · ")
    assert labels[str(planners.index("caffe2_simple"))].startswith("<b>B · ")
    unsafe = [text.endswith("unsafe") for text in bars.text]
    assert [shape == "x" for shape in bars.marker.pattern.shape] == unsafe
    assert any(unsafe)


def test_one_planner_that_shares_nothing_does_not_flatten_the_others():
    figure = contenders_figure(contenders("resnet50"), "safe", None)
    (bars,) = figure.data
    by_planner = {
        cell[0]: (x, text) for cell, x, text in zip(bars.customdata, bars.x, bars.text, strict=True)
    }
    assert by_planner["greedy_by_size"][0] == 7_225_344
    assert by_planner["greedy_by_size"][1].endswith("✓")
    assert by_planner["naive"][0] < 43_769_664
    assert "→ 41.7 MiB" in by_planner["naive"][1]
    assert by_planner["caffe2_interference_dp"] == (0, "\N{NO-BREAK SPACE}no plan")


def test_a_net_of_nothing_has_bars_too():
    empty = Contender.of(chain(0))
    assert contenders_figure([empty], empty.planner, None).to_json()
    assert contenders_figure([Contender("safe", refused="no")], "safe", None).to_json()


def test_settings_are_named_by_their_planner():
    assert Contender.of(small(Settings("naive"))).title == "No sharing"
