"""The Int8 family: bytes with a scale and a zero point, channels last.

The rules are those of the float operators, on uint8 and (where the layout matters) in NHWC
whatever `order` says: these operators know no other.
"""

from __future__ import annotations

from dataclasses import replace
from types import MappingProxyType

from memplan.net import DType, Op
from memplan.ops.caffe2.arithmetic import sum_rule
from memplan.ops.caffe2.conv import conv_rule
from memplan.ops.caffe2.detection import roi_align_rule
from memplan.ops.caffe2.fc import fc_rule
from memplan.ops.caffe2.fill import shape_of_fill
from memplan.ops.caffe2.index import slice_rule
from memplan.ops.caffe2.join import joined
from memplan.ops.caffe2.pool import pool_rule
from memplan.ops.caffe2.reshape import flatten_rule, reshape_rule, transpose_rule
from memplan.ops.caffe2.resize import resize_rule
from memplan.ops.caffe2.rules import IN_PLACE, Types, family, like
from memplan.ops.schema import OpSchema, ShapeRule, TensorType, arg_int, arg_text

__all__ = ["OPS"]


def _bytes_of(rule: ShapeRule, *, channels_last: bool = False) -> ShapeRule:
    """The same rule on uint8: its first output is bytes."""

    def int8_rule(op: Op, inputs: Types) -> Types:
        if channels_last and op.args.get("order") != b"NHWC":
            op = replace(op, args=MappingProxyType({**op.args, "order": b"NHWC"}))
        first, *rest = rule(op, inputs)
        return [replace(first, dtype=DType.UINT8), *rest]

    return int8_rule


def _concat_rule(op: Op, inputs: Types) -> Types:
    """Int8Concat: the axis is 3 in NHWC, 1 in NCHW, and 0 where no order is given."""
    default = {"NHWC": 3, "NCHW": 1}.get(arg_text(op, "order", ""), 0)
    return joined(op, inputs, arg_int(op, "axis", default))


def _fill_rule(dtype: DType) -> ShapeRule:
    def rule(op: Op, inputs: Types) -> Types:
        return [TensorType(shape_of_fill(op, inputs), dtype)]

    return rule


_LIKE = _bytes_of(like(0))

OPS: tuple[OpSchema, ...] = (
    *family(
        ("Int8Conv", "Int8ConvRelu"),
        _bytes_of(conv_rule, channels_last=True),
        min_inputs=2,
        parameters=(1, 2),
    ),
    *family(("Int8FC",), _bytes_of(fc_rule), min_inputs=2, parameters=(1, 2)),
    *family(
        [f"Int8{kind}Pool{end}" for kind in ("Max", "Average") for end in ("", "Relu")],
        _bytes_of(pool_rule, channels_last=True),
    ),
    *family(("Int8Add", "Int8AddRelu"), _bytes_of(sum_rule), in_place=((0, 0), (1, 0))),
    *family(("Int8Sum", "Int8SumRelu"), _bytes_of(sum_rule), in_place=((0, 0), (1, 0))),
    *family(("Int8Relu", "Int8LeakyRelu"), _LIKE, in_place=IN_PLACE),
    *family(("Int8Sigmoid", "Int8Softmax", "Int8ChannelShuffle", "Int8Quantize"), _LIKE),
    *family(("Int8Dequantize",), like(0, dtype=DType.FLOAT32)),
    *family(("Int8Concat",), _bytes_of(_concat_rule)),
    *family(("Int8Reshape",), _bytes_of(reshape_rule)),
    *family(("Int8Flatten",), _bytes_of(flatten_rule)),
    *family(("Int8Transpose",), _bytes_of(transpose_rule)),
    *family(("Int8Slice",), _bytes_of(slice_rule)),
    *family(("Int8ResizeNearest",), _bytes_of(resize_rule, channels_last=True)),
    *family(("Int8RoIAlign",), _bytes_of(roi_align_rule, channels_last=True), min_inputs=2),
    *family(("Int8GivenTensorFill",), _fill_rule(DType.UINT8), min_inputs=0),
    *family(("Int8GivenIntTensorFill",), _fill_rule(DType.INT32), min_inputs=0),
)
