"""Convolutions: X [N, C, …] with a filter [M, C/group, …], or channels last in NHWC."""

from __future__ import annotations

from collections.abc import Sequence

from memplan.errors import quoted
from memplan.net import Dim, Op
from memplan.ops.caffe2.rules import Types, because, channel_axis, demand_equal, family, ranked
from memplan.ops.caffe2.window import Window, transposed_size, window_of, window_size
from memplan.ops.schema import OpSchema, TensorType, arg_int, contradiction

__all__ = ["OPS", "conv_rule", "spatial_axes", "windowed"]


def spatial_axes(op: Op, rank: int) -> range:
    """The axes that a window moves along: all but the batch and the channels."""
    return range(2, rank) if channel_axis(op, rank) == 1 else range(1, rank - 1)


def windowed(op: Op, dims: tuple[Dim, ...], window: Window) -> tuple[Dim, ...]:
    """The dims of the data with the window's counts in place of the spatial ones.

    Raises:
        Contradiction: The window is larger than the data.
    """
    result = list(dims)
    for i, axis in enumerate(spatial_axes(op, len(dims))):
        result[axis] = window_size(op, window, i, dims[axis])
    return tuple(result)


def conv_rule(op: Op, inputs: Types) -> Types:
    """Conv: Y [N, M, …]; M is the filter's first dim in both orders."""
    data = inputs[0]
    dims = ranked(op, inputs, 0, 3)
    filter_dims = ranked(op, inputs, 1, 3)
    if dims is None:
        return [TensorType(dtype=data.dtype)]
    window = window_of(op, len(dims) - 2)
    channels = channel_axis(op, len(dims))
    made: Dim = None
    if filter_dims is not None:
        _check_filter(op, dims, filter_dims)
        made = filter_dims[0]
        group = arg_int(op, "group", 1)
        if group < 1 or (isinstance(made, int) and made % group):
            raise contradiction(op, f"{made} output channels do not divide into {group} groups")
        _check_bias(op, inputs, made)
    elif len(inputs) > 2 and inputs[2].shape is not None and len(inputs[2].shape) == 1:
        # The bias has one entry an output channel: it tells them where the filter is unknown.
        made = inputs[2].shape[0]
    result = list(windowed(op, dims, window))
    result[channels] = made
    return [TensorType(tuple(result), data.dtype, reason=_blame(inputs, result, channels))]


def _blame(inputs: Types, result: Sequence[Dim], channels: int) -> str | None:
    """The data is to blame for all dims but the channels: for those it is the filter."""
    others = [dim for axis, dim in enumerate(result) if axis != channels]
    data, weights = inputs[0], inputs[1]
    first = data if any(not isinstance(dim, int) for dim in others) else weights
    return because(first, weights)


def _check_filter(op: Op, dims: tuple[Dim, ...], filter_dims: tuple[Dim, ...]) -> None:
    # Caffe2's inference goes by the argument kernel and never looks at the filter's own size.
    data, weights = quoted(op.inputs[0]), quoted(op.inputs[1])
    demand_equal(op, len(filter_dims), len(dims), f"{weights} and {data} have unlike ranks")
    channels = channel_axis(op, len(dims))
    per_group, group = filter_dims[channels], arg_int(op, "group", 1)
    wanted = per_group * group if isinstance(per_group, int) else None
    demand_equal(op, wanted, dims[channels], f"{weights} takes other channels than {data} has")


def _check_bias(op: Op, inputs: Types, made: Dim) -> None:
    if len(inputs) > 2 and inputs[2].shape is not None:
        bias = ranked(op, inputs, 2, 1, 1)
        demand_equal(
            op, bias[0] if bias else None, made, "the bias and the filter's outputs differ"
        )


def _transposed_rule(op: Op, inputs: Types) -> Types:
    """ConvTranspose: filter [C, M/group, …], or [C, …, M/group] in NHWC."""
    data = inputs[0]
    dims, filter_dims = ranked(op, inputs, 0, 3), ranked(op, inputs, 1, 3)
    if dims is None:
        return [TensorType(dtype=data.dtype)]
    window = window_of(op, len(dims) - 2)
    if window.legacy in (1, 2):
        raise contradiction(op, "a transposed window takes no legacy_pad; give pads")
    channels = channel_axis(op, len(dims))
    result: list[Dim] = list(dims)
    for i, axis in enumerate(spatial_axes(op, len(dims))):
        result[axis] = transposed_size(window, i, dims[axis])
    result[channels] = None
    if filter_dims is not None:
        weights = quoted(op.inputs[1])
        demand_equal(op, len(filter_dims), len(dims), f"{weights} and the data: unlike ranks")
        demand_equal(
            op, filter_dims[0], dims[channels], f"{weights} takes other channels than the data has"
        )
        per_group = filter_dims[channels]
        result[channels] = (
            per_group * arg_int(op, "group", 1) if isinstance(per_group, int) else None
        )
    return [TensorType(tuple(result), data.dtype, reason=_blame(inputs, result, channels))]


OPS: tuple[OpSchema, ...] = (
    *family(
        ("Conv", "Conv1D", "Conv2D", "Conv3D", "ConvRelu"),
        conv_rule,
        min_inputs=2,
        parameters=(1, 2),
    ),
    *family(("ConvTranspose",), _transposed_rule, min_inputs=2, parameters=(1, 2)),
)
