"""How long from files to a first plan, and how that grows with the net.

    python benchmarks/first_plan.py [--nets FOLDER] [--ops 10000 30000 100000] [--repeats 3]

Each case runs in a fresh child process, which times three stages and reads its own peak memory:

    load    bytes of the predict net and the init net, to a Net
    shapes  check the net, give its blobs roles, shapes and sizes
    plan    storages, problem, greedy by size, verify, figures

The plain chain is of Relus, each with an output of its own. The chain with weights is Conv, Relu,
Conv, Relu …, each Conv with weights of its own, so that its init net has as many ops again and
the net twice as many blobs.
"""

from __future__ import annotations

import argparse
import json
import math
import subprocess
import sys
import time
from collections.abc import Sequence
from itertools import pairwise
from pathlib import Path
from tempfile import TemporaryDirectory

HERE = Path(__file__).resolve()
sys.path.insert(0, str(HERE.parent.parent))  # memplan, where it is not installed

from memplan.formats import InputFile  # noqa: E402  after the path is set

STAGES = ("load", "shapes", "plan")
FILES = ("predict_net.pb", "predict_net.pbtxt", "init_net.pb", "value_info.json")
CHANNELS, SIDE = 8, 16
Row = dict[str, float]


def main() -> None:
    """Measure every case and print one table, with how time and memory grow along the chain."""
    asked = _arguments()
    if asked.measure:
        print(json.dumps(_measure(asked.measure)))
        return
    print(f"{'net':<36}{'ops':>8}" + "".join(f"{s + ' s':>10}" for s in STAGES), end="")
    print(f"{'all s':>9}{'CPU s':>9}{'MiB':>8}")
    if asked.nets:
        folder = _largest(asked.nets)
        _show(folder.name, _median(folder, asked.repeats))
    for weights in (False, True):
        _print_growth([_chain_row(ops, asked.repeats, weights=weights) for ops in asked.ops])


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description="Time load, shapes and plan of large nets.")
    parser.add_argument("--nets", type=Path, help="a folder of nets, a folder each")
    parser.add_argument("--ops", type=int, nargs="*", default=[10_000, 30_000, 100_000])
    parser.add_argument("--repeats", type=int, default=3, help="runs a case; the median counts")
    parser.add_argument("--measure", type=Path, help=argparse.SUPPRESS)
    return parser.parse_args()


def _chain_row(ops: int, repeats: int, *, weights: bool) -> Row:
    """Measure a chain from files, so that making it is no part of any figure."""
    with TemporaryDirectory() as name:
        _write_chain(ops, Path(name), weights=weights)
        row = _median(Path(name), repeats)
    # Two blobs at a time: a wrong answer in no time would be no result.
    assert row["peak"] == 2 * CHANNELS * SIDE * SIDE * 4, row
    _show("chain with weights" if weights else "plain chain", row)
    return row


def _show(label: str, row: Row) -> None:
    stages = "".join(f"{row[stage]:>10.3f}" for stage in STAGES)
    sums = f"{_seconds(row):>9.3f}{row['cpu']:>9.3f}{row['mib']:>8.0f}"
    print(f"{label:<36}{row['ops']:>8,}{stages}{sums}", flush=True)


def _median(folder: Path, repeats: int) -> Row:
    """Measure in children, one after the other; the run with the median total counts."""
    command = [sys.executable, str(HERE), "--measure", str(folder)]
    runs: list[Row] = []
    for _ in range(max(1, repeats)):
        done = subprocess.run(command, check=True, capture_output=True, text=True)
        runs.append(json.loads(done.stdout))
    return sorted(runs, key=_seconds)[len(runs) // 2]


def _seconds(row: Row) -> float:
    return sum(row[stage] for stage in STAGES)


def _print_growth(rows: Sequence[Row]) -> None:
    """For each two sizes of chain: how many times the ops, and how many times the CPU time.

    The exponent is that of time = constant · ops^exponent: 1 is linear, 2 quadratic.
    """
    for a, b in pairwise(rows):
        ops, seconds, memory = b["ops"] / a["ops"], b["cpu"] / a["cpu"], b["mib"] / a["mib"]
        print(
            f"{a['ops']:,.0f} to {b['ops']:,.0f} ops: ops x {ops:.2f}, CPU x {seconds:.2f} "
            f"(exponent {math.log(seconds) / math.log(ops):.2f}), memory x {memory:.2f}"
        )


def _measure(folder: Path) -> Row:
    """Time the stages on the net in `folder`, in this process."""
    from memplan.formats import load  # noqa: PLC0415  imports are no part of the first stage
    from memplan.study import prepare, study  # noqa: PLC0415

    files = _files_of(folder)
    cpu, marks = time.process_time(), [time.perf_counter()]
    net = load(files)
    marks.append(time.perf_counter())
    sized = prepare(net)
    marks.append(time.perf_counter())
    peak = study(sized).plan.known_peak
    marks.append(time.perf_counter())
    seconds = dict(zip(STAGES, (b - a for a, b in pairwise(marks)), strict=True))
    row = {"ops": len(net.ops), "peak": peak, "mib": _peak_memory() / 2**20}
    return {**row, "cpu": time.process_time() - cpu, **seconds}


def _peak_memory() -> int:
    """The most memory that this process has held at a time, in bytes."""
    status = Path("/proc/self/status")
    if status.exists():
        line = next(t for t in status.read_text().splitlines() if t.startswith("VmHWM"))
        return int(line.split()[1]) * 1024
    import resource  # noqa: PLC0415  not on Windows

    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak if sys.platform == "darwin" else peak * 1024


def _write_chain(ops: int, folder: Path, *, weights: bool) -> None:
    """Write a chain: predict net and init net in binary form, and the input's shape."""
    sys.path.insert(0, str(HERE.parent.parent / "sample_nets"))
    from builder import NetBuilder  # noqa: PLC0415  the builder of the sample nets

    net = NetBuilder("chain")
    x = net.input("data", (1, CHANNELS, SIDE, SIDE))
    for number in range(ops):
        if weights and number % 2 == 0:
            x = net.conv(x, f"conv{number}", CHANNELS, CHANNELS, kernel=3, pad=1)
        else:
            x = net.relu(x, f"relu{number}")
    net.output(x)
    (folder / "predict_net.pb").write_bytes(net.predict.SerializeToString())
    if weights:
        (folder / "init_net.pb").write_bytes(net.init.SerializeToString())
    shapes = {name: [dtype, dims] for name, (dtype, dims) in net.inputs.items()}
    (folder / "value_info.json").write_text(json.dumps(shapes))


def _files_of(folder: Path) -> list[InputFile]:
    return [InputFile(n, (folder / n).read_bytes()) for n in FILES if (folder / n).exists()]


def _largest(nets: Path) -> Path:
    """The folder in `nets` whose net has most ops."""
    from memplan.formats import load  # noqa: PLC0415  as above

    sizes = {f: len(load(_files_of(f)).ops) for f in sorted(nets.iterdir()) if f.is_dir()}
    return max(sizes, key=lambda folder: (sizes[folder], folder.name))


if __name__ == "__main__":
    main()
