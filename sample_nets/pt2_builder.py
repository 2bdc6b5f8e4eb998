"""A program of torch.export built from scratch, as `torch.export.save` lays it out (schema 8).

    program = Program("block")
    x = program.input("x", ("s0", 8))
    y = program.op("aten.relu.default", [x], "relu", ("s0", 8))
    data = program.to_bytes([y])

No weights are in the archive: their shapes are in the graph, and nothing else of them is read.
"""

from __future__ import annotations

import io
import json
import zipfile
from collections.abc import Mapping, Sequence
from math import prod
from typing import Any

__all__ = ["BOOL", "FLOAT", "LONG", "Program"]

LONG, FLOAT, BOOL = 5, 7, 12  # by their numbers in the file

Dims = Sequence[int | str]
_DAY = (1980, 1, 1, 0, 0, 0)


class Program:
    """The graph of a program: values by name, ops in order.

    Attributes:
        examples: A number for each free dim.
    """

    def __init__(self, name: str, examples: Mapping[str, int] | None = None) -> None:
        self.name = name
        self.examples = dict(examples or {})
        self.values: dict[str, Any] = {}
        self.inputs: list[Any] = []
        self.nodes: list[Any] = []
        self.specs: list[Any] = []
        self.written: list[Any] = []
        self.parameters = 0

    def value(self, name: str, dims: Dims, dtype: int = FLOAT, strides: Dims = ()) -> str:
        """Describe a tensor; without strides its elements lie one after another."""
        self.values[name] = {
            "dtype": dtype,
            "sizes": [self._size(dim) for dim in dims],
            "requires_grad": False,
            "device": {"type": "cpu", "index": None},
            "strides": [self._size(step) for step in strides or _rows(dims)],
            "storage_offset": {"as_int": 0},
            "layout": 7,
        }
        return name

    def input(self, name: str, dims: Dims, dtype: int = FLOAT) -> str:
        """Add a tensor that the user gives."""
        return self._given(name, dims, dtype, {"user_input": {"arg": _tensor(name)}})

    def parameter(self, name: str, dims: Sequence[int]) -> str:
        """Add a weight."""
        self.parameters += prod(dims)
        spec = {"parameter": {"arg": {"name": name}, "parameter_name": name.replace("_", ".")}}
        return self._given(name, dims, FLOAT, spec)

    def buffer(self, name: str, dims: Sequence[int], dtype: int = FLOAT) -> str:
        """Add a buffer; it is state once the program writes to it."""
        about = {"arg": {"name": name}, "buffer_name": name, "persistent": True}
        return self._given(name, dims, dtype, {"buffer": about})

    def op(
        self,
        target: str,
        reads: Sequence[str],
        name: str,
        dims: Dims,
        *,
        strides: Dims = (),
        settings: Mapping[str, Any] | None = None,
        dtype: int = FLOAT,
    ) -> str:
        """Add an op that makes one tensor, which is called as the op is."""
        self.value(name, dims, dtype, strides)
        self.node(target, [_tensor(read) for read in reads], [_tensor(name)], settings)
        return name

    def node(
        self,
        target: str,
        arguments: Sequence[Any],
        outputs: Sequence[Any],
        settings: Mapping[str, Any] | None = None,
    ) -> None:
        """Add an op as the file has it: arguments and outputs as unions."""
        pairs = [("self", a) for a in arguments] + list((settings or {}).items())
        self.nodes.append(
            {
                "target": f"torch.ops.{target}",
                "inputs": [{"name": key, "arg": arg, "kind": 1} for key, arg in pairs],
                "outputs": list(outputs),
                "metadata": {},
                "is_hop_single_tensor_return": None,
                "name": target.split(".")[1],
            }
        )

    def write(self, buffer: str, value: str) -> None:
        """Let a buffer hold a value after the run."""
        self.written.append({"buffer_mutation": {"arg": {"name": value}, "buffer_name": buffer}})

    def graph(self, outputs: Sequence[str]) -> dict[str, Any]:
        """The graph, as it stands in the file and as an argument of an op that runs it."""
        return {
            "inputs": self.inputs,
            "outputs": [_tensor(name) for name in outputs],
            "nodes": self.nodes,
            "tensor_values": self.values,
            "sym_int_values": {},
            "sym_bool_values": {},
            "is_single_tensor_return": False,
            "custom_obj_values": {},
            "sym_float_values": {},
        }

    def program(self, outputs: Sequence[str]) -> dict[str, Any]:
        """All that the file says."""
        results = [{"user_output": {"arg": _tensor(name)}} for name in outputs]
        signature = {"input_specs": self.specs, "output_specs": [*self.written, *results]}
        return {
            "graph_module": {
                "graph": self.graph(outputs),
                "signature": signature,
                "module_call_graph": [],
            },
            "opset_version": {"aten": 10},
            "range_constraints": {d: {"min_val": 1, "max_val": 4096} for d in self.examples},
            "schema_version": {"major": 8, "minor": 20},
        }

    def to_bytes(self, outputs: Sequence[str]) -> bytes:
        """The archive."""
        members = {
            "models/model.json": json.dumps(self.program(outputs)),
            "archive_format": "pt2",
            "archive_version": "0",
            "byteorder": "little",
        }
        out = io.BytesIO()
        with zipfile.ZipFile(out, "w", zipfile.ZIP_STORED) as archive:
            for name, content in members.items():
                archive.writestr(zipfile.ZipInfo(f"{self.name}/{name}", _DAY), content)
        return out.getvalue()

    def _given(self, name: str, dims: Dims, dtype: int, spec: Any) -> str:
        self.specs.append(spec)
        self.inputs.append(_tensor(name))
        return self.value(name, dims, dtype)

    def _size(self, dim: int | str) -> dict[str, Any]:
        if isinstance(dim, int):
            return {"as_int": dim}
        # As examples go, an expression has none here; the free dims themselves do.
        hint = self.examples.get(dim)
        return {"as_expr": {"expr_str": dim, "hint": None if hint is None else {"as_int": hint}}}


def _tensor(name: str) -> dict[str, Any]:
    return {"as_tensor": {"name": name}}


def _rows(dims: Dims) -> list[int | str]:
    """The strides of a tensor whose elements lie one after another."""
    return [_product(dims[place + 1 :]) for place in range(len(dims))]


def _product(dims: Dims) -> int | str:
    names = [f"({dim})" for dim in dims if isinstance(dim, str)]
    count = prod(dim for dim in dims if isinstance(dim, int))
    return "*".join([str(count), *names]) if names else count
