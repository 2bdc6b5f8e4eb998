import html
import json

from memplan.liveness import live_bytes
from memplan.study import Settings
from memplan.views.address_map import address_map_figure
from memplan.views.figures import byte_ticks
from memplan.views.names import shown
from memplan.views.timeline import TimelineOrder, timeline_figure, timeline_rows
from memplan.views.usage import thinned, usage_figure
from tests.views.made_studies import HOSTILE, chain, hostile, small


def test_timeline_bars_are_the_live_ranges():
    study = small()
    bar = timeline_figure(study).data[0]
    live = {b.name: b.live for b in study.problem.buffers}
    drawn = {
        name: (base, base + width)
        for (name,), base, width in zip(bar.customdata, bar.base, bar.x, strict=True)
    }
    assert drawn == {name: (r.begin, r.end) for name, r in live.items()}
    assert list(bar.base) == sorted(bar.base)


def test_timeline_beyond_its_limit_shows_the_largest_and_says_so():
    study = chain(40)
    figure = timeline_figure(study, limit=10)
    shown_names = {name for (name,) in figure.data[0].customdata}
    by_size = sorted(study.problem.buffers, key=lambda b: -b.size)
    assert min(b.size for b in by_size if b.name in shown_names) >= by_size[10].size
    assert len(shown_names) == len(timeline_rows(study, 10)) == 10
    assert "10 largest of 41" in figure.layout.title.text


def test_usage_curve_is_the_bytes_alive():
    study = small()
    figure = usage_figure(study)
    curve = figure.data[0]
    expected = live_bytes(study.problem)
    assert list(curve.x) == list(range(len(expected) + 1))
    assert list(curve.y) == [*expected, expected[-1]]
    assert curve.line.shape == "hv"
    levels = {trace.name.split(" ")[0]: trace.y[0] for trace in figure.data[2:-1]}
    assert levels == {"arena": study.metrics.peak_bytes, "lower": study.metrics.bound.bytes}
    peak = figure.data[1]
    assert (peak.x[0], peak.y[0]) == (study.metrics.max_live.step, max(expected))


def test_each_step_of_the_curve_has_a_column_to_click():
    study = small()
    columns = usage_figure(study).data[-1]
    steps = [step for (step,) in columns.customdata]
    assert steps == list(range(len(study.net.ops)))
    for step, middle, width in zip(steps, columns.x, columns.width, strict=True):
        assert (middle - width / 2, middle + width / 2) == (step, step + 1)
    assert columns.marker.opacity == columns.selected.marker.opacity == 0


def test_a_capacity_is_a_line_unless_it_is_far_above():
    peak = small().metrics.peak_bytes
    for capacity, drawn in ((peak - 1, True), (2 * peak, True), (100 * peak, False)):
        figure = usage_figure(small(Settings(capacity=capacity)))
        assert any(trace.name.startswith("capacity") for trace in figure.data) is drawn


def test_the_rows_of_the_timeline_can_be_ordered():
    study = chain(30)
    by_size = [row.size for row in timeline_rows(study, order=TimelineOrder.SIZE)]
    assert by_size == sorted(by_size, reverse=True)
    by_offset = [row.offset for row in timeline_rows(study, order=TimelineOrder.OFFSET)]
    assert by_offset == sorted(by_offset)
    figure = timeline_figure(study, order=TimelineOrder.OFFSET)
    names = [name for (name,) in figure.data[0].customdata]
    assert names == [row.name for row in timeline_rows(study, order=TimelineOrder.OFFSET)]


def test_a_thinned_curve_keeps_the_highest_of_every_stretch():
    curve = tuple((i * 7919) % 10007 for i in range(20000))
    kept = thinned(curve, 1000)
    assert len(kept) <= 1002
    assert max(curve[t] for t in kept) == max(curve)
    for begin in range(0, len(curve), 40):
        inside = [curve[t] for t in kept if begin <= t < begin + 40]
        assert max(inside) == max(curve[begin : begin + 40])
        assert min(inside) == min(curve[begin : begin + 40])


def test_address_map_rectangles_are_offsets_and_sizes():
    study = small()
    bar = address_map_figure(study).data[0]
    sizes = {b.name: b.size for b in study.problem.buffers}
    live = {b.name: b.live for b in study.problem.buffers}
    assert {name for (name,) in bar.customdata} == set(study.plan.offsets)
    for (name,), base, height, x, width in zip(
        bar.customdata, bar.base, bar.y, bar.x, bar.width, strict=True
    ):
        assert (base, height) == (study.plan.offsets[name], sizes[name])
        assert (x - width / 2, x + width / 2) == (live[name].begin, live[name].end)


def test_hover_tells_bytes_exactly_and_readably():
    text = next(t for t in timeline_figure(small()).data[0].hovertext if "<b>a</b>" in t)
    assert "1,024 B (1.0 KiB)" in text
    assert "[1, 256] float32" in text


def test_hostile_names_are_plain_text_in_every_figure():
    study = hostile()
    for figure in (timeline_figure(study), address_map_figure(study), usage_figure(study)):
        texts = [t for trace in figure.data for t in (trace.hovertext or ())]
        assert texts
        for text in texts:
            tags_gone = text.replace("<b>", "").replace("</b>", "").replace("<br>", "")
            assert "<" not in tags_gone
            assert "$" not in tags_gone
        for trace in figure.data:
            if trace.hoverinfo == "skip":
                continue
            assert trace.hovertemplate.startswith("%{hovertext}") or "{" not in trace.hovertemplate
        json.dumps(figure.to_plotly_json(), default=list)
    bar = timeline_figure(study).data[0]
    for (name,), text in zip(bar.customdata, bar.hovertext, strict=True):
        first = text.split("<br>")[0].removeprefix("<b>").removesuffix("</b>")
        assert html.unescape(first) == shown(name, 80)
    assert {name for (name,) in bar.customdata} == {*HOSTILE, "end"}


def test_row_labels_are_escaped_and_stay_apart():
    study = hostile()
    figure = timeline_figure(study)
    alias = figure.layout.yaxis.labelalias
    assert len(set(figure.data[0].y)) == len(study.problem.buffers)
    assert all("<" not in label for label in alias.values())


def test_figures_have_no_background_of_their_own():
    for figure in (timeline_figure(small()), usage_figure(small()), address_map_figure(small())):
        assert figure.layout.paper_bgcolor == figure.layout.plot_bgcolor == "rgba(0,0,0,0)"


def test_ticks_are_round_and_few():
    for top in (1, 7, 8, 1000, 123_456_789, 10**12):
        ticks = byte_ticks(top)
        assert len(ticks) <= 8
        assert ticks[-1] <= top
