"""Region proposals: how many regions there are depends on the image; the rest is known."""

from __future__ import annotations

from memplan.net import Dim, DType, Op
from memplan.ops.caffe2.rules import (
    Types,
    because,
    by_data,
    channel_axis,
    dim_at,
    family,
    ranked,
    typed,
)
from memplan.ops.schema import OpSchema, TensorType, arg_int, arg_text, contradiction

__all__ = ["OPS", "roi_align_rule"]

_F32, _I32 = DType.FLOAT32, DType.INT32
_REGIONS = "the rows (regions)"


def _proposals_rule(op: Op, inputs: Types) -> Types:
    """GenerateProposals: regions [?, 5] (batch index and box; 6 where boxes turn), scores [?]."""
    anchor = dim_at(inputs[3], 1)
    width = 6 if anchor == 5 else 5
    return [
        by_data(op, 0, (None, width), _F32, _REGIONS),
        by_data(op, 1, (None,), _F32, _REGIONS),
    ]


def roi_align_rule(op: Op, inputs: Types) -> Types:
    """RoIAlign: [regions, C, pooled_h, pooled_w], channels last in NHWC."""
    dims = ranked(op, inputs, 0, 4, 4)
    height, width = arg_int(op, "pooled_h", 1), arg_int(op, "pooled_w", 1)
    if min(height, width) < 1:
        raise contradiction(op, "pooled_h and pooled_w must be 1 or more")
    regions = dim_at(inputs[1], 0)
    last = arg_text(op, "order", "NCHW") == "NHWC"
    channels = None if dims is None else dims[channel_axis(op, 4)]
    shape = (regions, height, width, channels) if last else (regions, channels, height, width)
    return [TensorType(shape, inputs[0].dtype, reason=because(inputs[1], inputs[0]))]


def _roi_pool_rule(op: Op, inputs: Types) -> Types:
    """RoIPool: as RoIAlign, and in training where each maximum stood."""
    first = roi_align_rule(op, inputs)[0]
    return [first, TensorType(first.shape, _I32)]


def _transform_rule(op: Op, inputs: Types) -> Types:
    """BBoxTransform: a box for each class of each region, and the regions of each image."""
    ranked(op, inputs, 1, 2, 2)
    return [typed(inputs[1]), TensorType((dim_at(inputs[2], 0),), _F32)]


def _nms_rule(op: Op, inputs: Types) -> Types:
    """BoxWithNMSLimit: what is left: scores, boxes, classes, splits, indices kept, kept a class."""
    scores = ranked(op, inputs, 0, 2, 2)
    classes: Dim = None if scores is None else scores[1]
    width = 5 if arg_int(op, "rotated", 0) else 4
    what = "the rows (boxes left)"
    images = dim_at(inputs[2], 0) if len(inputs) > 2 else 1
    return [
        by_data(op, 0, (None,), _F32, what),
        by_data(op, 1, (None, width), _F32, what),
        by_data(op, 2, (None,), _F32, what),
        TensorType((images,), _F32),
        by_data(op, 4, (None,), _I32, what),
        TensorType((classes,), _I32),
    ]


def _collect_rule(op: Op, _inputs: Types) -> Types:
    """CollectRpnProposals: the regions of all levels together."""
    return [by_data(op, 0, (None, 5), _F32, _REGIONS)]


def _distribute_rule(op: Op, _inputs: Types) -> Types:
    """(CollectAnd)Distribute…: the regions, those of each level, and last the way back."""
    last = len(op.outputs) - 1
    return [
        by_data(op, i, (None,), _I32, _REGIONS)
        if i == last
        else by_data(op, i, (None, 5), _F32, _REGIONS)
        for i in range(len(op.outputs))
    ]


def _keypoint_rule(op: Op, inputs: Types) -> Types:
    """HeatmapMaxKeypoint: for each region and keypoint x, y, score and probability."""
    dims = ranked(op, inputs, 0, 4, 4)
    shape = None if dims is None else (dims[0], 4, dims[1])
    return [TensorType(shape, _F32)]


def _permutation_rule(_op: Op, inputs: Types) -> Types:
    """BatchPermutation: the rows in another order."""
    return [typed(inputs[0])]


OPS: tuple[OpSchema, ...] = (
    *family(("GenerateProposals", "GenerateProposalsCPP"), _proposals_rule, min_inputs=4),
    *family(("RoIAlign", "RoIAlignRotated"), roi_align_rule, min_inputs=2),
    *family(("RoIPool",), _roi_pool_rule, min_inputs=2),
    *family(("BBoxTransform",), _transform_rule, min_inputs=3),
    *family(("BoxWithNMSLimit",), _nms_rule, min_inputs=2),
    *family(("CollectRpnProposals",), _collect_rule),
    *family(("CollectAndDistributeFpnRpnProposals", "DistributeFpnProposals"), _distribute_rule),
    *family(("HeatmapMaxKeypoint",), _keypoint_rule, min_inputs=2),
    *family(("BatchPermutation",), _permutation_rule, min_inputs=2),
)
