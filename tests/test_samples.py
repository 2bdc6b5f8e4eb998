"""The bundled nets: made again byte for byte, sized, planned, and true to what is said of them."""

from __future__ import annotations

import subprocess
import sys
from functools import cache
from itertools import pairwise
from math import prod
from pathlib import Path

import pytest

from memplan.errors import MemplanError
from memplan.formats import load
from memplan.liveness import Accounting
from memplan.net import Device, Net
from memplan.plan import BufferKind
from memplan.samples import FOLDER, open_sample, samples
from memplan.study import Settings, Study, prepare, study
from memplan.verify import verify

IDS = [sample.id for sample in samples()]
KIB64 = 64 * 1024

# From the papers, or from the layer sizes of the reference models; (parameters, statistics).
PUBLISHED = {
    "lenet": (431_080, 0),
    "alexnet": (60_965_224, 0),
    "squeezenet": (1_235_496, 0),
    "resnet50": (25_557_032, 53_120),
    "mobilenet_v2": (3_504_872, 34_112),
    "inception_v1": (6_998_552, 0),
}


@cache
def opened(id: str) -> Net:  # noqa: A002
    return load(open_sample(id))


@cache
def studied(id: str) -> Study:  # noqa: A002
    dims = next(sample.dims for sample in samples() if sample.id == id)
    return study(prepare(opened(id), dims=dims))


def live(id: str, blob: str) -> tuple[int, int]:  # noqa: A002
    found = next(s for s in studied(id).storages if blob in s.names)
    return found.live.begin, found.live.end


def type_at_the_peak(id: str) -> str:  # noqa: A002
    found = studied(id)
    step = found.metrics.max_live.step
    assert step is not None
    return found.net.ops[step].type


def _written(folder: Path) -> dict[str, bytes]:
    """The files below `folder` that make.py writes, by relative path."""
    return {
        str(path.relative_to(folder)): path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
        and path.suffix in {".pb", ".pbtxt", ".onnx", ".json", ".md", ".tflite", ".pt2"}
    }


def test_the_script_makes_every_file_again_byte_for_byte(tmp_path: Path):
    command = [sys.executable, str(FOLDER / "make.py"), "--into", str(tmp_path)]
    subprocess.run(command, check=True, capture_output=True)
    made, kept = _written(tmp_path), _written(FOLDER)
    assert made.keys() == kept.keys()
    assert [name for name in made if made[name] != kept[name]] == []
    assert set(made) == {
        "index.json",
        "README.md",
        *(name for sample in samples() for name in sample.files),
    }


def test_all_files_together_are_small():
    assert sum(map(len, _written(FOLDER).values())) < 500_000


def test_there_are_fourteen_ideas_and_six_whole_nets():
    groups = [sample.group for sample in samples()]
    assert (groups.count("one idea each"), groups.count("whole nets")) == (14, 6)
    assert len(set(IDS)) == len(IDS)


def test_a_bad_id_is_refused_in_one_sentence_and_never_opens_a_path():
    for bad in ("", "no_such_net", "../README", "/etc/passwd", "chain/predict_net.pbtxt", "a\nb"):
        with pytest.raises(MemplanError, match="no bundled net") as refused:
            open_sample(bad)
        assert "chain, diamond" in str(refused.value)
        assert "\n" not in str(refused.value)


@pytest.mark.parametrize("id", IDS)
def test_a_sample_is_what_the_index_says(id: str):  # noqa: A002
    sample = next(s for s in samples() if s.id == id)
    net, found = opened(id), studied(id)
    assert len(net.ops) == sample.ops
    assert net.outputs
    weights = [s for s in found.storages if s.kind is BufferKind.WEIGHT]
    assert all(s.size is not None for s in weights)
    count = sum(found.net.blob(name).elements or 0 for s in weights for name in s.names)
    assert count == sample.parameters + sample.statistics
    assert found.metrics.unknown == ()


@pytest.mark.parametrize("id", IDS)
def test_its_plan_is_safe_and_between_the_bounds(id: str):  # noqa: A002
    found = studied(id)
    verify(found.plan)
    figures = found.metrics
    assert figures.max_live.bytes <= figures.peak_bytes <= figures.naive_bytes
    assert figures.peak_bytes < figures.naive_bytes


@pytest.mark.parametrize(("id", "counts"), PUBLISHED.items())
def test_whole_nets_have_the_published_numbers_of_parameters(id: str, counts: tuple[int, int]):  # noqa: A002
    sample = next(s for s in samples() if s.id == id)
    assert (sample.parameters, sample.statistics) == counts
    assert {s.id for s in samples() if s.group == "whole nets"} == set(PUBLISHED)


@pytest.mark.parametrize(
    ("id", "blob", "shape"),
    [
        ("lenet", "pool2", (1, 50, 4, 4)),
        ("lenet", "prob", (1, 10)),
        ("alexnet", "conv1", (1, 96, 55, 55)),
        ("alexnet", "pool5", (1, 256, 6, 6)),
        ("alexnet", "prob", (1, 1000)),
        ("squeezenet", "conv1", (1, 64, 111, 111)),
        ("squeezenet", "fire9/concat", (1, 512, 13, 13)),
        ("squeezenet", "prob", (1, 1000, 1, 1)),
        ("resnet50", "conv1", (1, 64, 112, 112)),
        ("resnet50", "res2_2_branch2c", (1, 256, 56, 56)),
        ("resnet50", "res5_2_branch2c", (1, 2048, 7, 7)),
        ("resnet50", "prob", (1, 1000)),
        ("mobilenet_v2", "block2_expand", (1, 96, 112, 112)),
        ("mobilenet_v2", "conv_last", (1, 1280, 7, 7)),
        ("mobilenet_v2", "prob", (1, 1000)),
        ("inception_v1", "pool2/3x3_s2", (1, 192, 28, 28)),
        ("inception_v1", "inception_3a/output", (1, 256, 28, 28)),
        ("inception_v1", "inception_5b/output", (1, 1024, 7, 7)),
        ("inception_v1", "prob", (1, 1000)),
    ],
)
def test_whole_nets_have_the_published_shapes(id: str, blob: str, shape: tuple[int, ...]):  # noqa: A002
    assert studied(id).net.blob(blob).shape == shape


def test_mobilenet_v2_reproduces_the_published_figures():
    # The published sums leave the input out; the peak comes after its last read.
    settings = Settings(accounting=Accounting(inputs=False))
    found = study(studied("mobilenet_v2").net, settings)
    assert len(found.problem.buffers) == 65
    assert found.metrics.naive_bytes / 2**20 == pytest.approx(26.313, abs=0.0005)
    assert found.metrics.peak_bytes / 2**20 == pytest.approx(5.742, abs=0.0005)
    assert found.plan.proven
    assert studied("mobilenet_v2").metrics.peak_bytes == found.metrics.peak_bytes
    step = found.metrics.max_live.step
    assert step is not None
    assert "block2_dw" in found.net.ops[step].outputs


def test_resnet50_reproduces_the_published_peak():
    found = studied("resnet50")
    assert found.metrics.max_live.bytes == 7_225_344
    assert found.metrics.peak_bytes == 7_225_344


def test_chain_two_blobs_at_a_time():
    found = studied("chain")
    assert [b.size for b in found.problem.buffers] == [KIB64] * 9
    assert found.metrics.naive_bytes == 9 * KIB64
    assert found.metrics.peak_bytes == 2 * KIB64


def test_diamond_stem_stays_for_both_arms():
    assert studied("diamond").metrics.peak_bytes == 3 * KIB64
    assert live("diamond", "stem")[1] == live("diamond", "right")[0] + 1


def test_residual_shortcuts_have_the_longest_bars():
    found = studied("residual")
    assert found.metrics.peak_bytes == 3 * KIB64
    longest = sorted(found.storages, key=lambda s: s.live.begin - s.live.end)
    bars = [s.name for s in longest if s.kind is not BufferKind.WEIGHT]
    assert set(bars[:2]) == {"stem", "sum1"}


def test_inception_block_peaks_at_the_pooling_arm():
    found = studied("inception_block")
    step = found.metrics.max_live.step
    assert step is not None
    assert found.net.ops[step].outputs == ("3a/pool",)
    # data, its pooled copy, and the arms of 64, 128 and 32 channels.
    assert found.metrics.max_live.bytes == (192 + 192 + 64 + 128 + 32) * 28 * 28 * 4


def test_in_place_five_values_are_one_piece_of_memory():
    found = studied("in_place")
    writers = [op for op in found.net.ops if "conv1" in op.outputs]
    assert len(writers) == 4
    storage = next(s for s in found.storages if "conv1" in s.names)
    assert storage.names == ("conv1", "conv1_view")
    assert len({s.name for s in found.storages if {"conv2", "relu2"} & set(s.names)}) == 2
    assert len(found.storages) < len(found.net.names())


def test_two_devices_are_told_apart():
    ops = studied("two_devices").net.ops
    copies = [step for step, op in enumerate(ops) if op.type.startswith("Copy")]
    assert [ops[step].type for step in copies] == ["CopyCPUToGPU", "CopyGPUToCPU"]
    first, last = copies
    assert {op.device for op in ops[first : last + 1]} == {Device("cuda", 0)}
    assert {op.device for op in ops[:first] + ops[last + 1 :]} == {Device()}


def test_gradients_bars_nest():
    bars = [live("gradients", name) for name in ("relu1", "relu2", "prob")]
    assert all(a[0] < b[0] and b[1] < a[1] for a, b in pairwise(bars))
    net = studied("gradients").net
    assert live("gradients", "data") == (0, len(net.ops))
    assert live("gradients", "fc2_w_grad")[1] == len(net.ops)
    assert live("gradients", "relu2_grad")[1] < len(net.ops)
    backward = [op.is_gradient for op in net.ops]
    assert backward == sorted(backward)
    assert sum(backward) == 9


@pytest.mark.parametrize("number", [1, 2, 3])
def test_gradients_have_the_shapes_of_their_weights(number: int):
    net = studied("gradients").net
    for part in "wb":
        weight, gradient = f"fc{number}_{part}", f"fc{number}_{part}_grad"
        assert net.blob(gradient).shape == net.blob(weight).shape


def test_async_if_keeps_what_its_branch_reads():
    found = studied("async_if")
    step, op = next((i, op) for i, op in enumerate(found.net.ops) if op.type == "AsyncIf")
    assert "a" not in op.inputs
    assert live("async_if", "a")[1] == step + 1
    scratch = [b for b in found.problem.buffers if b.kind is BufferKind.SCRATCH]
    # then_net makes both and gate, of 32 KiB each; else_net makes nothing of its own.
    assert [(b.size, b.live.begin) for b in scratch] == [(KIB64, step)]


def test_recurrent_has_the_links_and_aliases_of_a_lstm():
    op = next(op for op in studied("recurrent").net.ops if op.type == "RecurrentNetwork")
    assert list(op.nets) == ["step_net", "backward_step_net"]
    assert [inner.type for inner in op.nets["step_net"].ops] == ["FC", "Sum", "LSTMUnit"]
    assert op.args["alias_offset"] == (1, -1, 1, -1)
    assert op.args["link_offset"] == (0, 1, 0, 1, 0)
    assert len(op.args["link_internal"]) == len(op.args["link_external"]) == 5
    found = studied("recurrent")
    assert found.net.blob("i2h").shape == (20, 4, 256)
    sizes = {buffer.name: buffer.size for buffer in found.problem.buffers}
    assert sizes["step_workspaces"] == 20 * 4 * 256 * 4 == 80 * 1024
    assert found.metrics.peak_bytes // 1024 == 204


def test_attention_grows_with_the_square_of_the_length():
    found = studied("transformer")
    sizes = {name: found.net.blob(name).nbytes for name in ("x", "scores")}
    longer = prepare(opened("transformer"), dims={"batch": 1, "length": 256})
    assert longer.blob("x").nbytes == 2 * (sizes["x"] or 0)
    assert longer.blob("scores").nbytes == 4 * (sizes["scores"] or 0) == 4 * 4 * 128 * 128 * 4
    assert {"scores", "scaled"} <= set(found.metrics.max_live.buffers)


def test_a_cache_is_state_from_the_first_op_to_the_last():
    found = studied("kv_cache")
    kept = [s for s in found.storages if s.kind is BufferKind.STATE]
    names = [s.name for s in kept]
    assert names == ["past_key", "past_value", "present_key", "present_value"]
    assert {(s.live.begin, s.live.end) for s in kept} == {(0, len(found.net.ops))}
    assert sum(s.size or 0 for s in kept) == 2 * (127 + 128) * 4 * 8 * 4
    assert sum(s.size or 0 for s in kept) > 0.75 * found.metrics.peak_bytes


def test_a_scan_counts_its_body_once_and_what_it_carries_twice():
    found = studied("lstm_scan")
    scratch = [b for b in found.problem.buffers if b.kind is BufferKind.SCRATCH]
    longer = study(prepare(opened("lstm_scan"), dims={"length": 2000}))
    assert [b.size for b in longer.problem.buffers if b.kind is BufferKind.SCRATCH] == [
        b.size for b in scratch
    ]
    (body,) = found.net.ops[0].nets.values()
    assert body.inputs == ("h", "c")
    assert {"h last", "c last"} <= set(found.net.ops[0].outputs)
    assert {"h last", "c last"} <= {name for op in body.ops for name in op.outputs}


def test_whole_nets_peak_where_their_line_says():
    assert type_at_the_peak("lenet") == "MaxPool"
    assert type_at_the_peak("alexnet") == "LRN"
    assert type_at_the_peak("inception_v1") == "LRN"
    assert type_at_the_peak("squeezenet") == "MaxPool"
    lenet = studied("lenet")
    assert max(lenet.problem.buffers, key=lambda b: b.size or 0).name == "conv1"
    assert lenet.metrics.weights_bytes > lenet.metrics.naive_bytes
    alexnet = studied("alexnet")
    assert alexnet.metrics.max_live.bytes == 3 * prod((96, 55, 55)) * 4
    squeezenet = studied("squeezenet").metrics
    assert squeezenet.naive_bytes > 2 * squeezenet.weights_bytes
    assert squeezenet.peak_bytes < squeezenet.weights_bytes


def test_exported_attention_is_views_the_scores_and_a_counter_that_is_kept():
    net, found = opened("exported_attention"), studied("exported_attention")
    views = {name for s in found.storages for name in s.names[1:]} - {"add_", "sum_1"}
    assert len([op for op in net.ops if views.intersection(op.outputs)]) == 11
    assert type_at_the_peak("exported_attention") == "aten.mul.Tensor"
    state = [s.names for s in found.storages if s.kind is BufferKind.STATE]
    assert state == [("b_steps", "add_")]
