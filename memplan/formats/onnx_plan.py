"""A plan in the metadata of an ONNX model: written beside all that is there, and found again.

The entry ``memplan.plan`` of ``metadata_props`` holds JSON, the same as a plan written as JSON:
``buffers`` with ``name``, ``names``, ``offset``, ``size``, ``begin``, ``end``, and the figures.
Engines that do not know the key leave it alone.

The model is not parsed to be written: its fields stay as they are, byte for byte, and one is put
behind them. So no weight is copied into a message, and what lies in other files is not touched.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from typing import Any

from memplan.errors import FormatError, quoted
from memplan.formats.limits import MAX_JSON_BYTES
from memplan.formats.wire import BYTES, BrokenWire, fields

__all__ = ["PLAN_KEY", "offsets_told", "with_plan"]

PLAN_KEY = "memplan.plan"
_METADATA = 14  # of ModelProto; an entry has its key in field 1, its value in field 2
_KEY, _VALUE = 1, 2
_MOST = 2**63


def with_plan(data: bytes, plan: Mapping[str, object], file: str = "model.onnx") -> bytes:
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


def offsets_told(metadata: Iterable[Any], file: str) -> dict[str, int]:
    """The offset of each buffer in a plan of ours, by its name; none where there is no plan.

    Args:
        metadata: The entries of `metadata_props`.
        file: The name of the model, for messages.

    Raises:
        FormatError: There is an entry under our key that is no plan.
    """
    texts = [entry.value for entry in metadata if entry.key == PLAN_KEY]
    if not texts:
        return {}
    wrong = FormatError(
        f"{quoted(file)} has something else than a plan of memplan under {quoted(PLAN_KEY)} in "
        "its metadata; remove that entry, or export the plan again"
    )
    if not isinstance(texts[-1], str) or len(texts[-1]) > MAX_JSON_BYTES:
        raise wrong
    try:
        found = json.loads(texts[-1])
    except (ValueError, RecursionError):
        raise wrong from None
    buffers = found.get("buffers") if isinstance(found, dict) else None
    if not isinstance(buffers, list):
        raise wrong
    offsets: dict[str, int] = {}
    for buffer in buffers:
        name, offset = _placed(buffer)
        if name is None:
            raise wrong
        if offset is not None:
            offsets[name] = offset
    return offsets


def _placed(buffer: object) -> tuple[str | None, int | None]:
    """A buffer's name and offset; no name where it is no buffer."""
    if not isinstance(buffer, dict) or not isinstance(buffer.get("name"), str):
        return None, None
    offset = buffer.get("offset")
    whole = isinstance(offset, int) and not isinstance(offset, bool) and 0 <= offset < _MOST
    if offset is not None and not whole:
        return None, None
    return buffer["name"], offset
