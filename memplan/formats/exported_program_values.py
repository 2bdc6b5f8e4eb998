"""Tensors of an exported program: element types by their numbers, sizes, strides."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from types import MappingProxyType

from memplan.errors import quoted
from memplan.formats.exported_program_file import BrokenProgram, choice, entries, member
from memplan.formats.exported_program_layout import Layout
from memplan.formats.limits import MAX_RANK
from memplan.formats.onnx_types import checked
from memplan.net import Blob, Dim, DType
from memplan.ops.schema import TensorType
from memplan.ops.torch.sizes import read_size, size_in, symbols_in

__all__ = ["blob_of", "examples_in", "layout_of", "symbols_of"]

# The numbers are those of the files, not of PyTorch's own ScalarType.
_DTYPES: Mapping[int, DType] = MappingProxyType(
    {
        1: DType.UINT8,
        2: DType.INT8,
        3: DType.INT16,
        4: DType.INT32,
        5: DType.INT64,
        6: DType.FLOAT16,
        7: DType.FLOAT32,
        8: DType.FLOAT64,
        # Two halves are as large as one float.
        9: DType.FLOAT32,
        10: DType.COMPLEX64,
        11: DType.COMPLEX128,
        12: DType.BOOL,
        13: DType.BFLOAT16,
        28: DType.UINT16,
        **dict.fromkeys(range(29, 34), DType.FLOAT8),
        34: DType.UINT32,
        35: DType.UINT64,
    }
)
_UNBACKED = 8209  # stands for a size that no example is given for: large, and prime


def blob_of(name: str, meta: object) -> Blob:
    """What the file says of a tensor.

    Raises:
        BrokenProgram: It is no description of a tensor.
    """
    about = _description(meta)
    number = about.get("dtype")
    dtype = _DTYPES.get(number) if isinstance(number, int) else None
    sizes = entries(about.get("sizes"))
    if len(sizes) > MAX_RANK:
        raise BrokenProgram(f"{quoted(name)} has more than {MAX_RANK} dims")
    if "sizes" not in about:
        return Blob(name, None, dtype)
    found = checked(name, TensorType(tuple(map(_dim, sizes)), dtype), 0)
    if dtype is None:
        found = replace(found, reason=f"{quoted(name)} has an element type without a known size")
    return Blob(name, found.shape, dtype, unknown=found.reason)


def _description(meta: object) -> dict[str, object]:
    """The description of a tensor, which torch 2.1 wraps once more."""
    about = member(meta)
    return member(about, "meta") if "meta" in about else about


def _dim(size: object) -> Dim:
    """A number, an expression of free dims, or None: it is not to be worked out."""
    kind, what = choice(size)
    if kind == "as_int":
        return _whole(what)
    if kind != "as_expr":
        raise BrokenProgram(f"a size is given as {quoted(kind)}")
    expression = member(what).get("expr_str")
    return read_size(expression) if isinstance(expression, str) else None


def _whole(value: object) -> int:
    if not isinstance(value, int) or isinstance(value, bool) or value < 0:
        raise BrokenProgram(f"a size is {quoted(str(value), 30)}")
    return value


def symbols_of(blob: Blob) -> Iterator[str]:
    """The free dims that a tensor's sizes are made of."""
    for dim in blob.shape or ():
        if isinstance(dim, str):
            yield from symbols_in(dim)


def examples_in(meta: object) -> Iterator[tuple[str, int]]:
    """Free dims that stand alone as a size, each with the example that the file gives."""
    for size in entries(_description(meta).get("sizes")):
        kind, what = choice(size)
        if kind != "as_expr":
            continue
        expression = member(what).get("expr_str")
        hint = member(what).get("hint")
        hint = hint.get("as_int") if isinstance(hint, dict) else hint
        name = read_size(expression) if isinstance(expression, str) else None
        whole = isinstance(hint, int) and not isinstance(hint, bool) and 0 < hint < 2**31
        if isinstance(name, str) and symbols_in(name) == (name,) and whole:
            assert isinstance(hint, int)
            yield name, hint


def layout_of(meta: object, blob: Blob, examples: Mapping[str, int]) -> Layout | None:
    """How a tensor lies in memory; None where that is not told."""
    strides = [_dim_or_none(stride) for stride in entries(_description(meta).get("strides"))]
    dims = [_example(dim, examples) for dim in blob.shape or ()]
    steps = [_example(step, examples) for step in strides]
    if blob.shape is None or len(dims) != len(steps) or None in dims or None in steps:
        return None
    whole = tuple(dim for dim in dims if dim is not None)
    return Layout(whole, tuple(step for step in steps if step is not None), blob.dtype)


def _dim_or_none(size: object) -> Dim:
    try:
        return _dim(size)
    except BrokenProgram:
        return None


def _example(dim: Dim, examples: Mapping[str, int]) -> int | None:
    if not isinstance(dim, str):
        return dim
    return size_in(dim, {name: examples.get(name, _UNBACKED) for name in symbols_in(dim)})
