"""How fast the memonger is, beside the figures that Caffe2's compiled library was measured with.

    python -m benchmarks.memonger

Nets: a chain with a four-way fork about every ten ops, and a plain chain. Each call goes from
message to message, as a caller's does; the best of three runs, in seconds of processor time.
The figures of the original were taken once, on another day and perhaps another machine: the
ratio says no more than whether something is an order of magnitude off. What it cannot do is
marked with a dash: it overflows its stack on plain chains of 20,000 ops and more.
"""

from __future__ import annotations

import tracemalloc
from collections.abc import Callable
from time import process_time

from memplan import memonger
from memplan.formats import netdef_pb2 as pb

# Seconds of the original by function and number of ops.
ORIGINAL = {
    ("linear", 2_000): 0.006,
    ("linear", 20_000): 0.107,
    ("dag", 2_000): 0.054,
    ("dag", 20_000): 9.0,
    ("dag, sized", 20_000): 23.0,
}

Call = Callable[[pb.NetDef], pb.NetDef]


def forked_chain(length: int) -> pb.NetDef:
    """Six ops in a row, four side by side, one that joins them, and again."""
    net = pb.NetDef(name="forked", external_input=["data"])
    last = "data"
    while len(net.op) < length:
        for _ in range(6):
            last = _add(net, [last])
        last = _add(net, [_add(net, [last]) for _ in range(4)])
    net.external_output.append(last)
    return net


def plain_chain(length: int) -> pb.NetDef:
    """One op after another."""
    net = pb.NetDef(name="plain", external_input=["data"])
    last = "data"
    while len(net.op) < length:
        last = _add(net, [last])
    net.external_output.append(last)
    return net


def _add(net: pb.NetDef, inputs: list[str]) -> str:
    made = f"blob_{len(net.op)}"
    net.op.add(type="Relu" if len(inputs) == 1 else "Sum", input=inputs, output=[made])
    return made


def linear(net: pb.NetDef) -> pb.NetDef:
    """The linear pass."""
    return memonger.optimize_inference_fast(net, [*net.external_input, *net.external_output])


def dag(net: pb.NetDef) -> pb.NetDef:
    """The DAG pass over every op and blob that an op makes."""
    return _dag(net, {})


def dag_sized(net: pb.NetDef) -> pb.NetDef:
    """The same with shapes."""
    return _dag(net, {op.output[0]: (64, i * 37 % 91 + 1) for i, op in enumerate(net.op)})


def _dag(net: pb.NetDef, shapes: dict[str, tuple[int, int]]) -> pb.NetDef:
    shareable = {op.output[0] for op in net.op} - set(net.external_output)
    return memonger.compute_blob_recycling_for_dag(
        net, net.external_input, range(len(net.op)), shareable, "", (), shapes
    )


CALLS: dict[str, Call] = {"linear": linear, "dag": dag, "dag, sized": dag_sized}


def best_of(runs: int, call: Call, net: pb.NetDef) -> float:
    """The shortest of some runs, in seconds of processor time."""
    times = []
    for _ in range(runs):
        begin = process_time()
        call(net)
        times.append(process_time() - begin)
    return min(times)


def peak_megabytes(call: Call, net: pb.NetDef) -> float:
    """The most that Python's own objects take at one time."""
    tracemalloc.start()
    call(net)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    return peak / 1e6


def main() -> None:
    """Print a table, and how the cost grows with ops and forks."""
    print(f"{'net':>8} {'ops':>8} {'call':<11} {'seconds':>8} {'original':>9} {'ratio':>6}")
    for make, lengths in ((forked_chain, (200, 2_000, 20_000)), (plain_chain, (20_000, 100_000))):
        for length in lengths:
            net = make(length)
            for name, call in CALLS.items():
                seconds = best_of(3, call, net)
                known = ORIGINAL.get((name, length)) if make is forked_chain else None
                original = "-" if known is None else f"{known:.3f}"
                ratio = "-" if known is None else f"{seconds / known:.2f}"
                row = f"{net.name:>8} {length:>8,} {name:<11} {seconds:>8.3f}"
                print(f"{row} {original:>9} {ratio:>6}")
    print("\nThe DAG pass by ops and forks, and what Python's objects take at the most:")
    for length in (5_000, 10_000, 20_000, 40_000):
        net = forked_chain(length)
        forks = sum(op.type == "Sum" for op in net.op)
        memory = peak_megabytes(dag, net)
        print(
            f"{length:>8,} ops {forks:>6,} forks {best_of(2, dag, net):>8.3f} s {memory:>7.1f} MB"
        )


if __name__ == "__main__":
    main()
