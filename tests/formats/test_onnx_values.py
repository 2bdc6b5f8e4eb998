"""Types of ONNX values: declared, inferred, and put into a net that was read once."""

from __future__ import annotations

import pytest

from memplan.formats import onnx_read
from memplan.formats.onnx_values import declared_types, joined, with_types
from memplan.net import DType, Role
from memplan.ops.schema import TensorType
from memplan.study import prepare
from tests.formats.onnx_models import model, read

# Both graphs have a t; that of the branch is called otherwise in the net.
BRANCH = """g (bool c, float[n] x) => (float[n] y) {
    t = Abs(x)
    z = If (c) <then_branch = a () => (p) { t = Relu(x)  p = Neg(t) },
                else_branch = b () => (p) { p = Neg(t) }>
    y = Neg(z)
}"""


def test_a_net_is_read_once(monkeypatch):
    net = read(BRANCH)
    wrong = lambda *_: pytest.fail("read again")  # noqa: E731
    monkeypatch.setattr(onnx_read._Reader, "graph", wrong)
    for size in (3, 5):
        sized = prepare(net, roles={"x": Role.STATE}, dims={"n": size})
        assert sized.ops[1].nets["then_branch"].blob("z").shape == (size,)
        assert {sized.blob(name).shape for name in "xtzy"} == {(size,)}
        assert sized.blob("x").role is Role.STATE
    assert net.blob("x").shape == ("n",)


def test_graphs_are_found_by_path_and_names_by_what_the_net_calls_them():
    source = read(BRANCH).source
    assert [path for path, _ in source.graphs(source.model)] == [
        "",
        "1:then_branch",
        "1:else_branch",
    ]
    told = {
        "1:then_branch": {"t": TensorType((7,)), "nowhere": TensorType()},
        "": {"w": TensorType()},
    }
    assert source.renamed(told) == {
        "": {},
        "1:then_branch": {"t'": TensorType((7,))},
        "1:else_branch": {},
    }


def test_types_are_put_where_their_graph_is():
    net = read(BRANCH)
    seven = TensorType((7,), DType.FLOAT16)
    typed = with_types(net, {"1:then_branch": {"t'": seven}})
    inner = typed.ops[1].nets["then_branch"]
    assert (inner.blob("t'").shape, inner.blob("t'").dtype) == ((7,), DType.FLOAT16)
    # A type that is missing is unknown, whatever was declared.
    assert typed.blob("x").shape is None
    assert typed.ops[1].nets["else_branch"] == with_types(net, {}).ops[1].nets["else_branch"]


def test_what_is_stored_stays():
    net = read("g (float[2] x) => (float[2] y) <float[2] w = {1.0, 2.0}> { y = Add(x, w) }")
    typed = with_types(net, {"": {"w": TensorType((9,))}})
    assert typed.blob("w") == net.blob("w")


def test_what_was_inferred_wins_and_what_is_declared_fills():
    declared = {"": {"a": TensorType((1, None), DType.INT8), "b": TensorType((2,), reason="why")}}
    inferred = {"": {"a": TensorType((1, 4)), "b": TensorType((2,), DType.INT8, reason="other")}}
    assert joined(declared, inferred)[""] == {
        "a": TensorType((1, 4), DType.INT8),
        "b": TensorType((2,), DType.INT8, reason="why"),
    }
    assert joined(declared, {}) == declared


def test_of_two_declarations_the_last_with_a_shape_counts():
    graph = model("g (float[3] x) => (float[4] y) { y = Abs(x) }").graph
    graph.value_info.add(name="x").type.tensor_type.elem_type = 1
    graph.value_info.add(name="y").CopyFrom(graph.input[0])
    graph.value_info[1].name = "y"
    assert {name: told.shape for name, told in declared_types(graph).items()} == {
        "x": (3,),
        "y": (4,),
    }
