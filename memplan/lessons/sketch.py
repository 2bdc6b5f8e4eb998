"""Small nets for lessons, written in a few lines; sizes are in units of 256 bytes.

net = Sketch("pair")
net.given("data", 4)           # an input of 1 KiB
net.fc("data", "a", 8)         # a layer that makes 2 KiB
net.op("Relu", "a", "b")
net.wanted("b")
"""

from __future__ import annotations

from types import MappingProxyType

from memplan.net import Blob, DType, Net, Op
from memplan.study import prepare

__all__ = ["UNIT", "Sketch"]

UNIT = 256
"""Bytes; 64 numbers of four bytes each."""


class Sketch:
    """A net in the making: real operators of Caffe2, so that every planner takes it."""

    def __init__(self, name: str, type: str = "") -> None:  # noqa: A002  the net's own word
        self.name = name
        self.type = type
        self.ops: list[Op] = []
        self.blobs: dict[str, Blob] = {}
        self.inputs: list[str] = []
        self.outputs: list[str] = []
        self.width: dict[str, int] = {}

    def given(self, name: str, units: int) -> None:
        """An input from outside."""
        self._external(name, (1, 64 * units))
        self.width[name] = units

    def fc(self, source: str, target: str, units: int) -> None:
        """A fully connected layer, whose output has any size; its weights are not planned."""
        weights, bias = f"{target}_w", f"{target}_b"
        self._external(weights, (64 * units, 64 * self.width[source]), initialized=True)
        self._external(bias, (64 * units,), initialized=True)
        self.ops.append(Op("FC", (source, weights, bias), (target,)))
        self.width[target] = units

    def op(self, kind: str, sources: str, target: str) -> None:
        """An element-wise op: what it makes is as large as the first of what it reads."""
        names = tuple(sources.split())
        self.ops.append(Op(kind, names, (target,)))
        self.width[target] = self.width[names[0]]

    def gradient(self, kind: str, sources: str, target: str) -> None:
        """An op of the backward pass."""
        names = tuple(sources.split())
        self.ops.append(Op(kind, names, (target,), is_gradient=True))
        self.width[target] = self.width[names[0]]

    def wanted(self, *names: str) -> None:
        """What whoever runs the net reads afterwards."""
        self.outputs.extend(names)

    def net(self, order: tuple[int, ...] | None = None) -> Net:
        """The net, ready to be planned; its ops perhaps in another order."""
        ops = tuple(self.ops) if order is None else tuple(self.ops[index] for index in order)
        blobs = MappingProxyType(dict(self.blobs))
        inputs, outputs = tuple(self.inputs), tuple(self.outputs)
        return prepare(Net(self.name, ops, blobs, inputs, outputs, self.type))

    def _external(self, name: str, shape: tuple[int, ...], *, initialized: bool = False) -> None:
        self.inputs.append(name)
        self.blobs[name] = Blob(name, shape, DType.FLOAT32, initialized=initialized)
