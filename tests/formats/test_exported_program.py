"""Programs of torch.export: three layouts, sizes, views, state, graphs in graphs, hostile files.

How real programs of torch 2.1, 2.4 and 2.13 are read was compared with torch itself (shapes, types,
which values are one storage and its bytes); those files are not kept here.
"""

from __future__ import annotations

import copy
import io
import json
import random
import struct
import zipfile
from typing import Any

import pytest
from exported import attention_program
from hypothesis import given
from hypothesis import strategies as st
from pt2_builder import BOOL, FLOAT, LONG, Program

from memplan.errors import FormatError, InvalidNet, MemplanError, TooLarge
from memplan.formats import InputFile, load
from memplan.formats.exported_program_layout import Layout, can_view
from memplan.liveness import storages
from memplan.net import Net, Role
from memplan.ops.schema import TensorType
from memplan.profiles import PROFILES
from memplan.shapes import examples, free_dims
from memplan.study import Settings, prepare, study


def read(data: bytes) -> Net:
    return load([InputFile("net.pt2", data)])


def zipped(members: dict[str, Any]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for name, content in members.items():
            archive.writestr(name, content if isinstance(content, bytes) else json.dumps(content))
    return out.getvalue()


def groups(net: Net) -> dict[str, tuple[str, ...]]:
    return {name: storage.names for storage in storages(net) for name in storage.names}


def old_layout(program: dict[str, Any]) -> bytes:
    return zipped(
        {
            "serialized_exported_program.json": program,
            "serialized_state_dict.pt": b"\x80\x02pickle",
            "version": b"5.3",
        }
    )


def first_layout(program: dict[str, Any]) -> bytes:
    """As torch 2.1 has it: unions with all parts, `meta` around tensors, another signature."""
    program = copy.deepcopy(program)
    graph = program["graph_module"]["graph"]
    for name, meta in graph["tensor_values"].items():
        for size in (*meta["sizes"], *meta["strides"]):
            size.setdefault("as_int", None)
            if size.setdefault("as_expr", None) and size["as_expr"]["hint"]:
                size["as_expr"]["hint"] = size["as_expr"]["hint"]["as_int"]
        graph["tensor_values"][name] = {"meta": meta}
    for node in graph["nodes"]:
        for argument in node["inputs"]:
            argument["arg"] = {"as_none": None, "as_ints": None} | argument["arg"]
    specs = program["graph_module"]["signature"]
    named = {kind: {} for kind in ("parameter", "buffer")}
    for spec in specs["input_specs"]:
        for kind, table in named.items():
            if kind in spec:
                table[spec[kind]["arg"]["name"]] = spec[kind][f"{kind}_name"]
    written = [s["buffer_mutation"] for s in specs["output_specs"] if "buffer_mutation" in s]
    outputs = [s["user_output"] for s in specs["output_specs"] if "user_output" in s]
    program["graph_module"]["signature"] = {
        "inputs_to_parameters": named["parameter"],
        "inputs_to_buffers": named["buffer"],
        "buffers_to_mutate": {w["arg"]["name"]: w["buffer_name"] for w in written},
        "user_outputs": [o["arg"]["as_tensor"]["name"] for o in outputs],
    }
    program["schema_version"] = 1
    return old_layout(program)


def test_three_layouts_of_one_program_are_one_net() -> None:
    program, result = attention_program()
    new = read(program.to_bytes([result]))
    made = program.program([result])
    assert new.name == "exported_attention"
    for data in (old_layout(made), first_layout(made)):
        other = read(data)
        assert (other.ops, other.inputs, other.outputs) == (new.ops, new.inputs, new.outputs)
        assert (dict(other.blobs), dict(other.symbols)) == (dict(new.blobs), dict(new.symbols))


def test_a_zip_around_the_archive_is_opened_too() -> None:
    program, result = attention_program()
    net = read(zipped({"model/net.pt2": program.to_bytes([result])}))
    assert len(net.ops) == 20


def test_views_are_their_source_and_what_is_in_place_too() -> None:
    program, result = attention_program()
    net = prepare(read(program.to_bytes([result])), dims={"s0": 128})
    found = groups(net)
    assert set(found["linear"]) >= {"query", "key", "value", "turned", "query_flat", "key_heads"}
    assert found["out"] == ("out", "sum_1")
    assert found["seen"] == ("seen", "back")
    assert "joined" not in found["back"]  # its layout makes reshape copy
    assert [op.type for op in net.ops if "joined" in op.outputs] == ["aten._reshape_copy.default"]
    sizes = {s.name: s.size for s in storages(net)}
    assert sizes["linear"] == 128 * 192 * 4


def test_parameters_are_weights_and_buffers_that_are_written_state() -> None:
    program, result = attention_program()
    net = prepare(read(program.to_bytes([result])), dims={"s0": 4})
    roles = {name: net.blob(name).role for name in ("p_in_weight", "b_steps", "x", "sum_1")}
    assert list(roles.values()) == [Role.WEIGHT, Role.STATE, Role.INPUT, Role.OUTPUT]


def functional() -> Program:
    """A cache that is written at the end, by the signature."""
    program = Program("cache", {"s0": 4})
    cache = program.buffer("b_cache", (2, 8))
    kept = program.buffer("b_scale", (8,))
    x = program.input("x", ("s0", 8))
    y = program.op("aten.mul.Tensor", [x, kept], "mul", ("s0", 8))
    new = program.op("aten.add.Tensor", [cache, kept], "new", (2, 8))
    program.write("b_cache", new)
    program.op("aten.relu.default", [y], "y", ("s0", 8))
    return program


def test_what_the_signature_writes_is_a_copy_at_the_end() -> None:
    net = prepare(read(functional().to_bytes(["y"])), dims={"s0": 4})
    assert net.ops[-1].type == "aten.copy_.default"
    assert net.ops[-1].inputs == ("b_cache", "new")
    assert net.blob("b_cache").role is Role.STATE
    assert net.blob("b_scale").role is Role.WEIGHT
    live = {s.name: s.live for s in storages(net)}
    assert live["new"].end == len(net.ops)


def test_free_dims_have_the_files_examples_and_sizes_follow() -> None:
    program, result = attention_program()
    net = read(program.to_bytes([result]))
    assert [dim.name for dim in free_dims(net)] == ["s0"]
    assert examples(net, {}) == {"s0": 128}
    assert examples(net, {"x": TensorType((8, 64))}) == {}
    peaks = [study(prepare(net, dims={"s0": n})).metrics.peak_bytes for n in (32, 64)]
    # Twice 4 heads of n x n floats, x and what the first matrix makes of it, the counter.
    assert peaks == [2 * 4 * n * n * 4 + (64 + 192) * n * 4 + 8 for n in (32, 64)]
    told = prepare(net, {"x": TensorType((32, 64))})
    assert study(told).metrics.peak_bytes == peaks[0]


def test_expressions_are_worked_out_in_both_notations() -> None:
    spelt = "Add(Mul(Integer(2), Symbol('s0', positive=True, integer=True)), Integer(1))"
    program = Program("sizes", {"s0": 4})
    x = program.input("x", ("s0", 3))
    y = program.op("aten.cat.default", [x, x], "cat", (spelt, 3))
    program.op("aten.avg_pool1d.default", [y], "pool", ("(2*s0 + 1)//2 + Max(1, s0 - 2)", 3))
    net = read(program.to_bytes(["pool"]))
    assert net.blob("cat").shape == ("2*s0 + 1", 3)
    sized = prepare(net, dims={"s0": 5})
    assert (sized.blob("cat").shape, sized.blob("pool").shape) == ((11, 3), (8, 3))
    unsized = prepare(net)
    assert "--dim s0" in (unsized.blob("pool").unknown or "")


def test_a_size_that_depends_on_data_is_unknown_until_it_is_given() -> None:
    program = Program("rows")
    x = program.input("x", (4, 8))
    rows = program.op("aten.nonzero.default", [x], "nonzero", ("u0", 2), dtype=LONG)
    program.op("aten.mul.Tensor", [rows], "mul", ("u0", 2), dtype=LONG)
    net = read(program.to_bytes(["mul"]))
    assert dict(net.symbols) == {"u0": None}
    assert prepare(net).blob("mul").nbytes is None
    assert prepare(net, dims={"u0": 32}).blob("mul").nbytes == 512


def test_a_shape_that_the_program_was_not_exported_for_is_refused() -> None:
    net = read(functional().to_bytes(["y"]))
    with pytest.raises(InvalidNet, match="export it again"):
        prepare(net, {"x": TensorType((4, 9))})
    with pytest.raises(InvalidNet, match="leave one of them out"):
        prepare(net, {"x": TensorType((4, 8))}, dims={"s0": 5})


def graph_of(inner: Program, name: str, outputs: list[str]) -> dict[str, Any]:
    return {"as_graph": {"name": name, "graph": inner.graph(outputs)}}


def tensors(*names: str) -> dict[str, Any]:
    return {"as_tensors": [{"name": name} for name in names]}


def one(name: str) -> dict[str, Any]:
    return {"as_tensor": {"name": name}}


def branches() -> Program:
    program = Program("cond")
    x = program.input("x", (4, 8))
    flag = program.op("aten.gt.Scalar", [x], "gt", (), dtype=BOOL)
    graphs = []
    for name, steps in (("then", 1), ("other", 2)):
        inner = Program(name)
        at = inner.input("arg0", (4, 8))
        for step in range(steps):
            at = inner.op("aten.sin.default", [at], f"sin_{step}", (4, 8))
        graphs.append(graph_of(inner, name, [at]))
    program.value("getitem", (4, 8))
    program.node("higher_order.cond", [one(flag), *graphs, tensors(x)], [one("getitem")])
    return program


def test_branches_are_nested_nets_that_write_the_ops_output() -> None:
    net = prepare(read(branches().to_bytes(["getitem"])))
    then, other = net.ops[1].nets.values()
    assert (then.ops[0].inputs, then.ops[0].outputs) == (("x",), ("getitem",))
    assert [op.outputs for op in other.ops] == [("sin_0",), ("getitem",)]
    # x and the result, the flag, and what the longer branch makes beside.
    assert study(net).metrics.peak_bytes == 3 * 128 + 1


def test_what_a_loop_carries_is_memory_of_the_body() -> None:
    program = Program("loop")
    n = program.input("n", (1,), LONG)
    x = program.input("x", (16,))
    test, body = Program("test"), Program("body")
    for inner in (test, body):
        inner.input("i", (1,), LONG)
        inner.input("v", (16,))
    test.op("aten.lt.Scalar", ["i"], "lt", (1,), dtype=BOOL)
    body.op("aten.add.Tensor", ["i"], "add", (1,), dtype=LONG)
    body.op("aten.cos.default", ["v"], "cos", (16,))
    program.value("out_n", (1,), LONG)
    program.value("out_x", (16,), FLOAT)
    graphs = [graph_of(test, "test", ["lt"]), graph_of(body, "body", ["add", "cos"])]
    results = [one("out_n"), one("out_x")]
    program.node("higher_order.while_loop", [*graphs, tensors(n, x), tensors()], results)
    net = prepare(read(program.to_bytes(["out_n", "out_x"])))
    loop = net.ops[0].nets["body"]
    # The test of the loop has taken the plain names.
    assert loop.inputs == ("i'", "v'")
    assert [op.outputs for op in loop.ops] == [("out_n",), ("out_x",)]
    assert study(net).metrics.peak_bytes == 3 * (64 + 8) + 1  # the test, beside what is carried


def test_map_hands_in_rows_and_collects_them() -> None:
    program = Program("map")
    xs, w = program.input("xs", (5, 8)), program.input("w", (8,))
    inner = Program("body")
    inner.input("xs", (8,))
    inner.input("w", (8,))
    inner.op("aten.add.Tensor", ["xs", "w"], "add", (8,))
    inner.op("aten.relu.default", ["add"], "relu", (8,))
    program.value("getitem", (5, 8))
    graph = graph_of(inner, "body", ["relu"])
    program.node("higher_order.map_impl", [graph, tensors(xs), tensors(w)], [one("getitem")])
    net = prepare(read(program.to_bytes(["getitem"])))
    body = net.ops[0].nets["body"]
    assert body.ops[0].inputs[1] == "w"  # the operand itself, under its name outside
    assert study(net).metrics.peak_bytes == 2 * 160 + 32 + 2 * 32


def test_ops_without_tensors_are_left_out_and_others_without_outputs_stay() -> None:
    program = Program("asserts")
    x = program.input("x", (4, 8))
    program.node("aten.sym_size.int", [one(x)], [{"as_sym_int": {"as_name": "n"}}])
    size = {"a": {"as_sym_int": {"as_name": "n"}}}
    program.node("aten._assert_scalar.default", [], [], size)
    y = program.op("aten.relu.default", [x], "relu", (4, 8))
    program.node("aten.item.default", [one(y)], [{"as_sym_int": {"as_name": "u0"}}])
    program.op("aten.sin.default", [x], "sin", (4, 8))
    net = prepare(read(program.to_bytes(["sin"])))
    assert [op.type for op in net.ops] == [
        "aten.relu.default", "aten.item.default", "aten.sin.default"]  # fmt: skip
    assert study(net).metrics.peak_bytes == 256


def test_many_outputs_of_one_op_and_parts_of_one_tensor() -> None:
    program = Program("parts")
    x = program.input("x", (4, 8))
    y = program.op("aten.relu.default", [x], "relu", (4, 8))
    for name in ("left", "right"):
        program.value(name, (4, 4), strides=(8, 1))
    program.node("aten.split.Tensor", [one(y)], [tensors("left", "right")])
    program.value("top", (4, 1))
    program.value("index", (4, 1), LONG)
    program.node("aten.topk.default", [one("left")], [one("top"), one("index")])
    spread = program.op("aten.expand.default", ["top"], "wide", (4, 64), strides=(1, 0))
    program.op("aten.add.Tensor", [spread, "index"], "sum", (4, 64))
    net = prepare(read(program.to_bytes(["sum", "right"])))
    found = groups(net)
    assert found["relu"] == ("relu", "left", "right")
    assert found["top"] == ("top", "wide")
    assert {s.name: s.size for s in storages(net)}["top"] == 16


@pytest.mark.parametrize(("engine", "peak"), [("pytorch", 512 + 16), ("executorch", 256)])
def test_engines_differ_in_what_they_copy(engine: str, peak: int) -> None:
    program = Program("turned")
    x = program.input("x", (4, 8))
    program.op("aten.permute.default", [x], "turned", (8, 4), strides=(1, 8))
    program.op("aten.sum.default", ["turned"], "sum", (4,))
    net = prepare(read(program.to_bytes(["sum"])))
    found = study(net, PROFILES[engine].applied_to(Settings()))
    assert found.unsafe is None
    assert found.metrics.peak_bytes == peak


def test_a_program_that_executorch_has_taken_over_is_counted_as_it_counts() -> None:
    edge = "executorch.exir.dialects.edge._ops.aten"
    program = Program("edge")
    x = program.input("x", (4, 8))
    for target, reads, name in (
        ("relu", x, "relu"),
        ("view_copy", "relu", "seen"),
        ("permute_copy", "seen", "turned"),
        ("sin", "turned", "sin"),
    ):
        program.op(f"aten.{target}.default", [reads], name, (4, 8))
        program.nodes[-1]["target"] = f"{edge}.{target}.default"
    net = prepare(read(program.to_bytes(["sin"])))
    assert [op.type for op in net.ops][1] == "aten.view_copy.default"
    found = study(net, PROFILES["executorch"].applied_to(Settings()))
    assert ("relu", "seen") in [s.names for s in found.storages]
    assert found.metrics.peak_bytes == 2 * 128
    assert study(net).metrics.naive_bytes == 5 * 128


@given(st.data())
def test_can_view_is_what_the_addresses_say(data: st.DataObject) -> None:
    """Against brute force: a view exists when equal steps lie between all neighbours of a dim."""
    dims = data.draw(st.lists(st.integers(1, 4), min_size=1, max_size=4))
    order = data.draw(st.permutations(range(len(dims))))
    strides, step = [0] * len(dims), 1
    for axis in order:
        strides[axis] = step
        step *= dims[axis]
    addresses = [0]
    for size, stride in zip(dims, strides, strict=True):
        addresses = [a + k * stride for a in addresses for k in range(size)]
    target = data.draw(st.sampled_from(factorings(len(addresses))))
    assert can_view(Layout(tuple(dims), tuple(strides), None), target) == regular(addresses, target)


def factorings(count: int) -> list[tuple[int, ...]]:
    halves = [(count // k, k) for k in range(1, count + 1) if count % k == 0]
    return [(count,), *halves, *((a // j, j, b) for a, b in halves for j in (2, 3) if a % j == 0)]


def regular(addresses: list[int], target: tuple[int, ...]) -> bool:
    block = len(addresses)
    for size in target:
        block //= size
        steps = {
            addresses[k + block] - addresses[k]
            for k in range(len(addresses) - block)
            if (k // block) % size != size - 1
        }
        if len(steps) > 1:
            return False
    return True


BROKEN = {
    "no json": b"{",
    "no object": b"[]",
    "no graph": b"{}",
    "deep": b"[" * 100_000,
    "no ops": b'{"graph_module": {"graph": {"nodes": []}}}',
    "no list": b'{"graph_module": {"graph": {"nodes": {"a": 1}}}}',
    "unmade": b'{"graph_module": {"graph": {"nodes": [{"target": "aten.relu.default", "inputs": '
    b'[{"name": "self", "arg": {"as_tensor": {"name": "x"}}}], "outputs": []}]}}}',
}


@pytest.mark.parametrize("content", BROKEN.values(), ids=BROKEN)
def test_a_broken_program_gets_one_sentence(content: bytes) -> None:
    with pytest.raises(FormatError, match=r"torch\.export"):
        read(zipped({"net/models/model.json": content}))


def test_what_is_too_long_or_too_deep_is_refused_before_it_is_parsed() -> None:
    with pytest.raises(TooLarge):
        read(zipped({"models/model.json": b"[" + b"[]," * 2_000_000 + b"[]]"}))
    inner = branches().graph(["getitem"])
    for depth in range(40):
        outer = Program(f"level{depth}")
        x = outer.input("x", (4, 8))
        outer.value("y", (4, 8))
        argument = {"as_graph": {"name": "g", "graph": inner}}
        outer.node("higher_order.wrap", [argument, tensors(x)], [one("y")])
        inner = outer.graph(["y"])
    with pytest.raises(MemplanError):
        read(outer.to_bytes(["y"]))


def test_a_compiled_package_is_told_by_name() -> None:
    with pytest.raises(FormatError, match="AOTInductor"):
        read(zipped({"net/data/aotinductor/model/net.so": b"ELF"}))


def test_a_huge_tensor_has_no_size_and_the_reason() -> None:
    program = Program("huge", {"s0": 2})
    x = program.input("x", ("s0", 2**40))
    program.op("aten.relu.default", [x], "y", ("s0*s0", 2**40))
    net = read(program.to_bytes(["y"]))
    sized = prepare(net, dims={"s0": 2**30})
    assert sized.blob("y").nbytes is None
    assert "2^63" in (sized.blob("y").unknown or "")


VALUES = [
    None, -1, 0, 2**62, 1.5, "x", "../../etc/passwd", [], {}, [[]], True, {"as_int": 2**61},
    {"as_expr": {"expr_str": "s0**s0**9"}}, {"as_tensor": {"name": "x"}}, {"name": "x"},
]  # fmt: skip


def places(value: Any, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    found = [path] if path else []
    if isinstance(value, dict | list):
        pairs = value.items() if isinstance(value, dict) else enumerate(value)
        for key, inner in pairs:
            found += places(inner, (*path, key))
    return found


@pytest.mark.parametrize("seed", range(4))
def test_changed_programs_raise_nothing_but_our_own_errors(seed: int) -> None:
    chance = random.Random(seed)
    attention, result = attention_program()
    programs = [attention.program([result]), branches().program(["getitem"])]
    programs.append(functional().program(["y"]))
    read_whole = 0
    for _ in range(120):
        changed = copy.deepcopy(chance.choice(programs))
        for path in chance.sample(places(changed), chance.choice((1, 2, 4))):
            try:
                at = changed
                for key in path[:-1]:
                    at = at[key]
                at[path[-1]] = chance.choice(VALUES)
            except (KeyError, IndexError, TypeError):
                continue  # an earlier change took that place away
        data = bytearray(zipped({"n/models/model.json": changed}))
        if chance.random() < 0.2:
            data[chance.randrange(len(data))] ^= 1 << chance.randrange(8)
        try:
            net = read(bytes(data))
            study(prepare(net, dims=examples(net, {})))
            read_whole += 1
        except MemplanError:
            continue
    assert read_whole > 0


def in_the_larger_form(data: bytes, size: int | None = None) -> bytes:
    """A zip with its extent in a 64-bit record too, as PyTorch writes every archive."""
    end = data.rfind(b"PK\x05\x06")
    count, extent, start = struct.unpack("<HII", data[end + 10 : end + 20])
    extent = extent if size is None else size
    record = struct.pack(
        "<4sQHHIIQQQQ", b"PK\x06\x06", 44, 45, 45, 0, 0, count, count, extent, start
    )
    locator = struct.pack("<4sIQI", b"PK\x06\x07", 0, end, 1)
    return data[:end] + record + locator + data[end:]


def test_an_archive_with_64_bit_extents_is_opened_within_the_same_bounds() -> None:
    program, result = attention_program()
    data = program.to_bytes([result])
    assert read(in_the_larger_form(data)) == read(data)
    for lie in (2**21, 2**40, 2**63):
        with pytest.raises(TooLarge):
            read(in_the_larger_form(data, lie))
    with pytest.raises(TooLarge):  # no record where the locator says
        read(in_the_larger_form(data).replace(b"PK\x06\x06", b"PK\x06\x05"))
