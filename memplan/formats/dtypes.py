"""Element types by their numbers in NetDef files (TensorProto.DataType) and by their names."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from memplan.net import DType
from memplan.ops.caffe2.types import DATA_TYPES

__all__ = ["DATA_TYPES", "DTYPE_BY_LABEL", "DTYPE_NUMBERS"]

# UNDEFINED and ZERO_COLLISION_HASH are numbers of the format too, though of no size.
DTYPE_NUMBERS = frozenset(DATA_TYPES) | {0, 14}

DTYPE_BY_LABEL: Mapping[str, DType] = MappingProxyType(
    {dtype.label: dtype for dtype in DType}
    | {"float": DType.FLOAT32, "double": DType.FLOAT64, "half": DType.FLOAT16, "int": DType.INT32}
)
