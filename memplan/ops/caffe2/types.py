"""Caffe2's numbers and names for element types, as its arguments carry them."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from memplan.net import DType, Op

__all__ = ["DATA_TYPES", "dtype_argument"]

# TensorProto.DataType. BYTE (3) is an older name of UINT8; 0 is UNDEFINED, and 14 a type of
# its own for hash tables.
DATA_TYPES: Mapping[int, DType] = MappingProxyType(
    {
        1: DType.FLOAT32,
        2: DType.INT32,
        3: DType.UINT8,
        4: DType.STRING,
        5: DType.BOOL,
        6: DType.UINT8,
        7: DType.INT8,
        8: DType.UINT16,
        9: DType.INT16,
        10: DType.INT64,
        12: DType.FLOAT16,
        13: DType.FLOAT64,
    }
)

_BY_NAME: Mapping[str, DType] = MappingProxyType(
    {
        "float": DType.FLOAT32,
        "double": DType.FLOAT64,
        "int": DType.INT32,
        "byte": DType.UINT8,
        **{dtype.label: dtype for dtype in DType},
    }
)


def dtype_argument(op: Op, name: str, default: DType | None) -> DType | None:
    """An argument that names an element type, by number or (old files) by word."""
    value = op.args.get(name)
    if value is None:
        return default
    if isinstance(value, bytes):
        return _BY_NAME.get(value.decode("utf-8", "replace").lower())
    return DATA_TYPES.get(int(value)) if isinstance(value, int) else None
