"""Caffe2's recyclers on the immutable net: options, refusals, and what each promises."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from memplan.dataflow import changed_dataflow
from memplan.errors import InvalidNet, OutOfOrder, SchemaError, Unorderable
from memplan.net import Device, Net, Op
from memplan.planners.caffe2_dag import ComputeBlobRecyclingForDag, caffe2_dag
from memplan.planners.caffe2_free_blobs import FreeBlobs
from memplan.planners.caffe2_gradients import activations, caffe2_gradients, gradient_options
from memplan.planners.caffe2_interference import (
    LiveRange,
    caffe2_interference,
    compute_assignments_greedy,
    get_memory_usage,
)
from memplan.planners.caffe2_interference_dp import caffe2_interference_dp, compute_assignments_dp
from memplan.planners.caffe2_simple import caffe2_simple
from memplan.planners.recycling import RecyclingOptions, check_options, default_options
from memplan.rewrite import Rules

ALL = (caffe2_simple, caffe2_dag, caffe2_interference, caffe2_interference_dp, caffe2_gradients)


def chain(names: str, **fields: object) -> Net:
    listed = names.split()
    ops = tuple(Op("Relu", (a,), (b,)) for a, b in pairwise(listed))
    return replace(Net(ops=ops, inputs=(listed[0],), outputs=(listed[-1],)), **fields)


def renamed(net: Net, mapping: dict[str, str], order: tuple[int, ...] | None) -> list[Op]:
    ops = [net.ops[index] for index in order or range(len(net.ops))]
    return [
        replace(
            op,
            inputs=tuple(mapping.get(name, name) for name in op.inputs),
            outputs=tuple(mapping.get(name, name) for name in op.outputs),
        )
        for op in ops
    ]


@pytest.mark.parametrize("planner", ALL)
def test_the_same_answer_twice_and_the_net_untouched(planner) -> None:
    net = chain("data a b_grad c d_grad e out")
    options = default_options(net)
    assert planner(net, options) == planner(net, options)
    assert net == chain("data a b_grad c d_grad e out")


def test_the_linear_pass_by_hand() -> None:
    found = caffe2_simple(chain("data a b c out"), RecyclingOptions(static=frozenset({"data"})))
    names = {"a": "__m0_shared", "b": "__m1_shared", "c": "__m0_shared", "out": "__m1_shared"}
    assert found.mapping == names
    assert found.order is None
    assert found.unchanged is None


@pytest.mark.parametrize(
    ("net", "reason"),
    [
        (chain("data a b c out", type="dag"), "parallel"),
        (chain("data a b c out", type="Simple"), "parallel"),
        (Net(ops=(Op("RecurrentNetwork", ("a",), ("b", "c")),)), "RecurrentNetwork"),
        (chain("data a b c __m0_shared"), "before"),
    ],
)
def test_why_the_linear_pass_leaves_a_net_alone(net: Net, reason: str) -> None:
    found = caffe2_simple(net, RecyclingOptions())
    assert found.mapping == {}
    assert reason in (found.unchanged or "")


def test_the_checks_come_in_the_order_of_the_original() -> None:
    bad = Net(ops=(Op("IndexFreeze", ("a",), ("b",)), Op("RecurrentNetwork", ("a",), ("b", "c"))))
    assert caffe2_simple(replace(bad, type="dag"), RecyclingOptions()).unchanged
    with pytest.raises(SchemaError):
        caffe2_simple(bad, RecyclingOptions())
    with pytest.raises(SchemaError):
        caffe2_dag(replace(bad, type="dag"), RecyclingOptions())


def test_tokens_keep_branches_apart_until_they_join() -> None:
    """The picture in the planner's docstring, and the chain behind the join."""
    ops = [Op("Relu", ("data",), ("a",)), Op("Relu", ("a",), ("l",)), Op("Relu", ("a",), ("r",))]
    ops += [Op("Relu", ("l",), ("l2",)), Op("Relu", ("r",), ("r2",))]
    ops += [Op("Sum", ("l2", "r2"), ("s",)), Op("Relu", ("s",), ("out",))]
    net = Net(ops=tuple(ops), inputs=("data",), outputs=("out",))
    walk = ComputeBlobRecyclingForDag(net, default_options(net))
    names = walk.optimize_net().mapping
    assert walk.mapping == {"s": "a"}
    assert names["s"] == names["a"] == "__m0_shared"
    assert [walk.blobs.required_tokens[name] for name in ("a", "l", "r2")] == [0b111, 0b11, 0b111]
    assert walk.blobs.can_use_blob("l", 0b11, Device())
    assert not walk.blobs.can_use_blob("l", 0b101, Device())
    assert not walk.blobs.can_use_blob("l", 0b11, Device("cuda", 0))
    assert walk.get_blob_or_mapped_blob("s") == "a"
    assert walk.get_blob_or_mapped_blob("l") == "l"


def test_the_blob_that_was_shared_most_often_goes_first_then_the_first_by_name() -> None:
    blobs = FreeBlobs({})
    blobs.device["new"] = Device()
    blobs.free = [(-2, "often"), (-1, "b"), (-1, "a")]
    blobs.required_tokens["often"] = 0b10
    assert blobs.get_free_blob("new", 0b1) == "a"
    assert blobs.get_free_blob("new", 0b11) == "often"
    assert blobs.get_free_blob("new", 0b1) == "b"
    assert blobs.get_free_blob("new", 0b1) is None


def test_the_climb_to_a_size_and_the_list_that_it_leaves() -> None:
    blobs = FreeBlobs({"want": (10,)})
    blobs.device["want"] = Device()
    blobs.size = {"p": 3, "q": 12, "r": 10, "s": 12, "t": -5}
    blobs.free = [(0, name) for name in "pqrst"]
    assert blobs.get_free_blob("want", 1) == "s", "of two that are large enough the later one"
    assert blobs.free == [(0, name) for name in "pqrt"], "taken out of the middle"
    blobs.free = [(0, "t")]
    assert blobs.get_free_blob("want", 1) is None


def test_a_read_too_early_and_an_index_of_no_op() -> None:
    net = Net(ops=(Op("Relu", ("b",), ("a",)), Op("Relu", ("a",), ("b",))))
    options = RecyclingOptions(heads=("b",), shareable=frozenset("ab"))
    with pytest.raises(OutOfOrder, match=r"op 0 \('Relu'\) reads 'b' too early"):
        caffe2_dag(net, options)
    with pytest.raises(InvalidNet, match="no op 2: the net has 2 ops"):
        caffe2_dag(net, replace(options, op_indices=(0, 2)))


@pytest.mark.parametrize(
    ("options", "complaint"),
    [
        (RecyclingOptions(heads=("dta",)), "head 'dta'"),
        (RecyclingOptions(static=frozenset({"b", "x"})), "static blob 'b'"),
        (RecyclingOptions(dont_share=frozenset({"x"})), "not to be shared 'x'"),
        (RecyclingOptions(shareable=frozenset({"x"})), "shareable blob 'x'"),
        (RecyclingOptions(op_indices=(7,)), "no op 7"),
    ],
)
def test_options_that_name_what_is_not_there(options: RecyclingOptions, complaint: str) -> None:
    with pytest.raises(InvalidNet, match=complaint):
        check_options(chain("data a out"), options)
    check_options(chain("data a out"), default_options(chain("data a out")))


def test_interference_answers_with_an_order() -> None:
    ops = (Op("Relu", ("data",), ("a",)), Op("Relu", ("a",), ("b",)), Op("Relu", ("x",), ("c",)))
    net = Net(ops=(*ops, Op("Sum", ("b", "c"), ("out",))), inputs=("data", "x"), outputs=("out",))
    found = caffe2_interference(net, default_options(net))
    assert found.order == (0, 2, 1, 3)
    assert found.rules is Rules.PYTHON
    sized = replace(default_options(net), sizes=dict.fromkeys(net.names(), 4))
    assert caffe2_interference(net, sized).mapping == found.mapping


def test_the_search_keeps_one_best_solution_a_step_and_so_misses_the_least() -> None:
    """b1 fits behind b2; but where it looks for a place, b2 lies behind the big blob."""
    ranges = [
        ("big", LiveRange(0, 0, 10)),
        ("b2", LiveRange(3, 3, 2)),
        ("b3", LiveRange(3, 5, 10)),
        ("b1", LiveRange(4, 8, 2)),
    ]
    found = compute_assignments_dp(ranges)
    assert get_memory_usage(found) == 14
    least = [[ranges[0], ranges[2]], [ranges[1], ranges[3]]]
    assert get_memory_usage(least) == 12
    assert get_memory_usage(compute_assignments_greedy(ranges)) == 20
    assert compute_assignments_dp([]) == []


def test_the_search_refuses_a_blob_that_is_read_before_it_is_written() -> None:
    ranges = [("a", LiveRange(9, 2, 1)), ("b", LiveRange(1, 4, 1))]
    with pytest.raises(Unorderable, match="'a' is read for the last time before it is written"):
        compute_assignments_dp(ranges)


def test_gradients_are_known_by_name_and_scope() -> None:
    ops = (
        Op("FC", ("s/x", "s/fc_w", "s/fc_b"), ("s/fc",)),
        Op("FC", ("s/fc", "s/fc2_w", "s/b"), ("s/fc2",)),
        Op("FC", ("s/fc2", "s/fc3_w", "s/b"), ("s/fc3",)),
        Op("Foo", ("s/loss",), ("s/fc3_grad",)),
        Op("Foo", ("s/fc3_grad",), ("_s/fc2_grad", "s/fc3_w_grad", "other_grad")),
    )
    net = Net(ops=ops)
    options = RecyclingOptions(heads=("s/loss",), static=frozenset({"s/fc3_w_grad"}), namescope="s")
    asked = gradient_options(net, options, activations(net))
    assert asked.namescope == "s/"
    assert asked.op_indices == (3, 4)
    assert asked.shareable == {"s/fc3_grad", "_s/fc2_grad", "s/fc"}
    assert gradient_options(net, replace(options, namescope="")).shareable == {
        "s/fc3_grad",
        "_s/fc2_grad",
        "other_grad",
    }


@settings(derandomize=True, max_examples=60, deadline=None)
@given(st.data())
def test_where_each_blob_is_written_once_the_result_computes_the_same(
    data: st.DataObject,
) -> None:
    ops = data.draw(st.lists(st.tuples(st.integers(0, 99), st.integers(0, 99)), min_size=2))
    names = ["data"]
    made = []
    for index, picks in enumerate(ops):
        reads = tuple(names[-1 - pick % min(len(names), 6)] for pick in picks)
        names.append(f"b{index}")
        made.append(Op("Foo", reads, (names[-1],)))
    net = Net(ops=tuple(made), inputs=("data",), outputs=(names[-1],))
    options = default_options(net)
    for planner in (caffe2_simple, caffe2_dag, caffe2_interference):
        found = planner(net, options)
        in_order = renamed(net, {}, found.order)
        assert changed_dataflow(in_order, renamed(net, dict(found.mapping), found.order)) is None
        assert not options.static & (found.mapping.keys() | set(found.mapping.values()))
