"""Gradients: each output of a `*Gradient` op has the shape of an operand of the forward op.

A table says which of the gradient op's own inputs that operand is, as these ops take the
forward inputs (or, where they suffice, outputs) beside the gradients of the outputs.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from memplan.net import Dim, Op
from memplan.ops.caffe2.rules import IN_PLACE, Types, by_data, family, like, ranked, typed
from memplan.ops.dims import axis_of, product
from memplan.ops.schema import OpSchema, TensorType, arg_int

__all__ = ["OPS"]

# The output y (or the input x) and its gradient; the first list may write over the gradient.
_OVER_GRADIENT = (  # noqa: SIM905  a table of words, not a column of them
    "Clip Elu HardSigmoid LeakyRelu Relu ReluN Selu Sigmoid Softplus Softsign Tanh ThresholdedRelu"
).split()
_OF_ONE = (  # noqa: SIM905  a table of words, not a column of them
    "Abs Acos Asin Atan Cbrt Cos Cosh Cube Erf Log1p Logit Reciprocal Rsqrt Sin Sinh Softmax Tan"
).split()

# By operator: for each output the input whose shape it has.
_LIKE: Mapping[str, tuple[int, ...]] = MappingProxyType(
    {
        "AveragedLossGradient": (0,),
        "AveragePoolGradient": (0,),
        "MaxPoolGradient": (0,),
        "MaxPoolWithIndexGradient": (0,),
        "LpPoolGradient": (0,),
        "LRNGradient": (0,),
        "DropoutGrad": (0,),
        "GeluGradient": (1,),
        "SwishGradient": (0,),
        "NormalizeGradient": (0,),
        "LabelCrossEntropyGradient": (0,),
        "CrossEntropyGradient": (0,),
        "MakeTwoClassGradient": (0,),
        "SoftmaxWithLossGradient": (0,),
        "SpatialSoftmaxWithLossGradient": (0,),
        "SigmoidCrossEntropyWithLogitsGradient": (1,),
        "WeightedSigmoidCrossEntropyWithLogitsGradient": (1,),
        "SquaredL2DistanceGradient": (0, 1),
        "L1DistanceGradient": (0, 1),
        "DotProductGradient": (0, 1),
        "CosineSimilarityGradient": (0, 1),
        "AddGradient": (1, 2),
        "SubGradient": (1, 2),
        "MulGradient": (1, 2),
        "SpatialBNGradient": (0, 1, 1),
        "InstanceNormGradient": (0, 1, 1),
        "LayerNormGradient": (0, 3, 3),
        "GroupNormGradient": (1, 2, 3),
        "AffineChannelGradient": (0, 1, 1),
        "PReluGradient": (0, 3),
        "ResizeNearestGradient": (1,),
        "UpsampleBilinearGradient": (1,),
        "RoIAlignGradient": (0,),
        "RoIPoolGradient": (0,),
        "SliceGradient": (0,),
        "SumElementsGradient": (0,),
        "ReduceSumGradient": (1,),
        "ReduceMeanGradient": (1,),
        "ReduceMaxGradient": (2,),
        "ReduceMinGradient": (2,),
        "ReduceL1Gradient": (2,),
        "ReduceL2Gradient": (2,),
        "BatchGatherGradient": (0,),
        "LSTMUnitGradient": (0, 1, 2),
        "GRUUnitGradient": (0, 1),
    }
)


def _conv_rule(op: Op, inputs: Types) -> Types:
    """ConvGradient(X, filter, dY): of the filter, the bias (not with no_bias), the data."""
    weights = typed(inputs[1])
    channels = weights.shape[0] if weights.shape else None
    return _parameters_and_data(op, weights, channels, typed(inputs[0]))


def _conv_transpose_rule(op: Op, inputs: Types) -> Types:
    """ConvTransposeGradient: the bias has the channels of dY."""
    dims = ranked(op, inputs, 2, 3)
    last = op.args.get("order") == b"NHWC"
    channels = None if dims is None else dims[-1 if last else 1]
    return _parameters_and_data(op, typed(inputs[1]), channels, typed(inputs[0]))


def _parameters_and_data(op: Op, weights: TensorType, bias: Dim, data: TensorType) -> Types:
    if arg_int(op, "no_bias", 0):
        return [weights, data]
    return [weights, TensorType((bias,), weights.dtype), data]


def _fc_rule(op: Op, inputs: Types) -> Types:
    """FCGradient(X, W, dY): of the weights, the bias, the data."""
    return _fc(op, inputs, transposed=False)


def _fc_transposed_rule(op: Op, inputs: Types) -> Types:
    return _fc(op, inputs, transposed=True)


def _fc(op: Op, inputs: Types, *, transposed: bool) -> Types:
    weights = ranked(op, inputs, 1, 1)
    made: Dim = None
    if weights is not None:
        at = arg_int(op, "axis_w", 1)
        at = at if at == len(weights) else axis_of(op, at, len(weights))
        made = product(weights[at:] if transposed else weights[:at])
    return [typed(inputs[1]), TensorType((made,), inputs[1].dtype), typed(inputs[0])]


def _div_rule(_op: Op, inputs: Types) -> Types:
    """DivGradient(dC, A, B, C), or the older (B, C, dC) whose outputs are both like them."""
    if len(inputs) == 4:
        return [typed(inputs[1]), typed(inputs[2])]
    return [typed(inputs[1]), typed(inputs[0])]


def _each_input_rule(op: Op, inputs: Types) -> Types:
    """MaxGradient(Y, dY, X…), MinGradient, MeanGradient(dY, X…): each like its operand."""
    given = 1 if op.type == "MeanGradient" else 2
    operands = inputs[given:] or [inputs[0]] * len(op.outputs)
    return [typed(x) for x in operands]


def _rows_by_data(op: Op, inputs: Types) -> Types:
    """Gradients of segment sums: the rows are those of the data before it was summed."""
    dims = ranked(op, inputs, 0, 1)
    if dims is None:
        return [TensorType(dtype=inputs[0].dtype)]
    return [by_data(op, 0, (None, *dims[1:]), inputs[0].dtype)]


_SEGMENTS = tuple(
    f"{kind}{how}Gradient"
    for kind in ("Lengths", "SparseLengths", "SortedSegment", "UnsortedSegment")
    for how in ("Sum", "Mean")
)

OPS: tuple[OpSchema, ...] = (
    *family((f"{one}Gradient" for one in _OVER_GRADIENT), like(0), in_place=((1, 0),)),
    *family((f"{one}Gradient" for one in _OF_ONE), like(0)),
    *(
        schema
        for name, positions in _LIKE.items()
        for schema in family((name,), like(*positions), min_inputs=min(positions) + 1)
    ),
    *family(
        [f"Conv{s}Gradient" for s in ("", "1D", "2D", "3D")],
        _conv_rule,
        min_inputs=2,
        parameters=(1,),
    ),
    *family(("ConvTransposeGradient",), _conv_transpose_rule, min_inputs=3, parameters=(1,)),
    *family(("FCGradient",), _fc_rule, min_inputs=2, parameters=(1,)),
    *family(("FCTransposedGradient",), _fc_transposed_rule, min_inputs=2, parameters=(1,)),
    *family(("DivGradient",), _div_rule, min_inputs=3, in_place=IN_PLACE),
    *family(("MaxGradient", "MinGradient", "MeanGradient"), _each_input_rule),
    *family(_SEGMENTS, _rows_by_data, min_inputs=2),
    *family(
        (f"{kind}Pool{s}Gradient" for kind in ("Max", "Average") for s in ("1D", "2D", "3D")),
        like(0),
    ),
)
