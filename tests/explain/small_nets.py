"""Small nets of known sizes, written as rows of (type, inputs, outputs)."""

from __future__ import annotations

from itertools import pairwise
from types import MappingProxyType
from typing import Any

from memplan.net import CPU, Blob, Device, DType, Net, Op
from memplan.study import prepare

__all__ = ["GPU", "chain", "net_of"]

GPU = Device("cuda", 0)


def net_of(
    *rows: tuple[str, str, str],
    inputs: str = "data",
    outputs: str = "out",
    gpu: tuple[int, ...] = (),
    sizes: dict[str, int] | None = None,
    dtypes: dict[str, DType] | None = None,
    **more: Any,
) -> Net:
    """A prepared net; every blob has 16 bytes unless `sizes` says how many.

    Args:
        gpu: The ops that run on the GPU.
    """
    ops = tuple(
        Op(kind, tuple(ins.split()), tuple(outs.split()), device=GPU if k in gpu else CPU)
        for k, (kind, ins, outs) in enumerate(rows)
    )
    names = dict.fromkeys(n for op in ops for n in (*op.inputs, *op.outputs))
    bytes_of = {name: (sizes or {}).get(name, 16) for name in names}
    types = {name: (dtypes or {}).get(name, DType.FLOAT32) for name in names}
    blobs = {n: Blob(n, (size // 4,), types[n]) for n, size in bytes_of.items()}
    shaped = MappingProxyType(blobs)
    return prepare(Net("small", ops, shaped, tuple(inputs.split()), tuple(outputs.split()), **more))


def chain(names: str, **more: Any) -> Net:
    """Ops of a type that no table knows, so that sizes stay as they are given."""
    each = names.split()
    rows = [("Made", a, b) for a, b in pairwise(each)]
    return net_of(*rows, inputs=each[0], outputs=each[-1], **more)
