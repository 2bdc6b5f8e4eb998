"""What it costs a planner to note its decisions, and what it costs to read them all.

    python benchmarks/tracing.py [NET ...] [--ops 2000] [--repeats 7]

For each net and planner: the time of the planner alone, the share that noting adds to it, the share
that it adds to the whole plan (storages, problem, planner, verify, figures), and the seconds in
which all decisions with their reasons are then made; for each net at last how long `why` and
`why_not` take, answers about all blobs of a sample, without and with planning again. CPU seconds,
the least of runs that take turns.
"""

from __future__ import annotations

import argparse
import sys
import time
from collections.abc import Callable
from itertools import pairwise
from pathlib import Path
from statistics import median

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))  # memplan, where not installed

from memplan.errors import MemplanError
from memplan.explain import at_peak, why, why_not
from memplan.formats import InputFile, load
from memplan.liveness import problem_from
from memplan.net import Blob, DType, Net, Op
from memplan.plan import Trace
from memplan.planners import PLANNERS, PackerEntry, PlannerEntry
from memplan.planners.asking import recycled
from memplan.study import Settings, prepare, study

Run = Callable[[Trace | None], object]


def main() -> None:
    """Print a table for each net."""
    asked = _arguments()
    nets = [(path.name, _opened(path)) for path in asked.nets]
    nets += [(f"chain of {asked.ops:,}", _chain(asked.ops))]
    nets += [(f"{asked.ops // 8:,} branches", _branches(asked.ops // 8))]
    for title, net in nets:
        print(f"\n{title}: {len(net.ops):,} ops")
        print(f"{'planner':<26}{'alone s':>10}{'noting':>9}{'of all':>9}{'read s':>9}{'told':>9}")
        for name, entry in PLANNERS.items():
            try:
                print(_row(name, entry, net, asked.repeats))
            except MemplanError as error:
                print(f"{name:<26}{str(error)[:60]}")
        _print_answers(net)


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("nets", nargs="*", type=Path)
    parser.add_argument("--ops", type=int, default=2000)
    parser.add_argument("--repeats", type=int, default=7)
    return parser.parse_args()


def _row(name: str, entry: PlannerEntry, net: Net, repeats: int) -> str:
    run = _run(entry, net)
    plain, traced = [], []
    for _ in range(repeats):
        plain.append(_seconds(lambda: run(None)))
        traced.append(_seconds(lambda: run(Trace())))
    trace = Trace()
    run(trace)
    reading = _seconds(lambda: list(trace.decisions))
    whole = _seconds(lambda: study(net, Settings(name)))
    # The quickest runs: what else the machine does only ever adds to them.
    added = min(traced) - min(plain)
    of_all = added / (whole - added)
    return (
        f"{name:<26}{median(plain):>10.4f}{added / min(plain):>9.0%}{of_all:>9.1%}"
        f"{reading:>9.3f}{len(trace.decisions):>9,}"
    )


def _print_answers(net: Net) -> None:
    """How long the slowest of some answers takes."""
    made = study(net, Settings())
    names = [buffer.name for buffer in made.problem.buffers]
    some = names[:: max(1, len(names) // 20)]
    pairs = list(pairwise(some))
    rows = (
        ("why", max(_seconds(lambda n=n: why(made, n)) for n in some)),
        ("why_not", max(_seconds(lambda p=p: why_not(made, *p, cost=False)) for p in pairs)),
        ("why_not, planned again", max(_seconds(lambda p=p: why_not(made, *p)) for p in pairs)),
        ("at_peak", _seconds(lambda: at_peak(made))),
    )
    print(", ".join(f"{what} {seconds:.3f} s" for what, seconds in rows))


def _run(entry: PlannerEntry, net: Net) -> Run:
    if isinstance(entry, PackerEntry):
        problem = problem_from(net)
        return lambda trace: entry.pack(problem, trace)
    return lambda trace: recycled(net, entry, None, trace)


def _seconds(work: Callable[[], object]) -> float:
    # Of this process alone: what else the machine does is not counted.
    start = time.process_time()
    work()
    return time.process_time() - start


def _opened(path: Path) -> Net:
    return prepare(load([InputFile(path.name, path.read_bytes())]))


def _sized(ops: list[Op], output: str) -> Net:
    names = dict.fromkeys(name for op in ops for name in (*op.inputs, *op.outputs))
    blobs = {n: Blob(n, (64 + 64 * (k % 7),), DType.FLOAT32) for k, n in enumerate(names)}
    return prepare(Net("made", tuple(ops), blobs, ("data",), (output,)))


def _chain(count: int) -> Net:
    names = ["data", *(f"x{k}" for k in range(count))]
    return _sized([Op("Made", (a,), (b,)) for a, b in pairwise(names)], names[-1])


def _branches(count: int) -> Net:
    """Blocks of four branches of two ops, each joined again."""
    ops, last = [], "data"
    for block in range(count):
        tails = []
        for branch in range(4):
            first, second = f"b{block}_{branch}", f"c{block}_{branch}"
            ops += [Op("Made", (last,), (first,)), Op("Made", (first,), (second,))]
            tails.append(second)
        last = f"j{block}"
        ops.append(Op("Joined", tuple(tails), (last,)))
    return _sized(ops, last)


if __name__ == "__main__":
    main()
