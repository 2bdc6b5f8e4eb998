"""A plan in the metadata of an ONNX model: written beside all that is there, and found again.

The entry ``memplan.plan`` of ``metadata_props`` holds a plan as JSON, as `plan_json` reads it.
Engines that do not know the key leave it alone.

The model is not parsed to be written: its fields stay as they are, byte for byte, and one is put
behind them. So no weight is copied into a message, and what lies in other files is not touched.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from typing import Any

from memplan.errors import FormatError, quoted
from memplan.formats.wire import BYTES, BrokenWire, fields

__all__ = ["PLAN_KEY", "plan_told", "with_onnx_plan"]

PLAN_KEY = "memplan.plan"
_METADATA = 14  # of ModelProto; an entry has its key in field 1, its value in field 2
_KEY, _VALUE = 1, 2


def with_onnx_plan(data: bytes, plan: Mapping[str, object], file: str = "model.onnx") -> bytes:
    """The same model with a plan in its metadata, in place of one that is there.

    Args:
        data: The model.
        plan: What JSON can hold.
        file: The name of the model, for messages.

    Raises:
        FormatError: The model is damaged at its top.
    """
    kept: list[memoryview] = []
    view, begin = memoryview(data), 0
    try:
        for number, wire_type, start, stop in fields(data):
            if not (number == _METADATA and wire_type == BYTES and _is_plan(data, start, stop)):
                kept.append(view[begin:stop])
            begin = stop
    except BrokenWire:
        raise FormatError(f"{quoted(file)} is damaged; get the file again") from None
    text = json.dumps(plan, separators=(",", ":")).encode("ascii")
    entry = _field(_KEY, PLAN_KEY.encode()) + _field(_VALUE, text)
    return b"".join((*kept, _field(_METADATA, entry)))


def _is_plan(data: bytes, begin: int, end: int) -> bool:
    try:
        return any(
            number == _KEY and data[start:stop] == PLAN_KEY.encode()
            for number, _, start, stop in fields(data, begin, end)
        )
    except BrokenWire:
        return False


def _field(number: int, content: bytes) -> bytes:
    return _varint(number << 3 | BYTES) + _varint(len(content)) + content


def _varint(value: int) -> bytes:
    out = bytearray()
    while value >= 0x80:
        out.append(value & 0x7F | 0x80)
        value >>= 7
    return bytes([*out, value])


def plan_told(metadata: Iterable[Any]) -> bytes | None:
    """The plan in the entries of `metadata_props`, as JSON; None where there is none.

    Where there are several the last one counts, as for any field of a message.
    """
    texts = [entry.value for entry in metadata if entry.key == PLAN_KEY]
    if not texts:
        return None
    text = texts[-1]
    return text if isinstance(text, bytes) else text.encode("utf-8", "surrogatepass")
