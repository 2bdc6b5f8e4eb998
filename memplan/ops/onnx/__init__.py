"""What is known of ONNX's operators: which inputs are parameters, what may share memory.

No shape rules: ONNX brings its own inference. What may share is data alone; whether it does is
for `liveness` to say, by the settings of an engine.

- `parameters` are positions that take weights where a model was exported without them. Only
  positions after required ones are listed: an operand that is left out is no operand here.
- `in_place`: one element of the output needs no other element of the input, and both have the
  same shape, so that an engine may write the one over the other (ONNX Runtime's MayInplace).
- `views`: the output has the input's bytes in the same order (its Alias(0, 0)).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from types import MappingProxyType

from memplan.ops.schema import OpSchema, Pieces

__all__ = ["ONNX_OPS"]

_PARAMETERS: Mapping[str, tuple[int, ...]] = MappingProxyType(
    {
        "BatchNormalization": (1, 2, 3, 4),
        "Conv": (1, 2),
        "ConvInteger": (1,),
        "ConvTranspose": (1, 2),
        "DeformConv": (1,),
        "DequantizeLinear": (1, 2),
        "GRU": (1, 2),
        "Gemm": (1, 2),
        "GroupNormalization": (1, 2),
        "InstanceNormalization": (1, 2),
        "LSTM": (1, 2),
        "LayerNormalization": (1, 2),
        "PRelu": (1,),
        "QLinearConv": (1, 2, 3, 4, 5, 6, 7, 8),
        "QuantizeLinear": (1, 2),
        "RMSNormalization": (1,),
        "RNN": (1, 2),
    }
)

_ELEMENTWISE = (
    "Abs",
    "Acos",
    "Acosh",
    "Asin",
    "Asinh",
    "Atan",
    "Atanh",
    "BitwiseNot",
    "Ceil",
    "Celu",
    "Clip",
    "Cos",
    "Cosh",
    "Elu",
    "Erf",
    "Exp",
    "Floor",
    "Gelu",
    "HardSigmoid",
    "HardSwish",
    "LeakyRelu",
    "Log",
    "Mish",
    "Neg",
    "Not",
    "PRelu",
    "Reciprocal",
    "Relu",
    "Round",
    "Selu",
    "Shrink",
    "Sigmoid",
    "Sign",
    "Sin",
    "Sinh",
    "Softplus",
    "Softsign",
    "Sqrt",
    "Swish",
    "Tan",
    "Tanh",
    "ThresholdedRelu",
    # Not of one element, but of one row or channel with what was worked out before writing.
    "BatchNormalization",
    "LogSoftmax",
    "Softmax",
    # Other numbers at some places, the rest as they were.
    "ScatterElements",
    "ScatterND",
)

_OF_TWO = (
    "Add",
    "And",
    "BitShift",
    "BitwiseAnd",
    "BitwiseOr",
    "BitwiseXor",
    "Div",
    "Max",
    "Mean",
    "Min",
    "Mod",
    "Mul",
    "Or",
    "Pow",
    "Sub",
    "Sum",
    "Xor",
)

_VIEWS = ("Dropout", "Flatten", "Identity", "Reshape", "Squeeze", "Unsqueeze")

_PIECES: Mapping[str, Pieces] = MappingProxyType(
    {"Concat": Pieces.JOINED, "Slice": Pieces.SLICE, "Split": Pieces.SPLIT}
)


def _schemas() -> Iterable[OpSchema]:
    pairs = dict.fromkeys(_ELEMENTWISE, frozenset({(0, 0)}))
    pairs |= dict.fromkeys(_OF_TWO, frozenset({(0, 0), (1, 0)}))
    for kind in dict.fromkeys((*_PARAMETERS, *pairs, *_VIEWS, *_PIECES)):
        yield OpSchema(
            kind,
            parameters=frozenset(_PARAMETERS.get(kind, ())),
            in_place=pairs.get(kind, frozenset()),
            views=((0, 0),) if kind in _VIEWS else (),
            pieces=_PIECES.get(kind),
        )


ONNX_OPS: Mapping[str, OpSchema] = MappingProxyType({schema.type: schema for schema in _schemas()})
