"""ONNX models to nets: names, functions, bodies, operands left out, types, weights elsewhere."""

from __future__ import annotations

import builtins
import io
import zipfile
from pathlib import Path

import onnx
import pytest
from onnx import helper

from memplan.errors import FormatError, InvalidNet, MemplanError, TooLarge
from memplan.formats import InputFile, Part, load
from memplan.liveness import needs_of_nested_nets, storages
from memplan.net import DType, Net, Role, RoleRule
from memplan.plan import BufferKind
from memplan.roles import assign_roles
from memplan.study import prepare, study
from tests.formats.onnx_models import model, of_nodes, read, tensor, value

CHAIN = """g (float[1,8] x) => (float[1,4] y) <float[8,4] w, float[4] b> {
    h = Relu(x)
    p = MatMul(h, w)
    y = Add(p, b)
}"""


def sized(source, **dims):
    return prepare(read(source), dims=dims)


def test_a_chain_is_read_as_it_stands():
    net = read(CHAIN)
    assert net.dialect == "onnx"
    assert [(op.type, op.inputs, op.outputs) for op in net.ops] == [
        ("Relu", ("x",), ("h",)),
        ("MatMul", ("h", "w"), ("p",)),
        ("Add", ("p", "b"), ("y",)),
    ]
    assert net.outputs == ("y",)
    net = prepare(net)
    assert [net.blob(n).nbytes for n in ("x", "h", "p", "y")] == [32, 32, 16, 16]


def test_the_same_bytes_give_the_same_net():
    assert read(CHAIN) == read(CHAIN)
    assert read(CHAIN).digest() == read(CHAIN).digest()
    assert prepare(read(CHAIN)).digest() == prepare(read(CHAIN)).digest()


def test_stored_values_are_weights_whether_listed_as_inputs_or_not():
    message = of_nodes(
        [helper.make_node("Add", ["x", "w"], ["y"])],
        [value("x", [4]), value("w", [4])],
        [value("y", [4])],
        initializer=[helper.make_tensor("w", 1, [4], [1, 2, 3, 4])],
    )
    net = assign_roles(read(message))
    assert (net.blob("w").role, net.blob("w").rule) == (Role.WEIGHT, RoleRule.STORED)
    assert net.blob("x").role is Role.INPUT
    assert net.inputs == ("x", "w")


def test_one_stored_element_is_no_dummy_of_an_input():
    message = of_nodes(
        [helper.make_node("QuantizeLinear", ["c", "s"], ["y"])],
        outputs=[value("y", [1], 2)],
        initializer=[helper.make_tensor(n, 1, [1], [1]) for n in "cs"],
    )
    net = assign_roles(read(message))
    assert {net.blob(n).role for n in "cs"} == {Role.WEIGHT}


def test_what_is_made_of_constants_is_a_weight_unless_the_caller_wants_it():
    net = prepare(
        read(
            """g (float[2,3] x) => (float[2,3] y, float[3] z) <int64[1] shape = {3}> {
        c = ConstantOfShape(shape)
        d = Neg(c)
        r = RandomNormalLike(c)
        t = Add(x, d)
        y = Add(t, r)
        z = Abs(d)
    }"""
        )
    )
    roles = {name: net.blob(name).role for name in "cdrtyz"}
    assert roles == {
        "c": Role.WEIGHT,
        "d": Role.WEIGHT,
        "r": Role.ACTIVATION,
        "t": Role.ACTIVATION,
        "y": Role.OUTPUT,
        "z": Role.OUTPUT,
    }
    assert net.blob("d").rule is RoleRule.CONSTANT


def test_a_sparse_value_is_as_large_as_when_it_is_unpacked():
    values = helper.make_tensor("w", 1, [2], [1.0, 2.0])
    indices = helper.make_tensor("w_at", 7, [2], [3, 7])
    message = of_nodes(
        [helper.make_node("MatMul", ["x", "w"], ["y"])],
        [value("x", [2, 4])],
        [value("y", ["a", "b"])],
        sparse_initializer=[helper.make_sparse_tensor(values, indices, [4, 5])],
    )
    net = prepare(read(message), dims={})
    assert net.blob("w").shape == (4, 5)
    assert net.blob("w").role is Role.WEIGHT
    assert net.blob("y").shape == (2, 5)


def test_operands_left_out_are_no_names():
    net = read(
        """g (float[1,3,8,8] x, float[4] scales) => (float[1,3,a,b] y, float[1,1,4] h) <
        float[1,16,3] W, float[1,16,4] R> {
        y = Resize(x, , scales)
        f = Reshape<allowzero=0>(x, )
        , h = LSTM<hidden_size=4>(f, W, R)
    }"""
    )
    assert net.ops[0].inputs == ("x", "scales")
    assert net.ops[2].outputs == ("h",)
    assert "" not in net.names()


def test_a_mask_that_only_training_makes_is_left_out():
    text = """g (float[4] x) => (float[4] y%s) {
        y, m = Dropout(x)
    }"""
    assert read(text % "").ops[0].outputs == ("y",)
    assert read(text % ", bool[4] m").ops[0].outputs == ("y", "m")


def test_attributes_become_arguments_and_tensors_do_not():
    net = read(
        """g (float[1,3,8,8] x) => (float[1,4,6,6] y) <float[4,3,3,3] w> {
        c = Constant<value = float[2] {1.0, 2.0}>()
        y = Conv<kernel_shape=[3,3], group=1, auto_pad="VALID">(x, w)
    }"""
    )
    assert dict(net.ops[0].args) == {}
    assert dict(net.ops[1].args) == {"kernel_shape": (3, 3), "group": 1, "auto_pad": b"VALID"}


def test_ops_of_other_domains_are_told_apart():
    net = read("g (float[4] x) => (float[4] y) { h = my.ops.Relu(x)  y = Relu(h) }")
    assert [op.type for op in net.ops] == ["my.ops.Relu", "Relu"]
    assert "no shape rule for operator 'my.ops.Relu'" in (prepare(net).blob("h").unknown or "")


# --- functions


FUNCTIONS = """g (float[4] x) => (float[4] y) {
    h = my.ops.twice<k=2>(x)
    y = my.ops.twice<k=3>(h)
}
<domain: "my.ops", opset_import: ["" : 20, "my.ops" : 1]>
twice <k>(a) => (b) {
    t = my.ops.half(a)
    t_1 = Concat<axis: int = @k>(t)
    b = my.ops.half(t)
}
<domain: "my.ops", opset_import: ["" : 20]>
half (a) => (b) {
    t = Relu(a)
    b = Neg(t)
}"""


def test_functions_are_inlined_under_names_of_their_own():
    net = read(FUNCTIONS)
    assert [op.type for op in net.ops] == ["Relu", "Neg", "Concat", "Relu", "Neg"] * 2
    made = [name for op in net.ops for name in op.outputs]
    assert len(set(made)) == len(made) == 10
    assert net.ops[0].inputs == ("x",)
    assert net.ops[4].outputs == ("h",)
    assert net.ops[5].inputs == ("h",)
    assert net.ops[9].outputs == ("y",)
    assert [op.args["axis"] for op in net.ops if op.type == "Concat"] == [2, 3]


def test_functions_that_call_themselves_are_refused():
    text = FUNCTIONS.replace("t = Relu(a)", "t = my.ops.twice(a)")
    with pytest.raises(FormatError, match="calls itself"):
        read(text)


def test_functions_that_unfold_without_end_are_refused(monkeypatch):
    from memplan.formats import onnx_inline  # the bound is read there

    monkeypatch.setattr(onnx_inline, "MAX_OPS", 5000)
    levels = "".join(
        f"""
<domain: "my.ops", opset_import: ["" : 20, "my.ops" : 1]>
f{level} (a) => (b) {{ t = my.ops.f{level + 1}(a)  b = my.ops.f{level + 1}(t) }}"""
        for level in range(20)
    )
    last = '\n<domain: "my.ops", opset_import: ["" : 20]>\nf20 (a) => (b) { b = Relu(a) }'
    with pytest.raises(TooLarge, match="unfold"):
        read("g (float[4] x) => (float[4] y) { y = my.ops.f0(x) }" + levels + last)


def test_names_inside_a_functions_bodies_are_renamed_too():
    net = read(
        """g (bool c, float[4] x, float[4] t) => (float[4] y, float[4] z) {
        y = my.ops.choose(c, x)
        z = my.ops.choose(c, t)
    }
    <domain: "my.ops", opset_import: ["" : 20]>
    choose (c, a) => (b) {
        b = If (c) <then_branch = g1 () => (t) { s = Relu(a)  t = Neg(s) },
                    else_branch = g2 () => (t) { t = Abs(a) }>
    }"""
    )
    first, second = net.ops
    assert first.nets["then_branch"].ops[0].inputs == ("x",)
    assert second.nets["then_branch"].ops[0].inputs == ("t",)
    assert second.nets["else_branch"].ops[-1].outputs == ("z",)
    net = prepare(net)
    assert study(net).metrics.unknown == ()


# --- bodies


BRANCHES = """g (bool c, float[1000] x, float[1000] other) => (float[1000] y) {
    far = Relu(x)
    near = Abs(other)
    sum = Neg(near)
    y = If (c) <
        then_branch = t () => (out) { a = Relu(far)  out = Neg(a) },
        else_branch = e () => (out) { out = Abs(sum) }
    >
}"""


def test_a_branch_writes_the_output_of_its_op():
    op = prepare(read(BRANCHES)).ops[3]
    assert op.nets["then_branch"].ops[1].outputs == ("y",)
    assert op.nets["else_branch"].ops[0].outputs == ("y",)


def test_what_a_branch_reads_outside_stays_alive():
    net = prepare(read(BRANCHES))
    live = {s.name: s.live for s in storages(net)}
    assert live["far"].end == live["sum"].end == 4
    assert live["near"].end == 3


def test_of_two_branches_the_larger_counts_and_the_output_once():
    net = prepare(read(BRANCHES))
    found = study(net)
    scratch = [b for b in found.problem.buffers if b.kind is BufferKind.SCRATCH]
    assert [b.size for b in scratch] == [4000]  # a, and neither y nor what lies outside


def test_a_branch_that_hands_on_what_is_not_its_own_copies_it():
    net = read(
        """g (bool c, float[4] x) => (float[4] y, float[4] z) {
        y, z = If (c) <
            then_branch = t () => (a, a) { a = Relu(x) },
            else_branch = e () => (x, b) { b = Abs(x) }>
    }"""
    )
    nets = net.ops[0].nets
    assert [(op.type, op.inputs, op.outputs) for op in nets["then_branch"].ops] == [
        ("Relu", ("x",), ("y",)),
        ("Identity", ("y",), ("z",)),
    ]
    assert [(op.type, op.inputs, op.outputs) for op in nets["else_branch"].ops] == [
        ("Abs", ("x",), ("z",)),
        ("Identity", ("x",), ("y",)),
    ]


def test_a_name_of_a_body_that_is_taken_around_is_another():
    net = read(
        """g (bool c, float[4] x) => (float[4] y) {
        t = Relu(x)
        u = If (c) <
            then_branch = t () => (o) { t = Abs(x)  o = Neg(t) },
            else_branch = e () => (o) { o = Abs(x) }>
        y = Add(t, u)
    }"""
    )
    inner = net.ops[1].nets["then_branch"]
    assert inner.ops[0].outputs == ("t'",)
    assert inner.ops[1].inputs == ("t'",)


LOOP = """g (int64 n, bool go, float[100] x, float[100] w) => (float[100] y, float[k,100] rows) {
    kept = Relu(w)
    y, rows = Loop (n, go, x) <body = b (int64 i, bool c, float[100] v) => (bool c2, v2, row) {
        c2 = Identity(c)
        s = Add(v, kept)
        v2 = Neg(s)
        row = Identity(v2)
    }>
}"""


def test_what_a_loop_carries_is_read_and_written_at_once():
    net = prepare(read(LOOP), dims={"k": 7})
    op = net.ops[1]
    body = op.nets["body"]
    assert body.inputs == ("i", "c", "v")
    assert body.ops[2].outputs == ("y",)
    need = needs_of_nested_nets(op, net, lambda p: sum(b.size or 0 for b in p.buffers))
    # v, s and a row of 400 bytes; i, c and c2; y is the op's own output.
    assert need.scratch == 3 * 400 + 8 + 1 + 1
    live = {s.name: s.live for s in storages(net)}
    assert live["kept"].end == 2
    assert net.blob("rows").nbytes == 7 * 400


def test_bodies_in_bodies_are_sized_too():
    net = prepare(
        read(
            """g (bool c, float[4] x) => (float[4] y) {
        y = If (c) <
            then_branch = t () => (o) {
                o = If (c) <then_branch = t2 () => (p) { q = Relu(x)  p = Abs(q) },
                            else_branch = e2 () => (p) { p = Neg(x) }> },
            else_branch = e () => (o) { o = Abs(x) }>
    }"""
        )
    )
    inner = net.ops[0].nets["then_branch"].ops[0].nets["then_branch"]
    assert inner.blob("q").nbytes == 16
    assert study(net).metrics.unknown == ()


# --- types


@pytest.mark.parametrize(
    ("number", "dtype", "nbytes"),
    [
        (1, DType.FLOAT32, 20),
        (7, DType.INT64, 40),
        (9, DType.BOOL, 5),
        (16, DType.BFLOAT16, 10),
        (17, DType.FLOAT8, 5),
        (20, DType.FLOAT8, 5),
        (21, DType.UINT4, 3),
        (22, DType.INT4, 3),
        (23, DType.FLOAT4, 3),
    ],
)
def test_element_types(number, dtype, nbytes):
    message = of_nodes(
        [helper.make_node("Identity", ["x"], ["y"])],
        [value("x", [5], number)],
        [value("y", [5], number)],
    )
    blob = prepare(read(message)).blob("y")
    assert (blob.dtype, blob.nbytes) == (dtype, nbytes)


def test_strings_have_no_size():
    message = of_nodes(
        [helper.make_node("Identity", ["x"], ["y"])], [value("x", [5], 8)], [value("y", [5], 8)]
    )
    blob = prepare(read(message)).blob("y")
    assert blob.nbytes is None
    assert blob.unknown == "'y' holds strings, whose bytes depend on the data"


def test_sequences_have_no_size(shared):
    data = (shared / "nets/onnx/sequence_insert.onnx").read_bytes()
    net = prepare(load([InputFile("s", data)]))
    assert "is a sequence of tensors" in (net.blob("output_sequence").unknown or "")


def test_a_type_without_a_shape_is_unknown_and_no_scalar():
    message = of_nodes(
        [helper.make_node("Identity", ["x"], ["y"])], [value("x", None)], [value("y", None)]
    )
    net = prepare(read(message))
    assert net.blob("x").shape is None
    assert net.blob("y").nbytes is None
    assert "the shape of 'x' is not in the file; give it with --input x=" in (
        net.blob("y").unknown or ""
    )
    assert prepare(read(of_nodes(list(message.graph.node), [value("x", [])]))).blob("x").nbytes == 4


def test_state_is_what_the_file_says_is_state():
    message = model(CHAIN)
    message.graph.input[0].metadata_props.add(key="memplan.role", value="state")
    net = prepare(read(message))
    assert (net.blob("x").role, net.blob("x").rule) == (Role.STATE, RoleRule.VARIABLE)


# --- weights elsewhere


def external(location: str, dims=(4,)) -> onnx.TensorProto:
    found = tensor("w", list(dims))
    found.data_location = onnx.TensorProto.EXTERNAL
    found.external_data.add(key="location", value=location)
    return found


@pytest.mark.parametrize("where", ["../../../../etc/passwd", "/etc/passwd", "weights.bin"])
def test_no_other_file_is_ever_opened(where, monkeypatch, tmp_path):
    (tmp_path / "weights.bin").write_bytes(b"\0" * 16)
    monkeypatch.chdir(tmp_path)
    nodes = [
        helper.make_node("Add", ["x", "w"], ["h"]),
        helper.make_node("Constant", [], ["c"], value=external(where)),
        helper.make_node("Add", ["h", "c"], ["y"]),
    ]
    message = of_nodes(nodes, [value("x", [4])], [value("y", None)], initializer=[external(where)])
    # Imported before, so that what is opened from here on is the reader's doing.
    read(CHAIN)
    opened: list[str] = []
    real = builtins.open

    def watched(file, *rest, **named):
        opened.append(str(file))
        return real(file, *rest, **named)

    monkeypatch.setattr(builtins, "open", watched)
    net = read(message)
    assert not [path for path in opened if "passwd" in path or "weights" in path]
    assert where.encode() not in net.source.model.SerializeToString()
    assert prepare(net).blob("y").shape == (4,)


def test_the_file_that_points_at_passwd(shared):
    data = (shared / "nets/onnx/arbitrary_external_file.onnx").read_bytes()
    assert b"passwd" in data
    net = load([InputFile("a", data)])
    assert b"passwd" not in net.source.model.SerializeToString()
    assert prepare(net).blob("output").shape == (100,)


def test_long_weights_are_let_go():
    message = of_nodes(
        [helper.make_node("MatMul", ["x", "w"], ["y"])],
        [value("x", [1, 500])],
        [value("y", None)],
        initializer=[helper.make_tensor("w", 1, [500, 100], b"\0" * 200_000, raw=True)],
    )
    net = read(message)
    assert net.source.model.ByteSize() < 2000
    net = prepare(net)
    assert net.blob("w").nbytes == 200_000
    assert net.blob("y").shape == (1, 100)


# --- what is wrong


def test_ops_in_another_order_are_sorted():
    message = of_nodes(
        [
            helper.make_node("Neg", ["h"], ["y"]),
            helper.make_node("Abs", ["x"], ["z"]),
            helper.make_node("Relu", ["x"], ["h"]),
        ],
        [value("x", [4])],
        [value("y", [4]), value("z", [4])],
    )
    assert [op.type for op in read(message).ops] == ["Abs", "Relu", "Neg"]


def test_a_cycle_is_told():
    nodes = [helper.make_node("Add", ["x", "b"], ["a"]), helper.make_node("Neg", ["a"], ["b"])]
    with pytest.raises(InvalidNet, match="cycle"):
        prepare(read(of_nodes(nodes, [value("x", [4])], [value("b", [4])])))


def test_an_op_without_a_type_is_named():
    with pytest.raises(FormatError, match="op 0 has no type"):
        read(of_nodes([onnx.NodeProto(input=["x"], output=["y"])], [value("x", [4])]))


def test_a_negative_stored_dim_is_refused():
    message = of_nodes(
        [helper.make_node("Add", ["x", "w"], ["y"])], initializer=[tensor("w", [-4])]
    )
    with pytest.raises(FormatError, match="negative dim"):
        read(message)


@pytest.mark.parametrize("part", [Part.INIT, Part.VALUE_INFO, Part.SHAPES])
def test_a_model_is_nothing_else(part):
    with pytest.raises(FormatError, match="is an ONNX model"):
        load([InputFile("net.onnx", model(CHAIN).SerializeToString(), part)])


def test_a_model_in_a_zip():
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr("net.onnx", model(CHAIN).SerializeToString())
        archive.writestr("README.txt", "a note")
    assert len(load([InputFile("net.zip", packed.getvalue())]).ops) == 3


def test_every_shared_file_is_read(shared):
    for path in sorted((shared / "nets/onnx").glob("*.onnx")):
        assert load([InputFile(path.name, path.read_bytes())]).ops, path.name


def test_names_are_data(tmp_path):
    nasty = "<b>x</b>\n../../{0}%s\0"
    nodes = [helper.make_node("Relu", ["x"], [nasty]), helper.make_node("Neg", [nasty], ["y"])]
    net = prepare(read(of_nodes(nodes, [value("x", [4])], [value("y", [4])])))
    assert net.blob(nasty).nbytes == 16
    assert not list(Path(tmp_path).iterdir())


def test_names_that_are_no_text_are_shown_as_bytes():
    nodes = [
        helper.make_node("Constant", [], ["made"], value=helper.make_tensor("", 1, [1], [1])),
        helper.make_node("Neg", ["made"], ["y"]),
    ]
    data = of_nodes(nodes, outputs=[value("y", [1])]).SerializeToString()
    net = load([InputFile("a", data.replace(b"made", b"ma\xb5e"))])
    assert net.ops[0].outputs == ("ma\\xb5e",)
    assert study(prepare(net)).metrics.peak_bytes == 4


def test_errors_are_ours():
    with pytest.raises(MemplanError):
        load([InputFile("a", b"\x08\x0a\x3a\x00")])


def test_the_names_of_a_net_are_not_found_anew_for_each_body(monkeypatch):
    # Each body sees the whole net, so that this would be quadratic.
    asked = []
    real = Net.names
    monkeypatch.setattr(Net, "names", lambda net: asked.append(len(net.ops)) or real(net))
    row = "\n".join(
        f"""    r{k} = Relu(i{k})
    i{k + 1} = If(c) <then_branch = a () => (float[8] p{k}) {{ p{k} = Neg(r{k}) }},
                   else_branch = b () => (float[8] q{k}) {{ q{k} = Abs(r{k}) }}>"""
        for k in range(40)
    )
    net = prepare(read(f"g (bool c, float[8] i0) => (float[8] i40) {{\n{row}\n}}"))
    asked.clear()
    assert study(net).metrics.unknown == ()
    assert sum(count > 1 for count in asked) < 10
