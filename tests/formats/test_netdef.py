"""What a NetDef says, as a `Net`: ops, arguments, devices, nested nets; and back."""

import math
from dataclasses import replace

import pytest

from memplan.errors import InvalidNet, TooLarge
from memplan.formats import InputFile, load, to_bytes, to_message, to_text
from memplan.formats import netdef_pb2 as pb
from memplan.formats.limits import MAX_ARG_VALUES
from memplan.net import CPU, Device, Net, Op


def read(message):
    return load([InputFile("net.pb", message.SerializeToString())])


def one_op(**fields):
    net = pb.NetDef(name="n")
    op = net.op.add(type=fields.pop("type", "Relu"), **fields)
    return net, op


def without_source(net):
    ops = (
        replace(op, nets={name: without_source(inner) for name, inner in op.nets.items()})
        for op in net.ops
    )
    return replace(net, ops=tuple(ops), source=None)


def test_every_kind_of_argument():
    net, op = one_op()
    op.arg.add(name="i", i=-(2**63))
    op.arg.add(name="f", f=0.5)
    op.arg.add(name="s", s=b"\xff\0")
    op.arg.add(name="ints", ints=[1, 2])
    op.arg.add(name="floats", floats=[0.5, 1.5])
    op.arg.add(name="strings", strings=[b"a", b""])
    op.arg.add(name="none")
    op.arg.add(name="zero", i=0)
    op.arg.add(name="tensor").t.dims.append(3)
    args = read(net).ops[0].args
    assert dict(args) == {
        "i": -(2**63),
        "f": 0.5,
        "s": b"\xff\0",
        "ints": (1, 2),
        "floats": (0.5, 1.5),
        "strings": (b"a", b""),
        "none": (),
        "zero": 0,
    }
    assert type(args["f"]) is float


def test_long_lists_stay_in_the_message():
    net, op = one_op(type="GivenTensorFill")
    op.arg.add(name="values", floats=[0.0] * (MAX_ARG_VALUES + 1))
    op.arg.add(name="shape", ints=[MAX_ARG_VALUES + 1])
    found = read(net)
    assert dict(found.ops[0].args) == {"shape": (MAX_ARG_VALUES + 1,)}
    assert to_message(found) == net


def test_devices():
    net = pb.NetDef(name="n")
    net.device_option.device_type = 1
    net.device_option.device_id = 2
    net.op.add(type="A")
    net.op.add(type="B").device_option.device_type = 0
    net.op.add(type="C").device_option.device_type = 77
    assert [op.device for op in read(net).ops] == [Device("cuda", 2), CPU, Device("device77", 0)]


def test_engine_gradient_and_the_rest():
    net, op = one_op(name="x", engine="CUDNN", is_gradient_op=True, control_input=["c"])
    net.type = "dag"
    found = read(net)
    assert found.type == "dag"
    assert (found.ops[0].engine, found.ops[0].is_gradient) == ("CUDNN", True)
    assert found.ops[0].inputs == ()
    assert to_message(found).op[0].control_input == ["c"]
    assert op.name == found.ops[0].name


def test_names_that_are_not_utf8():
    data = b"\x0a\x02\xffn" + b"\x12\x0e" + b"\x0a\x02\xfea" + b"\x12\x02<b" + b"\x22\x04Relu"
    net = load([InputFile("odd.pb", data)])
    assert net.name == r"\xffn"
    assert net.ops[0].inputs == (r"\xfea",)
    assert net.ops[0].outputs == ("<b",)
    assert to_bytes(net) == data
    assert r"\376a" in to_text(net)
    assert all(isinstance(name, str) for name in net.names())


INNER = 'name: "step" op { input: "x" output: "h" type: "Tanh" } external_input: "x"'


def inner_message(name="step"):
    net = pb.NetDef(name=name, external_input=["x"])
    net.op.add(type="Tanh", input=["x"], output=["h"])
    return net


def test_nested_nets_as_messages():
    net, op = one_op(type="If")
    op.arg.add(name="then_net").n.CopyFrom(inner_message("a"))
    op.arg.add(name="else_net").n.CopyFrom(inner_message("b"))
    op.arg.add(name="cases").nets.extend([inner_message("c"), inner_message("d")])
    op.arg.add(name="then_net").n.CopyFrom(inner_message("again"))
    nets = read(net).ops[0].nets
    assert list(nets) == ["then_net", "else_net", "cases[0]", "cases[1]", "then_net#1"]
    assert [inner.name for inner in nets.values()] == ["a", "b", "c", "d", "again"]
    assert nets["else_net"].ops == (Op("Tanh", ("x",), ("h",)),)


@pytest.mark.parametrize(
    ("op_type", "arg"),
    [
        ("RecurrentNetwork", "step_net"),
        ("RecurrentNetworkGradient", "backward_step_net"),
        ("AsyncIf", "then_net"),
        ("If", "else_net"),
        ("While", "cond_net"),
        ("While", "loop_net"),
        ("Do", "net"),
    ],
)
def test_nested_nets_as_text(op_type, arg):
    net, op = one_op(type=op_type)
    op.arg.add(name=arg, s=INNER.encode())
    found = read(net)
    assert found.ops[0].nets[arg].ops == (Op("Tanh", ("x",), ("h",)),)
    assert arg not in found.ops[0].args
    assert to_message(found) == net


@pytest.mark.parametrize("text", [b"", b"simple words", b"op { kind: 1 }", b"\xff\xfe", b"op {"])
def test_text_that_is_no_net_stays_an_argument(text):
    net, op = one_op(type="RecurrentNetwork")
    op.arg.add(name="step_net", s=text)
    found = read(net).ops[0]
    assert found.args["step_net"] == text
    assert not found.nets


def test_texts_of_nested_nets_are_bounded_together():
    net, op = one_op(type="RecurrentNetwork")
    for _ in range(3):
        op.arg.add(name="step_net", s=b"#" * 2**20)
    with pytest.raises(TooLarge, match="nested nets in text form"):
        read(net)


def test_many_nets_of_one_name_take_no_time():
    net, op = one_op(type="If")
    op.arg.extend([pb.Argument(name="n", n=inner_message())] * 10_000)
    assert len(read(net).ops[0].nets) == 10_000


def test_text_under_another_name_or_op_stays_text():
    net, op = one_op(type="Print")
    op.arg.add(name="step_net", s=INNER.encode())
    assert not read(net).ops[0].nets


def test_nets_in_text_in_nets_in_text():
    middle = pb.NetDef(name="middle")
    middle.op.add(type="RecurrentNetwork").arg.add(name="step_net", s=INNER.encode())
    net, op = one_op(type="RecurrentNetwork")
    op.arg.add(name="step_net", s=to_text(read(middle)).encode())
    assert read(net).ops[0].nets["step_net"].ops[0].nets["step_net"].ops[0].type == "Tanh"


def test_real_nets_nest(caffe2_nets):
    for folder, name in [("mask_rcnn_2go_fp32", "pbtxt"), ("pt_concat_elim_net", "pb")]:
        path = caffe2_nets / folder / f"predict_net.{name}"
        net = load([InputFile(path.name, path.read_bytes())])
        inner = [n for op in net.ops for n in op.nets.values()]
        assert inner
        assert any(n.ops for n in inner)
        assert all(n.ops or n.name == "emptynet" for n in inner)


@pytest.mark.parametrize(
    "path",
    [
        "pt_squeeze/predict_net.pb",
        "mask_rcnn_2go_fp32/predict_net.pbtxt",
        "resnet50/predict_net.pbtxt",
    ],
)
def test_written_without_a_source(caffe2_nets, path):
    net = load([InputFile(path, (caffe2_nets / path).read_bytes())])
    bare = without_source(net)
    again = load([InputFile("again.pb", to_bytes(bare))])
    assert without_source(again) == bare
    assert load([InputFile("again.pbtxt", to_text(bare).encode())]) == net


def test_a_net_of_our_own_is_written_whole():
    nested = Net(name="body", ops=(Op("Copy", ("a",), ("b",)),), inputs=("a",), outputs=("b",))
    op = Op(
        "While",
        ("c",),
        ("d",),
        name="w",
        args={"i": 1, "f": 1.5, "s": b"x", "l": (1, 2), "g": (0.5, 2.0), "t": (b"u",), "e": ()},
        device=Device("cuda", 1),
        nets={"loop_net": nested, "many[0]": nested, "many[1]": nested, "odd[7]": nested},
        engine="E",
        is_gradient=True,
    )
    net = Net("n", (op,), inputs=("c", "a"), outputs=("d",), type="dag")
    assert load([InputFile("n", to_bytes(net))]) == net
    assert [len(arg.nets) for arg in to_message(net).op[0].arg if arg.name == "many"] == [2]


def test_a_nan_among_the_arguments_does_not_lose_the_message():
    net, op = one_op()
    op.arg.add(name="f", f=math.nan)
    op.arg.add(name="t").t.dims.append(3)
    assert len(to_message(read(net)).op[0].arg) == 2


@pytest.mark.parametrize(
    "op",
    [Op("A", args={"i": 2**64}), Op("A", device=Device("abacus")), Op("A", ("\ud800",))],
)
def test_what_the_format_cannot_say(op):
    with pytest.raises(InvalidNet, match="NetDef"):
        to_message(Net(ops=(op,)))
