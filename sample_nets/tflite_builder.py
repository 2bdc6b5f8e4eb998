"""A TensorFlow Lite model built from scratch: tensors, the ops between them, its subgraphs.

    model = TfliteBuilder()
    graph = model.subgraph("main")
    x = graph.tensor("x", (1, 8))
    y = graph.op(BuiltinOperator.RELU, [x], [graph.tensor("y", (1, 8))])
    graph.inputs, graph.outputs = [x], [y]
    data = model.to_bytes()

Weights are zeros: what a model needs for its memory to be planned is their shape. All scales
are one value, so that an interpreter takes the model and runs it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from math import prod
from typing import Any

import flatbuffers
from tflite import BuiltinOperator, TensorType

__all__ = ["Fields", "Subgraph", "TfliteBuilder", "flat"]

Fields = Mapping[int, Any]
"""A table: values by the number of the field in the schema.

A number with its kind, as in `struct`: ``("i", 5)``; a string; bytes; a table; a list of whole
numbers, of floats, of tables; ``("zeros", n)``: n 64-bit zeros.
"""

_SLOTS = {
    "b": "Int8",
    "B": "Uint8",
    "?": "Bool",
    "i": "Int32",
    "I": "Uint32",
    "Q": "Uint64",
    "f": "Float32",
}
_SCALE = 0.0625
_BYTES = {TensorType.INT8: 1, TensorType.INT16: 2, TensorType.INT32: 4, TensorType.FLOAT32: 4}


def flat(root: Fields, identifier: bytes = b"TFL3") -> bytes:
    """Return a FlatBuffer of these tables."""
    out = flatbuffers.Builder(1024)
    out.Finish(_table(out, root), file_identifier=identifier)
    return bytes(out.Output())


class Subgraph:
    """One subgraph: its tensors and ops by number, and what it takes and gives."""

    def __init__(self, model: TfliteBuilder, name: str) -> None:
        self.model = model
        self.name = name
        self.tensors: list[Fields] = []
        self.operators: list[Fields] = []
        self.inputs: Sequence[int] = ()
        self.outputs: Sequence[int] = ()

    def tensor(self, name: str, shape: Sequence[int], dtype: int = TensorType.INT8) -> int:
        """Add a tensor that an op makes, or that comes from outside."""
        return self._add(name, shape, dtype, 0)

    def weight(self, name: str, shape: Sequence[int], dtype: int = TensorType.INT8) -> int:
        """Add a tensor of zeros."""
        self.model.buffers.append(bytes(prod(shape) * _BYTES[dtype]))
        self.model.parameters += prod(shape)
        return self._add(name, shape, dtype, len(self.model.buffers) - 1)

    def state(self, name: str, shape: Sequence[int], dtype: int = TensorType.INT8) -> int:
        """Add a tensor that is kept from run to run."""
        return self._add(name, shape, dtype, 0, {5: ("?", 1)})

    def _add(
        self,
        name: str,
        shape: Sequence[int],
        dtype: int,
        buffer: int,
        more: Fields = {},  # noqa: B006  read alone
    ) -> int:
        # A filter has a scale for each channel that it makes; one will do for all of them.
        scales = {2: [_SCALE], 3: ("zeros", 1)}
        fields = {0: list(shape), 1: ("b", dtype), 2: ("I", buffer), 3: name, 4: scales, **more}
        self.tensors.append(fields)
        return len(self.tensors) - 1

    def op(
        self,
        code: int,
        inputs: Sequence[int],
        outputs: Sequence[int],
        options: tuple[int, Fields] = (0, {}),
        more: Fields = {},  # noqa: B006  read alone
    ) -> int:
        """Add an op; return the first tensor that it makes, or -1.

        Args:
            options: The number of their table in BuiltinOptions, and its fields.
            more: Other fields of the operator.
        """
        fields: dict[int, Any] = {0: ("I", self.model.code(code)), 1: inputs, 2: outputs}
        if options[0]:
            fields |= {3: ("B", options[0]), 4: options[1]}
        self.operators.append({**fields, **more})
        return outputs[0] if outputs else -1

    def fields(self) -> Fields:
        """The subgraph as a table."""
        return {
            0: self.tensors,
            1: list(self.inputs),
            2: list(self.outputs),
            3: self.operators,
            4: self.name,
        }


class TfliteBuilder:
    """Collects what becomes one model.

    Attributes:
        codes: Operators in use: code and, of a custom one, its name.
        buffers: Content; the first is empty by agreement.
        metadata: Further content by name.
        parameters: Elements of all weights.
    """

    def __init__(self) -> None:
        self.subgraphs: list[Subgraph] = []
        self.codes: list[tuple[int, str]] = []
        self.buffers: list[bytes] = [b""]
        self.metadata: dict[str, bytes] = {}
        self.parameters = 0

    def subgraph(self, name: str) -> Subgraph:
        """Add a subgraph; the first is the net."""
        self.subgraphs.append(Subgraph(self, name))
        return self.subgraphs[-1]

    def code(self, code: int, custom: str = "") -> int:
        """The number of an operator code among those in use."""
        if (code, custom) not in self.codes:
            self.codes.append((code, custom))
        return self.codes.index((code, custom))

    def to_bytes(self) -> bytes:
        """The model as a file."""
        first = len(self.buffers)
        buffers = [*self.buffers, *self.metadata.values()]
        entries = [{0: name, 1: ("I", first + i)} for i, name in enumerate(self.metadata)]
        model: dict[int, Any] = {
            0: ("I", 3),
            1: [_code(*code) for code in self.codes],
            2: [graph.fields() for graph in self.subgraphs],
            3: "made by memplan's samples",
            4: [{0: content} if content else {} for content in buffers],
        }
        return flat(model | ({6: entries} if entries else {}))


def _code(code: int, custom: str) -> Fields:
    # Readers of before 2020 look at the first field, which holds one byte.
    placeholder = BuiltinOperator.PLACEHOLDER_FOR_GREATER_OP_CODES
    fields: dict[int, Any] = {0: ("b", min(code, placeholder)), 2: ("i", 3), 3: ("i", code)}
    return {**fields, 1: custom} if custom else fields


def _table(out: flatbuffers.Builder, fields: Fields) -> int:
    """Write a table, what it refers to first, as a FlatBuffer is written from its end."""
    places = {n: _referred(out, value) for n, value in fields.items() if not _is_scalar(value)}
    out.StartObject(max(fields, default=-1) + 1)
    for number, value in sorted(fields.items()):
        if number in places:
            out.PrependUOffsetTRelativeSlot(number, places[number], 0)
        else:
            assert isinstance(value, tuple)
            # No default: what is given is written.
            getattr(out, f"Prepend{_SLOTS[value[0]]}Slot")(number, value[1], None)
    return int(out.EndObject())


def _is_scalar(value: Any) -> bool:
    return isinstance(value, tuple) and bool(value) and value[0] in _SLOTS


def _referred(out: flatbuffers.Builder, value: Any) -> int:
    if isinstance(value, str):
        return int(out.CreateString(value))
    if isinstance(value, bytes):
        return _content(out, value)
    if isinstance(value, Mapping):
        return _table(out, value)
    if value and value[0] == "zeros":
        return _vector(out, [0] * value[1], "Int64", 8)
    if value and isinstance(value[0], Mapping):
        return _vector(out, [_table(out, one) for one in value], "UOffsetTRelative", 4)
    kind = "Float32" if value and isinstance(value[0], float) else "Int32"
    return _vector(out, value, kind, 4)


def _vector(out: flatbuffers.Builder, items: Sequence[float], kind: str, width: int) -> int:
    out.StartVector(width, len(items), width)
    for item in reversed(items):
        getattr(out, f"Prepend{kind}")(item)
    return int(out.EndVector())


def _content(out: flatbuffers.Builder, data: bytes) -> int:
    """Bytes at a multiple of 16, as engines want them."""
    out.StartVector(1, len(data), 16)
    for byte in reversed(data):
        out.PrependByte(byte)
    return int(out.EndVector())
