"""Parts of a tensor, chosen by range or by index; and what a tensor says of itself."""

from __future__ import annotations

from memplan.errors import quoted
from memplan.net import Dim, DType, Op
from memplan.ops.caffe2.rules import Types, because, by_data, dim_at, family, ranked, scalar
from memplan.ops.dims import axis_of, product, shown
from memplan.ops.schema import OpSchema, Pieces, TensorType, arg_int, arg_ints, contradiction

__all__ = ["OPS", "slice_rule"]


def slice_rule(op: Op, inputs: Types) -> Types:
    """Slice: [starts, ends) of each dim; -1 is the end itself, -2 one element before it."""
    data = inputs[0]
    if data.shape is None:
        return [TensorType(dtype=data.dtype)]
    if len(inputs) > 2:
        starts, ends = inputs[1].values, inputs[2].values
        length = inputs[1].shape[0] if inputs[1].rank == 1 and inputs[1].shape else None
    else:
        starts, ends, length = arg_ints(op, "starts") or (), arg_ints(op, "ends") or (), None
    if starts is None or ends is None:
        return [_of_unknown_bounds(op, data, length)]
    if len(starts) != len(ends) or len(starts) > len(data.shape):
        raise contradiction(
            op, f"starts {shown(starts)} and ends {shown(ends)} do not fit {shown(data.shape)}"
        )
    bounds = list(zip(starts, ends, strict=True))
    cut = [_cut(op, size, *pair) for size, pair in zip(data.shape, bounds, strict=False)]
    # What a slice of a short list holds (a shape's first two dims) can be known too.
    values = None
    if data.values is not None and len(bounds) == 1 and isinstance(cut[0], int):
        begin = _from_front(len(data.values), starts[0])
        values = data.values[begin : begin + cut[0]]
    return [TensorType((*cut, *data.shape[len(cut) :]), data.dtype, values)]


def _of_unknown_bounds(op: Op, data: TensorType, length: Dim) -> TensorType:
    dims = data.shape or ()
    reach = length if isinstance(length, int) and 0 <= length <= len(dims) else len(dims)
    shape = (*(None,) * reach, *dims[reach:])
    name = quoted(op.inputs[1])
    return by_data(op, 0, shape, data.dtype, f"the dims (the content of {name})")


def _cut(op: Op, size: Dim, start: int, end: int) -> Dim:
    if not isinstance(size, int):
        # Bounds on the same side of the tensor tell the length if the tensor is long enough;
        # whether it is, nobody knows.
        return size if (start, end) == (0, -1) else None
    if size == 0:
        return 0
    begin, stop = _from_front(size, start), _from_front(size, end)
    if not 0 <= begin <= stop:
        raise contradiction(
            op, f"the range {start} to {end} of {quoted(op.inputs[0])} is empty or reversed"
        )
    return stop - begin


def _from_front(size: int, bound: int) -> int:
    return min(bound if bound >= 0 else size + 1 + bound, size)


def _gather_rule(op: Op, inputs: Types) -> Types:
    """Gather: the dims of the indices in place of the one at `axis`."""
    data, indices = ranked(op, inputs, 0, 1), inputs[1].shape
    if data is None or indices is None:
        return [TensorType(dtype=inputs[0].dtype)]
    axis = axis_of(op, arg_int(op, "axis", 0), len(data))
    values = None
    known, picked = inputs[0].values, inputs[1].values
    if known is not None and picked is not None and all(0 <= i < len(known) for i in picked):
        values = tuple(known[i] for i in picked)
    matched = min(axis, len(indices)) if arg_int(op, "match_outer", 0) else 0
    return [
        TensorType((*data[:axis], *indices[matched:], *data[axis + 1 :]), inputs[0].dtype, values)
    ]


def _batch_gather_rule(op: Op, inputs: Types) -> Types:
    """BatchGather: the indices pick along the second dim, alike in each row of the batch."""
    data, indices = ranked(op, inputs, 0, 2), inputs[1].shape
    if data is None or indices is None:
        return [TensorType(dtype=inputs[0].dtype)]
    first = arg_int(op, "match_outer", 0)
    return [TensorType((data[0], *indices[1 if first else 0 :], *data[2:]), inputs[0].dtype)]


def _gather_ranges_rule(op: Op, inputs: Types) -> Types:
    """GatherRanges: the ranges' content end to end, and how much each row had."""
    ranges = ranked(op, inputs, 1, 3, 3)
    rows = None if ranges is None else ranges[0]
    return [
        by_data(op, 0, (None,), inputs[0].dtype, "the elements"),
        TensorType((rows,), DType.INT32, reason=because(inputs[1])),
    ]


def _gather_ranges_to_dense_rule(op: Op, inputs: Types) -> Types:
    """GatherRangesToDense: one matrix an entry of `lengths`, of so many columns."""
    rows = dim_at(inputs[1], 0)
    lengths = arg_ints(op, "lengths") or ()
    return [TensorType((rows, length), inputs[0].dtype) for length in lengths]


def _shape_rule(op: Op, inputs: Types) -> Types:
    """Shape: the dims (those of `axes`) as int64: known where the dims are."""
    dims = inputs[0].shape
    axes = arg_ints(op, "axes")
    if dims is None:
        return [TensorType(None if axes is None else (len(axes),), DType.INT64)]
    chosen = dims if axes is None else [dims[axis_of(op, a, len(dims))] for a in axes]
    numbers = tuple(d for d in chosen if isinstance(d, int))
    values = numbers if len(numbers) == len(chosen) else None
    return [TensorType((len(chosen),), DType.INT64, values)]


def _size_rule(_op: Op, inputs: Types) -> Types:
    dims = inputs[0].shape
    count = None if dims is None else product(dims)
    return [TensorType((), DType.INT64, (count,) if isinstance(count, int) else None)]


def _one_hot_rule(op: Op, inputs: Types) -> Types:
    """OneHot: [indices, the one number that the second input holds], bool."""
    size = inputs[1].values
    columns = size[0] if size else None
    shape = (dim_at(inputs[0], 0), columns)
    if columns is not None:
        return [TensorType(shape, DType.BOOL)]
    return [by_data(op, 0, shape, DType.BOOL, "the columns")]


def _batch_one_hot_rule(_op: Op, inputs: Types) -> Types:
    """BatchOneHot: a column for each value of each input column, as many as `vals` lists."""
    shape = (dim_at(inputs[0], 0), dim_at(inputs[2], 0))
    return [TensorType(shape, inputs[0].dtype, reason=because(inputs[0], inputs[2]))]


OPS: tuple[OpSchema, ...] = (
    *family(("Slice",), slice_rule, pieces=Pieces.SLICE),
    # What is gathered from is a table of weights.
    *family(("Gather",), _gather_rule, min_inputs=2, parameters=(0,)),
    *family(("BatchGather",), _batch_gather_rule, min_inputs=2),
    *family(("GatherRanges",), _gather_ranges_rule, min_inputs=2),
    *family(("GatherRangesToDense",), _gather_ranges_to_dense_rule, min_inputs=2),
    *family(("Shape",), _shape_rule),
    *family(("Size",), _size_rule),
    *family(("IsEmpty", "HasElements"), scalar(DType.BOOL)),
    *family(("OneHot",), _one_hot_rule, min_inputs=2),
    *family(("BatchOneHot",), _batch_one_hot_rule, min_inputs=3),
)
