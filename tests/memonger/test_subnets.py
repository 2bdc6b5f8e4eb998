"""Nested nets: message and text, AsyncIf, `.rename` arguments, nets within nets, fields kept."""

from __future__ import annotations

from typing import Any

import pytest
from google.protobuf import text_format
from memonger.nets import chain, net, op, other_class

from memplan import memonger
from memplan.errors import InvalidStepNet
from memplan.formats import netdef_pb2 as pb
from memplan.rewrite import Assignment, Rules, applied

NAMES = {"a": "A", "b": "B", "c": "C", "same": "same"}


def recurrent(step: pb.NetDef | str | None, kind: str = "RecurrentNetwork", **more: Any) -> Any:
    made = op(kind, "a same x a", "b c", **more)
    if isinstance(step, pb.NetDef):
        made.arg.add(name="step_net").n.CopyFrom(step)
    elif step is not None:
        made.arg.add(name="step_net", s=step.encode())
    return made


def args(message: Any) -> dict[str, Any]:
    return {arg.name: arg for arg in message.arg}


@pytest.mark.parametrize("kind", ["RecurrentNetwork", "RecurrentNetworkGradient"])
def test_a_step_net_as_message(kind: str) -> None:
    after = memonger.apply_recurrent_blob_assignments(recurrent(chain("h a b"), kind), NAMES)
    step = args(after)["step_net"].n
    assert step.op == chain("h A B").op
    assert (list(step.external_input), list(step.external_output)) == (["h"], ["b"])
    # In the order of inputs, then outputs, each as often as it stands there.
    renames = [(arg.name, arg.s) for arg in after.arg if arg.name.endswith(".rename")]
    expected = [("a", b"A"), ("a", b"A"), ("b", b"B"), ("c", b"C")]
    assert renames == [(f"{name}.rename", new) for name, new in expected]
    assert (list(after.input), list(after.output)) == (["a", "same", "x", "a"], ["b", "c"])


def test_a_step_net_as_text_stays_text_in_one_line() -> None:
    text = text_format.MessageToString(chain("h a b"))
    before = recurrent(text)
    before.arg.add(name="backward_step_net", s=b'name: "\\"\\303\\244\\n"')
    before.arg.add(name="other_step_net", s=text.encode())
    after = args(memonger.apply_recurrent_blob_assignments(before, NAMES))
    line = after["step_net"].s.decode()
    assert line.startswith('op { input: "h" output: "A" type: "Relu" } op { input: "A"')
    assert text_format.Parse(line, pb.NetDef()).op == chain("h A B").op
    assert after["backward_step_net"].s == rb'name: "\"\303\244\n"'
    assert after["other_step_net"].s.decode() == text, "another argument is left as it is"


def test_no_step_net_becomes_an_empty_text() -> None:
    before = recurrent(None)
    before.arg.add(name="step_net")
    after = memonger.apply_recurrent_blob_assignments(before, {})
    assert after.arg[0].HasField("s")
    assert after.arg[0].s == b""


def test_a_step_net_that_is_given_twice_or_cannot_be_read() -> None:
    twice = recurrent(chain("h a"))
    twice.arg[0].s = b"too"
    with pytest.raises(InvalidStepNet, match=r"'step_net' of the RecurrentNetwork.*'b'.*twice"):
        memonger.apply_assignments(net(twice), NAMES)
    for text in ("op { type: ", "once upon a time", "op { nothing: 1 }"):
        with pytest.raises(InvalidStepNet, match=r"RecurrentNetwork that makes 'b' cannot be read"):
            memonger.apply_assignments(net(recurrent(text)), NAMES)


@pytest.mark.parametrize("kind", ["AsyncIf", "If", "While", "Do"])
def test_only_async_if_is_followed_of_those_that_branch(kind: str) -> None:
    branch = chain("a t b")
    before = op(kind, "cond a", "b")
    for name in ("then_net", "else_net"):
        before.arg.add(name=name).n.CopyFrom(branch)
    before.arg.add(name="loop_net").n.CopyFrom(branch)
    after = memonger.apply_assignments(net(before), NAMES).op[0]
    assert (list(after.input), list(after.output)) == (["cond", "A"], ["B"])
    expected = chain("A t B") if kind == "AsyncIf" else branch
    assert [args(after)[name].n for name in ("then_net", "else_net")] == [expected, expected]
    assert args(after)["loop_net"].n == branch
    assert len(after.arg) == 3, "no .rename arguments here"


NESTED = {
    "RecurrentNetworkGradient": "backward_step_net",
    "AsyncIf": "then_net",
    "If": "then_net",
    "While": "loop_net",
}


@pytest.mark.parametrize("kind", NESTED)
def test_the_linear_pass_renames_nothing_inside(kind: str) -> None:
    nested = op(kind, "c", "d")
    nested.arg.add(name=NESTED[kind]).n.CopyFrom(chain("a b"))
    nested.arg.add(name="step_net", s=text_format.MessageToString(chain("a b")).encode())
    before = net(*chain("data a b c").op, nested, op("Relu", "d", "out"), inputs="data")
    after = memonger.optimize_inference_fast(before, ["data", "out"])
    assert [list(each.output) for each in after.op[:3]] == [
        ["__m0_shared"],
        ["__m1_shared"],
        ["__m0_shared"],
    ]
    assert (list(after.op[3].input), list(after.op[3].output)) == (["__m0_shared"], ["__m1_shared"])
    assert list(after.op[3].arg) == list(nested.arg), "not even a .rename argument"


@pytest.mark.parametrize("text", ['op {\n  type: "Relu"\n}\n', "once upon a time"])
@pytest.mark.parametrize("kind", ["", "dag"])
def test_what_the_linear_pass_refuses_comes_back_as_it_was(kind: str, text: str) -> None:
    step = recurrent(text)
    either = op("AsyncIf", "cond a", "d")
    either.arg.add(name="then_net")
    before = net(step, either, inputs="a same x cond", type=kind)
    after = memonger.optimize_inference_fast(before, ["a"])
    assert after.SerializeToString(deterministic=True) == before.SerializeToString(
        deterministic=True
    )


def test_a_missing_branch_of_async_if_is_made_empty() -> None:
    before = op("AsyncIf", "cond", "b")
    before.arg.add(name="then_net")
    after = memonger.apply_asyncif_blob_assignments(before, NAMES)
    assert after.arg[0].HasField("n")


def test_nets_within_nets() -> None:
    inner = net(recurrent(text_format.MessageToString(chain("h a b"))))
    outer = op("AsyncIf", "cond a", "b")
    outer.arg.add(name="then_net").n.CopyFrom(net(recurrent(inner)))
    after = memonger.apply_assignments(net(outer), NAMES)
    step = args(args(after.op[0])["then_net"].n.op[0])["step_net"].n
    text = args(step.op[0])["step_net"].s.decode()
    assert text_format.Parse(text, pb.NetDef()).op == chain("h A B").op
    assert args(step.op[0])["a.rename"].s == b"A"


def test_the_python_rules() -> None:
    before = recurrent(chain("h a b"))
    before.arg.add(name="my_step_net").n.CopyFrom(chain("a t b"))
    before.arg.add(name="text_step_net", s=b'op { type: "a" }')
    before.arg.add(name="link_external", strings=[b"a", b"x"])
    before.arg.add(name="alias_dst", strings=[b"c"])
    names = {"c": "C", "b": "B", "a": "A", "same": "same"}
    after = applied(net(before), Assignment(names, rules=Rules.PYTHON)).op[0]
    found = args(after)
    step = found["step_net"].n
    assert (list(step.external_input), list(step.external_output)) == (["h"], ["b"])
    assert list(found["my_step_net"].n.external_input) == ["A"]
    assert found["text_step_net"].s == b'op { type: "a" }'
    assert list(found["link_external"].strings) == [b"A", b"x"]
    assert list(found["alias_dst"].strings) == [b"C"]
    # In the order of the assignment, those that keep their name too.
    renames = [arg.name for arg in after.arg if arg.name.endswith(".rename")]
    assert renames == ["c.rename", "b.rename", "a.rename", "same.rename"]


def everything() -> pb.NetDef:
    """A net with every field set that renaming must leave alone."""
    full = op("FC", "a w", "b", name="a", engine="a", control_input=["a"], debug_info="a")
    full.arg.add(name="a", s=b"a", i=7, floats=[1.5], strings=[b"a", b"b"])
    full.device_option.device_type = 1
    full.device_option.node_name = "a"
    whole = net(full, inputs="a w", outputs="b", name="a", type="simple", num_workers=3)
    whole.arg.add(name="a", s=b"a")
    whole.partition_info.add(name="a")
    return whole


def test_all_else_is_kept_and_the_class_comes_back() -> None:
    another = other_class()
    # A field that nobody here knows, too.
    data = everything().SerializeToString() + b"\xd2\x0f\x03abc"
    before = another.FromString(data)
    assert not isinstance(before, pb.NetDef)
    after = memonger.apply_assignments(before, NAMES)
    assert type(after) is another
    assert b"\xd2\x0f\x03abc" in after.SerializeToString()
    assert before.SerializeToString() == data
    assert (list(after.op[0].input), list(after.op[0].output)) == (["A", "w"], ["B"])
    after.op[0].input[:], after.op[0].output[:] = ["a", "w"], ["b"]
    assert after == before


def test_an_object_with_proto_is_a_net() -> None:
    class Wrapped:
        def __init__(self, message: Any) -> None:
            self.message = message

        def Proto(self) -> Any:  # noqa: N802  Caffe2's name
            return self.message

    before = other_class().FromString(chain("data a b c d out").SerializeToString())
    for after in (
        memonger.optimize_inference_fast(Wrapped(before), ["data", "out"]),
        memonger.optimize_inference_for_dag(Wrapped(before), ["data"]),
        memonger.optimize_interference(Wrapped(before), ["data", "out"]).net,
        memonger.share_grad_blobs(Wrapped(before), [], [], ""),
        memonger.release_blobs_when_used(Wrapped(before), set()),
        memonger.compute_blob_recycling_for_dag(Wrapped(before), [], [], [], "", [], {}),
        memonger.apply_assignments(Wrapped(before), {}),
    ):
        assert type(after) is type(before)
        assert after is not before


def test_device_and_engine_count_when_graphs_are_compared() -> None:
    before = chain("data a out")
    for change in ("engine", "device"):
        after = pb.NetDef.FromString(before.SerializeToString())
        if change == "engine":
            after.op[1].engine = "CUDNN"
        else:
            after.op[1].device_option.node_name = "elsewhere"
        assert not memonger.verify_graph_equality(before, after)
    assert not memonger.verify_graph_equality(before, chain("data a b out"))
    assert memonger.verify_inplace_blobs(before, chain("data a b out"))
    assert not memonger.verify_inplace_blobs(before, chain("data a a"))
