"""Plans travel back: into ONNX models, which stay what they were, and into TensorFlow Lite's."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from pathlib import Path

import numpy as np
import onnx
import onnxruntime
import pytest
from onnx import TensorProto, helper, numpy_helper

from memplan.cli import main
from memplan.errors import FormatError
from memplan.export import RETURNS
from memplan.formats import InputFile, load, with_onnx_plan
from memplan.formats.onnx_plan import PLAN_KEY
from memplan.samples import FOLDER, open_sample
from memplan.study import Settings, Study, prepare, study

NETS = Path(__file__).resolve().parents[3] / "shared" / "nets"


def model() -> bytes:
    """Two convolutions with weights, Relu between."""
    numbers = np.random.default_rng(7)
    weights = [numbers.normal(size=(8, k, 3, 3)).astype(np.float32) for k in (3, 8)]
    nodes = [
        helper.make_node("Conv", ["x", "w0"], ["a"], pads=[1, 1, 1, 1]),
        helper.make_node("Relu", ["a"], ["b"]),
        helper.make_node("Conv", ["b", "w1"], ["y"], pads=[1, 1, 1, 1]),
    ]
    shape = [1, 3, 16, 16]
    graph = helper.make_graph(
        nodes,
        "two",
        [helper.make_tensor_value_info("x", TensorProto.FLOAT, shape)],
        [helper.make_tensor_value_info("y", TensorProto.FLOAT, [1, 8, 16, 16])],
        [numpy_helper.from_array(w, f"w{k}") for k, w in enumerate(weights)],
    )
    made = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=8)
    made.metadata_props.add(key="author", value="somebody else")
    return bytes(made.SerializeToString())


GREEDY = Settings("greedy_by_size")


def studied(data: bytes, settings: Settings = GREEDY) -> Study:
    return study(prepare(load([InputFile("net", data)])), settings)


def planned(data: bytes) -> bytes:
    return RETURNS["onnx"].made(studied(data), [InputFile("net.onnx", data)])


def test_an_onnx_model_keeps_every_byte_and_gains_one_entry() -> None:
    data = model()
    out = planned(data)
    assert out.startswith(data)
    found = onnx.load_from_string(out)
    told = {entry.key: entry.value for entry in found.metadata_props}
    assert told["author"] == "somebody else"
    plan = json.loads(told[PLAN_KEY])
    assert plan["peak_bytes"] == studied(data).metrics.peak_bytes
    offsets = {buffer["name"]: buffer["offset"] for buffer in plan["buffers"]}
    assert offsets == dict(studied(data).plan.offsets or {})
    assert "seconds" not in plan


def test_the_checker_takes_it_and_onnxruntime_computes_the_same() -> None:
    data = model()
    out = planned(data)
    onnx.checker.check_model(onnx.load_from_string(out), full_check=True)
    x = np.random.default_rng(1).normal(size=(1, 3, 16, 16)).astype(np.float32)
    results = [
        onnxruntime.InferenceSession(d, providers=["CPUExecutionProvider"]).run(None, {"x": x})[0]
        for d in (data, out)
    ]
    assert np.array_equal(*results)


def test_written_again_it_replaces_the_plan_that_was_there() -> None:
    data = model()
    assert planned(planned(data)) == planned(data)


def test_the_reader_finds_the_plan_again_and_shows_it_as_it_is() -> None:
    data = model()
    before = studied(data)
    after = studied(planned(data), Settings(planner=""))
    assert after.settings.planner == "given"
    assert after.unsafe is None
    assert after.plan.offsets == before.plan.offsets
    assert studied(planned(data), Settings("naive")).metrics.peak_bytes > before.metrics.peak_bytes


def test_a_plan_of_another_net_in_the_metadata_is_refused() -> None:
    other = with_onnx_plan(model(), {"peak_bytes": 4, "buffers": [
        {"name": "elsewhere", "begin": 0, "end": 1, "size": 4, "offset": 0}]})  # fmt: skip
    with pytest.raises(FormatError, match="elsewhere"):
        load([InputFile("net.onnx", other)])


@pytest.mark.parametrize("text", ["", "{", "[]", "{}", '{"buffers": {}}', "[" * 5000])
def test_what_is_no_plan_under_our_key_is_refused_in_a_sentence(text: str) -> None:
    message = onnx.load_from_string(model())
    message.metadata_props.add(key=PLAN_KEY, value=text)
    with pytest.raises(FormatError, match="metadata"):
        load([InputFile("net.onnx", message.SerializeToString())])


def test_a_damaged_model_is_refused() -> None:
    with pytest.raises(FormatError, match="damaged"):
        with_onnx_plan(model()[:-3], {})


def test_weights_in_other_files_are_not_touched() -> None:
    message = onnx.load_from_string(model())
    tensor = message.graph.initializer[0]
    tensor.ClearField("raw_data")
    tensor.data_location = TensorProto.EXTERNAL
    tensor.external_data.add(key="location", value="../../../etc/passwd")
    data = message.SerializeToString()
    assert planned(data).startswith(data)


def test_the_command_line_writes_both(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    net = tmp_path / "net.onnx"
    net.write_bytes(model())
    out = tmp_path / "out.onnx"
    assert main(["export", str(net), "--format", "onnx", "--out", str(out)]) == 0
    assert out.read_bytes() == planned(model())
    tflite = FOLDER / "mobilenet_block" / "net.tflite"
    out = tmp_path / "out.tflite"
    command = ["export", str(tflite), "--format", "tflite", "--out", str(out)]
    assert main([*command, "--profile", "tflm"]) == 0
    read = load([InputFile("out", out.read_bytes())])
    assert any(blob.offset is not None for blob in read.blobs.values())
    capsys.readouterr()
    # Each refusal says what is wrong.
    assert main(["export", str(net), "--format", "onnx"]) == 2
    assert "give --out" in capsys.readouterr().err
    assert main(["export", str(net), "--format", "tflite", "--out", str(out)]) == 2
    assert "read from such a file" in capsys.readouterr().err
    assert main(["export", str(net), "--format", "onnx", "--out", str(net)]) == 2
    assert "is read from" in capsys.readouterr().err


def test_an_offset_that_the_engine_does_not_take_is_told_before() -> None:
    files = open_sample("mobilenet_block")
    net = prepare(load(files))
    back = RETURNS["tflite"]
    assert back.why_not(study(net, Settings(alignment=16))) is None
    odd = study(net, Settings(alignment=1))
    if any(offset % 16 for offset in (odd.plan.offsets or {}).values()):
        assert "multiples of 16" in (back.why_not(odd) or "")
    assert RETURNS["onnx"].why_not(odd) is not None


ENGINE = """
import sys
import numpy as np
from tflite_micro import runtime
recording = runtime.InterpreterConfig.kAllocationRecording
settings = {"arena_size": 300_000, "intrepreter_config": recording}
net = runtime.Interpreter.from_file(sys.argv[1], **settings)
net.set_input(np.random.default_rng(3).integers(-128, 127, (1, 96, 96, 3)).astype(np.int8), 0)
net.invoke()
print("result", net.get_output(0).tolist(), flush=True)
net.print_allocations()
"""


def run_in_the_engine(file: Path) -> tuple[str, int]:
    """What TensorFlow Lite Micro computes, and the bytes of its arena's head."""
    command = [sys.executable, "-c", ENGINE, str(file)]
    done = subprocess.run(command, check=True, capture_output=True, text=True)
    told = done.stdout + done.stderr
    result, head = re.search(r"result (.*)", told), re.search(r"head (\d+) bytes", told)
    assert result is not None, told
    assert head is not None, told
    return result[1], int(head[1])


def test_tensorflow_lite_micro_obeys_the_plan(tmp_path: Path) -> None:
    """vww_96_int8: a head of 73,728 bytes by the engine's planner, 55,296 by ours."""
    pytest.importorskip("tflite_micro", reason="tflite_micro is not installed")
    if not NETS.is_dir():
        pytest.skip(f"{NETS} is not there")
    net = NETS / "tflite" / "vww_96_int8.tflite"
    out = tmp_path / "planned.tflite"
    planned_by = ["--profile", "tflm", "--planner", "fullest_first"]
    assert main(["export", str(net), *planned_by, "--format", "tflite", "--out", str(out)]) == 0
    before, after = run_in_the_engine(net), run_in_the_engine(out)
    assert (before[1], after[1]) == (73728, 55296)
    assert before[0] == after[0]
