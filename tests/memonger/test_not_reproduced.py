"""Where the original crashes, changes what it was given, or depends on what is installed."""

from __future__ import annotations

import itertools
import re

import networkx as nx
import pytest
from memonger import symbolic
from memonger.nets import chain, net, op
from memonger.test_originals import PAIR
from memonger.training import stack

from memplan import memonger
from memplan.errors import InvalidNet, MemplanError, MissingSize
from memplan.formats import netdef_pb2 as pb
from memplan.memonger import LiveRange


def test_bug_8_depth_is_no_limit() -> None:
    """The original overflows its stack on a plain chain of some 20,000 ops."""
    before = chain(" ".join(["data", *(f"b{i}" for i in range(30_000)), "out"]))
    after = memonger.optimize_inference_for_dag(before, ["data"])
    assert len(symbolic.blobs(after)) == 4
    assert symbolic.outputs(before) == symbolic.outputs(after)


def test_bug_8_depth_is_no_limit_for_orders() -> None:
    """The original's walk through the tree of longest paths recurses once an op."""
    before = chain(" ".join(["data", *(f"b{i}" for i in range(3_000)), "out"]))
    graph = memonger.compute_interference_graph(before.op)
    assert memonger.topological_sort_traversal_longest_path(graph) == list(range(3_001))


@pytest.mark.parametrize("index", [-1, 5, 2**31])
def test_bug_8_an_index_of_no_op_is_an_error_and_no_crash(index: int) -> None:
    before = chain("data a b c d out")
    with pytest.raises(InvalidNet, match=re.escape(f"there is no op {index}: the net has 5 ops")):
        memonger.compute_blob_recycling_for_dag(before, ["data"], [0, index], "ab", "", (), {})


def test_bug_11_the_order_is_the_same_with_every_networkx() -> None:
    """That of 2.6 and later; 2.5 and before began with the last op: 2 0 1 3."""
    graph = memonger.compute_interference_graph(PAIR)
    assert memonger.topological_sort_traversal(graph) == [0, 2, 1, 3]
    assert memonger.topological_sort_traversal(graph) == list(nx.topological_sort(graph))


def test_bug_12_no_argument_is_changed() -> None:
    before, params = stack("", 4)
    copy = before.SerializeToString()
    grads = [f"{param}_grad" for param in params]
    sizes = dict.fromkeys(symbolic.blobs(before), 4)
    shapes = dict.fromkeys(symbolic.blobs(before), (1,))
    types = dict.fromkeys(symbolic.blobs(before), pb.TensorProto.FLOAT)
    before.op[3].device_option.device_type = 1
    copy = before.SerializeToString()
    on_gpu = pb.DeviceOption(device_type=1)
    total, _, by_op = memonger.estimate_memory_usage([before], shapes, types, on_gpu)
    assert (total, dict(by_op)) == (4, {"FC": 4})
    memonger.optimize_inference_fast(before, ["data"])
    memonger.share_grad_blobs(before, ["loss"], grads, "")
    memonger.optimize_interference(before, params, blob_sizes=sizes)
    memonger.release_blobs_when_used(before, {"data"})
    memonger.apply_assignments(before, {"data": "moved"})
    assert before.SerializeToString() == copy
    kept = [[("a", LiveRange(0, 1, 4))]]
    more = [("b", LiveRange(2, 3, 4))]
    memonger.compute_assignments_greedy(more, kept)
    memonger.compute_assignments_dp(more, kept)
    assert kept == [[("a", LiveRange(0, 1, 4))]]


def test_a_blob_without_a_size_is_named() -> None:
    with pytest.raises(KeyError, match="none of 'b'") as caught:
        memonger.optimize_interference(chain("data a b out"), [], blob_sizes={"data": 1, "a": 1})
    assert isinstance(caught.value, MissingSize)
    assert isinstance(caught.value, AssertionError)
    assert not str(caught.value).startswith('"')
    shapes, types = {"a": [2]}, {"a": pb.TensorProto.STRING}
    with pytest.raises(KeyError, match="'a' is of type 4"):
        memonger.estimate_memory_usage([chain("data a")], shapes, types, pb.DeviceOption())


def test_every_error_is_of_two_trees() -> None:
    """One of ours, and the kind that the original raises."""
    bad = net(op("IndexFreeze", "A", "B"), inputs="A", outputs="B")
    grad = net(op("Relu", "a", "b", is_gradient_op=True), inputs="a")
    nested = op("RecurrentNetwork", "a", "b c")
    nested.arg.add(name="step_net", s=b"op { type: ")
    calls = [
        (RuntimeError, lambda: memonger.run_schema_check(bad)),
        (RuntimeError, lambda: memonger.optimize_inference_fast(bad, ())),
        (RuntimeError, lambda: memonger.apply_assignments(net(nested), {"a": "b"})),
        (AssertionError, lambda: memonger.optimize_inference_for_dag(grad, ["a"])),
        (AssertionError, lambda: memonger.optimize_inference_for_dag(net(op("R", "a", "b")), [])),
        (AssertionError, lambda: memonger.topological_sort_traversal_longest_path(nx.DiGraph())),
        (ValueError, lambda: memonger.optimize_interference(net(), [])),
        (ValueError, lambda: memonger.optimize_inference_fast("no net", [])),
    ]
    for kind, call in calls:
        with pytest.raises(kind) as caught:
            call()
        assert isinstance(caught.value, MemplanError)
        assert "\n" not in str(caught.value)


def test_names_that_no_line_can_show_are_shown_in_one() -> None:
    odd = "a\nb<script>{}%s"
    with pytest.raises(AssertionError) as caught:
        memonger.optimize_inference_for_dag(pb.NetDef(op=[pb.OperatorDef(input=[odd])]), [])
    assert "\n" not in str(caught.value)


def test_the_same_answer_under_every_order_of_sets() -> None:
    before = chain("data a b c d e f out")
    answers = {
        memonger.compute_blob_recycling_for_dag(
            before, ["data"], range(7), "".join(names), "", (), {}
        ).SerializeToString()
        for names in itertools.islice(itertools.permutations("abcdef"), 0, 720, 60)
    }
    assert len(answers) == 1
