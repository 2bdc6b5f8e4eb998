"""Normalizations: the data keeps its shape; statistics come out beside it."""

from __future__ import annotations

from memplan.errors import quoted
from memplan.net import Op, Shape
from memplan.ops.caffe2.rules import (
    IN_PLACE,
    Types,
    channel_axis,
    demand_equal,
    dim_at,
    family,
    like,
    ranked,
    typed,
)
from memplan.ops.dims import axis_of
from memplan.ops.schema import OpSchema, TensorType, arg_int

__all__ = ["OPS"]


def _spatial_bn_rule(op: Op, inputs: Types) -> Types:
    """SpatialBN: Y as X; in training also running mean and variance, saved mean and deviation."""
    data = inputs[0]
    dims = ranked(op, inputs, 0, 2)
    statistics: Shape = None
    if dims is not None:
        channels = dims[channel_axis(op, len(dims))]
        for position in range(1, min(5, len(inputs))):
            demand_equal(
                op,
                dim_at(inputs[position], 0),
                channels,
                f"{quoted(op.inputs[position])} has other channels than {quoted(op.inputs[0])}",
            )
        statistics = (channels,)
    elif inputs[1].rank == 1:
        statistics = inputs[1].shape
    return [typed(data), *[TensorType(statistics, inputs[1].dtype)] * (len(op.outputs) - 1)]


def _instance_norm_rule(op: Op, inputs: Types) -> Types:
    """InstanceNorm: mean and inverse deviation [N, C]."""
    dims = ranked(op, inputs, 0, 3)
    each = None if dims is None else (dims[0], dims[channel_axis(op, len(dims))])
    return [typed(inputs[0]), *[TensorType(each, inputs[0].dtype)] * 2]


def _layer_norm_rule(op: Op, inputs: Types) -> Types:
    """LayerNorm: mean and deviation, one for all the elements from `axis` on."""
    dims = ranked(op, inputs, 0, 1)
    moments = None if dims is None else (*dims[: axis_of(op, arg_int(op, "axis", 1), len(dims))], 1)
    return [typed(inputs[0]), *[TensorType(moments, inputs[0].dtype)] * 2]


def _group_norm_rule(op: Op, inputs: Types) -> Types:
    """GroupNorm: mean and inverse deviation [N, groups]."""
    dims = ranked(op, inputs, 0, 2)
    each = None if dims is None else (dims[0], arg_int(op, "group", 32))
    return [typed(inputs[0]), *[TensorType(each, inputs[0].dtype)] * 2]


OPS: tuple[OpSchema, ...] = (
    # In training the running statistics are written over the ones that were read.
    *family(
        ("SpatialBN",),
        _spatial_bn_rule,
        min_inputs=5,
        parameters=(1, 2, 3, 4),
        in_place=((0, 0), (3, 1), (4, 2)),
    ),
    *family(("LRN",), like(0, 0)),
    *family(
        ("InstanceNorm",), _instance_norm_rule, parameters=(1, 2), in_place=IN_PLACE, min_inputs=3
    ),
    *family(("LayerNorm",), _layer_norm_rule, parameters=(1, 2)),
    *family(("GroupNorm",), _group_norm_rule, parameters=(1, 2), min_inputs=3),
    *family(("Normalize", "NormalizeL1"), like(0)),
    *family(("RMSNorm",), like(0), parameters=(1, 2)),
    *family(("AffineChannel",), like(0), parameters=(1, 2), in_place=IN_PLACE, min_inputs=3),
)
