"""From bytes to an ONNX message that holds the graph and none of the weights.

The bytes are measured on the wire first, then parsed in this process: protobuf's parser has its
own bound on depth, and the measure bounds what it may build. No library routine that follows
`external_data` is ever called, so no second file is opened, wherever its location points. What
is long or lies elsewhere loses its numbers here and keeps its shape: what is left is small.
"""

from __future__ import annotations

from collections.abc import Iterator
from math import prod
from typing import Any

from google.protobuf.message import DecodeError

from memplan.errors import FormatError, quoted
from memplan.formats.measure import Layout, measure
from memplan.formats.onnx_inline import inline_functions
from memplan.formats.onnx_order import put_in_order
from memplan.formats.onnx_plan import PLAN_KEY

__all__ = ["KEPT_VALUES", "all_graphs", "graphs_in", "is_elsewhere", "parse_onnx"]

# A shape, the scales of a Resize, the axes of a Squeeze: what shape inference may ask for.
KEPT_VALUES = 1024

_DATA = ("raw_data", "float_data", "int32_data", "string_data", "int64_data", "double_data")
_EXTERNAL = 1


def parse_onnx(data: bytes, file: str) -> Any:
    """Parse a ModelProto, put its functions into the graph, and leave the weights out.

    Raises:
        TooLarge: It holds more than a reader takes in.
        FormatError: It is truncated or damaged, or has no graph.
    """
    # Half a second of imports: only who opens such a file waits for it.
    import onnx  # noqa: PLC0415

    kinds: Any = onnx
    layout = Layout(kinds.ModelProto.DESCRIPTOR, kinds.GraphProto.DESCRIPTOR, "node")
    measure(data, file, layout)
    try:
        model = kinds.ModelProto.FromString(data)
    except (ValueError, DecodeError):
        raise FormatError(f"{quoted(file)} is damaged inside; get the file again") from None
    if not model.HasField("graph"):
        raise FormatError(f"{quoted(file)} is an ONNX model without a graph; export it again")
    for tensor in _tensors(model):
        _lighten(tensor)
    kept = [entry for entry in model.metadata_props if entry.key == PLAN_KEY]
    for part in ("doc_string", "metadata_props", "training_info"):
        model.ClearField(part)
    model.metadata_props.extend(kept)
    try:
        inline_functions(model, file)
        put_in_order(model.graph)
    except (TypeError, UnicodeError):
        raise FormatError(f"{quoted(file)} has names that are no text; export it again") from None
    _leave_out_masks(model.graph)
    _name_free_dims(model.graph)
    return model


def graphs_in(node: Any) -> Iterator[tuple[str, Any]]:
    """The graphs in a node's attributes, each with the name under which it is nested."""
    for attribute in node.attribute:
        if attribute.HasField("g"):
            yield attribute.name, attribute.g
        for index, graph in enumerate(attribute.graphs):
            yield f"{attribute.name}[{index}]", graph


def is_elsewhere(tensor: Any) -> bool:
    """Whether a tensor's numbers are in another file, or were left out as too long."""
    return bool(tensor.data_location == _EXTERNAL)


def _leave_out_masks(graph: Any) -> None:
    """Leave out the mask of a Dropout that nobody reads: only training makes one."""
    graphs = list(all_graphs(graph))
    found = [node for each in graphs for node in each.node if node.op_type == "Dropout"]
    masked = [node for node in found if len(node.output) == 2]
    wanted = {name for each in graphs if masked for node in each.node for name in node.input}
    wanted.update(value.name for each in graphs for value in each.output)
    for node in masked:
        if node.output[1] not in wanted:
            del node.output[1]


def all_graphs(graph: Any) -> Iterator[Any]:
    """A graph and all that are nested in it, the outermost first."""
    yield graph
    for node in graph.node:
        for _, inner in graphs_in(node) if node.attribute else ():
            yield from all_graphs(inner)


def _name_free_dims(graph: Any) -> None:
    """Call a dim of an input that is free and has no name after the input and its place."""
    stored = {tensor.name for tensor in graph.initializer}
    for value in graph.input:
        if value.name in stored or not isinstance(value.name, str):
            continue
        for axis, dim in enumerate(value.type.tensor_type.shape.dim):
            if not dim.dim_param and (not dim.HasField("dim_value") or dim.dim_value < 0):
                dim.dim_param = f"{value.name}[{axis}]"


def _tensors(model: Any) -> Iterator[Any]:
    yield from _in_graph(model.graph)
    for function in model.functions:
        for node in function.node:
            yield from _in_node(node)


def _in_graph(graph: Any) -> Iterator[Any]:
    yield from graph.initializer
    for sparse in graph.sparse_initializer:
        yield sparse.values
        yield sparse.indices
    for node in graph.node:
        if node.attribute:
            yield from _in_node(node)


def _in_node(node: Any) -> Iterator[Any]:
    for attribute in node.attribute:
        if attribute.HasField("t"):
            yield attribute.t
        yield from attribute.tensors
        if attribute.HasField("sparse_tensor"):
            yield attribute.sparse_tensor.values
            yield attribute.sparse_tensor.indices
    for _, graph in graphs_in(node):
        yield from _in_graph(graph)


def _lighten(tensor: Any) -> None:
    """Drop the numbers of a long tensor, and where those of an external one lie."""
    tensor.ClearField("external_data")
    if not is_elsewhere(tensor) and prod(tensor.dims) <= KEPT_VALUES:
        return
    for part in (*_DATA, "uint64_data"):
        tensor.ClearField(part)
    tensor.data_location = _EXTERNAL
