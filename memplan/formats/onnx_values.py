"""Types of the values of an ONNX net: what its message declares, and what is known beyond that.

A net is read once. What becomes known of its values later (a dim is given a number, an inference
ran) is put into the net that is there, graph by graph:

    net     x ──Relu──▶ h ──Neg──▶ y            y is declared [1, n], h is not
    types   {"": {"x": [1, 8], "h": [1, 8], "y": [1, 8]}}

A graph is known by its path: "" is the outermost, "3:then_branch" one in its op 3.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from types import MappingProxyType
from typing import Any

from memplan.formats.onnx_message import graphs_in
from memplan.formats.onnx_names import text
from memplan.formats.onnx_types import declared_type
from memplan.net import Blob, Net
from memplan.ops.schema import TensorType

__all__ = ["UNKNOWN", "OnnxSource", "Types", "below", "declared_types", "joined", "with_types"]

Types = Mapping[str, Mapping[str, TensorType]]
"""By the path of a graph, then by the name of the value."""

UNKNOWN = TensorType()
_NOTHING: Mapping[str, TensorType] = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class OnnxSource:
    """What a net was read from.

    Attributes:
        model: The ModelProto; not to be changed.
        net: The net as it was read, before anybody said more of it.
        own: Of each nested graph, by its path: for the names in the net those in the file.
    """

    model: Any
    net: Net
    own: Mapping[str, Mapping[str, str]]

    def graphs(self, model: Any) -> Iterator[tuple[str, Any]]:
        """The graphs of `model`, a copy of the message, the outermost first, each with its path."""
        yield "", model.graph
        yield from _nested_graphs(self.net, model.graph, "")

    def declared(self, model: Any) -> Types:
        """What `model`, a copy of the message, declares, by the names in the net."""
        return self.renamed({path: declared_types(graph) for path, graph in self.graphs(model)})

    def renamed(self, types: Types) -> Types:
        """Types by the names in the net, of types by the names in the file; no others."""
        here = types.get("", _NOTHING)
        found = {"": {name: told for name, told in here.items() if name in self.net.blobs}}
        for path, own in self.own.items():
            here = types.get(path, _NOTHING)
            found[path] = {name: here[raw] for name, raw in own.items() if raw in here}
        return found


def _nested_graphs(net: Net, graph: Any, path: str) -> Iterator[tuple[str, Any]]:
    # Ops that were put behind those of the file run no graphs.
    for index, op in enumerate(net.ops):
        for key, inner in graphs_in(graph.node[index]) if op.nets else ():
            place = below(path, index, key)
            yield place, inner
            yield from _nested_graphs(op.nets[key], inner, place)


def below(path: str, index: int, key: str) -> str:
    """The path of the graph that an op of the graph at `path` runs.

    >>> below("3:then_branch", 0, "body")
    '3:then_branch/0:body'
    """
    return f"{path}/{index}:{key}" if path else f"{index}:{key}"


def declared_types(graph: Any) -> dict[str, TensorType]:
    """What a graph declares of its values, by their names in the file."""
    found: dict[str, TensorType] = {}
    for value in (*graph.value_info, *graph.input, *graph.output):
        name = text(value.name)
        told = declared_type(name, value.type)
        if name not in found or told.shape is not None:
            found[name] = told
    return found


def joined(declared: Types, inferred: Types) -> Types:
    """What was inferred, and what is declared where that says nothing; declared reasons stand."""
    return {path: _joined(declared[path], inferred.get(path, _NOTHING)) for path in declared}


def _joined(
    declared: Mapping[str, TensorType], inferred: Mapping[str, TensorType]
) -> dict[str, TensorType]:
    found = {**declared, **inferred}
    for name, before in declared.items():
        told = found[name]
        reason = before.reason or told.reason
        found[name] = TensorType(told.shape, told.dtype or before.dtype, reason=reason)
    return found


def with_types(net: Net, types: Types, path: str = "") -> Net:
    """A net as it was read, with these types in place of what it knows; what is stored stays."""
    here = types.get(path, _NOTHING)
    blobs = {
        name: blob if blob.initialized else _typed(blob, here.get(name, UNKNOWN))
        for name, blob in net.blobs.items()
    }
    ops = list(net.ops)
    for index, op in enumerate(ops):
        if op.nets:
            inner = {
                key: with_types(nested, types, below(path, index, key))
                for key, nested in op.nets.items()
            }
            ops[index] = replace(op, nets=MappingProxyType(inner))
    return replace(net, ops=tuple(ops), blobs=MappingProxyType(blobs))


def _typed(blob: Blob, found: TensorType) -> Blob:
    return Blob(blob.name, found.shape, found.dtype, blob.role, blob.rule, unknown=found.reason)
