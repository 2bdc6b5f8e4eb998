"""Plans written into TensorFlow Lite models: found again, and nothing else changed."""

import struct
from dataclasses import replace
from itertools import pairwise
from types import MappingProxyType

import pytest
import tflite
from tflite import BuiltinOperator
from tflite_builder import TfliteBuilder, flat

from memplan.errors import FormatError
from memplan.formats import InputFile, load, with_offline_plan
from memplan.formats.flatbuffer import root_of
from memplan.formats.tflite_offline import OFFLINE, offline_bytes
from memplan.liveness import Accounting, problem_from
from memplan.plan import Buffer
from memplan.planners.greedy_by_size import first_fit, greedy_by_size
from memplan.planners.tflm import offline_plan
from memplan.study import Settings, prepare, study
from memplan.verify import verify

FILES = (
    "ad01_int8",
    "hello_world_int8",
    "kws_ref_model",
    "person_detect",
    "person_detect_vela",
    "pretrainedResnet_quant",
    "trained_lstm_int8",
    "vww_96_int8",
)


def opened(data):
    return load([InputFile("net.tflite", data)])


def by_birth(net):
    """Greedy in the order of birth: the order that reaches max-live on vww_96_int8."""

    def turn(buffer: Buffer):
        return buffer.live.begin, -(buffer.size or 0), buffer.name

    problem = problem_from(prepare(net), Accounting(state=False), 16)
    plan = first_fit(problem, sorted(problem.buffers, key=turn), "by_birth")
    verify(plan)
    return plan


def without_offsets(net):
    return net.with_blobs({name: replace(b, offset=None) for name, b in net.blobs.items()})


def contents(data):
    """Everything of a model but the plan, as another reader reads it."""
    model = tflite.Model.GetRootAs(data, 0)
    entries = [model.Metadata(i) for i in range(model.MetadataLength())]
    kept = [entry for entry in entries if entry.Name() != OFFLINE]
    plans = {entry.Buffer() for entry in entries} - {entry.Buffer() for entry in kept}
    buffers = [model.Buffers(i) for i in range(model.BuffersLength())]
    graph = model.Subgraphs(0)
    tensors = [graph.Tensors(i) for i in range(graph.TensorsLength())]
    scales = [t.Quantization().ScaleLength() if t.Quantization() else None for t in tensors]
    return (
        model.Version(),
        model.Description(),
        [(entry.Name(), entry.Buffer()) for entry in kept],
        [
            bytes(b.DataAsNumpy()) if b.DataLength() else b""
            for i, b in enumerate(buffers)
            if i not in plans
        ],
        [(t.Name(), t.Buffer(), t.Type()) for t in tensors],
        scales,
        model.SignatureDefsLength(),
    )


@pytest.mark.parametrize("name", FILES)
def test_a_plan_goes_in_and_comes_out(tflite_nets, name):
    data = (tflite_nets / f"{name}.tflite").read_bytes()
    net = opened(data)
    plan = by_birth(net)
    written = with_offline_plan(data, plan, name)
    again = opened(written)
    assert without_offsets(again) == without_offsets(net)
    found = {n: b.offset for n, b in again.blobs.items() if b.offset is not None}
    assert found == dict(plan.offsets)
    assert contents(written) == contents(data)
    # What an engine wants at a multiple of 16 is still there.
    assert (len(written) - len(data)) % 16 == 0
    assert written.endswith(data)


@pytest.mark.parametrize("name", FILES)
def test_a_second_plan_takes_the_place_of_the_first(tflite_nets, name):
    data = (tflite_nets / f"{name}.tflite").read_bytes()
    net = opened(data)
    first = with_offline_plan(data, by_birth(net))
    second = greedy_by_size(problem_from(prepare(net), Accounting(state=False), 16))
    written = with_offline_plan(first, second)
    found = {n: b.offset for n, b in opened(written).blobs.items() if b.offset is not None}
    assert found == dict(second.offsets)
    assert contents(written) == contents(data)
    model = root_of(written)
    assert len(model.tables(4)) == len(root_of(first).tables(4))
    assert len(model.tables(6)) == len(root_of(first).tables(6))


def test_vww_falls_to_its_max_live(tflite_nets):
    data = (tflite_nets / "vww_96_int8.tflite").read_bytes()
    settings = Settings("tflm", accounting=Accounting(state=False))
    before = study(prepare(opened(data)), settings)
    after = study(prepare(opened(with_offline_plan(data, by_birth(opened(data))))), settings)
    assert (before.metrics.peak_bytes, after.metrics.peak_bytes) == (73_728, 55_296)
    assert after.unsafe is None
    assert after.plan.proven
    # Other planners answer for the net, not for the file's plan.
    other = study(after.net, Settings("greedy_by_size", 16))
    assert all(b.offset is None for b in other.problem.buffers)


def chain(names=("x", "y", "z")):
    model = TfliteBuilder()
    graph = model.subgraph("main")
    numbers = [graph.tensor(name, (16,)) for name in names]
    graph.inputs, graph.outputs = numbers[:1], numbers[-1:]
    for a, b in pairwise(numbers):
        graph.op(BuiltinOperator.RELU, [a], [b])
    return model


def test_the_plan_of_a_file_is_completed_around_what_it_fixes():
    model = chain()
    model.metadata[OFFLINE.decode()] = offline_bytes([-1, 32, -1])
    net = prepare(opened(model.to_bytes()))
    assert [b.offset for b in net.blobs.values()] == [None, 32, None]
    plan = offline_plan(net)
    assert plan is not None
    assert dict(plan.offsets) == {"x": 0, "y": 32, "z": 0}
    assert offline_plan(prepare(opened(chain().to_bytes()))) is None


def test_the_plan_of_vela_is_shown_for_what_it_is(tflite_nets):
    """Its accelerator works inside one tensor that holds the input and the output."""
    net = prepare(opened((tflite_nets / "person_detect_vela.tflite").read_bytes()))
    assert [b.offset for b in net.blobs.values()] == [0, None, None, 0, 0, 0]
    found = study(net, Settings("tflm"))
    assert found.metrics.peak_bytes == 74_464
    assert found.unsafe.startswith("as the file itself places them, ")
    assert not found.plan.proven


@pytest.mark.parametrize(
    "numbers", [b"", b"\1", offline_bytes([0, 0]), offline_bytes([0] * 3)[:-4]]
)
def test_a_plan_of_other_tensors_is_refused(numbers):
    model = chain()
    model.metadata[OFFLINE.decode()] = numbers
    with pytest.raises(FormatError, match="offline plan in the metadata is of"):
        opened(model.to_bytes())


def test_a_plan_that_does_not_fit_the_model_is_refused():
    data = chain().to_bytes()
    plan = by_birth(opened(data))
    other = chain(("p", "q")).to_bytes()
    with pytest.raises(FormatError, match="places no tensor"):
        with_offline_plan(other, plan)
    for offset in (8, 2**31):
        moved = replace(plan, offsets=MappingProxyType({**plan.offsets, "y": offset}))
        with pytest.raises(FormatError, match="plan with --alignment 16"):
            with_offline_plan(data, moved)


def test_a_model_of_several_subgraphs_is_refused():
    model = chain()
    model.subgraph("other")
    data = model.to_bytes()
    with pytest.raises(FormatError, match="several subgraphs"):
        with_offline_plan(data, by_birth(opened(data)))


def test_content_behind_the_flatbuffer_is_not_moved():
    model = chain()
    data = model.to_bytes()
    plan = by_birth(opened(data))
    whole = {
        0: ("I", 3),
        1: [{3: ("i", BuiltinOperator.RELU)}],
        2: [graph.fields() for graph in model.subgraphs],
        4: [{}, {1: ("Q", 4096), 2: ("Q", 8)}],
    }
    with pytest.raises(FormatError, match="behind its FlatBuffer"):
        with_offline_plan(flat(whole), plan)


def test_a_buffer_that_a_tensor_shares_with_the_old_plan_stays():
    model = chain(("x", "y", "z"))
    graph = model.subgraphs[0]
    model.metadata[OFFLINE.decode()] = offline_bytes([0, 16, 0, -1])
    graph.tensors.append({0: [28], 1: ("b", 9), 2: ("I", 1), 3: "w"})
    data = model.to_bytes()
    assert opened(data).blob("w").initialized
    written = with_offline_plan(data, by_birth(without_offsets(opened(data))))
    old, new = root_of(data), root_of(written)
    assert new.child(new.tables(4)[1]).octets(0) == old.child(old.tables(4)[1]).octets(0)
    assert len(new.tables(4)) == len(old.tables(4)) + 1


def test_a_field_that_the_reader_never_looks_at_is_checked_before_it_is_moved():
    data = bytearray(chain().to_bytes())
    place = root_of(bytes(data)).place(3)
    struct.pack_into("<I", data, place, 2**32 - 1)
    plan = by_birth(opened(bytes(data)))
    with pytest.raises(FormatError, match="an offset leads to bytes"):
        with_offline_plan(bytes(data), plan)
