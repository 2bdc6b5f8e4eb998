"""What an init net says of the blobs that it fills: shapes, types, and small integer contents.

An init net is a net of fill operators. Each carries the shape of its blob in `shape`, and its
type in its own name or in `dtype`; the weights themselves are of no interest here.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from math import prod
from types import MappingProxyType

from memplan.errors import FormatError, quoted
from memplan.formats.dims import checked_dims
from memplan.formats.dtypes import DATA_TYPES
from memplan.net import Arg, Blob, Dim, DType, Net, Op
from memplan.ops.schema import dims_known

__all__ = ["FILLS", "filled_blobs", "fills_only", "has_fills"]

# The fills by the type that they fill with; None: the op's own arguments say.
FILLS: Mapping[str, DType | None] = MappingProxyType(
    {
        "GivenTensorFill": DType.FLOAT32,
        "GivenTensorDoubleFill": DType.FLOAT64,
        "GivenTensorBoolFill": DType.BOOL,
        "GivenTensorInt16Fill": DType.INT16,
        "GivenTensorIntFill": DType.INT32,
        "GivenTensorInt64Fill": DType.INT64,
        "GivenTensorStringFill": DType.STRING,
        "GivenTensorByteStringToUInt8Fill": DType.UINT8,
        # Quantized tensors of Caffe2 are of unsigned bytes, whatever the name says.
        "Int8GivenTensorFill": DType.UINT8,
        "Int8GivenIntTensorFill": DType.INT32,
        "ConstantFill": None,
        "DiagonalFill": None,
        "UniqueUniformFill": None,
        "XavierFill": DType.FLOAT32,
        "MSRAFill": DType.FLOAT32,
        "GaussianFill": DType.FLOAT32,
        "UniformFill": DType.FLOAT32,
        "UniformIntFill": DType.INT32,
        "RangeFill": DType.FLOAT32,
        "Float16ConstantFill": DType.FLOAT16,
        "Float16UniformFill": DType.FLOAT16,
    }
)
_WHOLE = frozenset({DType.INT16, DType.INT32, DType.INT64, DType.UINT8})
_MAX_VALUES = 64


def fills_only(net: Net) -> bool:
    """Whether every op is a fill that reads nothing, and there is one."""
    return bool(net.ops) and all(op.type in FILLS and not op.inputs for op in net.ops)


def has_fills(net: Net) -> bool:
    """Whether some op is a fill that reads nothing."""
    return any(op.type in FILLS and not op.inputs for op in net.ops)


def filled_blobs(net: Net, file: str) -> dict[str, Blob]:
    """What is known of each blob that the init net makes.

    The outputs of an op that is no fill are known by name alone; of a name that is written
    twice, the last write counts.

    Raises:
        FormatError: A fill has a dim that is negative, zero or huge.
    """
    blobs: dict[str, Blob] = {}
    for op in net.ops:
        for name in op.outputs:
            blobs[name] = _filled(op, name, file)
    return blobs


def _filled(op: Op, name: str, file: str) -> Blob:
    if op.type not in FILLS or op.inputs:
        return Blob(name, initialized=True)
    dtype = FILLS[op.type] or _dtype_by_arguments(op)
    what = f"{quoted(name)}, filled by a {op.type} in {quoted(file)},"
    shape = checked_dims(_shape_argument(op, what), dtype, what)
    values = _small_values(op, shape) if dtype in _WHOLE else None
    return Blob(name, shape=shape, dtype=dtype, initialized=True, values=values)


def _shape_argument(op: Op, what: str) -> tuple[Arg, ...]:
    """The dims; a fill without a shape makes a scalar, as in Caffe2."""
    shape = op.args.get("shape", ())
    dims: tuple[Arg, ...] = shape if isinstance(shape, tuple) else (shape,)
    if any(isinstance(dim, bytes) for dim in dims):
        raise FormatError(f"{what} has a shape of text; write whole numbers")
    # Some exporters write whole numbers as floats.
    return tuple(int(d) if isinstance(d, float) and d.is_integer() else d for d in dims)


def _dtype_by_arguments(op: Op) -> DType | None:
    """As Caffe2 decides: `dtype`, else what kind of number `value` is, else float."""
    number = op.args.get("dtype")
    if isinstance(number, int):
        return DATA_TYPES.get(number)
    if op.type == "UniqueUniformFill":
        return DType.INT32
    return DType.INT64 if isinstance(op.args.get("value"), int) else DType.FLOAT32


def _small_values(op: Op, shape: Sequence[Dim]) -> tuple[int, ...] | None:
    """The content of a small integer blob, which may be the target shape of a Reshape."""
    dims = dims_known(shape)
    count = None if dims is None else prod(dims)
    if count is None or count > _MAX_VALUES:
        return None
    if op.type == "ConstantFill":
        value = op.args.get("value", 0)
        whole = int(value) if isinstance(value, float) and value.is_integer() else value
        return (whole,) * count if isinstance(whole, int) else None
    values = op.args.get("values")
    row = values if isinstance(values, tuple) else (values,)
    whole_row = tuple(value for value in row if isinstance(value, int))
    return whole_row if len(whole_row) == len(row) == count else None
