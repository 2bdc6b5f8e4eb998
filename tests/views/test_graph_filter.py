"""Filters of the graph: each condition, what they are together, and on random nets."""

import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from memplan.errors import BadPattern
from memplan.net import Op
from memplan.plan import LiveRange
from memplan.study import Settings, prepare, study
from memplan.views.fold_choice import FoldBy, find_folding
from memplan.views.graph import EdgeKind, NodeKind, graph_view
from memplan.views.graph_data import graph_data
from memplan.views.graph_dot import to_dot
from memplan.views.graph_filter import Filter, filtered, peak_step
from memplan.views.graph_folds import folded
from memplan.views.layered import layered_layout
from memplan.views.patterns import PATTERN_LIMIT, matching
from tests.strategies import nets
from tests.views.made_studies import floats, small, studied
from tests.views.test_graph_folds import residual


def line():
    """data → Conv → a → Relu → b → Conv → c → Softmax → d, of growing size."""
    types = ("Conv", "Relu", "Conv", "Softmax")
    ops = tuple(
        Op(kind, (x,), (y,)) for kind, x, y in zip(types, ("data", *"abc"), "abcd", strict=True)
    )
    blobs = tuple(floats(n, 1, 10 * 4**i) for i, n in enumerate(("data", *"abcd")))
    return graph_view(studied(ops, blobs, outputs=("d",)))


def labels(view):
    return [node.label for node in view.nodes]


def drawn(view):
    name = {node.id: node.label for node in view.nodes}
    return {(name[e.source], name[e.target], e.kind) for e in view.edges}


def test_no_condition_leaves_all():
    view = line()
    assert filtered(view, Filter()) is view
    assert not Filter().active


def test_a_type_keeps_its_ops_and_their_blobs():
    view = filtered(line(), Filter(types=("Relu",)))
    assert labels(view) == ["a", "Relu", "b"]


def test_what_is_left_out_between_is_a_line():
    view = filtered(line(), Filter(types=("Conv",)))
    assert labels(view) == ["data", "Conv", "a", "b", "Conv", "c"]
    assert ("a", "b", EdgeKind.THROUGH) in drawn(view)
    assert graph_data(view, layered_layout(view))["version"]
    assert "dotted" in to_dot(view)


def test_steps_keep_the_ops_that_run_then():
    view = filtered(line(), Filter(steps=LiveRange(1, 3)))
    assert labels(view) == ["a", "Relu", "b", "Conv", "c"]


def test_a_least_size_keeps_large_blobs_and_who_touches_them():
    sizes = {node.name: node.nbytes for node in line().nodes if node.name}
    view = filtered(line(), Filter(least=sizes["c"]))
    assert labels(view) == ["Conv", "c", "Softmax", "d"]


def test_a_name_keeps_what_matches_and_what_touches_it():
    assert labels(filtered(line(), Filter(pattern="^[ab]$"))) == [
        *("Conv", "a", "Relu", "b", "Conv")
    ]
    assert labels(filtered(line(), Filter(pattern="nothing"))) == []


@pytest.mark.parametrize(
    ("hops", "found"),
    [(1, ["Relu", "b", "Conv"]), (2, ["a", "Relu", "b", "Conv", "c"]), (9, labels(line()))],
)
def test_around_a_blob(hops, found):
    assert labels(filtered(line(), Filter(blob="b", hops=hops))) == found


def test_around_an_op_in_both_directions():
    view = filtered(line(), Filter(op=1, hops=2))
    assert labels(view) == ["Conv", "a", "Relu", "b", "Conv"]


def test_around_a_blob_are_all_its_versions():
    view = filtered(graph_view(small()), Filter(blob="a", hops=1))
    assert labels(view) == ["Conv", "a", "Relu", "a (in place)", "Copy"]


def test_at_the_peak_is_what_is_alive_there():
    view = line()
    step = peak_step(view)
    assert step == 3
    shown = filtered(view, Filter(at_peak=True))
    alive = {n.name for n in shown.nodes if n.kind is not NodeKind.OP}
    assert alive == {
        n.name for n in view.nodes if n.live is not None and n.live.begin <= step < n.live.end
    }
    assert alive == {"c", "d"}


def test_conditions_hold_together():
    view = filtered(line(), Filter(types=("Conv",), steps=LiveRange(2, 4)))
    assert labels(view) == ["b", "Conv", "c"]


FILTERS = st.builds(
    Filter,
    blob=st.sampled_from([None, "data0", "t1", "nowhere"]),
    op=st.none() | st.integers(0, 12),
    hops=st.integers(1, 4),
    steps=st.none() | st.integers(0, 9).flatmap(lambda a: st.just(LiveRange(a, a + 3))),
    types=st.lists(st.sampled_from(["Relu", "Sum", "FC", "Split"]), max_size=2).map(tuple),
    least=st.integers(0, 100),
    pattern=st.sampled_from(["", "t", "1", "data"]),
    at_peak=st.booleans(),
)


@settings(max_examples=120, deadline=None)
@given(net=nets(max_ops=16, nested=True), wanted=FILTERS)
def test_a_part_is_a_part(net, wanted):
    view = graph_view(study(prepare(net), Settings(planner="naive")))
    shown = filtered(view, wanted)
    assert [n for n in view.nodes if n.id in shown.places] == list(shown.nodes)
    whole = {(e.source, e.target): e.kind for e in view.edges}
    kept = {(s, t): k for (s, t), k in whole.items() if {s, t} <= set(shown.places)}
    lines = {(e.source, e.target): e.kind for e in shown.edges}
    assert {pair: k for pair, k in lines.items() if k is not EdgeKind.THROUGH} == kept
    after = {node.id: {t for s, t in whole if s == node.id} for node in view.nodes}
    for (source, target), kind in lines.items():
        assert view.places[source] < view.places[target]
        if kind is EdgeKind.THROUGH:
            hidden, reached = {t for t in after[source] if t not in shown.places}, set()
            while hidden:
                each = hidden.pop()
                reached |= after[each]
                hidden |= {t for t in after[each] if t not in shown.places}
            assert target in reached
    ops = {n.id for n in shown.nodes if n.kind is NodeKind.OP}
    for node in shown.nodes:
        touching = {s for s, t in whole if t == node.id} | after[node.id]
        if node.kind is not NodeKind.OP and touching and wanted.active:
            assert touching & ops
    folding = find_folding(view, FoldBy.BLOCKS)
    both = folded(shown, folding)
    assert all(both.places[e.source] < both.places[e.target] for e in both.edges)


def test_folds_of_the_whole_net_serve_a_part_of_it():
    view = graph_view(residual(4))
    folding = find_folding(view, FoldBy.SCOPES)
    part = filtered(view, Filter(steps=LiveRange(2, 7)))
    shown = folded(part, folding)
    folds = [n.label for n in shown.nodes if n.kind is NodeKind.FOLD]
    assert folds == ["block0 · 3 ops", "block1 · 2 ops"]


def test_a_word_is_found_whatever_its_case():
    assert matching("RES/a", ["x", "res/A1", "my_res/a"]) == [1, 2]
    assert matching("", ["a"]) == [0]


def test_an_expression_is_found_anywhere():
    assert matching(r"conv\d+$", ["conv1", "conv", "CONV22", "conv3_w"]) == [0, 2]
    assert matching(".", ["x" * 900, ""]) == [0]


@pytest.mark.parametrize("wrong", ["(", "[a", "*", "(?P<x", "a{2,1}", "\\"])
def test_what_is_no_expression_is_one_sentence(wrong):
    with pytest.raises(BadPattern, match="is no regular expression") as raised:
        matching(wrong, ["a"])
    assert "\n" not in str(raised.value)


def test_a_pattern_has_a_length():
    with pytest.raises(BadPattern, match="longer than"):
        matching("a" * (PATTERN_LIMIT + 1), ["a"])


def test_a_pattern_that_goes_back_and_forth_ends_in_time():
    started = time.monotonic()
    with pytest.raises(BadPattern, match="takes too long"):
        matching("(a+)+$", ["a" * 60 + "b"])
    assert time.monotonic() - started < 15
