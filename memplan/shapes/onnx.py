"""Shapes of an ONNX net: its message is asked anew, with what the user says put into it.

What is fixed goes into the declared types of a copy of the message (a free dim everywhere it
stands), the inference runs on that copy, and the copy is read again with what was inferred. Where
the file has declared all that matters, nothing is asked.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from memplan.errors import InvalidNet, quoted
from memplan.formats.onnx_message import all_graphs
from memplan.formats.onnx_read import net_from_model
from memplan.formats.onnx_shapes import Inferred, infer_types
from memplan.formats.onnx_types import ELEMENT_TYPES, dims_of
from memplan.net import Blob, Net, made_names
from memplan.ops.schema import TensorType
from memplan.plan import Progress
from memplan.shapes.free_dims import fixed
from memplan.shapes.known import check_given, preferring
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
    if net.source is None:
        return with_reasons(fixed(net, dims), None)
    supplied = _supplied(net, given)
    model = type(net.source)()
    model.CopyFrom(net.source)
    numbers = _told_by(model, supplied) | dict(dims)
    if any(_contradicts(value, supplied) for value in model.graph.input):
        # What the file says of values further on is of other inputs than these.
        _forget(model)
    for graph in all_graphs(model.graph):
        for value in (*graph.input, *graph.output, *graph.value_info):
            _fix(value, numbers)
    _put(model.graph, supplied)
    found = Inferred()
    sized = _read(net, model, found)
    if not _whole(sized):
        found = infer_types(model, progress)
        sized = _read(net, model, found)
    blobs = {name: _with_given(blob, supplied.get(name)) for name, blob in sized.blobs.items()}
    return with_reasons(fixed(sized.with_blobs(blobs), numbers), found.failed)


def _supplied(net: Net, given: Mapping[str, TensorType]) -> dict[str, TensorType]:
    """What the user gives, and what a file of shapes beside the model said of its inputs."""
    initialized = {name for name, blob in net.blobs.items() if blob.initialized}
    loaded = net_from_model(net.source, "")
    beside = {
        name: TensorType(blob.shape, blob.dtype)
        for name, blob in net.blobs.items()
        if blob.shape is not None and blob.shape != loaded.blob(name).shape
    }
    for name in given:
        if name in initialized:
            raise InvalidNet(f"{quoted(name)} is stored in the file, with its shape; leave it out")
    return beside | dict(given)


def _read(net: Net, model: Any, found: Inferred) -> Net:
    """The message read again, with the roles of `net`, which rides on its own message."""
    again = net_from_model(model, net.name, found.types)
    blobs = {}
    for name in dict.fromkeys((*again.blobs, *net.blobs)):
        blob, old = again.blob(name), net.blob(name)
        blobs[name] = replace(blob, role=old.role, rule=old.rule)
    return replace(again.with_blobs(blobs), source=net.source)


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


def _forget(model: Any) -> None:
    for graph in all_graphs(model.graph):
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


def _whole(net: Net) -> bool:
    """Whether all that the ops make has a size already."""
    names = made_names(net)
    return all(net.blob(name).nbytes is not None for name in names) and all(
        _whole(nested) for op in net.ops for nested in op.nets.values()
    )


def _with_given(blob: Blob, told: TensorType | None) -> Blob:
    """The user's word wins, whatever the inference made of it."""
    if told is None:
        return blob
    found = preferring(TensorType(told.shape, blob.dtype), TensorType(blob.shape, blob.dtype))
    return replace(blob, shape=found.shape, dtype=blob.dtype or told.dtype)
