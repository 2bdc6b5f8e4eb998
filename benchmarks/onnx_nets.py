"""What there is of every ONNX file: a table, made anew by ``python benchmarks/onnx_nets.py``.

    python benchmarks/onnx_nets.py [--shared ../shared] [--json]

Over the real files in the folder shared/nets/onnx and the nine light_* nets of the installed onnx
package: ops, tensors, how many have no size before and after the free dims are fixed, what they
need in bytes without sharing, at the fullest step, and by greedy_by_size, and seconds of
processor time (this process and its children). Inputs and outputs are counted, and nothing is
in place.
"""

from __future__ import annotations

import argparse
import json
import resource
import sys
from collections.abc import Iterator
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent))  # memplan, where it is not installed

import onnx  # noqa: E402  after the path is set

from memplan.formats import InputFile, load  # noqa: E402
from memplan.shapes import free_dims  # noqa: E402
from memplan.study import prepare, study  # noqa: E402

__all__ = ["DIMS", "files", "measured"]

DIMS = {
    "batch": 1,
    "batch_size": 1,
    "sequence": 512,
    "max_seq_len_in_batch": 128,
    "Sequence": 20,
    "Symbolic": 8,
    "unk__0": 10,
}
"""Numbers for the free dims of these files; of any other dim: 1."""

COLUMNS = ("file", "ops", "tensors", "unknown", "then", "naive", "max_live", "peak", "seconds")


def files(shared: Path) -> list[Path]:
    """The real files, those of the folder first."""
    light = Path(onnx.__file__).parent / "backend/test/data/light"
    return [*sorted((shared / "nets/onnx").glob("*.onnx")), *sorted(light.glob("*.onnx"))]


def measured(path: Path) -> dict[str, object]:
    """One file's row."""
    started = _seconds()
    net = load([InputFile(path.name, path.read_bytes())])
    before = study(prepare(net)).metrics
    dims = {dim.name: DIMS.get(dim.name, 1) for dim in free_dims(net)}
    found = study(prepare(net, dims=dims))
    figures = found.metrics
    return {
        "file": path.name,
        "ops": len(net.ops),
        "tensors": len(net.names()),
        "unknown": len(before.unknown),
        "then": len(figures.unknown),
        "naive": figures.naive_bytes,
        "max_live": figures.max_live.bytes,
        "peak": figures.peak_bytes,
        "seconds": round(_seconds() - started, 2),
    }


def _seconds() -> float:
    used = (resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    return sum(each.ru_utime + each.ru_stime for each in used)


def _lines(rows: list[dict[str, object]]) -> Iterator[str]:
    yield f"| {' | '.join(COLUMNS)} |"
    yield f"|---{'|---:' * (len(COLUMNS) - 1)}|"
    for row in rows:
        cells = (v if isinstance(v, str) else f"{v:,}" for v in row.values())
        yield f"| {' | '.join(cells)} |"


def main() -> None:
    """Print the table as Markdown, or as JSON."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--shared", type=Path, default=HERE.parent.parent / "shared")
    parser.add_argument("--json", action="store_true", help="machine-readable")
    asked = parser.parse_args()
    rows = [measured(path) for path in files(asked.shared)]
    print(json.dumps(rows, indent=1) if asked.json else "\n".join(_lines(rows)))


if __name__ == "__main__":
    main()
