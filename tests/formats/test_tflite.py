"""TensorFlow Lite models as nets: real files, and each feature of the format in one of ours."""

import struct
import tracemalloc

import pytest
import tflite
from tflite import BuiltinOperator, TensorType
from tflite_builder import TfliteBuilder

from memplan.errors import FormatError, InvalidNet, TooLarge
from memplan.formats import InputFile, free_dims, load
from memplan.formats.flatbuffer import root_of
from memplan.formats.tflite_tables import DTYPES
from memplan.liveness import Accounting
from memplan.net import DType, Role, RoleRule
from memplan.ops.tflite.names import BUILTIN_NAMES
from memplan.plan import BufferKind
from memplan.study import Settings, prepare, study

IF, WHILE, CALL_ONCE = 92, 93, 103
FILES = (
    "ad01_int8",
    "hello_world_int8",
    "kws_ref_model",
    "model_invoking_error",
    "person_detect",
    "person_detect_vela",
    "pretrainedResnet_quant",
    "trained_lstm_int8",
    "vww_96_int8",
)


def opened(data, name="net.tflite"):
    return load([InputFile(name, data)])


def chain(length=2, code=BuiltinOperator.RELU):
    model = TfliteBuilder()
    graph = model.subgraph("main")
    x = graph.tensor("x0", (1, 8))
    graph.inputs = [x]
    for step in range(length):
        x = graph.op(code, [x], [graph.tensor(f"x{step + 1}", (1, 8))])
    graph.outputs = [x]
    return model, graph


@pytest.mark.parametrize("name", FILES)
def test_a_real_file_reads_as_another_reader_reads_it(tflite_nets, name):
    data = (tflite_nets / f"{name}.tflite").read_bytes()
    net = opened(data)
    model = tflite.Model.GetRootAs(data, 0)
    graph = model.Subgraphs(0)
    names = tuple(net.blobs)
    assert len(names) == graph.TensorsLength()
    for i, blob in enumerate(net.blobs.values()):
        tensor = graph.Tensors(i)
        assert blob.name.split("#")[0] in ((tensor.Name() or b"").decode(), "tensor")
        assert blob.shape == tuple(tensor.Shape(j) for j in range(tensor.ShapeLength()))
        assert blob.dtype is DTYPES[tensor.Type()]
        assert (blob.rule is RoleRule.VARIABLE) == tensor.IsVariable()
        has_content = tensor.Buffer() and model.BuffersLength()
        assert blob.initialized == bool(has_content and model.Buffers(tensor.Buffer()).DataLength())
    assert net.inputs == tuple(names[graph.Inputs(i)] for i in range(graph.InputsLength()))
    assert net.outputs == tuple(names[graph.Outputs(i)] for i in range(graph.OutputsLength()))
    assert len(net.ops) == graph.OperatorsLength()
    for i, op in enumerate(net.ops):
        other = graph.Operators(i)
        found = [other.Inputs(j) for j in range(other.InputsLength())]
        assert op.inputs == tuple(names[j] for j in found if j >= 0)
        assert op.outputs == tuple(names[other.Outputs(j)] for j in range(other.OutputsLength()))
    assert prepare(net).digest() == prepare(opened(data)).digest()


def test_the_names_of_operators_are_those_of_the_schema():
    numbers = {k: v for k, v in vars(BuiltinOperator).items() if isinstance(v, int)}
    assert len(numbers) > 200
    assert all(BUILTIN_NAMES[number] == name for name, number in numbers.items())
    types = {k: v for k, v in vars(TensorType).items() if isinstance(v, int)}
    for name, number in types.items():
        label = {"RESOURCE": "int32", "VARIANT": None}.get(name, name.lower())
        assert (DTYPES[number].label if number in DTYPES else None) == label


def test_options_become_arguments(tflite_nets):
    net = opened((tflite_nets / "kws_ref_model.tflite").read_bytes())
    conv = next(op for op in net.ops if op.type == "CONV_2D")
    assert conv.args["padding"] == b"SAME"
    assert (conv.args["stride_w"], conv.args["stride_h"]) == (2, 2)
    assert conv.args["fused_activation_function"] == b"RELU"
    assert conv.args["dilation_w_factor"] == 1
    pool = next(op for op in net.ops if op.type == "AVERAGE_POOL_2D")
    assert (pool.args["filter_height"], pool.args["filter_width"]) == (25, 5)


def test_roles_and_sizes(tflite_nets):
    net = prepare(opened((tflite_nets / "trained_lstm_int8.tflite").read_bytes()))
    roles = {role: [n for n in net.names() if net.blob(n).role is role] for role in Role}
    assert len(roles[Role.INPUT]) == len(roles[Role.OUTPUT]) == 1
    assert len(roles[Role.STATE]) == 2
    assert all(net.blob(n).initialized for n in roles[Role.WEIGHT])
    lstm = net.ops[0]
    assert lstm.type == "UNIDIRECTIONAL_SEQUENCE_LSTM"
    # No peephole and no projection: their inputs are left out.
    assert lstm.args["omitted_inputs"] == (9, 10, 11, 16, 17, 20, 21, 22, 23)
    assert len(lstm.inputs) == 24 - 9
    assert len(lstm.args["intermediates"]) == 5


def test_free_dims_are_told_and_sized_as_the_file_does(tflite_nets):
    data = (tflite_nets / "vww_96_int8.tflite").read_bytes()
    free = free_dims(data, "vww")
    assert len(free) == 32
    assert set(free.values()) == {(0,)}
    net = opened(data)
    assert {net.blob(name).shape[0] for name in free} == {1}


def test_a_dim_that_the_shape_leaves_open_is_unknown():
    model, graph = chain()
    graph.tensors[1] = {**graph.tensors[1], 0: [-1, 8], 7: [-1, 8]}
    net = prepare(opened(model.to_bytes()))
    assert net.blob("x1").shape == (None, 8)
    assert net.blob("x1").nbytes is None
    assert "--input x1=" in net.blob("x1").unknown


@pytest.mark.parametrize("number", [14, 99, -1])
def test_an_element_type_without_size_is_unknown(number):
    model, graph = chain()
    graph.tensors[1] = {**graph.tensors[1], 1: ("b", number)}
    assert prepare(opened(model.to_bytes())).blob("x1").nbytes is None


def test_codes_old_new_and_custom():
    model, graph = chain()
    y = graph.tensor("y", (4,))
    graph.operators.append({0: ("I", model.code(BuiltinOperator.CUSTOM, "RELU")), 1: [2], 2: [y]})
    graph.op(BuiltinOperator.GELU, [y], [graph.tensor("z", (4,))])
    graph.outputs = [graph.tensor("w", (4,))]
    graph.op(9999, [y], graph.outputs)
    net = opened(model.to_bytes())
    # A custom operator that takes a builtin one's name is not that one.
    assert [op.type for op in net.ops] == ["RELU", "RELU", "CUSTOM:RELU", "GELU", "BUILTIN_9999"]


def test_names_are_made_unique():
    model, graph = chain(3)
    for number, name in enumerate(("a", "a", "", "a#1")):
        graph.tensors[number] = {**graph.tensors[number], 3: name}
    names = tuple(opened(model.to_bytes()).blobs)
    assert names == ("a", "a#1", "tensor#2", "a#1#3")


def branches(model, code, options, called):
    """A graph whose second op calls each of the subgraphs that `called` names."""
    graph = model.subgraph("main")
    x, y, z = (graph.tensor(name, (16,)) for name in "xyz")
    graph.inputs, graph.outputs = [x], [z]
    graph.op(BuiltinOperator.RELU, [x], [y])
    graph.op(code, [y], [z], (options, {i: ("i", n) for i, n in enumerate(called)}))
    return graph


def inner(model, width):
    graph = model.subgraph("inner")
    a, b, c = (graph.tensor(name, (width,)) for name in "xyz")
    graph.inputs, graph.outputs = [a], [c]
    graph.op(BuiltinOperator.RELU, [a], [b])
    graph.op(BuiltinOperator.RELU, [b], [c])


def test_subgraphs_are_nested_nets_with_memory_of_their_own():
    model = TfliteBuilder()
    branches(model, BuiltinOperator.IF, IF, (1, 2))
    inner(model, 100)
    inner(model, 40)
    net = prepare(opened(model.to_bytes()))
    assert [op.type for op in net.ops] == ["RELU", "IF"]
    assert list(net.ops[1].nets) == ["then_subgraph", "else_subgraph"]
    assert net.ops[1].nets["then_subgraph"].inputs == ("x#0",)
    assert not set(net.names()) & set(net.ops[1].nets["else_subgraph"].names())
    found = study(net, Settings(accounting=Accounting()))
    scratch = [b for b in found.problem.buffers if b.kind is BufferKind.SCRATCH]
    # A branch gets a copy of its input: three tensors, all alive to its end but the middle one.
    assert [b.size for b in scratch] == [300]
    assert found.metrics.unknown == ()


@pytest.mark.parametrize(
    ("code", "options", "parts"),
    [
        (BuiltinOperator.WHILE, WHILE, ["cond_subgraph", "body_subgraph"]),
        (BuiltinOperator.CALL_ONCE, CALL_ONCE, ["init_subgraph"]),
    ],
)
def test_other_ops_that_call(code, options, parts):
    model = TfliteBuilder()
    branches(model, code, options, range(1, 1 + len(parts)))
    for _ in parts:
        inner(model, 10)
    net = prepare(opened(model.to_bytes()))
    assert list(net.ops[1].nets) == parts


def refusal(data, kind=FormatError):
    with pytest.raises(kind) as caught:
        opened(data)
    assert "\n" not in str(caught.value)
    return str(caught.value)


def test_subgraphs_in_a_circle():
    model = TfliteBuilder()
    branches(model, BuiltinOperator.IF, IF, (1, 1))
    branches(model, BuiltinOperator.IF, IF, (0, 0))
    assert "subgraph 0 calls itself" in refusal(model.to_bytes())


def test_subgraphs_called_twice_each_to_a_great_depth():
    model = TfliteBuilder()
    for depth in range(1, 26):
        branches(model, BuiltinOperator.IF, IF, (depth, depth))
    inner(model, 4)
    assert "more than 400,000 ops" in refusal(model.to_bytes(), TooLarge)


def test_subgraphs_too_deep():
    model = TfliteBuilder()
    for depth in range(1, 60):
        branches(model, BuiltinOperator.IF, IF, (depth, depth))
    inner(model, 4)
    assert "more than 30 deep" in refusal(model.to_bytes(), TooLarge)


def test_numbers_that_lead_nowhere():
    model, graph = chain()
    graph.operators[1] = {**graph.operators[1], 1: [77]}
    assert "names tensor 77, but there are 3" in refusal(model.to_bytes())
    model, graph = chain()
    graph.operators[0] = {**graph.operators[0], 0: ("I", 5)}
    assert "operator code 5, but there are 1" in refusal(model.to_bytes())
    model, graph = chain()
    graph.tensors[0] = {**graph.tensors[0], 2: ("I", 9)}
    assert "has buffer 9, but there are 1" in refusal(model.to_bytes())
    model = TfliteBuilder()
    branches(model, BuiltinOperator.IF, IF, (1, 2))
    assert "calls subgraph 1, but there are 1" in refusal(model.to_bytes())
    assert "holds no subgraph" in refusal(TfliteBuilder().to_bytes())


def test_impossible_dims():
    model, graph = chain()
    graph.tensors[1] = {**graph.tensors[1], 0: [-7, 8]}
    assert "negative" in refusal(model.to_bytes())
    model, graph = chain()
    graph.tensors[1] = {**graph.tensors[1], 0: [1] * 65}
    assert "more than 64 dims" in refusal(model.to_bytes())
    model, graph = chain()
    graph.tensors[1] = {**graph.tensors[1], 0: [2**31 - 1] * 4}
    with pytest.raises(InvalidNet, match="2\\^63 bytes"):
        prepare(opened(model.to_bytes()))


def test_a_small_file_that_shares_its_parts_ten_thousand_times():
    """Ten thousand tensors, every one the first, with its name of 50,000 letters: 500 MB."""
    model, graph = chain(1)
    graph.tensors[0] = {**graph.tensors[0], 3: "n" * 50_000}
    for _ in range(10_000):
        graph.tensors.append({0: [1]})
    data = bytearray(model.to_bytes())
    main = root_of(bytes(data))
    main = main.child(main.tables(2)[0])
    first, count = main.vector(0, 4)
    target = main.tables(0)[0]
    for place in range(first, first + 4 * count, 4):
        struct.pack_into("<I", data, place, target - place)
    tracemalloc.start()
    assert "refers to its parts so often" in refusal(bytes(data), TooLarge)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 60 * len(data)


def test_the_file_of_floats_has_its_type():
    model = TfliteBuilder()
    graph = model.subgraph("main")
    x, y = (graph.tensor(n, (3,), TensorType.FLOAT32) for n in "xy")
    graph.inputs, graph.outputs = [x], [graph.op(BuiltinOperator.RELU, [x], [y])]
    blob = opened(model.to_bytes()).blob("y")
    assert (blob.dtype, blob.nbytes) == (DType.FLOAT32, 12)
