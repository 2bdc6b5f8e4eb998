"""Operators of TensorFlow Lite: which may write over what they read.

Shapes come from the file, and so does what is a weight (a tensor with content), so neither
shape rules nor positions of parameters are kept here. A pair (input, output) in `in_place` may
be one piece of memory where an engine does so: elementwise operators, and those that only give
the same bytes another shape (`views`, too). TensorFlow Lite Micro does not: no output is a view by
itself. CONCATENATION is none at all: of quantised tensors it may change the scale.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from memplan.ops.schema import OpSchema
from memplan.ops.tflite.names import BUILTIN_NAMES, CUSTOM

__all__ = ["TFLITE_OPS"]

_SAME_BYTES = "RESHAPE SQUEEZE EXPAND_DIMS BITCAST"

_UNARY = """
RELU RELU_N1_TO_1 RELU6 RELU_0_TO_1 LEAKY_RELU ELU GELU HARD_SWISH LOGISTIC TANH EXP LOG SIN COS
SQRT RSQRT SQUARE ABS NEG SIGN ROUND FLOOR CEIL LOGICAL_NOT SOFTMAX LOG_SOFTMAX QUANTIZE CAST
DEQUANTIZE
"""

_BINARY = """
ADD SUB MUL DIV POW MAXIMUM MINIMUM FLOOR_DIV FLOOR_MOD SQUARED_DIFFERENCE ATAN2 LOGICAL_OR
LOGICAL_AND BITWISE_XOR RIGHT_SHIFT
"""

_FIRST = frozenset({(0, 0)})
_EITHER = frozenset({(0, 0), (1, 0)})

_IN_PLACE: Mapping[str, frozenset[tuple[int, int]]] = MappingProxyType(
    dict.fromkeys(f"{_SAME_BYTES} {_UNARY}".split(), _FIRST)
    | dict.fromkeys(_BINARY.split(), _EITHER)
)

TFLITE_OPS: Mapping[str, OpSchema] = MappingProxyType(
    {
        name: OpSchema(
            name,
            in_place=_IN_PLACE.get(name, frozenset()),
            views=((0, 0),) if name in _SAME_BYTES.split() else (),
        )
        for code, name in enumerate(BUILTIN_NAMES)
        if code != CUSTOM
    }
)
