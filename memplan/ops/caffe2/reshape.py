"""The same elements under other dims: Reshape, Flatten, Transpose, Squeeze and their like."""

from __future__ import annotations

from memplan.errors import quoted
from memplan.net import Dim, DType, Op
from memplan.ops.caffe2.rules import IN_PLACE, Types, demand_equal, dim_at, family, ranked
from memplan.ops.dims import axis_of, product, shown
from memplan.ops.schema import OpSchema, TensorType, arg_int, arg_ints, contradiction, dims_known

__all__ = ["OPS", "flatten_rule", "reshape_rule", "transpose_rule"]

Dims = tuple[Dim, ...]


def reshape_rule(op: Op, inputs: Types) -> Types:
    """Reshape: to `shape`, or to the content of the second input; the old dims come out too."""
    data, old = inputs[0], TensorType(dtype=DType.INT64)
    if data.shape is not None:
        numbers = dims_known(data.shape)
        old = TensorType((len(data.shape),), DType.INT64, numbers)
    target = _target(op, inputs)
    if target is None:
        # How many numbers the target holds is the rank, even where it does not say which.
        length = dim_at(inputs[1], 0) if len(inputs) > 1 and inputs[1].rank == 1 else None
        dims = (None,) * length if isinstance(length, int) and 0 <= length <= 16 else None
        reason = inputs[1].reason or _no_values(op) if len(inputs) > 1 else None
        return [TensorType(dims, data.dtype, reason=reason), old]
    return [TensorType(_reshaped(op, data.shape, target), data.dtype, data.values), old]


def _no_values(op: Op) -> str:
    return (
        f"the target of Reshape {quoted(op.outputs[0] if op.outputs else op.name)} is the content "
        f"of {quoted(op.inputs[1])}, which is known only when the net runs"
    )


def _target(op: Op, inputs: Types) -> tuple[int, ...] | None:
    given = arg_ints(op, "shape")
    if given is not None:
        return given
    if len(inputs) > 1:
        return inputs[1].values
    if op.args.get("shape") == ():
        return ()
    raise contradiction(op, "neither the argument shape nor a second input gives the target")


def _reshaped(op: Op, old: Dims | None, target: tuple[int, ...]) -> Dims:
    """The target with 0 as the old dim at its place and -1 as what is left over."""
    if target.count(-1) > 1 or any(d < -1 for d in target):
        raise contradiction(op, f"{shown(target)} is no target: one -1 at most, nothing below")
    if old is None:
        return tuple(d if d > 0 else None for d in target)
    if any(d == 0 and i >= len(old) for i, d in enumerate(target)):
        raise contradiction(op, f"a 0 in {shown(target)} has no dim to copy in {shown(old)}")
    dims: list[Dim] = [old[i] if d == 0 else d for i, d in enumerate(target)]
    left = _left_over(op, old, target, dims)
    return tuple(left if d == -1 else d for d in dims)


def _left_over(op: Op, old: Dims, target: tuple[int, ...], dims: list[Dim]) -> Dim:
    # A dim that is copied stands on both sides: it cancels out, even where it is unknown.
    copied = {i for i, d in enumerate(target) if d == 0 and not isinstance(old[i], int)}
    before = product([d for i, d in enumerate(old) if i not in copied])
    after = product([d for i, d in enumerate(dims) if d != -1 and i not in copied])
    name = quoted(op.inputs[0])
    if -1 not in target:
        saying = f"{name} of shape {shown(old)} has other elements than {shown(target)}"
        demand_equal(op, before, after, saying)
        return None
    if before == after:
        return 1
    if not isinstance(before, int) or not isinstance(after, int):
        return None
    if after == 0 or before % after:
        raise contradiction(op, f"{name} of shape {shown(old)} does not fit {shown(target)}")
    return before // after


def flatten_rule(op: Op, inputs: Types) -> Types:
    """Flatten: a matrix of the dims before `axis` and those from it on."""
    dims = inputs[0].shape
    if dims is None:
        return [TensorType((None, None), inputs[0].dtype)]
    axis = arg_int(op, "axis", 1)
    if not 0 <= axis <= len(dims):
        axis = axis_of(op, axis, len(dims))
    return [TensorType((product(dims[:axis]), product(dims[axis:])), inputs[0].dtype)]


def _flatten_to_vec_rule(_op: Op, inputs: Types) -> Types:
    dims = inputs[0].shape
    return [TensorType((None if dims is None else product(dims),), inputs[0].dtype)]


def transpose_rule(op: Op, inputs: Types) -> Types:
    """Transpose: by `axes`; without, all dims back to front."""
    dims = inputs[0].shape
    if dims is None:
        return [TensorType(dtype=inputs[0].dtype)]
    axes = arg_ints(op, "axes") or tuple(range(len(dims)))[::-1]
    if sorted(axes) != list(range(len(dims))):
        raise contradiction(op, f"axes {shown(axes)} do not permute the dims of {shown(dims)}")
    return [TensorType(tuple(dims[a] for a in axes), inputs[0].dtype)]


def _channels_last_rule(op: Op, inputs: Types) -> Types:
    dims = ranked(op, inputs, 0, 2)
    moved = None if dims is None else (dims[0], *dims[2:], dims[1])
    return [TensorType(moved, inputs[0].dtype)]


def _channels_first_rule(op: Op, inputs: Types) -> Types:
    dims = ranked(op, inputs, 0, 2)
    moved = None if dims is None else (dims[0], dims[-1], *dims[1:-1])
    return [TensorType(moved, inputs[0].dtype)]


def _squeeze_rule(op: Op, inputs: Types) -> Types:
    data = inputs[0]
    if data.shape is None:
        return [TensorType(dtype=data.dtype)]
    gone = {axis_of(op, a, len(data.shape)) for a in arg_ints(op, "dims") or ()}
    for axis in sorted(gone):
        demand_equal(op, data.shape[axis], 1, f"{quoted(op.inputs[0])}: dim {axis} must be 1")
    kept = tuple(d for i, d in enumerate(data.shape) if i not in gone)
    return [TensorType(kept, data.dtype, data.values)]


def _expand_dims_rule(op: Op, inputs: Types) -> Types:
    data = inputs[0]
    if data.shape is None:
        return [TensorType(dtype=data.dtype)]
    dims = list(data.shape)
    for axis in sorted(set(arg_ints(op, "dims") or ())):
        if not 0 <= axis <= len(dims):
            raise contradiction(op, f"a new dim at {axis} does not fit the shape {shown(dims)}")
        dims.insert(axis, 1)
    return [TensorType(tuple(dims), data.dtype, data.values)]


def _prepend_dim_rule(op: Op, inputs: Types) -> Types:
    """PrependDim: the first dim split into [dim_size, the rest of it]."""
    dims = ranked(op, inputs, 0, 1)
    if dims is None:
        return [TensorType(dtype=inputs[0].dtype)]
    size = arg_int(op, "dim_size", 0)
    if size < 1 or (isinstance(dims[0], int) and dims[0] % size):
        raise contradiction(op, f"{shown(dims)} does not split into {size} parts")
    rest = dims[0] // size if isinstance(dims[0], int) else None
    return [TensorType((size, rest, *dims[1:]), inputs[0].dtype)]


def _merge_dim_rule(op: Op, inputs: Types) -> Types:
    """MergeDim: the first two dims as one."""
    dims = ranked(op, inputs, 0, 2)
    merged = None if dims is None else (product(dims[:2]), *dims[2:])
    return [TensorType(merged, inputs[0].dtype)]


def _resize_like_rule(_op: Op, inputs: Types) -> Types:
    return [TensorType(inputs[1].shape, inputs[0].dtype, reason=inputs[1].reason)]


VIEW = ((0, 0),)  # the same bytes under other dims

OPS: tuple[OpSchema, ...] = (
    *family(("Reshape",), reshape_rule, in_place=IN_PLACE, views=VIEW),
    *family(("Flatten",), flatten_rule, views=VIEW),
    *family(("FlattenToVec",), _flatten_to_vec_rule, views=VIEW),
    *family(("Transpose",), transpose_rule),
    *family(("NCHW2NHWC",), _channels_last_rule),
    *family(("NHWC2NCHW",), _channels_first_rule),
    *family(("Squeeze",), _squeeze_rule, in_place=IN_PLACE, views=VIEW),
    *family(("ExpandDims",), _expand_dims_rule, in_place=IN_PLACE, views=VIEW),
    *family(("PrependDim",), _prepend_dim_rule, in_place=IN_PLACE, views=VIEW),
    *family(("MergeDim",), _merge_dim_rule, in_place=IN_PLACE, views=VIEW),
    *family(("ResizeLike",), _resize_like_rule, min_inputs=2),
)
