"""Every net of every format in one table: ``python benchmarks/formats.py ../shared/nets``.

Over the folders caffe2, onnx, tflite and torch of the folder given, the nine light_* nets of the
installed onnx package, the bundled program of torch.export, and two generated ONNX models: a
chain of 50,000 ops and a transformer of 24 layers. Each row is made in a process of its own.

    unknown, then     tensors without a size, before and after the free dims have numbers
    naive … peak      bytes; inputs and outputs counted, nothing in place; peak: by best_of
    engine            what the engine itself reserves, where that was measured (TensorFlow Lite
                      Micro's head; ONNX Runtime's memory pattern); "as it": our planner that does
                      what the engine does; "ours there": a plan of ours where it counts the same
    onnxsim, ours     the arena of onnxsim's plan_activation_memory, where it is installed, on the
                      model with the same numbers for its dims; and ours, in place and with views
    seconds           of the processor, from the bytes to the plan of `peak`: load, shapes with
                      numbers for the free dims (its child process too), plan, verify, measure
"""

from __future__ import annotations

import argparse
import json
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent))  # memplan, where it is not installed

import onnx  # noqa: E402  after the path is set

from benchmarks.generated_onnx import chain, transformer  # noqa: E402
from benchmarks.onnx_nets import DIMS  # noqa: E402
from memplan.errors import MemplanError  # noqa: E402
from memplan.formats import InputFile, load, read_shapes_json  # noqa: E402
from memplan.liveness import Sharing  # noqa: E402
from memplan.net import Net  # noqa: E402
from memplan.profiles import PROFILES, against_engine  # noqa: E402
from memplan.samples import FOLDER  # noqa: E402
from memplan.shapes import examples, free_dims  # noqa: E402
from memplan.study import Settings, prepare, study  # noqa: E402

PLANNER = "best_of"

# Measured with the engines themselves (TensorFlow Lite Micro, ONNX Runtime).
ENGINE = {
    "ad01_int8.tflite": 768,
    "hello_world_int8.tflite": 32,
    "kws_ref_model.tflite": 16000,
    "person_detect.tflite": 55296,
    "pretrainedResnet_quant.tflite": 49152,
    "vww_96_int8.tflite": 73728,
    "light_squeezenet.onnx": 3928576,
    "light_inception_v2.onnx": 4014080,
    "fastestdet.onnx": 3717120,
    "light_bvlc_alexnet.onnx": 2239488,
    "light_resnet50.onnx": 11239424,
    "light_densenet121.onnx": 12443648,
    "light_shufflenet.onnx": 2910208,
    "simplified_ssd.onnx": 190080000,
}
GENERATED = {"chain, 50,000 ops": 50_000, "transformer, 24 layers": 24}
LENGTH = {"length": 512}
COLUMNS = (
    "file", "format", "ops", "tensors", "unknown", "then", "naive", "max_live", "peak", "engine",
    "as_it", "ours_there", "onnxsim", "ours", "seconds", "MB",
)  # fmt: skip


def cases(nets: Path) -> Iterator[str]:
    """What there is to measure: paths of files and folders, names of generated models."""
    yield from map(str, sorted(p for p in (nets / "caffe2").glob("*") if p.is_dir()))
    for folder in ("onnx", "tflite", "torch"):
        yield from map(str, sorted((nets / folder).glob("*")))
    light = Path(onnx.__file__).parent / "backend/test/data/light"
    yield from map(str, sorted(light.glob("*.onnx")))
    yield str(FOLDER / "exported_attention" / "net.pt2")
    yield from GENERATED


def files_of(case: str) -> list[InputFile]:
    """The files of one net."""
    if case in GENERATED:
        make = chain if case.startswith("chain") else transformer
        return [InputFile(f"{case}.onnx", make(GENERATED[case]))]
    path = Path(case)
    if path.is_dir():
        parts = [p for p in sorted(path.iterdir()) if p.name.startswith(("predict", "init", "val"))]
        return [InputFile(part.name, part.read_bytes()) for part in parts]
    return [InputFile(path.name, path.read_bytes())]


def measured(case: str) -> dict[str, Any]:
    """One row."""
    files = files_of(case)
    started = _seconds()
    row: dict[str, Any] = {"file": Path(case).name}
    try:
        net = load(files)
        row |= {"format": net.dialect, "ops": len(net.ops), "tensors": len(net.names())}
        shapes = Path(case) / "input_shapes.json"
        given = {}
        if shapes.is_file():
            given = read_shapes_json(shapes.read_bytes(), shapes.name)
        dims = {d.name: (DIMS | LENGTH).get(d.name, 1) for d in free_dims(net)} | examples(net, {})
        sized = prepare(net, given, dims=dims)
        row |= _figures(sized)
        row["seconds"] = round(_seconds() - started, 2)
        row["unknown"] = len(study(prepare(net)).metrics.unknown) if given or dims else row["then"]
        if row["file"] in ENGINE:
            row |= _beside_engine(sized, row["file"])
        if net.dialect == "onnx":
            row |= _beside_onnxsim(files[0].data, sized, dims)
    except MemplanError as error:
        row |= {"refused": str(error)}
    row.setdefault("seconds", round(_seconds() - started, 2))
    row["MB"] = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    return row


def _figures(sized: Net) -> dict[str, Any]:
    best = study(sized, Settings(PLANNER)).metrics
    return {
        "then": len(best.unknown),
        "naive": best.naive_bytes,
        "max_live": best.max_live.bytes,
        "peak": best.peak_bytes,
    }


def _beside_engine(sized: Net, name: str) -> dict[str, Any]:
    profile = PROFILES["tflm" if sized.dialect == "tflite" else "onnxruntime"]
    if sized.dialect == "onnx":
        sized = _as_saved(name) or sized
    there = against_engine(sized, profile, Settings())
    assert there is not None
    return {
        "engine": ENGINE[name],
        "as_it": there.reserved.metrics.peak_bytes,
        "ours_there": there.plan.metrics.peak_bytes,
    }


SAVED_FROM: dict[str, Path] = {}


def _as_saved(name: str) -> Net | None:
    """The graph as ONNX Runtime saves it at the basic level, which its pattern is made for."""
    import onnxruntime  # noqa: PLC0415  only these rows need it

    options = onnxruntime.SessionOptions()
    options.graph_optimization_level = onnxruntime.GraphOptimizationLevel.ORT_ENABLE_BASIC
    options.log_severity_level = 3
    options.intra_op_num_threads = 1
    with tempfile.TemporaryDirectory() as folder:
        to = Path(folder) / name
        options.optimized_model_filepath = str(to)
        model = str(SAVED_FROM[name])
        onnxruntime.InferenceSession(model, options, providers=["CPUExecutionProvider"])
        return prepare(load([InputFile(name, to.read_bytes())]))


def _beside_onnxsim(data: bytes, sized: Net, dims: Mapping[str, int]) -> dict[str, Any]:
    """Its arena and ours: inputs and outputs counted, in place, with views."""
    sharing = Sharing(in_place=True, views=True)
    found: dict[str, Any] = {
        "ours": study(sized, Settings(PLANNER, sharing=sharing)).metrics.peak_bytes
    }
    try:
        import onnxsim  # noqa: PLC0415  a peer, no dependency
    except ImportError:
        return found
    model = onnx.load_from_string(data)
    for value in (*model.graph.input, *model.graph.output, *model.graph.value_info):
        for axis, dim in enumerate(value.type.tensor_type.shape.dim):
            name = dim.dim_param or f"{value.name}[{axis}]"
            if not dim.HasField("dim_value") and name in dims:
                dim.dim_value = dims[name]
    started = time.process_time()
    try:
        plan = onnxsim.plan_activation_memory(model)
    except Exception as error:  # noqa: BLE001  whatever a peer raises is its row
        return found | {"onnxsim": type(error).__name__}
    missing = f" (-{len(plan.unplanned)})" if plan.unplanned else ""
    took = time.process_time() - started
    return found | {"onnxsim": f"{plan.arena_bytes:,}{missing}, {took:.1f} s"}


def _seconds() -> float:
    used = (resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    return sum(each.ru_utime + each.ru_stime for each in used)


def _row_apart(case: str) -> dict[str, Any]:
    """The row, made in a process of its own."""
    command = [sys.executable, str(Path(__file__).resolve()), "--one", case]
    done = subprocess.run(command, check=False, capture_output=True, text=True)
    lines = [line for line in done.stdout.splitlines() if line.startswith("{")]
    if not lines:
        return {"file": Path(case).name, "refused": done.stderr.strip()[-200:]}
    row: dict[str, Any] = json.loads(lines[-1])
    return row


def _line(row: Mapping[str, Any]) -> str:
    if "refused" in row:
        return f"| {row['file']} | refused: {row['refused']} |"
    cells = (row.get(column, "") for column in COLUMNS)
    return f"| {' | '.join(c if isinstance(c, str) else f'{c:,}' for c in cells)} |"


def main() -> None:
    """Print the table as Markdown, row by row, or as JSON."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("nets", type=Path, nargs="?", default=HERE.parent.parent / "shared/nets")
    parser.add_argument("--json", action="store_true", help="machine-readable")
    parser.add_argument("--only", default="", help="rows whose name holds this")
    parser.add_argument("--one", help=argparse.SUPPRESS)
    asked = parser.parse_args()
    if asked.one:
        SAVED_FROM[Path(asked.one).name] = Path(asked.one)
        print(json.dumps(measured(asked.one)))
        return
    chosen = [case for case in cases(asked.nets) if asked.only in case]
    if asked.json:
        print(json.dumps([_row_apart(case) for case in chosen], indent=1))
        return
    print(f"| {' | '.join(COLUMNS)} |\n|---|---{'|---:' * (len(COLUMNS) - 2)}|")
    for case in chosen:
        print(_line(_row_apart(case)), flush=True)
    try:
        import onnxsim  # noqa: F401, PLC0415
    except ImportError:
        print("\nonnxsim is not installed: its column is empty")


if __name__ == "__main__":
    main()
