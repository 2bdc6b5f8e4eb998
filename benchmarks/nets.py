"""Generated nets for the benchmarks: bottlenecks with shortcuts, as long as one likes."""

from __future__ import annotations

from pathlib import Path

from memplan.formats import netdef_pb2 as pb

__all__ = ["write_bottlenecks"]

CHANNELS, SIDE = 16, 28
KERNELS = (1, 3, 1)


def write_bottlenecks(nodes: int, folder: Path) -> list[Path]:
    """Write a predict net whose graph has about so many nodes, and its init net.

    Each block is Conv, Relu three times, an Add with the block's input, a Relu: every blob has a
    name of its own. Weights are filled, and drawn by nobody.
    """
    net = pb.NetDef(name=f"bottlenecks_{nodes}", external_input=["data"])
    init = pb.NetDef(name="init")
    _fill(init, "data", (1, CHANNELS, SIDE, SIDE))
    last = "data"
    for block in range(max(1, round(nodes / (2 * (2 * len(KERNELS) + 2))))):
        last = _block(net, init, f"block{block}", last)
    net.external_output.append(last)
    paths = [folder / "predict_net.pb", folder / "init_net.pb"]
    for path, message in zip(paths, (net, init), strict=True):
        path.write_bytes(message.SerializeToString())
    return paths


def _block(net: pb.NetDef, init: pb.NetDef, name: str, source: str) -> str:
    last = source
    for number, kernel in enumerate(KERNELS):
        weight = f"{name}/w{number}"
        net.external_input.append(weight)
        _fill(init, weight, (CHANNELS, CHANNELS, kernel, kernel))
        conv = net.op.add(type="Conv", input=[last, weight], output=[f"{name}/conv{number}"])
        conv.arg.add(name="kernel", i=kernel)
        conv.arg.add(name="pad", i=kernel // 2)
        net.op.add(type="Relu", input=[conv.output[0]], output=[f"{name}/relu{number}"])
        last = f"{name}/relu{number}"
    net.op.add(type="Add", input=[last, source], output=[f"{name}/sum"])
    net.op.add(type="Relu", input=[f"{name}/sum"], output=[f"{name}/out"])
    return f"{name}/out"


def _fill(init: pb.NetDef, name: str, shape: tuple[int, ...]) -> None:
    op = init.op.add(type="ConstantFill", output=[name])
    op.arg.add(name="shape", ints=shape)
