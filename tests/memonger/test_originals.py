"""The cases that Caffe2's own tests look at, in our own words, run on symbols in place of numbers.

Each test is named after the case it stands for. Where Caffe2 runs a net and compares losses,
`symbolic` compares what the net computes at every external output.
"""

from __future__ import annotations

from itertools import pairwise
from typing import Any

import pytest
from memonger import symbolic
from memonger.nets import chain, net, op
from memonger.training import daggy, stack, tree

from memplan import memonger
from memplan.memonger import AssignmentAlgorithm, LiveRange

GREEDY, DP = AssignmentAlgorithm.GREEDY, AssignmentAlgorithm.DYNAMIC_PROGRAMMING


def blob_count(message: Any) -> int:
    return len(symbolic.blobs(message))


def same_at(before: Any, after: Any, names: list[str]) -> bool:
    values = symbolic.outputs(before, names)
    return None not in values and values == symbolic.outputs(after, names)


@pytest.mark.parametrize("algo", [GREEDY, DP])
def test_simple_memonger(algo: AssignmentAlgorithm) -> None:
    before, params = stack("", 3)
    static = [*params, "data", "label", "loss", "fc1_w_grad"]
    found = memonger.optimize_interference(before, static, algo=algo)
    assert blob_count(found.net) < blob_count(before)
    assert same_at(before, found.net, ["loss", "fc1_w_grad"])
    sizes = {name: 8 * len(name) for name in symbolic.blobs(before)}
    first = memonger.compute_statistics(found.assignments, sizes)
    assert first.optimized_nbytes < first.baseline_nbytes
    sized = memonger.optimize_interference(before, static, blob_sizes=sizes, algo=algo)
    second = memonger.compute_statistics(sized.assignments, sizes)
    assert second.baseline_nbytes == first.baseline_nbytes
    assert second.optimized_nbytes <= first.optimized_nbytes
    assert same_at(before, sized.net, ["loss", "fc1_w_grad"])


def test_fast_memonger() -> None:
    before, params = stack("", 3)
    kept = ["loss", "fc1_w_grad"]
    after = memonger.optimize_inference_fast(before, {*params, "data", "label", *kept})
    assert blob_count(after) < blob_count(before)
    assert same_at(before, after, kept)


def test_fast_memonger_unique_outputs() -> None:
    parts = [("a", "b"), ("b", "a"), ("a", "a"), ("b", "b")]
    ops = [op("FC", "data w b", "a"), op("FC", "data w2 b2", "b")]
    ops += [op("Sum", f"{x} {y}", f"sum{i}") for i, (x, y) in enumerate(parts)]
    ops += [op("Concat", "sum0 sum1 sum2 sum3", "joined dims"), op("Relu", "joined", "out")]
    before = net(*ops, inputs="data w b w2 b2", outputs="out")
    after = memonger.optimize_inference_fast(before, {"data", "w", "b", "w2", "b2"})
    assert after != before
    for each in after.op:
        assert len(set(each.output)) == len(each.output)


def test_gradient_optim() -> None:
    before, params = stack("name_x/", 5)
    grads = [f"{param}_grad" for param in params]
    kept = ["name_x/loss", "name_x/fc1_w_grad"]
    plain = memonger.share_grad_blobs(before, ["name_x/loss"], grads, "name_x/")
    assert blob_count(plain) < blob_count(before)
    with_activations = memonger.share_grad_blobs(
        before,
        ["name_x/loss"],
        grads,
        "name_x/",
        share_activations=True,
        dont_share_blobs={"name_x/fc1_w_grad"},
    )
    assert blob_count(with_activations) <= blob_count(plain)
    for after in (plain, with_activations):
        assert "name_x/fc5" in symbolic.blobs(after)
        assert same_at(before, after, kept)


def test_memonger_mix_cpu_gpu() -> None:
    names = ["data", *(f"fc{i}" for i in range(1, 5))]
    gpu = [op("Relu", x, y, device_option={"device_type": 1}) for x, y in pairwise(names)]
    copy = op("CopyGPUToCPU", "fc4", "fc4_cpu", device_option={"device_type": 1})
    tail = ["fc4_cpu", *(f"fc{i}" for i in range(5, 9)), "out"]
    cpu = [op("Relu", x, y) for x, y in pairwise(tail)]
    before = net(*gpu, copy, *cpu, inputs="data", outputs="out")
    after = memonger.optimize_inference_for_dag(before, ["data"])
    assert blob_count(after) < blob_count(before)
    devices: dict[str, set[int]] = {}
    for each in after.op:
        if each.type != "CopyGPUToCPU":
            for name in (*each.input, *each.output):
                devices.setdefault(name, set()).add(each.device_option.device_type)
    assert all(len(of) == 1 for of in devices.values())
    assert {1, 0} == {kind for of in devices.values() for kind in of}


def test_gradient_optim_tree() -> None:
    before, params, losses = tree("name_x/")
    grads = [f"{param}_grad" for param in params]
    after = memonger.share_grad_blobs(
        before,
        losses,
        grads,
        "name_x",
        share_activations=True,
        dont_share_blobs={"name_x/fc5", "name_x/fc6", "name_x/fc1_w_grad"},
    )
    assert blob_count(after) < blob_count(before)
    assert "name_x/fc6" in symbolic.blobs(after)
    assert same_at(before, after, [*losses, *grads])


def test_forward_optim_tree_daggy() -> None:
    before = daggy("name_x", relu_in_place=True)
    after = memonger.optimize_inference_for_dag(before, ["name_xdata"], "name_x")
    assert after.type == "dag"
    assert blob_count(after) < blob_count(before)
    assert same_at(before, after, list(before.external_output))


def test_forward_optim_tree_harder() -> None:
    before = daggy("name_x/", relu_in_place=False)
    one = memonger.optimize_inference_for_dag(before, ["name_x/data"], "name_x/")
    two = memonger.optimize_inference_for_dag(before, ["name_x/data", "name_x/fc1_w"], "name_x/")
    assert blob_count(one) == blob_count(two) < blob_count(before)
    assert same_at(before, one, list(before.external_output))
    assert same_at(before, two, list(before.external_output))


def test_forward_optim_tree_dag_traversal() -> None:
    before = daggy("name_x/", relu_in_place=False)
    # The weight's reader waits for others: the walk must not begin there.
    after = memonger.optimize_inference_for_dag(before, ["name_x/fc5_w", "name_x/data"], "name_x/")
    assert blob_count(after) < blob_count(before)
    assert same_at(before, after, list(before.external_output))


def test_forward_optim_tree_enforce_inplace_op_invalid() -> None:
    ops = [op("IndexFreeze", "A", "B"), op("Sum", "B B", "C"), op("Relu", "C", "D")]
    before = net(*ops, op("Sum", "D D", "E"), inputs="A", outputs="E")
    with pytest.raises(RuntimeError, match=r"'IndexFreeze'.*'A'.*'B'"):
        memonger.optimize_inference_for_dag(before, ["A"])


def test_forward_optim_tree_enforce_inplace_op_valid_and_as_head() -> None:
    ops = [op("IndexFreeze", "A", "A"), op("Sum", "A A", "B"), op("Relu", "B", "C")]
    ops += [op("Relu", "C", "D"), op("Sum", "D D", "E")]
    before = net(*ops, inputs="A", outputs="E")
    after = memonger.optimize_inference_for_dag(before, ["A"])
    assert blob_count(after) < blob_count(before)
    assert same_at(before, after, ["E"])


def test_rnn() -> None:
    step = chain("hidden_t_prev inner hidden_t")
    layers = []
    x = "input"
    for layer in ("first", "second"):
        recurrent = op("RecurrentNetwork", f"{x} {layer}_h0", f"{layer}_all {layer}_last")
        recurrent.arg.add(name="step_net").n.CopyFrom(step)
        layers.append(recurrent)
        x = f"{layer}_all"
    ops = [
        *layers,
        op("Flatten", "second_all", "flat"),
        op("SoftmaxWithLoss", "flat label", "softmax loss"),
        op("ConstantFill", "loss", "loss_grad"),
        op("SoftmaxWithLossGradient", "flat label softmax loss_grad", "flat_grad"),
        op("ReshapeGradient", "flat_grad", "second_all_grad"),
    ]
    grad = "second_all_grad"
    for layer in ("second", "first"):
        below = f"{layer}_input_grad"
        ops.append(op("RecurrentNetworkGradient", grad, f"{below} {layer}_h0_grad"))
        ops[-1].arg.add(name="backward_step_net").n.CopyFrom(step)
        grad = below
    before = net(*ops, inputs="input label first_h0 second_h0", outputs="loss")
    after = memonger.share_grad_blobs(
        before, ["loss"], ["first_h0_grad", "second_h0_grad"], "", share_activations=True
    )
    assert blob_count(after) < blob_count(before)
    renames = {arg.name for each in after.op for arg in each.arg if arg.name.endswith(".rename")}
    assert "second_all_grad.rename" in renames


def test_compute_interference_graph_inplace_ops() -> None:
    copies = net(*[op("Copy", "b1", "b1")] * 3)
    graph = memonger.compute_interference_graph(copies.op)
    assert list(graph.edges) == [(0, 1), (0, 2), (1, 2)]
    assert graph.edges[0, 2]["deps"] == {"b1"}
    assert graph.nodes[1]["op"] == copies.op[1]


PAIR = [
    op("Copy", "conv1_w_0", "conv1_w"),
    op("Conv", "data conv1_w", "conv1"),
    op("Copy", "conv2_w", "conv2_w"),
    op("Conv", "conv1 conv2_w", "conv2"),
]


def orders(ops: list[Any]) -> tuple[list[int], list[int]]:
    graph = memonger.compute_interference_graph(ops)
    plain = memonger.topological_sort_traversal(graph)
    return plain, memonger.topological_sort_traversal_longest_path(graph)


def test_topological_sort_longest_path() -> None:
    assert orders(PAIR) == ([0, 2, 1, 3], [0, 1, 2, 3])


def test_topological_sort_longest_path_multi_target() -> None:
    more = [
        op("Copy", "conv2", "conv2"),
        op("Copy", "data2", "data3"),
        op("Copy", "data3", "data4"),
    ]
    plain, longest = orders([*PAIR, *more[1:]])
    assert plain == [0, 2, 4, 1, 5, 3]
    assert longest == [0, 1, 2, 3, 4, 5]


def test_topological_sort_longest_path_single_node() -> None:
    assert orders([op("Copy", "conv1_w_0", "conv1_w")]) == ([0], [0])


RANGES = [
    ("b1", LiveRange(1, 3, 10)),
    ("b2", LiveRange(3, 4, 1)),
    ("b3", LiveRange(5, 6, 1)),
    ("b4", LiveRange(5, 7, 10)),
]


def test_compute_assignments_greedy() -> None:
    found = memonger.compute_assignments_greedy(RANGES, None)
    assert memonger.get_memory_usage(found) == 11
    assert [[name for name, _ in line] for line in found] == [["b1", "b4"], ["b2", "b3"]]


def test_compute_assignments_dp() -> None:
    found = memonger.compute_assignments_dp(RANGES, None)
    assert memonger.get_memory_usage(found) == 11
    assert sorted(name for line in found for name, _ in line) == ["b1", "b2", "b3", "b4"]


def test_compute_assignments_dp1() -> None:
    ranges = [("b1", LiveRange(1, 2, 10)), ("b2", LiveRange(4, 6, 1)), ("b3", LiveRange(5, 6, 10))]
    assert memonger.get_memory_usage(memonger.compute_assignments_dp(ranges, [])) == 11


def copies(text: str) -> Any:
    """`copies("x>y z>sum")`: one Copy op a word."""
    return net(*[op("Copy", *word.replace(",", " ").split(">")) for word in text.split()])


def test_verify_graph_equality() -> None:
    assert memonger.verify_graph_equality(copies("x>y y>z y,z>sum"), copies("x>y y>a y,a>b"))


def test_verify_graph_equality_harder() -> None:
    fresh = copies("x>y y>z z>u u>v v,u>sum")
    reused = copies("x>y y>z z>y y>z z,y>sum")
    assert memonger.verify_graph_equality(fresh, reused)


def test_verify_graph_inequality() -> None:
    assert not memonger.verify_graph_equality(copies("x>y x>z y,z>sum"), copies("x>y x>y y,y>sum"))


def test_verify_graph_inequality_harder() -> None:
    fresh = copies("x>y y>z y>u z>v v,u>sum")
    clobbered = copies("x>y y>z y>z z>v v,z>sum")
    assert not memonger.verify_graph_equality(fresh, clobbered)


def test_release_blobs_when_used() -> None:
    ops = [op("FC", "data w b", "x"), op("Relu", "x", "y"), op("Relu", "x", "z")]
    ops += [op("Relu", "y", "u"), op("Alias", "u", "v"), op("Sum", "z u", "out")]
    before = net(*ops, inputs="data w b", outputs="out")
    after = memonger.release_blobs_when_used(before, {"data"})
    frees = [each.input[0] for each in after.op if each.type == "Free"]
    assert sorted(frees) == ["x", "y", "z"]
    gone: set[str] = set()
    for each in after.op:
        assert gone.isdisjoint(each.input)
        if each.type == "Free":
            assert list(each.input) == list(each.output)
            gone.update(each.input)
    kept = net(*[each for each in after.op if each.type != "Free"])
    assert list(kept.op) == list(before.op)
