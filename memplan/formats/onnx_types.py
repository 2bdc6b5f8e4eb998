"""Types of values in ONNX: element types by their numbers, and what a TypeProto tells.

A tensor type without a shape has an unknown rank; it is no scalar. Sequences, optionals and maps
hold tensors whose number depends on the data: they have no size, and the reason says so.

Reference: onnx.proto3 (TensorProto.DataType, TypeProto).
"""

from __future__ import annotations

from collections.abc import Mapping
from math import prod
from types import MappingProxyType
from typing import Any

from memplan.errors import quoted
from memplan.formats.onnx_names import text
from memplan.net import Dim, DType
from memplan.ops.schema import TensorType

__all__ = ["ELEMENT_TYPES", "checked", "declared_type", "dims_of", "element_type"]

ELEMENT_TYPES: Mapping[int, DType] = MappingProxyType(
    {
        1: DType.FLOAT32,
        2: DType.UINT8,
        3: DType.INT8,
        4: DType.UINT16,
        5: DType.INT16,
        6: DType.INT32,
        7: DType.INT64,
        8: DType.STRING,
        9: DType.BOOL,
        10: DType.FLOAT16,
        11: DType.FLOAT64,
        12: DType.UINT32,
        13: DType.UINT64,
        14: DType.COMPLEX64,
        15: DType.COMPLEX128,
        16: DType.BFLOAT16,
        **dict.fromkeys((17, 18, 19, 20, 24), DType.FLOAT8),
        21: DType.UINT4,
        22: DType.INT4,
        23: DType.FLOAT4,
        25: DType.UINT2,
        26: DType.INT2,
    }
)

_MOST_BYTES = 2**63
_MAX_RANK = 64
_NO_TENSOR = MappingProxyType(
    {
        "sequence_type": "is a sequence of tensors",
        "optional_type": "is an optional, which may hold nothing",
        "map_type": "is a map",
        "opaque_type": "is of an opaque type",
    }
)


def element_type(number: int) -> DType | None:
    """An element type by its number; None for one that has no size or that nobody knows."""
    return ELEMENT_TYPES.get(number)


def dims_of(shape: Any) -> tuple[Dim, ...]:
    """The dims of a TensorShapeProto: numbers, symbols, None where nothing is said.

    A negative number is what some exporters write for an unknown dim.
    """
    dims: list[Dim] = []
    for dim in shape.dim:
        kind = dim.WhichOneof("value")
        if kind == "dim_value":
            dims.append(dim.dim_value if dim.dim_value >= 0 else None)
        else:
            dims.append(text(dim.dim_param) or None if kind else None)
    return tuple(dims)


def declared_type(name: str, proto: Any) -> TensorType:
    """What a TypeProto tells of the value `name`; with a reason where it can never have a size."""
    kind = proto.WhichOneof("value")
    if kind in _NO_TENSOR:
        why = f"{quoted(name)} {_NO_TENSOR[kind]}: its bytes depend on the data"
        return TensorType(reason=why)
    if kind is None:
        return TensorType()
    tensor = getattr(proto, kind)
    shape = dims_of(tensor.shape) if tensor.HasField("shape") else None
    return checked(name, TensorType(shape, element_type(tensor.elem_type)), tensor.elem_type)


def checked(name: str, found: TensorType, number: int = 0) -> TensorType:
    """The same, without what is impossible: too many dims, or more bytes than 63 bits count."""
    if found.dtype is DType.STRING:
        why = f"{quoted(name)} holds strings, whose bytes depend on the data"
        return TensorType(found.shape, found.dtype, reason=why)
    if found.dtype is None and number:
        return TensorType(found.shape, reason=f"{quoted(name)} has the unknown type {number}")
    numbers = [dim for dim in found.shape or () if isinstance(dim, int)]
    bits = (found.dtype.bits if found.dtype else None) or 8
    if len(found.shape or ()) > _MAX_RANK or prod(numbers) * bits // 8 >= _MOST_BYTES:
        why = f"the shape of {quoted(name)} takes 2^63 bytes or more, or has over {_MAX_RANK} dims"
        return TensorType(None, found.dtype, reason=why)
    return found
