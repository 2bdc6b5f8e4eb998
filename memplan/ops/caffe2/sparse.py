"""Segments: rows summed by lengths or by segment ids, tables looked up by index.

By lengths the rows of the output are those of the lengths blob; by segment ids they are one
more than the largest id, which is data.
"""

from __future__ import annotations

from memplan.net import Dim, DType, Op
from memplan.ops.caffe2.rules import Types, because, by_data, dim_at, family, ranked
from memplan.ops.schema import OpSchema, ShapeRule, TensorType, arg_int, contradiction

__all__ = ["OPS"]


def _by_lengths(lengths: int, data: int = 0, *, widen: bool = False) -> ShapeRule:
    """A rule: rows of input `lengths`, the rest of input `data`; `widen` sums half as float."""

    def rule(op: Op, inputs: Types) -> Types:
        dims = ranked(op, inputs, data, 1)
        half = widen and inputs[data].dtype is DType.FLOAT16
        dtype = DType.FLOAT32 if half else inputs[data].dtype
        rows = dim_at(inputs[lengths], 0)
        reason = because(inputs[data], inputs[lengths])
        return [TensorType(None if dims is None else (rows, *dims[1:]), dtype, reason=reason)]

    return rule


def _by_packed_rows(lengths: int, bits: int) -> ShapeRule:
    """A rule for rows that carry their scale and bias behind `bits`-bit elements, fused."""

    def rule(op: Op, inputs: Types) -> Types:
        dims = ranked(op, inputs, 0, 2, 2)
        width: Dim = None
        if dims is not None and isinstance(dims[1], int):
            tail = 8 if bits == 8 else 4
            if dims[1] < tail:
                raise contradiction(op, f"fused rows of {dims[1]} bytes have no scale and bias")
            width = (dims[1] - tail) * 8 // bits
        shape = (dim_at(inputs[lengths], 0), width)
        reason = because(inputs[0], inputs[lengths])
        return [TensorType(shape, DType.FLOAT32, reason=reason)]

    return rule


def _by_ids(op: Op, inputs: Types) -> Types:
    """As many rows as the largest id, or the sum of the lengths, says."""
    dims = ranked(op, inputs, 0, 1)
    if dims is None:
        return [TensorType(dtype=inputs[0].dtype)]
    return [by_data(op, 0, (None, *dims[1:]), inputs[0].dtype)]


def _unsorted_rule(op: Op, inputs: Types) -> Types:
    """UnsortedSegment…: as many rows as `num_segments` says, if it is there."""
    dims = ranked(op, inputs, 0, 1)
    count = arg_int(op, "num_segments", -1)
    if count < 0 or dims is None:
        return _by_ids(op, inputs)
    return [TensorType((count, *dims[1:]), inputs[0].dtype)]


def _list_by_data(dtype: DType | None, what: str = "the elements") -> ShapeRule:
    """A rule: a list whose length depends on the data; its type is the input's without one."""

    def rule(op: Op, inputs: Types) -> Types:
        return [by_data(op, 0, (None,), dtype or inputs[0].dtype, what)]

    return rule


def _to_ranges_rule(_op: Op, inputs: Types) -> Types:
    """LengthsToRanges: offset and length of each row."""
    return [TensorType((dim_at(inputs[0], 0), 2), DType.INT32)]


def _to_offsets_rule(op: Op, inputs: Types) -> Types:
    rows = dim_at(inputs[0], 0)
    extra = 1 if arg_int(op, "include_last_offset", 0) else 0
    return [TensorType((rows + extra if isinstance(rows, int) else None,), DType.INT32)]


def _top_k_rule(op: Op, inputs: Types) -> Types:
    """LengthsTopK: k values and k indices for each row."""
    rows, k = dim_at(inputs[1], 0), arg_int(op, "k", -1)
    count = rows * k if isinstance(rows, int) and k > 0 else None
    return [TensorType((count,), inputs[0].dtype), TensorType((count,), DType.INT32)]


def _pack_rule(op: Op, inputs: Types) -> Types:
    """PackSegments: [rows, the longest of them, …], and which of it is there."""
    rows, dims = dim_at(inputs[0], 0), ranked(op, inputs, 1, 1)
    if dims is None:
        unknown = TensorType(dtype=inputs[1].dtype, reason=because(inputs[1]))
        return [unknown, TensorType((rows, None), DType.BOOL, reason=unknown.reason)]
    longest = arg_int(op, "max_length", -1)
    if longest >= 0:
        shape: tuple[Dim, ...] = (rows, longest, *dims[1:])
        return [TensorType(shape, inputs[1].dtype), TensorType(shape[:2], DType.BOOL)]
    what = "the dims (the longest segment)"
    return [
        by_data(op, 0, (rows, None, *dims[1:]), inputs[1].dtype, what),
        by_data(op, 1, (rows, None), DType.BOOL, what),
    ]


def _unpack_rule(op: Op, inputs: Types) -> Types:
    """UnpackSegments: the rows end to end again."""
    dims = ranked(op, inputs, 1, 2)
    if dims is None:
        return [TensorType(dtype=inputs[1].dtype, reason=because(inputs[1]))]
    return [by_data(op, 0, (None, *dims[2:]), inputs[1].dtype)]


def _pack_sequence_rule(op: Op, inputs: Types) -> Types:
    """PackRNNSequence: [the longest, batch, …]."""
    dims = ranked(op, inputs, 0, 1)
    if dims is None:
        return [TensorType(dtype=inputs[0].dtype)]
    shape = (None, dim_at(inputs[1], 0), *dims[1:])
    return [by_data(op, 0, shape, inputs[0].dtype, "the time steps")]


def _unpack_sequence_rule(op: Op, inputs: Types) -> Types:
    """UnpackRNNSequence: [all elements, …]."""
    dims = ranked(op, inputs, 0, 2)
    if dims is None:
        return [TensorType(dtype=inputs[0].dtype)]
    return [by_data(op, 0, (None, *dims[2:]), inputs[0].dtype)]


def _padding_rule(sign: int) -> ShapeRule:
    """A rule: `padding_width` rows more (or fewer) before each segment, and so many after it."""

    def rule(op: Op, inputs: Types) -> Types:
        dims = ranked(op, inputs, 0, 1)
        # Without lengths the whole is one segment.
        segments = dim_at(inputs[1], 0) if len(inputs) > 1 else 1
        before = arg_int(op, "padding_width", 1)
        after = arg_int(op, "end_padding_width", -1)
        extra = before + (before if after < 0 else after)
        lengths = TensorType((segments,), DType.INT32)
        if dims is None:
            return [TensorType(dtype=inputs[0].dtype), lengths]
        rows: Dim = None
        if isinstance(dims[0], int) and isinstance(segments, int):
            rows = dims[0] + sign * extra * segments
        return [TensorType((rows, *dims[1:]), inputs[0].dtype), lengths]

    return rule


def _to_dense_mask_rule(op: Op, inputs: Types) -> Types:
    """SparseToDenseMask: a row for each entry of lengths, a column for each id in `mask`."""
    mask = op.args.get("mask", ())
    columns = len(mask) if isinstance(mask, tuple) else 1
    rows: tuple[Dim, ...] = (dim_at(inputs[3], 0),) if len(inputs) > 3 else ()
    rest = inputs[2].shape
    dims = None if rest is None else (*rows, columns, *rest)
    # The values have one dim more than the default; they tell the dtype too.
    reason = because(inputs[2], *inputs[3:4], inputs[1])
    return [
        TensorType(dims, inputs[1].dtype, reason=reason),
        TensorType((*rows, columns), DType.BOOL, reason=because(*inputs[3:4])),
    ]


def _tables(names: str, rule: ShapeRule) -> tuple[OpSchema, ...]:
    return family(names.split(), rule, min_inputs=2, parameters=(0,))


_REDUCERS = ("Sum", "Mean", "Max")
_RANGE = ("Sum", "Mean", "Max", "LogSumExp", "LogMeanExp")

OPS: tuple[OpSchema, ...] = (
    *family((f"Lengths{k}" for k in _REDUCERS), _by_lengths(1), min_inputs=2),
    *family(("LengthsWeightedSum",), _by_lengths(2), min_inputs=3),
    *family(
        ("SparseLengthsSum", "SparseLengthsMean"),
        _by_lengths(2, widen=True),
        min_inputs=3,
        parameters=(0,),
    ),
    *family(
        ("SparseLengthsWeightedSum", "SparseLengthsPositionalWeightedSum"),
        _by_lengths(3, widen=True),
        min_inputs=4,
        parameters=(0,),
    ),
    *(
        schema
        for bits in (8, 4, 2)
        for schema in (
            *family(
                (f"SparseLengths{k}Fused{bits}BitRowwise" for k in ("Sum", "Mean")),
                _by_packed_rows(2, bits),
                min_inputs=3,
                parameters=(0,),
            ),
            *family(
                (f"SparseLengthsWeightedSumFused{bits}BitRowwise",),
                _by_packed_rows(3, bits),
                min_inputs=4,
                parameters=(0,),
            ),
        )
    ),
    *family((f"SortedSegment{k}" for k in ("Sum", "Mean", "WeightedSum")), _by_ids, min_inputs=2),
    *family((f"SortedSegmentRange{k}" for k in _RANGE), _by_ids, min_inputs=2),
    *family((f"UnsortedSegment{k}" for k in ("Sum", "Mean")), _unsorted_rule, min_inputs=2),
    *_tables("SparseSortedSegmentSum SparseSortedSegmentMean", _by_ids),
    *_tables("SparseUnsortedSegmentSum SparseUnsortedSegmentMean", _unsorted_rule),
    *family(("LengthsToSegmentIds", "SegmentIdsToLengths"), _list_by_data(DType.INT32)),
    *family(("LengthsRangeFill",), _list_by_data(DType.INT32)),
    *family(("LengthsToWeights",), _list_by_data(DType.FLOAT32)),
    *family(("LengthsToRanges",), _to_ranges_rule),
    *family(("LengthsToOffsets",), _to_offsets_rule),
    *family(("LengthsTile",), _by_ids, min_inputs=2),
    *family(("LengthsTopK",), _top_k_rule, min_inputs=2),
    *family(("PackSegments",), _pack_rule, min_inputs=2),
    *family(("UnpackSegments",), _unpack_rule, min_inputs=2),
    *family(("PackRNNSequence",), _pack_sequence_rule, min_inputs=2),
    *family(("UnpackRNNSequence",), _unpack_sequence_rule, min_inputs=2),
    *family(("AddPadding",), _padding_rule(1)),
    *family(("RemovePadding",), _padding_rule(-1)),
    *family(("SparseToDenseMask",), _to_dense_mask_rule, min_inputs=3),
    *family(("Unique",), _list_by_data(None)),
    *family(("BooleanMask",), _by_ids, min_inputs=2),
)
