"""Wishes are kept to by every planner, and the plan stays an answer to the question as it was."""

from __future__ import annotations

from dataclasses import replace
from itertools import combinations

import pytest
from explain.small_nets import GPU, chain, net_of
from hypothesis import HealthCheck, given, note, settings
from strategies import nets

from memplan.errors import InvalidNet, InvalidProblem, MemplanError, UnsafePlan
from memplan.explain import Change, differences, price, what_if
from memplan.explain.bytes_of import shares_bytes
from memplan.explain.pairs import could_share
from memplan.net import Blob, DType, Net, Op
from memplan.ops.schema import TensorType
from memplan.planners import PLANNERS, PackerEntry
from memplan.planners.renaming import renamed
from memplan.study import Settings, prepare, study
from memplan.verify import same_dataflow, verify
from memplan.views.sentences import instead_sentence
from memplan.wishes import Wishes

QUIET = {"deadline": None, "suppress_health_check": [HealthCheck.too_slow]}
PACKERS = [n for n, e in PLANNERS.items() if isinstance(e, PackerEntry) and not e.needs_plan]


@pytest.mark.parametrize("planner", PACKERS)
@settings(max_examples=10, **QUIET)
@given(net=nets(max_ops=6))
def test_pairs_lie_apart_or_together_as_wished(planner: str, net: Net) -> None:
    made = study(prepare(net), Settings(planner))
    names = [b.name for b in made.problem.buffers if b.size]
    for a, b in list(combinations(names, 2))[:6]:
        note(f"{planner}: {a} {b}")
        apart = what_if(made, Change(Wishes(apart=((a, b),))))
        assert apart.unsafe is None
        assert not shares_bytes(apart.plan, a, b)
        verify(apart.plan)
        try:
            joined = what_if(made, Change(Wishes(together=((a, b),))))
        except InvalidProblem:
            assert not could_share(made, a, b).can_share
            continue
        assert could_share(made, a, b).can_share
        offsets = joined.plan.offsets or {}
        assert offsets[a] == offsets[b]
        verify(joined.plan)


@pytest.mark.parametrize("planner", ["safe", "safe_parallel", "caffe2_simple", "caffe2_dag"])
@settings(max_examples=15, **QUIET)
@given(net=nets(kinds=("ssa",), max_ops=6))
def test_names_lie_apart_or_together_as_wished(planner: str, net: Net) -> None:
    made = study(prepare(net), Settings(planner))
    names = [d.blob for d in made.decisions][:5]
    for a, b in combinations(names, 2):
        apart = what_if(made, Change(Wishes(apart=((a, b),))))
        assert apart.assignment is not None
        if apart.buffer_of(a) != apart.buffer_of(b):
            new = apart.assignment.mapping
            assert new.get(a, a) != new.get(b, b), (a, b)
        try:
            joined = what_if(made, Change(Wishes(together=((a, b),))))
        except UnsafePlan:
            continue
        assert joined.assignment is not None
        assert shares_bytes(joined.plan, joined.buffer_of(a), joined.buffer_of(b))
        if planner.startswith("safe"):
            after = renamed(made.net, joined.assignment)
            assert joined.unsafe is None
            order = joined.assignment.order
            assert same_dataflow(made.net, after, order=order) is None


def test_a_pin_is_kept_and_two_pins_that_clash_are_told() -> None:
    made = study(chain("data a b c out"))
    moved = what_if(made, Change(Wishes(pins=(("b", 128),))))
    assert (moved.plan.offsets or {})["b"] == 128
    assert moved.unsafe is None
    found = differences(made, moved)
    assert found.bytes == moved.metrics.peak_bytes - made.metrics.peak_bytes
    assert "b" in {m.name for m in found.moved}
    assert found.first is not None
    clash = what_if(made, Change(Wishes(pins=(("a", 0), ("b", 0)))))
    assert clash.unsafe is not None
    assert clash.unsafe.startswith("as pins place them, ")
    with pytest.raises(InvalidProblem, match="planner of offsets"):
        what_if(made, Change(Wishes(pins=(("a", 0),)), planner="safe"))


def test_static_and_unshared_blobs_keep_to_themselves() -> None:
    net = chain("data a b c d out")
    for planner in ("greedy_by_size", "safe", "caffe2_simple"):
        made = study(net, Settings(planner))
        alone = what_if(made, Change(static=frozenset({"b"})))
        others = [x.name for x in alone.problem.buffers if x.name != "b"]
        assert not any(shares_bytes(alone.plan, "b", other) for other in others), planner
        assert differences(made, alone).bytes >= 0
    with pytest.raises(InvalidNet, match="no blob of the net"):
        what_if(study(net), Change(static=frozenset({"x"})))


def test_another_device_order_size_and_alignment() -> None:
    net = net_of(("Made", "data", "a"), ("Made", "data", "b"), ("Made", "a", "c"),
                 ("Both", "b c", "out"))  # fmt: skip
    made = study(net)
    moved = what_if(made, Change(devices={2: GPU}))
    assert {s.name for s in moved.problem.spaces} == {"cpu", "cuda:0"}
    ordered = what_if(made, Change(order=(0, 2, 1, 3)))
    assert [op.outputs for op in ordered.net.ops][1] == ("c",)
    assert what_if(made, Change(order="longest_path")).unsafe is None
    for wrong in ((2, 0, 1, 3), (0, 1), "backwards"):
        with pytest.raises(InvalidNet):
            what_if(made, Change(order=wrong))
    wide = what_if(made, Change(alignment=64))
    assert all(offset % 64 == 0 for offset in (wide.plan.offsets or {}).values())
    opened = Net("n", (Op("Relu", ("x",), ("y",)),), {"x": Blob("x", (2, 4), DType.FLOAT32)},
                 ("x",), ("y",))  # fmt: skip
    small = study(prepare(opened))
    larger = what_if(small, Change(shapes={"x": TensorType((20, 4))}), opened)
    assert larger.metrics.peak_bytes == 10 * small.metrics.peak_bytes


def test_without_waiting_no_edge_is_added() -> None:
    rows = [("Made", "data", "a"), ("Made", "a", "l"), ("Made", "a", "r"), ("Made", "l", "l2"),
            ("Made", "r", "r2"), ("Both", "l2 r2", "out")]  # fmt: skip
    net = net_of(*rows, type="dag")
    plain = study(net, Settings("greedy_by_size"))
    found = price(plain)
    assert found.edges
    for edge in found.edges:
        assert shares_bytes(plain.plan, edge.first, edge.second)
    assert (found.path, found.width) == ((4, 5), (2, 2))
    for planner in ("greedy_by_size", "best_fit", "safe_parallel", "safe"):
        free = study(net, Settings(planner, wishes=Wishes(no_waiting=True)))
        assert price(free).edges == (), planner
        assert price(free).path[0] == price(free).path[1]
        assert free.unsafe is None
    with pytest.raises(InvalidProblem, match="needs an order of ops"):
        study(net, Settings("onnxruntime", wishes=Wishes(no_waiting=True)))


@settings(max_examples=30, **QUIET)
@given(net=nets(max_ops=8))
def test_no_waiting_is_kept_on_random_nets(net: Net) -> None:
    sized = prepare(net)
    for planner in ("greedy_by_size", "safe_parallel", "safe"):
        made = study(sized, Settings(planner, wishes=Wishes(no_waiting=True)))
        assert made.unsafe is None
        assert price(made).edges == ()


@settings(max_examples=20, **QUIET)
@given(net=nets(max_ops=8))
def test_a_planner_of_names_that_cannot_do_without_waiting_is_unsafe(net: Net) -> None:
    sized = prepare(net)
    for planner in ("caffe2_simple", "caffe2_dag", "caffe2_interference"):
        try:
            made = study(sized, Settings(planner, wishes=Wishes(no_waiting=True)))
        except InvalidNet:
            continue  # Caffe2's own refuse some nets
        assert made.unsafe is not None or price(made).edges == ()


def test_who_plans_instead_is_told_and_wishes_are_kept_as_well() -> None:
    rows = [("Made", "data", "a"), ("Made", "a", "l"), ("Made", "a", "r"), ("Made", "l", "l2"),
            ("Made", "r", "r2"), ("Made", "l2", "l3"), ("Both", "l3 r2", "out")]  # fmt: skip
    net = net_of(*rows)
    plain = study(net, Settings("safe"))
    assert price(plain).edges
    assert instead_sentence(plain) == ""
    made = study(net, Settings("safe", wishes=Wishes(no_waiting=True)))
    assert made.plan.planner == "safe_parallel"
    assert "safe in parallel (safe_parallel) stands for Shared blobs, safe (safe)" in (
        instead_sentence(made)
    )
    assert made.assignment is not None
    given = made.assignment.mapping
    shared, other = next(p for p in combinations(given, 2) if given[p[0]] == given[p[1]])
    wishes = Wishes(apart=((shared, other),), no_waiting=True)
    kept = study(net, Settings("safe", wishes=wishes))
    assert kept.assignment is not None
    names = kept.assignment.mapping
    assert names.get(shared, shared) != names.get(other, other)
    assert price(kept).edges == ()


def test_differences_of_a_plan_and_itself_are_none() -> None:
    made = study(chain("data a b c out"))
    found = differences(made, made)
    assert (found.bytes, found.moved, found.first, found.decisions) == (0, (), None, 0)


def test_a_wish_that_cannot_be_is_told() -> None:
    made = study(chain("data a b c out"))
    with pytest.raises(InvalidProblem, match="both alive at step"):
        what_if(made, Change(Wishes(together=(("a", "b"),))))
    with pytest.raises(InvalidNet):
        what_if(made, Change(Wishes(apart=(("a", "nobody"),))))
    view = net_of(("Relu", "data", "a"), ("Alias", "a", "v"), ("Relu", "v", "out"))
    with pytest.raises(MemplanError, match="cannot lie apart"):
        what_if(study(view), Change(Wishes(apart=(("a", "v"),))))
    assert replace(Wishes()) == Wishes()
    assert not Wishes()
