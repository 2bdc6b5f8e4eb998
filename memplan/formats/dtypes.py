"""Element types by their numbers in NetDef files (TensorProto.DataType) and by their names."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from memplan.net import DType

__all__ = ["DTYPE_BY_LABEL", "DTYPE_BY_NUMBER", "DTYPE_NUMBERS"]

# BYTE is an older name of UINT8. The numbers without an entry have no element type of ours.
DTYPE_BY_NUMBER: Mapping[int, DType] = MappingProxyType(
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

# UNDEFINED and ZERO_COLLISION_HASH are numbers of the format too, though of no size.
DTYPE_NUMBERS = frozenset(DTYPE_BY_NUMBER) | {0, 14}

DTYPE_BY_LABEL: Mapping[str, DType] = MappingProxyType(
    {dtype.label: dtype for dtype in DType}
    | {"float": DType.FLOAT32, "double": DType.FLOAT64, "half": DType.FLOAT16, "int": DType.INT32}
)
