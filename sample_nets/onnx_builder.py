"""An ONNX graph built op by op, with the shapes of its weights and zeros for their numbers.

net = OnnxNet("two_layers", {"batch": 4})
x = net.input("x", ("batch", 8))
x = net.op("Relu", net.dense(x, "fc", 8, 16))
net.output(x, ("batch", 16))
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from math import prod

import numpy as np
import onnx
from onnx import helper, numpy_helper

from memplan.formats.onnx_read import STATE_KEY

__all__ = ["OnnxNet"]

_OPSET, _IR = 20, 10
_FLOAT = onnx.TensorProto.FLOAT

Attribute = int | float | str | Sequence[int] | onnx.GraphProto


class OnnxNet:
    """Collects the ops, weights, inputs and outputs of one graph.

    Attributes:
        dims: A number for each free dim, to begin with when the sample is opened.
        parameters: Elements of all weights; `statistics` are none here.
    """

    statistics = 0

    def __init__(self, name: str, dims: Mapping[str, int]) -> None:
        self.name = name
        self.dims = dict(dims)
        self.parameters = 0
        self.nodes: list[onnx.NodeProto] = []
        self.weights: list[onnx.TensorProto] = []
        self.inputs: list[onnx.ValueInfoProto] = []
        self.outputs: list[onnx.ValueInfoProto] = []

    def input(self, name: str, dims: Sequence[int | str], *, state: bool = False) -> str:
        """Declare an input; `state` is kept from run to run."""
        self.inputs.append(_value(name, dims, state=state))
        return name

    def output(self, name: str, dims: Sequence[int | str], *, state: bool = False) -> None:
        """Declare an output; `state` is kept from run to run."""
        self.outputs.append(_value(name, dims, state=state))

    def weight(self, name: str, dims: Sequence[int]) -> str:
        """A stored tensor of zeros."""
        return self._store(name, np.zeros(tuple(dims), np.float32))

    def ints(self, name: str, values: Sequence[int]) -> str:
        """A stored list of whole numbers: a shape, or axes."""
        return self._store(name, np.array(values, np.int64))

    def scalar(self, name: str, value: float) -> str:
        """A stored number."""
        return self._store(name, np.array(value, np.float32))

    def op(
        self, kind: str, *inputs: str, to: str | Sequence[str] = "", **settings: Attribute
    ) -> str:
        """Append an op; return its first output, called after the op where `to` is empty."""
        name = f"{kind.lower()}{len(self.nodes)}" if not to else ""
        outputs = [to or name] if isinstance(to, str) else list(to)
        self.nodes.append(helper.make_node(kind, inputs, outputs, outputs[0], **settings))
        return outputs[0]

    def dense(self, x: str, name: str, wide: int, out: int) -> str:
        """A matrix product with a stored matrix, and a stored row added."""
        product = self.op("MatMul", x, self.weight(f"{name}.w", (wide, out)), to=f"{name}.product")
        return self.op("Add", product, self.weight(f"{name}.b", (out,)), to=name)

    def norm(self, x: str, name: str, wide: int) -> str:
        """A layer norm over the last dim."""
        scale, shift = (self.weight(f"{name}.{part}", (wide,)) for part in ("scale", "shift"))
        return self.op("LayerNormalization", x, scale, shift, to=name, axis=-1)

    def graph(self) -> onnx.GraphProto:
        """The graph as it is now: a body for another's op."""
        return helper.make_graph(self.nodes, self.name, self.inputs, self.outputs, self.weights)

    def to_bytes(self) -> bytes:
        """The model's file, checked by ONNX; the same bytes every time."""
        opset = helper.make_opsetid("", _OPSET)
        model = helper.make_model(self.graph(), opset_imports=[opset], ir_version=_IR)
        model.producer_name = "memplan"
        onnx.checker.check_model(model)
        return model.SerializeToString(deterministic=True)

    def _store(self, name: str, numbers: np.ndarray) -> str:
        self.weights.append(numpy_helper.from_array(numbers, name))
        self.parameters += prod(numbers.shape)
        return name


def _value(name: str, dims: Sequence[int | str], *, state: bool) -> onnx.ValueInfoProto:
    value = helper.make_tensor_value_info(name, _FLOAT, list(dims))
    if state:
        value.metadata_props.add(key=STATE_KEY, value="state")
    return value
