"""Numbers of TensorFlow Lite's format: fields by their place in the schema, element types.

Reference: schema.fbs of TensorFlow Lite, version 3 of the schema.
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import IntEnum
from types import MappingProxyType

from memplan.net import DType

__all__ = [
    "DTYPES",
    "OPTIONS",
    "SUBGRAPHS",
    "BufferField",
    "CodeField",
    "MetadataField",
    "ModelField",
    "OpField",
    "SubgraphField",
    "TensorField",
]


class ModelField(IntEnum):
    """Fields of the root table; all but the version are offsets."""

    VERSION = 0
    OPERATOR_CODES = 1
    SUBGRAPHS = 2
    DESCRIPTION = 3
    BUFFERS = 4
    METADATA_BUFFER = 5
    METADATA = 6
    SIGNATURE_DEFS = 7
    EXTERNAL_BUFFER_GROUPS = 8
    EXTERNAL_BUFFERS = 9


class CodeField(IntEnum):
    """Fields of an OperatorCode: files before 2020 have the first alone, one byte wide."""

    DEPRECATED = 0
    CUSTOM = 1
    BUILTIN = 3


class SubgraphField(IntEnum):
    """Fields of a SubGraph."""

    TENSORS = 0
    INPUTS = 1
    OUTPUTS = 2
    OPERATORS = 3
    NAME = 4


class TensorField(IntEnum):
    """Fields of a Tensor."""

    SHAPE = 0
    TYPE = 1
    BUFFER = 2
    NAME = 3
    IS_VARIABLE = 5
    SIGNATURE = 7
    EXTERNAL_BUFFER = 10


class OpField(IntEnum):
    """Fields of an Operator."""

    CODE = 0
    INPUTS = 1
    OUTPUTS = 2
    OPTIONS_TYPE = 3
    OPTIONS = 4
    INTERMEDIATES = 8


class BufferField(IntEnum):
    """Fields of a Buffer: its bytes, or where they lie behind the FlatBuffer."""

    DATA = 0
    OFFSET = 1
    SIZE = 2


class MetadataField(IntEnum):
    """Fields of a Metadata entry."""

    NAME = 0
    BUFFER = 1


DTYPES: Mapping[int, DType] = MappingProxyType(
    {
        0: DType.FLOAT32,
        1: DType.FLOAT16,
        2: DType.INT32,
        3: DType.UINT8,
        4: DType.INT64,
        5: DType.STRING,
        6: DType.BOOL,
        7: DType.INT16,
        8: DType.COMPLEX64,
        9: DType.INT8,
        10: DType.FLOAT64,
        11: DType.COMPLEX128,
        12: DType.UINT64,
        13: DType.INT32,  # a resource: the number by which a variable or a table is found
        15: DType.UINT32,
        16: DType.UINT16,
        17: DType.INT4,
        18: DType.BFLOAT16,
        19: DType.INT2,
        20: DType.UINT4,
        21: DType.FLOAT8,
        22: DType.FLOAT8,
    }
)
"""Element types by number; 14, a variant, has no size and is not among them."""

SUBGRAPHS: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "IF": ("then_subgraph", "else_subgraph"),
        "WHILE": ("cond_subgraph", "body_subgraph"),
        "CALL_ONCE": ("init_subgraph",),
        "CALL": ("subgraph",),
    }
)
"""Operators that call subgraphs: what each number in their options calls."""

_PADDING = ("SAME", "VALID")
_ACTIVATION = ("NONE", "RELU", "RELU_N1_TO_1", "RELU6", "TANH", "SIGN_BIT")

Option = tuple[str, int, str | tuple[str, ...], int]
"""An option: its name, field, kind (as in `struct`, ``ints``, or names by number), default."""

_FUSED = "fused_activation_function"
_CONV: tuple[Option, ...] = (
    ("padding", 0, _PADDING, 0),
    ("stride_w", 1, "i", 0),
    ("stride_h", 2, "i", 0),
)

OPTIONS: Mapping[int, tuple[Option, ...]] = MappingProxyType(
    {
        1: (
            *_CONV,
            (_FUSED, 3, _ACTIVATION, 0),
            ("dilation_w_factor", 4, "i", 1),
            ("dilation_h_factor", 5, "i", 1),
        ),
        2: (
            *_CONV,
            ("depth_multiplier", 3, "i", 0),
            (_FUSED, 4, _ACTIVATION, 0),
            ("dilation_w_factor", 5, "i", 1),
            ("dilation_h_factor", 6, "i", 1),
        ),
        5: (
            *_CONV,
            ("filter_width", 3, "i", 0),
            ("filter_height", 4, "i", 0),
            (_FUSED, 5, _ACTIVATION, 0),
        ),
        8: ((_FUSED, 0, _ACTIVATION, 0), ("keep_num_dims", 2, "?", 0)),
        9: (("beta", 0, "f", 0),),
        10: (("axis", 0, "i", 0), (_FUSED, 1, _ACTIVATION, 0)),
        11: ((_FUSED, 0, _ACTIVATION, 0),),
        17: (("new_shape", 0, "ints", 0),),
        21: ((_FUSED, 0, _ACTIVATION, 0),),
        23: (("axis", 0, "i", 0), ("batch_dims", 1, "i", 0)),
        27: (("keep_dims", 0, "?", 0),),
        28: ((_FUSED, 0, _ACTIVATION, 0),),
        29: ((_FUSED, 0, _ACTIVATION, 0),),
        30: (("squeeze_dims", 0, "ints", 0),),
        32: (
            ("begin_mask", 0, "i", 0),
            ("end_mask", 1, "i", 0),
            ("ellipsis_mask", 2, "i", 0),
            ("new_axis_mask", 3, "i", 0),
            ("shrink_axis_mask", 4, "i", 0),
        ),
        35: (("num_splits", 0, "i", 0),),
        49: _CONV,
        59: (("values_count", 0, "i", 0), ("axis", 1, "i", 0)),
        64: (("num", 0, "i", 0), ("axis", 1, "i", 0)),
        71: (
            (_FUSED, 0, _ACTIVATION, 0),
            ("cell_clip", 1, "f", 0),
            ("proj_clip", 2, "f", 0),
            ("time_major", 3, "?", 0),
        ),
        75: (("alpha", 0, "f", 0),),
        92: (("then_subgraph", 0, "i", 0), ("else_subgraph", 1, "i", 0)),
        93: (("cond_subgraph", 0, "i", 0), ("body_subgraph", 1, "i", 0)),
        101: (("adj_x", 0, "?", 0), ("adj_y", 1, "?", 0)),
        103: (("init_subgraph", 0, "i", 0),),
        16: (("subgraph", 0, "i", 0),),
    }
)
"""Options that become an op's arguments, by the number of their table in BuiltinOptions."""
