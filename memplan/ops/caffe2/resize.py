"""Other sizes by a factor or a border: resizing, padding, tiling, space and batch."""

from __future__ import annotations

import struct

from memplan.errors import quoted
from memplan.net import Dim, Op
from memplan.ops.caffe2.conv import spatial_axes
from memplan.ops.caffe2.rules import Types, demand_equal, family, like, ranked
from memplan.ops.dims import axis_of
from memplan.ops.schema import (
    OpSchema,
    TensorType,
    arg_float,
    arg_int,
    arg_ints,
    contradiction,
)

__all__ = ["OPS", "resize_rule"]


def resize_rule(op: Op, inputs: Types) -> Types:
    """ResizeNearest, UpsampleBilinear: height and width by a factor, rounded down."""
    dims = ranked(op, inputs, 0, 4, 4)
    if dims is None:
        return [TensorType(dtype=inputs[0].dtype)]
    result = list(dims)
    names = ("height_scale", "width_scale")
    for axis, name in zip(spatial_axes(op, 4), names, strict=True):
        # With a second input the factors are its content, which nobody knows beforehand.
        result[axis] = None if len(inputs) > 1 else _scaled(op, dims[axis], name)
    return [TensorType(tuple(result), inputs[0].dtype)]


def _scaled(op: Op, size: Dim, name: str) -> Dim:
    if not isinstance(size, int):
        return None
    factor = _float32(arg_float(op, name, 1.0))
    if not 0 < factor < 2**31:
        raise contradiction(op, f"{name} must be above 0")
    if size > 2**31:
        raise contradiction(op, f"{quoted(op.inputs[0])} has a dim of {size}, too large to resize")
    return int(_float32(size * factor))


def _float32(value: float) -> float:
    """Round to single precision, in which Caffe2 multiplies."""
    try:
        return float(struct.unpack("f", struct.pack("f", value))[0])
    except OverflowError:
        return 0.0


def _pad_rule(op: Op, inputs: Types) -> Types:
    """PadImage: a border of `pad` or `pad_t`, `pad_l`, `pad_b`, `pad_r`."""
    dims = ranked(op, inputs, 0, 4, 4)
    if dims is None:
        return [TensorType(dtype=inputs[0].dtype)]
    whole = arg_int(op, "pad", 0)
    listed = arg_ints(op, "pads") or (whole,) * 4
    if len(listed) != 4:
        raise contradiction(op, f"pads has {len(listed)} entries, but 4 are needed")
    sides = ("pad_t", "pad_l", "pad_b", "pad_r")
    top, left, bottom, right = (arg_int(op, s, d) for s, d in zip(sides, listed, strict=True))
    result = list(dims)
    border = (top + bottom, left + right)
    for axis, extra in zip(spatial_axes(op, 4), border, strict=True):
        size = dims[axis]
        result[axis] = size + extra if isinstance(size, int) else None
    return [TensorType(tuple(result), inputs[0].dtype)]


def _tile_rule(op: Op, inputs: Types) -> Types:
    """Tile: one axis repeated; how often and which may come as inputs."""
    data = inputs[0]
    if data.shape is None:
        return [TensorType(dtype=data.dtype)]
    tiles = _number(inputs, 1, arg_int(op, "tiles", 1))
    axis = _number(inputs, 2, arg_int(op, "axis", 0))
    if axis is None:
        return [TensorType((None,) * len(data.shape), data.dtype)]
    at = axis_of(op, axis, len(data.shape))
    size = data.shape[at]
    total = size * tiles if isinstance(size, int) and tiles is not None else None
    return [TensorType((*data.shape[:at], total, *data.shape[at + 1 :]), data.dtype)]


def _number(inputs: Types, position: int, otherwise: int) -> int | None:
    if position >= len(inputs):
        return otherwise
    values = inputs[position].values
    return values[0] if values else None


def _space_to_batch_rule(op: Op, inputs: Types) -> Types:
    return _blocked(op, inputs, to_batch=True)


def _batch_to_space_rule(op: Op, inputs: Types) -> Types:
    return _blocked(op, inputs, to_batch=False)


def _blocked(op: Op, inputs: Types, *, to_batch: bool) -> Types:
    """Blocks of the image become members of the batch, or back; `pad` is added or cut off."""
    dims = ranked(op, inputs, 0, 4, 4)
    block = arg_int(op, "block_size", 2)
    if block < 1:
        raise contradiction(op, "block_size must be 1 or more")
    if dims is None:
        return [TensorType(dtype=inputs[0].dtype)]
    pad = arg_int(op, "pad", 0)
    sides = (("pad_t", "pad_b"), ("pad_l", "pad_r"))
    batch, channels, *space = dims
    border = [arg_int(op, a, pad) + arg_int(op, b, pad) for a, b in sides]
    if to_batch:
        padded = [s + b if isinstance(s, int) else None for s, b in zip(space, border, strict=True)]
        for size in padded:
            demand_equal(op, size % block if size is not None else None, 0, "no whole blocks fit")
        out = [None if size is None else size // block for size in padded]
        count = batch * block**2 if isinstance(batch, int) else None
    else:
        out = [
            s * block - b if isinstance(s, int) else None
            for s, b in zip(space, border, strict=True)
        ]
        count = batch // block**2 if isinstance(batch, int) else None
    return [TensorType((count, channels, *out), inputs[0].dtype)]


OPS: tuple[OpSchema, ...] = (
    *family(("ResizeNearest", "UpsampleBilinear"), resize_rule),
    *family(("PadImage",), _pad_rule),
    *family(("Tile",), _tile_rule),
    *family(("SpaceToBatch",), _space_to_batch_rule),
    *family(("BatchToSpace",), _batch_to_space_rule),
    *family(("ChannelShuffle",), like(0)),
)
