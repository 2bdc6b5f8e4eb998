"""Shapes of ONNX nets: free dims, what the user gives, what stays unknown and why."""

from __future__ import annotations

import pytest

from memplan.errors import InvalidNet
from memplan.formats import InputFile, load
from memplan.formats.onnx_shapes import Inferred
from memplan.net import DType, Role
from memplan.ops.schema import TensorType
from memplan.shapes import FreeDim, free_dims
from memplan.shapes import onnx as shapes_onnx
from memplan.study import prepare, study
from tests.formats.onnx_models import model, read

FREE = """g (float[batch,3,?,8] x, float[batch,4] z) => (float[batch,k] y) {
    h = Relu(x)
    f = Flatten(h)
    y = Concat<axis=1>(f, z)
}"""


def of_free():
    message = model(FREE.replace("?", "u"))
    message.graph.input[0].type.tensor_type.shape.dim[2].ClearField("dim_param")
    return read(message)


def test_free_dims_have_names_and_places():
    assert free_dims(of_free()) == (
        FreeDim("batch", (("x", 0), ("z", 0), ("y", 0))),
        FreeDim("x[2]", (("x", 2),)),
        FreeDim("k", (("y", 1),)),
    )


def test_fixed_dims_go_through_the_net():
    net = prepare(of_free(), dims={"batch": 5, "x[2]": 2})
    assert net.blob("h").shape == (5, 3, 2, 8)
    assert net.blob("y").shape == (5, 52)
    assert study(net).metrics.unknown == ()


def test_a_free_dim_is_the_reason_of_all_that_follows():
    net = prepare(of_free())
    wanted = "the dim 'batch' is free; give it with --dim batch=… or in the sidebar"
    assert {net.blob(n).unknown for n in "xhfzy"} == {wanted}
    net = prepare(of_free(), dims={"batch": 5})
    assert net.blob("z").nbytes == 80
    assert "'x[2]' is free" in (net.blob("h").unknown or "")
    assert "'x[2]' is free" in (net.blob("f").unknown or "")


def test_a_given_shape_fixes_the_dim_everywhere():
    net = prepare(of_free(), {"x": TensorType((2, 3, 4, 8), DType.FLOAT32)})
    assert net.blob("z").shape == (2, 4)
    assert net.blob("y").shape == (2, 100)


def test_a_given_shape_leaves_the_files_type():
    net = read("g (int64[n] x) => (int64[n] y) { y = Abs(x) }")
    net = prepare(net, {"x": TensorType((6,), DType.FLOAT32)})
    assert (net.blob("y").dtype, net.blob("y").nbytes) == (DType.INT64, 48)


def test_a_given_shape_wins_over_what_the_file_says_further_on():
    message = model("g (float[1,8] x) => (float[1,8] y) { h = Relu(x)  y = Neg(h) }")
    message.graph.value_info.add(name="h").CopyFrom(message.graph.output[0])
    message.graph.value_info[0].name = "h"
    net = prepare(read(message), {"x": TensorType((4, 8), DType.FLOAT32)})
    assert [net.blob(n).shape for n in "xhy"] == [(4, 8)] * 3


def test_a_shape_in_a_file_beside_the_model():
    data = model("g (float[1,n] x) => (float[1,n] y) { y = Abs(x) }").SerializeToString()
    net = load([InputFile("net.onnx", data), InputFile("s.json", b'{"x": [1, 9]}')])
    assert prepare(net).blob("y").shape == (1, 9)


def test_a_bound_for_what_depends_on_the_data():
    net = read("g (float[9] x) => (int64[1,n] y) { h = NonZero(x)  y = Abs(h) }")
    found = prepare(net)
    assert found.blob("h").nbytes is None
    found = prepare(net, {"h": TensorType((1, 9), DType.INT64)})
    assert (found.blob("h").nbytes, found.blob("y").nbytes) == (72, 72)
    assert prepare(net, dims={"n": 9}).blob("y").nbytes == 72


@pytest.mark.parametrize(
    ("dims", "words"),
    [
        ({"depth": 3}, "no free dim 'depth'; its free dims: 'batch', 'x\\[2\\]', 'k'"),
        ({"batch": 0}, "must be from 1 to"),
        ({"batch": 2**31}, "must be from 1 to"),
    ],
)
def test_wrong_dims_are_told(dims, words):
    with pytest.raises(InvalidNet, match=words):
        prepare(of_free(), dims=dims)


def test_a_stored_shape_is_the_files():
    net = read("g (float[2] x) => (float[2] y) <float[2] w = {1.0, 2.0}> { y = Add(x, w) }")
    with pytest.raises(InvalidNet, match="is stored in the file"):
        prepare(net, {"w": TensorType((3,), DType.FLOAT32)})


def test_what_onnx_leaves_open_onnx_runtime_follows():
    # The size of a slice of a shape of symbols: ONNX alone loses it.
    net = read(
        """g (float[batch,seq,32] x) => (float[a,b,c] y) <int64[2] rest = {4, -1}> {
        s = Shape<start=0, end=2>(x)
        t = Concat<axis=0>(s, rest)
        y4 = Reshape(x, t)
        y = ReduceSum<keepdims=0>(y4, rest)
    }"""
    )
    shape = prepare(net).blob("y4").shape
    assert shape is not None
    assert shape[:3] == ("batch", "seq", 4)


def test_a_failed_inference_is_part_of_the_reason(shared):
    data = (shared / "nets/onnx/nested_ifs.onnx").read_bytes()
    net = prepare(load([InputFile("n", data)]))
    reasons = [b.unknown for op in net.ops for b in map(net.blob, op.outputs) if b.unknown]
    assert reasons
    assert all("shape inference gave up: " in reason for reason in reasons)


def test_nothing_is_asked_where_the_file_says_all(monkeypatch):
    net = read("g (float[1,8] x) => (float[1,8] y) { y = Relu(x) }")
    monkeypatch.setattr(shapes_onnx, "infer_types", lambda *_: pytest.fail("asked"))
    assert prepare(net).blob("y").nbytes == 32


def test_progress_is_told_and_roles_stay():
    told = []
    net = prepare(of_free(), roles={"z": Role.STATE}, progress=lambda *what: told.append(what))
    assert net.blob("z").role is Role.STATE
    assert told


def test_a_name_that_looks_like_a_pattern_is_a_name():
    message = model("g (float[n] x) => (float[n] y) { y = Relu(x) }")
    for value in (*message.graph.input, *message.graph.output):
        value.type.tensor_type.shape.dim[0].dim_param = "(n+.*"
    assert prepare(read(message), dims={"(n+.*": 3}).blob("y").nbytes == 12
    assert "(n+.*" in (prepare(read(message)).blob("y").unknown or "")


def test_an_inference_that_told_nothing_leaves_what_is_declared(monkeypatch):
    monkeypatch.setattr(shapes_onnx, "infer_types", lambda *_: Inferred({}, "KeyError"))
    net = prepare(read("g (float[1,8] x) => (float[1,8] y) { h = Relu(x)  y = Neg(h) }"))
    assert net.blob("y").nbytes == 32
    assert "gave up: KeyError" in (net.blob("h").unknown or "")
