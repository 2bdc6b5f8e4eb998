"""Folding: on random nets its properties, on small ones what a person expects to see."""

import time
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from memplan.formats import load
from memplan.net import Net, Op
from memplan.samples import open_sample
from memplan.study import Settings, prepare, study
from memplan.views.fold_blocks import repeated_blocks
from memplan.views.fold_choice import WHOLE, FoldBy, find_folding, helpful_folding
from memplan.views.fold_scopes import name_scopes
from memplan.views.fold_tree import Fold, Folding, OpLinks, op_links
from memplan.views.graph import EdgeKind, GraphOptions, NodeKind, graph_view
from memplan.views.graph_data import graph_data
from memplan.views.graph_dot import to_dot
from memplan.views.graph_folds import folded
from memplan.views.layered import layered_layout
from tests.strategies import nets
from tests.views.made_studies import HOSTILE, chain, floats, hostile, nested, small, studied


def view_of(net, *, weights=False):
    return graph_view(study(prepare(net), Settings(planner="naive")), GraphOptions(weights))


def residual(blocks, *, name="block{0}_{1}"):
    """Blocks of Conv, Relu, Conv and a Sum with what went in."""
    ops, last = [Op("Conv", ("data",), ("stem",))], "stem"
    for block in range(blocks):
        a, b, c, d = (name.format(block, part) for part in "abcd")
        ops += [
            *(Op("Conv", (last,), (a,)), Op("Relu", (a,), (b,))),
            *(Op("Conv", (b,), (c,)), Op("Sum", (c, last), (d,))),
        ]
        last = d
    blobs = dict.fromkeys(["data", *(n for op in ops for n in op.outputs)])
    return studied(tuple(ops), tuple(floats(n, 1, 64) for n in blobs), outputs=(last,))


def check_consistent(view, shown):
    """Every op is in one node; every edge crosses borders, goes forward, and comes from one."""
    ops = {n.step for n in view.nodes if n.kind is NodeKind.OP}
    seen = [n.step for n in shown.nodes if n.kind is NodeKind.OP]
    for fold in shown.inside.values():
        seen += [n.step for n in fold if n.kind is NodeKind.OP]
    assert sorted(seen) == sorted(ops)
    held = {n.id: key for key, nodes in shown.inside.items() for n in nodes}
    everything = [n.id for n in shown.nodes if n.kind is not NodeKind.FOLD] + list(held)
    assert sorted(everything) == sorted(n.id for n in view.nodes)
    assert len(shown.places) == len(shown.nodes)
    assert len({(e.source, e.target) for e in shown.edges}) == len(shown.edges)
    for edge in shown.edges:
        assert shown.places[edge.source] < shown.places[edge.target]
    there = {(held.get(e.source, e.source), held.get(e.target, e.target)) for e in view.edges}
    assert {(e.source, e.target) for e in shown.edges} <= there
    # What is left out of those: inside one fold, or back into the fold that made a blob.
    makers = {e.target: held.get(e.source) for e in view.edges}
    for source, target in there - {(e.source, e.target) for e in shown.edges}:
        assert source == target or makers.get(source) == target
    for node in shown.nodes:
        if node.kind is NodeKind.FOLD:
            assert node.members == sum(n.kind is NodeKind.OP for n in shown.inside[node.id])
            assert node.members > 1


@pytest.mark.parametrize("by", [FoldBy.SCOPES, FoldBy.BLOCKS])
@settings(max_examples=60, deadline=None)
@given(net=nets(max_ops=24, nested=True, aliases=True), data=st.data())
def test_a_folded_net_is_whole_and_has_no_cycle(by, net, data):
    # Names of few letters, so that scopes are many and lie across one another.
    letters = st.sampled_from(["a", "b", "a/x", "a/y", "b/x", "b/x/1", "c", ""])
    named = tuple(
        Op(o.type, o.inputs, o.outputs, data.draw(letters), o.args, o.device, o.nets)
        for o in net.ops
    )
    view = view_of(Net(net.name, named, net.blobs, net.inputs, net.outputs), weights=True)
    folding = find_folding(view, by)
    every = list(folding.every())
    assert len({fold.id for fold in every}) == len(every)
    opened = data.draw(st.sets(st.sampled_from([f.id for f in every]))) if every else set()
    shown = folded(view, folding, opened)
    check_consistent(view, shown)
    assert shown == folded(view, find_folding(view, by), opened)
    assert opened.isdisjoint(shown.places)


@settings(max_examples=60, deadline=None)
@given(net=nets(max_ops=20), data=st.data())
def test_any_stretches_can_be_folded(net, data):
    view = view_of(net)
    cuts = data.draw(st.lists(st.integers(0, len(net.ops)), max_size=6).map(sorted))
    parts = [tuple(range(a, b)) for a, b in pairwise(cuts) if b - a > 1]
    check_consistent(view, folded(view, Folding(tuple(Fold("part", part) for part in parts))))


def test_without_folds_a_view_stays_as_it_is():
    for made in (small(), nested(), hostile(), chain(20)):
        view = graph_view(made)
        assert folded(view, Folding()) == view


def test_scopes_nest_and_open_one_by_one():
    view = graph_view(residual(3))
    folding = find_folding(view, FoldBy.SCOPES)
    assert [fold.label for fold in folding.folds] == ["block0", "block1", "block2"]
    closed = folded(view, folding)
    ops = [n.label for n in closed.nodes if n.kind in (NodeKind.OP, NodeKind.FOLD)]
    assert ops == ["Conv", "block0 · 4 ops", "block1 · 4 ops", "block2 · 4 ops"]
    assert [n.name for n in closed.nodes if n.kind is NodeKind.BLOB] == [
        *("data", "stem", "block0_d", "block1_d", "block2_d")
    ]
    opened = folded(view, folding, {folding.folds[1].id})
    assert [n.label for n in opened.nodes if n.kind in (NodeKind.OP, NodeKind.FOLD)] == [
        *("Conv", "block0 · 4 ops", "Conv", "Relu", "Conv", "Sum", "block2 · 4 ops")
    ]
    # What was there keeps its id.
    assert opened.id_of_op(6) == view.id_of_op(6)


def test_what_lies_in_a_fold_is_stood_for_by_it():
    view = graph_view(residual(2))
    folding = find_folding(view, FoldBy.SCOPES)
    shown = folded(view, folding)
    fold = folding.folds[0].id
    assert shown.id_of_blob("block0_b") == fold
    assert shown.id_of_op(2) == fold
    assert shown.id_of_blob("block0_d") == view.id_of_blob("block0_d")
    assert shown.node(fold).kind is NodeKind.FOLD
    assert shown.node("f99_2") is None


def test_a_fold_tells_what_is_inside():
    view = graph_view(residual(1))
    shown = folded(view, Folding((Fold("all", (1, 2, 3, 4)),)))
    (fold,) = (n for n in shown.nodes if n.kind is NodeKind.FOLD)
    assert fold.line == "768 B inside, peak 768 B"
    assert (fold.nbytes, fold.live.begin, fold.live.end) == (3 * 256, 1, 5)
    details = dict(fold.details)
    assert details["types"] == "2 Conv, 1 Relu, 1 Sum"
    assert details["ops"] == "4, from op 1 to op 4"


def test_a_net_of_one_scope_shows_the_scopes_inside_it():
    view = graph_view(residual(3, name="net/block{0}/{1}"))
    labels = [fold.label for fold in find_folding(view, FoldBy.SCOPES).folds]
    assert labels == ["net/block0", "net/block1", "net/block2"]


def test_a_scope_that_others_stand_between_is_cut_into_parts():
    # a1 → b1 → a2 → b2: neither a nor b can be one stretch.
    names = ("a/1", "b/1", "a/2", "b/2", "a/3", "a/4")
    ops = tuple(
        Op("Copy", (x,), (y,)) for x, y in zip(("data", *names), (*names, "end"), strict=False)
    )
    view = graph_view(studied(ops, tuple(floats(n, 4) for n in ("data", *names)), outputs=("a/4",)))
    folding = find_folding(view, FoldBy.SCOPES)
    assert [(f.label, f.steps) for f in folding.folds] == [("a", (4, 5))]
    check_consistent(view, folded(view, folding))


def test_scopes_of_branches_that_take_turns_are_put_in_order():
    # Two arms, written by turns: each arm can be one stretch all the same.
    ops = (
        *(Op("Copy", ("data",), ("l/1",)), Op("Copy", ("data",), ("r/1",))),
        *(Op("Copy", ("l/1",), ("l/2",)), Op("Copy", ("r/1",), ("r/2",))),
        Op("Sum", ("l/2", "r/2"), ("out",)),
    )
    blobs = tuple(floats(n, 4) for n in ("data", "l/1", "l/2", "r/1", "r/2", "out"))
    view = graph_view(studied(ops, blobs, outputs=("out",)))
    folding = find_folding(view, FoldBy.SCOPES)
    assert [(f.label, f.steps) for f in folding.folds] == [("l", (0, 2)), ("r", (1, 3))]
    check_consistent(view, folded(view, folding))


def test_blocks_are_found_and_begin_where_one_blob_passes():
    view = graph_view(residual(5, name="{1}{0}"))
    folds = find_folding(view, FoldBy.BLOCKS).folds
    assert [fold.steps for fold in folds] == [tuple(range(i, i + 4)) for i in range(1, 21, 4)]
    assert folds[0].label == "block 1 of 5: Conv, Relu, Sum"


def test_many_blocks_in_a_row_are_one_fold_with_the_blocks_inside():
    view = graph_view(residual(20, name="{1}{0}"))
    (fold,) = find_folding(view, FoldBy.BLOCKS).folds
    assert fold.label == "block \N{MULTIPLICATION SIGN}20: Conv, Relu, Sum"
    assert [len(inner.steps) for inner in fold.inner] == [4] * 20


def linked(types, sources):
    """Ops of one letter each; every blob is read by all that read it, the last one by none."""
    last = {}
    for reader, read in enumerate(sources):
        for made in read:
            last[made] = reader, last.get(made, (0, 0))[1] + 1
    spans = tuple((made, *last.get(made, (made, 0))) for made in range(len(types)))
    names = tuple(f"{letter}{i}" for i, letter in enumerate(types))
    return OpLinks(tuple(range(len(types))), tuple(types), names, tuple(sources), spans)


def test_blocks_that_are_wired_otherwise_are_none():
    before = [(), (0,)]
    alike = [(1,), (2,), (3,), (4,), (5,), (6,), (7,), (8,)]
    other = [*alike[:4], (5,), (5,), (5,), (8,)]
    for sources, found in ((alike, 2), (other, 0)):
        links = linked("pq" + "wxyz" * 2, [*before, *sources])
        assert len(repeated_blocks(links).folds) == found


def test_the_first_block_of_each_stage_is_found_too():
    letters = "xy" + ("abcde" + "fghijk" * 4) * 2 + "z"
    folds = repeated_blocks(
        linked(letters, [(i - 1,) if i else () for i in range(len(letters))])
    ).folds
    assert [len(fold.steps) for fold in folds] == [5, 6, 6, 6, 6] * 2


def test_real_nets_fold_as_people_speak_of_them():
    view = view_of(load(open_sample("resnet50")))
    labels = [fold.label for fold in find_folding(view, FoldBy.BLOCKS).folds]
    assert labels[:4] == ["res2_0", "res2_1", "res2_2", "res3_0"]
    assert len(labels) == 16
    scopes = [fold.label for fold in find_folding(view, FoldBy.SCOPES).folds]
    assert scopes == ["conv1", "res2", "res3", "res4", "res5"]


def test_hostile_names_fold_and_are_text():
    deep = "/".join("x" * 200)
    ops = tuple(
        Op("Copy", (a,), (b,))
        for a, b in zip(("data", deep + "1"), (deep + "1", deep + "2"), strict=True)
    )
    blobs = tuple(floats(n, 4) for n in ("data", deep + "1", deep + "2"))
    for made in (hostile(), studied(ops, blobs)):
        view = graph_view(made)
        for by in (FoldBy.SCOPES, FoldBy.BLOCKS):
            shown = folded(view, find_folding(view, by))
            check_consistent(view, shown)
            assert to_dot(shown)
    whole = Folding((Fold(HOSTILE[0], tuple(range(3))),))
    shown = folded(graph_view(hostile()), whole)
    assert graph_data(shown, layered_layout(shown))["version"]


def test_only_large_nets_are_folded_unasked():
    assert helpful_folding(graph_view(residual(20))) is FoldBy.NOTHING
    count = WHOLE // 8 + 50
    assert helpful_folding(graph_view(residual(count))) is FoldBy.SCOPES
    assert helpful_folding(graph_view(residual(count, name="{1}{0}"))) is FoldBy.BLOCKS


def test_finding_folds_takes_time_that_grows_as_the_net_does():
    times = []
    for blocks in (100, 1000):
        links = op_links(graph_view(residual(blocks)))
        started = time.process_time()
        name_scopes(links)
        repeated_blocks(links)
        times.append(time.process_time() - started)
    assert times[1] < 40 * times[0] + 0.5


def test_edges_that_join_keep_the_stronger_kind():
    view = graph_view(small())
    shown = folded(view, Folding((Fold("part", (1, 2)),)))
    a = view.id_of_blob("a")
    (edge,) = (e for e in shown.edges if e.source == a)
    assert edge.kind is EdgeKind.IN_PLACE
