"""Ops of one operand that work element by element: the output is like the input."""

from __future__ import annotations

from dataclasses import replace

from memplan.net import DType, Op
from memplan.ops.caffe2.rules import IN_PLACE, Types, copied, family, like, typed
from memplan.ops.caffe2.types import dtype_argument
from memplan.ops.schema import OpSchema, contradiction

__all__ = ["OPS"]


def _cast_rule(op: Op, inputs: Types) -> Types:
    """Cast: the type that `to` names; whole numbers stay what they are."""
    x, target = inputs[0], dtype_argument(op, "to", None)
    if target is None:
        raise contradiction(op, "the argument to names no element type")
    if {x.dtype, target} <= {DType.INT32, DType.INT64}:
        return [replace(x, dtype=target)]
    return [typed(x, target)]


_IN_PLACE = (  # noqa: SIM905  a table of words, not a column of them
    "BatchBoxCox Cbrt Ceil Clip ClipTensorByScaling Elu EnsureClipped Exp Floor HardSigmoid "
    "LeakyRelu Log Logit Mod NanCheck Negative Pow Reciprocal Relu ReluN ReplaceNaN Rsqrt "
    "Scale Selu Sigmoid Softplus Softsign Sqr Sqrt ThresholdedRelu"
).split()

_NEW = (  # noqa: SIM905  a table of words, not a column of them
    "Abs Acos Asin Atan Cos Cosh Cube Erf Gelu Log1p Mish Sign Sin Sinh StumpFunc Swish Tan"
).split()

_COPIES = (  # noqa: SIM905  a table of words, not a column of them
    "Copy CopyCPUToGPU CopyGPUToCPU CopyFromCPUInput CopyOnDeviceLike EnsureCPUOutput EnsureDense"
).split()

OPS: tuple[OpSchema, ...] = (
    *family(_IN_PLACE, like(0), in_place=IN_PLACE),
    *family(_NEW, like(0)),
    *family(_COPIES, copied),
    *family(("Tanh",), like(0), in_place=IN_PLACE),
    *family(("StopGradient",), copied, in_place=IN_PLACE),
    *family(("PRelu",), like(0), min_inputs=2, parameters=(1,), in_place=IN_PLACE),
    *family(("IsNaN", "Not"), like(0, dtype=DType.BOOL)),
    *family(("Cast",), _cast_rule),
    *family(("FloatToHalf",), like(0, dtype=DType.FLOAT16)),
    *family(("HalfToFloat",), like(0, dtype=DType.FLOAT32)),
    # The output shares the input's memory: a second name for one tensor.
    OpSchema("Alias", copied, aliases=((0, 0),), min_inputs=1),
    OpSchema("AliasWithName", copied, aliases=((0, 0),), min_inputs=1),
)
