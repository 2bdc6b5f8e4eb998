"""Losses and what goes with them: distances a row, accuracy, Dropout with its mask."""

from __future__ import annotations

from memplan.errors import quoted
from memplan.net import DType, Op, Shape
from memplan.ops.caffe2.rules import (
    IN_PLACE,
    Types,
    demand_equal,
    dim_at,
    family,
    ranked,
    scalar,
    typed,
)
from memplan.ops.schema import OpSchema, TensorType

__all__ = ["OPS"]


def _each_row(op: Op, inputs: Types, least: int) -> Types:
    dims = ranked(op, inputs, 0, least)
    rows: Shape = None
    if dims is not None:
        rows = dims[:1]
        demand_equal(
            op,
            rows[0] if rows else None,
            dim_at(inputs[1], 0),
            f"{quoted(op.inputs[0])} and {quoted(op.inputs[1])} have unlike rows",
        )
    return [TensorType(rows, inputs[0].dtype)]


def _cross_entropy_rule(op: Op, inputs: Types) -> Types:
    """LabelCrossEntropy, CrossEntropy: one number a row."""
    return _each_row(op, inputs, 1)


def _distance_rule(op: Op, inputs: Types) -> Types:
    """SquaredL2Distance and its like: one number a row."""
    return _each_row(op, inputs, 1)


def _sigmoid_cross_entropy_rule(op: Op, inputs: Types) -> Types:
    """SigmoidCrossEntropyWithLogits: the mean over the last dim."""
    dims = ranked(op, inputs, 0, 1)
    return [TensorType(None if dims is None else dims[:-1], inputs[0].dtype)]


def _softmax_with_loss_rule(_op: Op, inputs: Types) -> Types:
    """SoftmaxWithLoss: the probabilities, and one number for the whole."""
    return [typed(inputs[0]), TensorType((), inputs[0].dtype)]


def _two_class_rule(op: Op, inputs: Types) -> Types:
    """MakeTwoClass: a probability and its complement for each row."""
    ranked(op, inputs, 0, 1)
    return [TensorType((dim_at(inputs[0], 0), 2), inputs[0].dtype)]


def _dropout_rule(_op: Op, inputs: Types) -> Types:
    """Dropout: the data, and the bool mask of what was kept.

    Caffe2's shape inference gives the mask its shape even where `is_test` leaves it unwritten.
    """
    return [typed(inputs[0]), TensorType(inputs[0].shape, DType.BOOL, reason=inputs[0].reason)]


def _multi_class_rule(op: Op, inputs: Types) -> Types:
    """MultiClassAccuracy: for each class the accuracy and the number of rows."""
    dims = ranked(op, inputs, 0, 2, 2)
    each = None if dims is None else dims[1:]
    return [TensorType(each, DType.FLOAT32), TensorType(each, DType.INT32)]


OPS: tuple[OpSchema, ...] = (
    *family(("SoftmaxWithLoss", "SpatialSoftmaxWithLoss"), _softmax_with_loss_rule, min_inputs=2),
    *family(("LabelCrossEntropy", "CrossEntropy"), _cross_entropy_rule, min_inputs=2),
    *family(
        ("SquaredL2Distance", "L1Distance", "DotProduct", "CosineSimilarity"),
        _distance_rule,
        min_inputs=2,
    ),
    *family(
        ("SigmoidCrossEntropyWithLogits", "WeightedSigmoidCrossEntropyWithLogits"),
        _sigmoid_cross_entropy_rule,
        min_inputs=2,
    ),
    *family(("AveragedLoss", "Accuracy"), scalar(DType.FLOAT32)),
    *family(("MultiClassAccuracy",), _multi_class_rule, min_inputs=2),
    *family(("MakeTwoClass",), _two_class_rule),
    *family(("Dropout",), _dropout_rule, in_place=IN_PLACE),
)
