"""Shapes that come beside a net: on the command line, or as JSON.

    data=1,3,224,224          data=1,3,224,224:float16          ids=32:int64
    {"data": [1, 3, 224, 224], "ids": ["int64", [32]], "x": [1, [8, null]]}

A pair is a type (its number in NetDef files, or its name) and the dims; dims alone are of
float32, as in Caffe2; null is a dim, or a whole shape, that is unknown.
"""

from __future__ import annotations

from collections.abc import Mapping

from memplan.errors import FormatError, TooLarge, quoted
from memplan.formats.dims import checked_dims
from memplan.formats.dtypes import DATA_TYPES, DTYPE_BY_LABEL, DTYPE_NUMBERS
from memplan.formats.json_object import json_object
from memplan.formats.limits import MAX_JSON_BYTES, MAX_NAMED_SHAPES
from memplan.net import DType
from memplan.ops.schema import TensorType
from memplan.units import format_bytes

__all__ = ["describes_types", "load_json", "parse_input_shape", "read_shapes_json", "shapes_from"]

_EXAMPLE = "NAME=1,3,224,224 or NAME=1,3,224,224:float16"
_ENTRIES = '{"data": [1, 3, 224, 224]} or {"data": [1, [1, 3, 224, 224]]}'


def parse_input_shape(text: str) -> tuple[str, TensorType]:
    """Read ``NAME=dims`` or ``NAME=dims:dtype``; the name may hold '=', ':' and ','.

    Raises:
        FormatError: It is not written so, or a dim is no number of 1 or more.

    >>> name, known = parse_input_shape("gpu_0/data=1,3,224,224:int64")
    >>> name, known.shape, known.dtype.label
    ('gpu_0/data', (1, 3, 224, 224), 'int64')
    """
    name, equals, rest = text.rpartition("=")
    if not equals or not name:
        raise FormatError(f"{quoted(text)} is no shape of an input; write {_EXAMPLE}")
    dims_text, colon, label = rest.partition(":")
    dtype = _dtype(label.strip() if colon else "float32", quoted(name))
    dims = [_whole(part, name) for part in dims_text.split(",")] if dims_text.strip() else []
    return name, TensorType(checked_dims(dims, dtype, f"the input {quoted(name)}"), dtype)


def _whole(part: str, name: str) -> int:
    digits = part.strip()
    body = digits[1:] if digits[:1] in ("+", "-") else digits
    if not (body.isascii() and body.isdecimal() and len(body) <= 40):
        raise FormatError(
            f"the input {quoted(name)} has the dim {quoted(part, 20)}; write {_EXAMPLE}"
        )
    return int(digits)


def _dtype(given: object, where: str) -> DType | None:
    if isinstance(given, str) and given.lower() in DTYPE_BY_LABEL:
        return DTYPE_BY_LABEL[given.lower()]
    if isinstance(given, int) and not isinstance(given, bool) and given in DTYPE_NUMBERS:
        return DATA_TYPES.get(given)
    labels = ", ".join(dtype.label for dtype in DType)
    raise FormatError(f"{where} has the type {quoted(str(given), 20)}; the types are {labels}")


def read_shapes_json(data: bytes, file: str = "the file of shapes") -> dict[str, TensorType]:
    """Read shapes by name.

    Raises:
        FormatError: It is no such JSON, or a dim is no number of 1 or more.

    >>> read_shapes_json(b'{"x": ["int64", [2, null]]}')["x"].shape
    (2, None)
    """
    return shapes_from(load_json(data, file), file)


def load_json(data: bytes, file: str) -> Mapping[str, object]:
    """Parse a JSON object, within bounds.

    Raises:
        FormatError: It is too long, no JSON, or no object.
    """
    if len(data) > MAX_JSON_BYTES:
        raise TooLarge(
            f"{quoted(file)} is {format_bytes(len(data))} of JSON, and at most "
            f"{format_bytes(MAX_JSON_BYTES)} are read; leave out what is not needed"
        )
    found = json_object(data, file, "of shapes", f"write {_ENTRIES}")
    if len(found) > MAX_NAMED_SHAPES:
        raise TooLarge(f"{quoted(file)} names more than {MAX_NAMED_SHAPES:,} blobs; leave some out")
    return found


def describes_types(found: Mapping[str, object]) -> bool:
    """Whether every entry is a pair of type and dims, as in a value_info.json."""
    return bool(found) and all(_is_pair(entry) for entry in found.values())


def _is_pair(entry: object) -> bool:
    return isinstance(entry, list) and len(entry) == 2 and isinstance(entry[1], list)


def shapes_from(found: Mapping[str, object], file: str) -> dict[str, TensorType]:
    """Check the entries of a JSON object of shapes.

    Raises:
        FormatError: An entry is neither dims nor a pair of type and dims.
    """
    return {name: _entry(name, entry, file) for name, entry in found.items()}


def _entry(name: str, entry: object, file: str) -> TensorType:
    where = f"{quoted(name)} in {quoted(file)}"
    if entry is None:
        return TensorType(None, DType.FLOAT32)
    if not isinstance(entry, list):
        raise FormatError(f"{where} has no list of dims; write {_ENTRIES}")
    if not _is_pair(entry):
        return TensorType(checked_dims(entry, DType.FLOAT32, where), DType.FLOAT32)
    dtype = _dtype(entry[0], where)
    return TensorType(checked_dims(entry[1], dtype, where), dtype)
