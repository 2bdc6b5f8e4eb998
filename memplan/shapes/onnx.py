"""Shapes of an ONNX net: its message is asked anew, with what the user says put into it.

What is fixed goes into the declared types of a copy of the message (a free dim everywhere it
stands), the inference runs on that copy, and what it tells is put into the net that was read.
Where the file has declared all that matters, nothing is asked.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any

from memplan.errors import InvalidNet, quoted
from memplan.formats.onnx_shapes import Inferred, infer_types
from memplan.formats.onnx_types import ELEMENT_TYPES, dims_of
from memplan.formats.onnx_values import UNKNOWN, OnnxSource, Types, below, joined, with_types
from memplan.net import Blob, Net
from memplan.ops.schema import TensorType
from memplan.plan import Progress
from memplan.shapes.free_dims import fixed
from memplan.shapes.known import check_given, nbytes, preferring
from memplan.shapes.reasons import with_reasons

__all__ = ["infer_onnx"]


def infer_onnx(
    net: Net, given: Mapping[str, TensorType], dims: Mapping[str, int], progress: Progress | None
) -> Net:
    """Return `net`, as it was loaded from an ONNX file, with all that can be known of its blobs.

    Raises:
        InvalidNet: A given shape is impossible.
        Cancelled: `progress` asked to stop.
    """
    check_given(given)
    source: OnnxSource | None = net.source
    if source is None:
        return with_reasons(fixed(net, dims), None)
    supplied = _supplied(net, source.net, given)
    model = type(source.model)()
    model.CopyFrom(source.model)
    numbers = _told_by(model, supplied) | dict(dims)
    graphs = [graph for _, graph in source.graphs(model)]
    if any(_contradicts(value, supplied) for value in model.graph.input):
        # What the file says of values further on is of other inputs than these.
        _forget(graphs)
    for graph in graphs:
        for value in (*graph.input, *graph.output, *graph.value_info):
            _fix(value, numbers)
    if supplied:
        _put(model.graph, supplied)
    declared, found = source.declared(model), Inferred()
    if not _is_whole(source.net, declared):
        found = infer_types(model, progress)
    types = joined(declared, source.renamed(found.types))
    blobs = _as_read(net, source.net)
    sized = with_types(replace(source.net, blobs=blobs, source=source), types)
    if supplied:
        blobs = {name: _with_given(blob, supplied.get(name)) for name, blob in sized.blobs.items()}
        sized = sized.with_blobs(blobs)
    return with_reasons(fixed(sized, numbers), found.failed)


def _supplied(net: Net, loaded: Net, given: Mapping[str, TensorType]) -> dict[str, TensorType]:
    """What the user gives, and what a file of shapes beside the model said of its inputs."""
    beside = {
        name: TensorType(blob.shape, blob.dtype)
        for name, blob in net.blobs.items()
        if blob.shape is not None and blob.shape != loaded.blob(name).shape
    }
    for name in given:
        if net.blob(name).initialized:
            raise InvalidNet(f"{quoted(name)} is stored in the file, with its shape; leave it out")
    return beside | dict(given)


def _as_read(net: Net, loaded: Net) -> dict[str, Blob]:
    """The blobs as the file alone tells them, in the roles that they have in `net`."""
    blobs = {}
    for name, blob in net.blobs.items():
        plain = loaded.blob(name)
        same = (blob.shape, blob.dtype) == (plain.shape, plain.dtype)
        blobs[name] = blob if same else replace(plain, role=blob.role, rule=blob.rule)
    return blobs


def _shape(value: Any) -> Any | None:
    """The message of a value's dims; None where its type tells none."""
    if value.type.WhichOneof("value") != "tensor_type":
        return None
    tensor = value.type.tensor_type
    return tensor.shape if tensor.HasField("shape") else None


def _told_by(model: Any, supplied: Mapping[str, TensorType]) -> dict[str, int]:
    """Free dims that a given shape of an input fixes; not one that it gives two numbers."""
    found: dict[str, set[int]] = {}
    for value in model.graph.input:
        shape, told = _shape(value), supplied.get(value.name)
        if shape is None or told is None or told.shape is None:
            continue
        for dim, number in zip(dims_of(shape), told.shape, strict=False):
            if isinstance(dim, str) and isinstance(number, int):
                found.setdefault(dim, set()).add(number)
    return {dim: numbers.pop() for dim, numbers in found.items() if len(numbers) == 1}


def _contradicts(value: Any, supplied: Mapping[str, TensorType]) -> bool:
    shape, told = _shape(value), supplied.get(value.name)
    if shape is None or told is None or told.shape is None:
        return False
    declared = dims_of(shape)
    return len(declared) != len(told.shape) or any(
        isinstance(a, int) and isinstance(b, int) and a != b
        for a, b in zip(declared, told.shape, strict=True)
    )


def _forget(graphs: Iterable[Any]) -> None:
    for graph in graphs:
        graph.ClearField("value_info")
        for value in graph.output:
            if value.type.WhichOneof("value") == "tensor_type":
                value.type.tensor_type.ClearField("shape")


def _fix(value: Any, numbers: Mapping[str, int]) -> None:
    shape = _shape(value)
    for dim in () if shape is None else shape.dim:
        if dim.dim_param in numbers:
            dim.dim_value = numbers[dim.dim_param]


def _put(graph: Any, supplied: Mapping[str, TensorType]) -> None:
    """Write given shapes into the declared types; element types stay as the file has them."""
    declared = {value.name: value for value in (*graph.value_info, *graph.output, *graph.input)}
    made = {name for node in graph.node for name in node.output}
    for name, told in supplied.items():
        if told.shape is None or (name not in declared and name not in made):
            continue
        value = declared.get(name) or graph.value_info.add(name=name)
        tensor = value.type.tensor_type
        if not tensor.elem_type and told.dtype is not None and name not in made:
            tensor.elem_type = next(k for k, v in ELEMENT_TYPES.items() if v is told.dtype)
        tensor.ClearField("shape")
        tensor.shape.SetInParent()
        for dim in told.shape:
            entry = tensor.shape.dim.add()
            if isinstance(dim, int):
                entry.dim_value = dim


def _is_whole(net: Net, types: Types, path: str = "") -> bool:
    """Whether the sizes of all that the ops make follow from these types."""
    here = types[path]
    return all(
        nbytes(here.get(name, UNKNOWN)) is not None for op in net.ops for name in op.outputs
    ) and all(
        _is_whole(inner, types, below(path, index, key))
        for index, op in enumerate(net.ops)
        for key, inner in op.nets.items()
    )


def _with_given(blob: Blob, told: TensorType | None) -> Blob:
    """The user's word wins, whatever the inference made of it."""
    if told is None:
        return blob
    found = preferring(TensorType(told.shape, blob.dtype), TensorType(blob.shape, blob.dtype))
    return replace(blob, shape=found.shape, dtype=blob.dtype or told.dtype)
