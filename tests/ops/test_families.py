"""The other families, a table each; every answer is worked out by hand from Caffe2's rules."""

from __future__ import annotations

import re

import pytest

from memplan.errors import InvalidNet
from memplan.net import DType, Net, Op
from memplan.ops.schema import TensorType
from memplan.shapes import infer_shapes
from tests.ops.making import made, sized, typed

F, I32, I64, B, U8 = "float32", "int32", "int64", "bool", "uint8"
NHWC = {"order": b"NHWC"}


def ids(cases):
    return [f"{case[0]}-{i}" for i, case in enumerate(cases)]


def ints(*values, dtype=DType.INT64):
    return typed((len(values),), dtype, tuple(values))


MATRICES = [
    ("FC", [(2, 8), (5, 8), (5,)], {}, [((2, 5), F)]),
    # All dims from `axis` on are one row: 256 * 6 * 6 = 9216.
    ("FC", [(1, 256, 6, 6), (4096, 9216), (4096,)], {}, [((1, 4096), F)]),
    ("FC", [(4, 3, 8), (5, 8), (5,)], {"axis": 2}, [((4, 3, 5), F)]),
    ("FC", [(1, 1024, 1, 1), (1, 1, 1000, 1024), (1000,)], {"axis_w": 3}, [((1, 1000), F)]),
    ("FC", [(1, 7), None, (5,)], {}, [((1, 5), F)]),
    ("FC", [(None, 8), (5, 8), (5,)], {}, [((None, 5), F)]),
    ("FCTransposed", [(2, 8), (8, 5), (5,)], {}, [((2, 5), F)]),
    ("MatMul", [(2, 8), (8, 5)], {}, [((2, 5), F)]),
    ("MatMul", [(8, 2), (5, 8)], {"trans_a": 1, "trans_b": 1}, [((2, 5), F)]),
    ("MatMul", [(2, 3, 4), (12, 5)], {}, [((2, 5), F)]),
    ("BatchMatMul", [(7, 2, 3), (7, 4, 3)], {"trans_b": 1}, [((7, 2, 4), F)]),
    ("BatchMatMul", [(5, 7, 3, 2), (7, 3, 4)], {"trans_a": 1, "broadcast": 1}, [((5, 7, 2, 4), F)]),
    ("BatchMatMul", [(3,), (7, 3, 4)], {"broadcast": 1}, [((7, 4), F)]),
]

NORMS = [
    ("SpatialBN", [(2, 3, 4, 4), *[(3,)] * 4], {"is_test": 1}, [((2, 3, 4, 4), F)]),
    (
        "SpatialBN",
        [(2, 4, 4, 3), *[(3,)] * 4],
        {"is_test": 0, **NHWC},
        [((2, 4, 4, 3), F), *[((3,), F)] * 4],
    ),
    ("LRN", [(1, 96, 54, 54)], {"size": 5}, [((1, 96, 54, 54), F)] * 2),
    ("InstanceNorm", [(2, 3, 4, 4), (3,), (3,)], {}, [((2, 3, 4, 4), F), *[((2, 3), F)] * 2]),
    ("LayerNorm", [(2, 3, 4)], {"axis": 2}, [((2, 3, 4), F), *[((2, 3, 1), F)] * 2]),
    (
        "GroupNorm",
        [(2, 8, 4, 4), (8,), (8,)],
        {"group": 4},
        [((2, 8, 4, 4), F), *[((2, 4), F)] * 2],
    ),
    ("AffineChannel", [(2, 3, 4, 4), (3,), (3,)], {}, [((2, 3, 4, 4), F)]),
]

ELEMENTS = [
    ("Relu", [(2, 3)], {}, [((2, 3), F)]),
    ("PRelu", [(2, 3), (3,)], {}, [((2, 3), F)]),
    ("Alias", [(2, 3)], {}, [((2, 3), F)]),
    ("Not", [typed((2,), DType.BOOL)], {}, [((2,), B)]),
    ("Cast", [(2, 3)], {"to": 10}, [((2, 3), I64)]),
    ("Cast", [(2, 3)], {"to": b"FLOAT16"}, [((2, 3), "float16")]),
    ("Add", [(2, 3), (2, 3)], {}, [((2, 3), F)]),
    # Legacy broadcast: the output is like the first, the second matched at `axis`.
    ("Add", [(2, 3, 4, 4), (3,)], {"broadcast": 1, "axis": 1}, [((2, 3, 4, 4), F)]),
    ("Mul", [(2, 3), (3,)], {"broadcast": 1}, [((2, 3), F)]),
    ("Div", [(2, 3), (1,)], {"broadcast": 1}, [((2, 3), F)]),
    # numpy's: both stretch.
    ("Sub", [(2, 1, 4), (3, 1)], {}, [((2, 3, 4), F)]),
    ("Mul", [(3,), (2, 3)], {}, [((2, 3), F)]),
    ("LT", [(2, 3), (3,)], {}, [((2, 3), B)]),
    ("And", [typed((2,), DType.BOOL)] * 2, {}, [((2,), B)]),
    ("Sum", [(2, 3), None, (2, 3)], {}, [((2, 3), F)]),
    ("Sum", [(2, None), (None, 3)], {}, [((2, 3), F)]),
    ("Max", [(2, 3), (2, 3)], {}, [((2, 3), F)]),
    ("WeightedSum", [(2, 3), (1,), (2, 3), (1,)], {}, [((2, 3), F)]),
    ("IsEmpty", [(2, 3)], {}, [((), B)]),
]

JOINS = [
    ("Concat", [(1, 64, 7, 7), (1, 32, 7, 7)], {}, [((1, 96, 7, 7), F), ((2,), I32)]),
    ("Concat", [(1, 7, 7, 64), (1, 7, 7, 32)], NHWC, [((1, 7, 7, 96), F), ((2,), I32)]),
    ("Concat", [(2, 3), (4, 3)], {"axis": 0}, [((6, 3), F), ((2,), I32)]),
    ("Concat", [(2, 3), (2, 4)], {"axis": -1}, [((2, 7), F), ((2,), I32)]),
    ("Concat", [(2, 3)] * 5, {"axis": 1, "add_axis": 1}, [((2, 5, 3), F), ((5,), I32)]),
    ("Concat", [(2, 3), None], {"axis": 1}, [((2, None), F), ((2,), I32)]),
    ("DepthConcat", [(1, 2, 3, 3), (1, 5, 3, 3)], {}, [((1, 7, 3, 3), F), ((2,), I32)]),
    ("Split", [(2, 6)], {}, [((2, 3), F)] * 2),
    ("Split", [(2, 6)], {"axis": 1, "split": (2, 4)}, [((2, 2), F), ((2, 4), F)]),
    ("Split", [(2, 6), ints(1, 5, dtype=DType.INT32)], {"axis": 1}, [((2, 1), F), ((2, 5), F)]),
    ("Split", [(1, 4, 4, 6)], NHWC, [((1, 4, 4, 2), F)] * 3),
]

RESHAPES = [
    ("Reshape", [(2, 3, 4)], {"shape": (0, -1)}, [((2, 12), F), ((3,), I64)]),
    ("Reshape", [(2, 3, 4)], {"shape": (4, 6)}, [((4, 6), F), ((3,), I64)]),
    ("Reshape", [(2, 3, 4), ints(-1, 8)], {}, [((3, 8), F), ((3,), I64)]),
    # The copied dim cancels out: what is left is known though the batch is not.
    ("Reshape", [(None, 256, 6, 6)], {"shape": (0, -1)}, [((None, 9216), F), ((4,), I64)]),
    ("Reshape", [None], {"shape": (4, 6)}, [((4, 6), F), (None, I64)]),
    ("Reshape", [(2, 6), typed((3,), DType.INT64)], {}, [((None,) * 3, F), ((2,), I64)]),
    ("Flatten", [(2, 3, 4)], {}, [((2, 12), F)]),
    ("Flatten", [(2, 3, 4)], {"axis": 2}, [((6, 4), F)]),
    ("Flatten", [(2, 3, 4)], {"axis": 0}, [((1, 24), F)]),
    ("FlattenToVec", [(2, 3, 4)], {}, [((24,), F)]),
    ("Transpose", [(2, 3, 4)], {}, [((4, 3, 2), F)]),
    ("Transpose", [(2, 3, 4)], {"axes": (1, 0, 2)}, [((3, 2, 4), F)]),
    ("NCHW2NHWC", [(1, 3, 4, 5)], {}, [((1, 4, 5, 3), F)]),
    ("NHWC2NCHW", [(1, 4, 5, 3)], {}, [((1, 3, 4, 5), F)]),
    ("Squeeze", [(1, 3, 1, 5)], {"dims": (0, 2)}, [((3, 5), F)]),
    ("ExpandDims", [(3, 5)], {"dims": (0, 2)}, [((1, 3, 1, 5), F)]),
    ("ResizeLike", [(6,), (2, 3)], {}, [((2, 3), F)]),
    ("MergeDim", [(2, 3, 4)], {}, [((6, 4), F)]),
    ("PrependDim", [(6, 4)], {"dim_size": 2}, [((2, 3, 4), F)]),
]

INDICES = [
    ("Slice", [(4, 6)], {"starts": (1, 0), "ends": (3, -1)}, [((2, 6), F)]),
    # -2 is one before the end: [0, 6 + 1 - 2)
    ("Slice", [(4, 6)], {"starts": (0, 0), "ends": (-1, -2)}, [((4, 5), F)]),
    ("Slice", [(4, 6), ints(1, 2), ints(2, 100)], {}, [((1, 4), F)]),
    (
        "Slice",
        [(4, 6, 7), typed((2,), DType.INT64), typed((2,), DType.INT64)],
        {},
        [((None, None, 7), F)],
    ),
    ("Shape", [(4, 6)], {}, [((2,), I64)]),
    ("Size", [(4, 6)], {}, [((), I64)]),
    ("Gather", [(100, 16), typed((7,), DType.INT32)], {}, [((7, 16), F)]),
    ("Gather", [(100, 16), typed((2, 3), DType.INT32)], {"axis": 1}, [((100, 2, 3), F)]),
    ("BatchGather", [(4, 100), typed((7,), DType.INT32)], {}, [((4, 7), F)]),
    ("GatherRanges", [(50,), typed((4, 3, 2), DType.INT32)], {}, [((None,), F), ((4,), I32)]),
    ("OneHot", [typed((4,), DType.INT64), ints(9)], {}, [((4, 9), B)]),
    ("BatchOneHot", [(4, 2), (2,), (5,)], {}, [((4, 5), F)]),
]

SIZES = [
    (
        "ResizeNearest",
        [(1, 3, 5, 7)],
        {"height_scale": 2.0, "width_scale": 1.5},
        [((1, 3, 10, 10), F)],
    ),
    ("ResizeNearest", [(1, 5, 7, 3)], {"height_scale": 2.0, **NHWC}, [((1, 10, 7, 3), F)]),
    (
        "PadImage",
        [(1, 3, 5, 7)],
        {"pad_t": 1, "pad_b": 2, "pad_l": 3, "pad_r": 4},
        [((1, 3, 8, 14), F)],
    ),
    ("PadImage", [(1, 3, 5, 7)], {"pad": 1}, [((1, 3, 7, 9), F)]),
    ("Tile", [(2, 3)], {"tiles": 4, "axis": 1}, [((2, 12), F)]),
    ("Tile", [(2, 3), ints(5, dtype=DType.INT32)], {"axis": 0}, [((10, 3), F)]),
    ("SpaceToBatch", [(1, 3, 6, 8)], {"block_size": 2}, [((4, 3, 3, 4), F)]),
    ("BatchToSpace", [(4, 3, 3, 4)], {"block_size": 2}, [((1, 3, 6, 8), F)]),
]

REDUCTIONS = [
    ("ReduceSum", [(2, 3, 4)], {"axes": (1,)}, [((2, 1, 4), F)]),
    ("ReduceMean", [(2, 3, 4)], {"axes": (1, -1), "keepdims": 0}, [((2,), F)]),
    ("ReduceMax", [(2, 3)], {}, [((1, 1), F)]),
    ("ReduceFrontSum", [(2, 3, 4)], {}, [((3, 4), F)]),
    ("ReduceBackMean", [(2, 3, 4)], {"num_reduce_dim": 2}, [((2,), F)]),
    ("SumElements", [(2, 3)], {}, [((), F)]),
    ("ArgMax", [(2, 3)], {}, [((2, 1), I64)]),
    ("ArgMin", [(2, 3)], {"axis": 0, "keepdims": 0}, [((3,), I64)]),
    ("TopK", [(2, 30)], {"k": 5}, [((2, 5), F), ((2, 5), I64), ((10,), I64)]),
    ("Softmax", [(2, 3)], {}, [((2, 3), F)]),
]

SPARSE = [
    ("LengthsSum", [(50, 16), typed((4,), DType.INT32)], {}, [((4, 16), F)]),
    (
        "SparseLengthsSum",
        [typed((100, 16), DType.FLOAT16), typed((50,), DType.INT64), typed((4,), DType.INT32)],
        {},
        [((4, 16), F)],
    ),
    ("SparseLengthsWeightedSum", [(100, 16), (50,), (50,), (4,)], {}, [((4, 16), F)]),
    # A fused row: 16 bytes of elements and 8 of scale and bias.
    (
        "SparseLengthsSumFused8BitRowwise",
        [typed((100, 24), DType.UINT8), (50,), (4,)],
        {},
        [((4, 16), F)],
    ),
    # 4 bits: 8 bytes hold 16 elements, 4 more the half scale and bias.
    (
        "SparseLengthsSumFused4BitRowwise",
        [typed((100, 12), DType.UINT8), (50,), (4,)],
        {},
        [((4, 16), F)],
    ),
    ("SortedSegmentRangeMax", [(50, 16), (50,)], {}, [((None, 16), F)]),
    ("UnsortedSegmentSum", [(50, 16), (50,)], {"num_segments": 4}, [((4, 16), F)]),
    ("LengthsToSegmentIds", [typed((4,), DType.INT32)], {}, [((None,), I32)]),
    ("LengthsToRanges", [typed((4,), DType.INT32)], {}, [((4, 2), I32)]),
    ("PackSegments", [(4,), (50, 16)], {}, [((4, None, 16), F)]),
    ("PackSegments", [(4,), (50, 16)], {"max_length": 9}, [((4, 9, 16), F), ((4, 9), B)]),
    ("UnpackSegments", [(4,), (4, 9, 16)], {}, [((None, 16), F)]),
    (
        "AddPadding",
        [(50, 16)],
        {"padding_width": 1, "end_padding_width": 0},
        [((51, 16), F), ((1,), I32)],
    ),
    ("RemovePadding", [(50, 16), (4,)], {"padding_width": 2}, [((34, 16), F), ((4,), I32)]),
    ("SparseToDenseMask", [(9,), (9, 2), (2,), (4,)], {"mask": (7, 8, 9)}, [((4, 3, 2), F)]),
]

INT8 = [
    ("Int8Sum", [typed((1, 4, 4, 3), DType.UINT8)] * 2, {}, [((1, 4, 4, 3), U8)]),
    ("Int8FC", [typed((1, 8), DType.UINT8), (5, 8), (5,)], {}, [((1, 5), U8)]),
    ("Int8Quantize", [(1, 4, 4, 3)], {}, [((1, 4, 4, 3), U8)]),
    ("Int8Dequantize", [typed((1, 4, 4, 3), DType.UINT8)], {}, [((1, 4, 4, 3), F)]),
    ("Int8Concat", [(1, 4, 4, 3), (1, 4, 4, 5)], NHWC, [((1, 4, 4, 8), U8)]),
    ("Int8Concat", [(1, 4), (2, 4)], {}, [((3, 4), U8)]),
    ("Int8Reshape", [(1, 4, 4, 3)], {"shape": (1, -1)}, [((1, 48), U8), ((4,), I64)]),
    ("Int8Flatten", [(1, 4, 4, 3)], {}, [((1, 48), U8)]),
    ("Int8Transpose", [(1, 4, 5, 3)], {"axes": (0, 3, 1, 2)}, [((1, 3, 4, 5), U8)]),
    (
        "Int8Slice",
        [(1, 4, 4, 3)],
        {"starts": (0, 0, 0, 1), "ends": (-1, -1, -1, 3)},
        [((1, 4, 4, 2), U8)],
    ),
    (
        "Int8ResizeNearest",
        [(1, 4, 5, 3)],
        {"height_scale": 2.0, "width_scale": 2.0},
        [((1, 8, 10, 3), U8)],
    ),
    ("Int8GivenTensorFill", [], {"shape": (4, 3, 3, 3)}, [((4, 3, 3, 3), U8)]),
    ("Int8GivenIntTensorFill", [], {"shape": (4,)}, [((4,), I32)]),
]

FILLS = [
    ("ConstantFill", [], {"shape": (2, 3)}, [((2, 3), F)]),
    ("ConstantFill", [], {"shape": (2, 3), "dtype": 2}, [((2, 3), I32)]),
    # Without dtype the value decides: a whole number makes int64.
    ("ConstantFill", [], {"shape": (2, 3), "value": 1}, [((2, 3), I64)]),
    ("ConstantFill", [(2, 3)], {"value": 1.0}, [((2, 3), F)]),
    ("ConstantFill", [(2, 3)], {"extra_shape": (4,)}, [((2, 3, 4), F)]),
    ("ConstantFill", [ints(2, 3)], {"input_as_shape": 1, "extra_shape": (4,)}, [((2, 3, 4), F)]),
    ("GaussianFill", [typed((2,), DType.INT64)], {"input_as_shape": 1}, [((None, None), F)]),
    ("XavierFill", [], {"shape": (5, 8)}, [((5, 8), F)]),
    ("GivenTensorInt64Fill", [], {"shape": (2,), "values": (3, 4)}, [((2,), I64)]),
    ("GivenTensorBoolFill", [], {"shape": (1,), "values": (1,)}, [((1,), B)]),
    ("Range", [ints(2), ints(9), ints(3)], {}, [((3,), I64)]),
]

LOSSES = [
    ("SoftmaxWithLoss", [(4, 10), typed((4,), DType.INT32)], {}, [((4, 10), F), ((), F)]),
    ("LabelCrossEntropy", [(4, 10), typed((4,), DType.INT32)], {}, [((4,), F)]),
    ("AveragedLoss", [(4,)], {}, [((), F)]),
    ("SquaredL2Distance", [(4, 10), (4, 10)], {}, [((4,), F)]),
    ("SigmoidCrossEntropyWithLogits", [(4, 10), (4, 10)], {}, [((4,), F)]),
    ("Accuracy", [(4, 10), typed((4,), DType.INT32)], {}, [((), F)]),
    ("Dropout", [(4, 10)], {"ratio": 0.5}, [((4, 10), F), ((4, 10), B)]),
]

GRADIENTS = [
    ("FCGradient", [(2, 8), (5, 8), (2, 5)], {}, [((5, 8), F), ((5,), F), ((2, 8), F)]),
    (
        "ConvGradient",
        [(1, 3, 8, 8), (4, 3, 3, 3), (1, 4, 6, 6)],
        {"kernel": 3},
        [((4, 3, 3, 3), F), ((4,), F), ((1, 3, 8, 8), F)],
    ),
    (
        "ConvGradient",
        [(1, 3, 8, 8), (4, 3, 3, 3), (1, 4, 6, 6)],
        {"kernel": 3, "no_bias": 1},
        [((4, 3, 3, 3), F), ((1, 3, 8, 8), F)],
    ),
    ("ReluGradient", [(2, 8), (2, 8)], {}, [((2, 8), F)]),
    ("MaxPoolGradient", [(1, 3, 8, 8), (1, 3, 4, 4), (1, 3, 4, 4)], {}, [((1, 3, 8, 8), F)]),
    ("SoftmaxGradient", [(2, 8), (2, 8)], {}, [((2, 8), F)]),
    ("AveragedLossGradient", [(4,), ()], {}, [((4,), F)]),
    ("LabelCrossEntropyGradient", [(4, 10), (4,), (4,)], {}, [((4, 10), F)]),
    (
        "SpatialBNGradient",
        [(2, 3, 4, 4), (3,), (2, 3, 4, 4), (3,), (3,)],
        {},
        [((2, 3, 4, 4), F), ((3,), F), ((3,), F)],
    ),
    ("SparseLengthsSumGradient", [(4, 16), (4,)], {}, [((None, 16), F)]),
]

DETECTION = [
    (
        "GenerateProposals",
        [(1, 15, 50, 50), (1, 60, 50, 50), (1, 3), (15, 4)],
        {},
        [((None, 5), F), ((None,), F)],
    ),
    (
        "RoIAlign",
        [(1, 256, 50, 50), (None, 5)],
        {"pooled_h": 14, "pooled_w": 14},
        [((None, 256, 14, 14), F)],
    ),
    (
        "RoIAlign",
        [(1, 50, 50, 256), (7, 5)],
        {"pooled_h": 2, "pooled_w": 3, **NHWC},
        [((7, 2, 3, 256), F)],
    ),
    ("BBoxTransform", [(7, 5), (7, 84), (1, 3)], {}, [((7, 84), F), ((1,), F)]),
    ("BoxWithNMSLimit", [(7, 21), (7, 84)], {}, [((None,), F), ((None, 4), F), ((None,), F)]),
    (
        "CollectAndDistributeFpnRpnProposals",
        [(9, 5), (9,)],
        {},
        [((None, 5), F), ((None, 5), F), ((None,), I32)],
    ),
    ("HeatmapMaxKeypoint", [(7, 17, 56, 56), (7, 4)], {}, [((7, 4, 17), F)]),
]

CASES = [
    *MATRICES,
    *NORMS,
    *ELEMENTS,
    *JOINS,
    *RESHAPES,
    *INDICES,
    *SIZES,
    *REDUCTIONS,
    *SPARSE,
    *INT8,
    *FILLS,
    *LOSSES,
    *GRADIENTS,
    *DETECTION,
]


@pytest.mark.parametrize(("kind", "inputs", "args", "expected"), CASES, ids=ids(CASES))
def test_shapes_and_types(kind, inputs, args, expected):
    assert made(kind, inputs, args, len(expected)) == expected


CONTRADICTIONS = [
    ("FC", [(2, 9), (5, 8), (5,)], {}, "(9 and 8)"),
    ("FC", [(2, 9), (5, 9)], {"axis": 3}, "axis 3 is outside"),
    ("MatMul", [(2, 8), (7, 5)], {}, "inner dims of 'in0' and 'in1' differ (8 and 7)"),
    ("SpatialBN", [(2, 3, 4, 4), (4,), (3,), (3,), (3,)], {}, "'in1' has other channels"),
    ("Add", [(2, 3), (2, 4)], {}, "do not broadcast"),
    ("Add", [(2, 3, 4), (3,)], {"broadcast": 1}, "'in1' of shape [3] does not stretch to 'in0'"),
    ("Sum", [(2, 3), (2, 4)], {}, "'in0' has the shape [2, 3], 'in1' has [2, 4]"),
    ("Concat", [(1, 2, 7), (1, 3, 8)], {}, "'in1' differs at dim 2 (8 and 7)"),
    ("Concat", [(1, 2), (1, 2, 3)], {}, "another rank"),
    ("Split", [(2, 7)], {}, "does not divide into 2 equal parts"),
    ("Split", [(2, 7)], {"split": (3, 3)}, "do not add up"),
    ("Split", [(2, 7)], {"split": (3, 3, 1)}, "3 sizes are given for 2 outputs"),
    (
        "Reshape",
        [(2, 3)],
        {"shape": (4, 2)},
        "'in0' of shape [2, 3] has other elements than [4, 2] (6 and 8)",
    ),
    ("Reshape", [(2, 3)], {"shape": (4, -1)}, "does not fit"),
    ("Reshape", [(2, 3)], {"shape": (-1, -1)}, "one -1 at most"),
    ("Reshape", [(2, 3)], {"shape": (-7,)}, "nothing below"),
    ("Reshape", [(2, 3)], {"shape": (6, 1, 0)}, "has no dim to copy"),
    ("Reshape", [(2, 3)], {}, "neither the argument shape"),
    ("Transpose", [(2, 3)], {"axes": (0, 0)}, "do not permute"),
    ("Squeeze", [(2, 3)], {"dims": (0,)}, "dim 0 must be 1 (2 and 1)"),
    ("ExpandDims", [(2, 3)], {"dims": (5,)}, "a new dim at 5"),
    ("Slice", [(4, 6)], {"starts": (3, 0), "ends": (1, -1)}, "reversed"),
    ("PadImage", [(1, 3, 5, 7)], {"pad": -4}, "negative dim"),
    ("ReduceSum", [(2, 3)], {"axes": (2,)}, "axis 2 is outside"),
    ("TopK", [(2, 3)], {"k": 0}, "k must be 1 or more"),
    ("ConstantFill", [], {"shape": (2, -3)}, "a dim is negative"),
    ("Cast", [(2,)], {"to": 77}, "names no element type"),
    ("LabelCrossEntropy", [(4, 10), (5,)], {}, "unlike rows (4 and 5)"),
    ("ConstantFill", [], {"shape": (2**40, 2**40)}, "2^63 bytes or more"),
    ("Tile", [(2**40,)], {"tiles": 2**30}, "2^63 bytes or more"),
]


@pytest.mark.parametrize(
    ("kind", "inputs", "args", "said"), CONTRADICTIONS, ids=ids(CONTRADICTIONS)
)
def test_contradictions_are_reasons_and_of_a_fill_errors(kind, inputs, args, said):
    if not inputs:  # the file says this shape outright
        with pytest.raises(
            InvalidNet, match=rf"^{kind} 'out0'.*{re.escape(said)}.*correct the file$"
        ):
            sized(kind, inputs, args, 1)
        return
    outputs = 2 if kind == "Split" else 1
    for blob in sized(kind, inputs, args, outputs):
        assert blob.shape is None
        assert said in blob.unknown
        assert blob.unknown.startswith(f"{kind} 'out0'")


def test_content_goes_from_shape_to_reshape():
    # x [2, 3, 4] → its dims → the first of them → [2, -1]
    ops = (
        Op("Shape", ("x",), ("dims",)),
        Op("Slice", ("dims",), ("head",), args={"starts": (0,), "ends": (1,)}),
        Op("GivenTensorInt64Fill", (), ("rest",), args={"shape": (1,), "values": (-1,)}),
        Op("Concat", ("head", "rest"), ("target", "info"), args={"axis": 0}),
        Op("Reshape", ("x", "target"), ("y", "old")),
    )
    net = infer_shapes(Net(ops=ops, inputs=("x",)), {"x": TensorType((2, 3, 4))})
    assert net.blob("head").values == (2,)
    assert net.blob("y").shape == (2, 12)
