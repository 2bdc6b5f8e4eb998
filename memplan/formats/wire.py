"""Protobuf's wire format, read without building anything.

A file is a row of fields: a tag (number and wire type), then the value. A message inside a
message is a field of known length, so that a scan can step over it or into it.

Reference: https://protobuf.dev/programming-guides/encoding/
"""

from __future__ import annotations

from collections.abc import Iterator

__all__ = ["BYTES", "FIXED32", "FIXED64", "VARINT", "BrokenWire", "fields", "next_field"]

VARINT, FIXED64, BYTES, GROUP, END_GROUP, FIXED32 = range(6)

_MAX_GROUPS_DEEP = 90

Field = tuple[int, int, int, int]


class BrokenWire(Exception):
    """The bytes stop being fields; never leaves this package.

    Attributes:
        position: Where the broken field begins.
        cut: A value runs past the end: what a truncated file looks like.
        trail: The fields around that place, innermost first.
    """

    def __init__(self, position: int, *, cut: bool) -> None:
        super().__init__(position, cut)
        self.position = position
        self.cut = cut
        self.trail: list[str] = []


def _varint(data: bytes, pos: int, end: int, start: int) -> tuple[int, int]:
    """Read a varint of the field that begins at `start`: its value and the position after it."""
    value = shift = 0
    while pos < end:
        byte = data[pos]
        pos += 1
        value |= (byte & 0x7F) << shift
        if byte < 0x80:
            return value, pos
        shift += 7
        if shift >= 70:
            raise BrokenWire(start, cut=False)
    raise BrokenWire(start, cut=True)


def next_field(data: bytes, pos: int, end: int) -> Field:
    """Read the field at `pos`: (number, wire type, begin and end of its value).

    The next field begins where the value ends; of a group, the value is the whole group.

    Raises:
        BrokenWire: No field is there, or it runs past `end`.
    """
    start = pos
    tag = data[pos]
    pos += 1
    # Nine fields of ten: one byte of tag, one of length.
    if 8 <= tag < 0x80 and tag & 7 == BYTES and pos < end and data[pos] < 0x80:
        stop = pos + 1 + data[pos]
        if stop <= end:
            return tag >> 3, BYTES, pos + 1, stop
    if tag >= 0x80:
        tag, pos = _varint(data, start, end, start)
    number, wire_type = tag >> 3, tag & 7
    if number == 0 or number >= 2**29:
        raise BrokenWire(start, cut=False)
    if wire_type == BYTES:
        length, pos = _varint(data, pos, end, start)
        stop = pos + length
    elif wire_type == VARINT:
        _, stop = _varint(data, pos, end, start)
    elif wire_type in (FIXED32, FIXED64):
        stop = pos + (4 if wire_type == FIXED32 else 8)
    elif wire_type == GROUP:
        stop = _end_of_group(data, pos, end, start)
    else:
        raise BrokenWire(start, cut=False)
    if stop > end:
        raise BrokenWire(start, cut=True)
    return number, wire_type, pos, stop


def _end_of_group(data: bytes, pos: int, end: int, start: int) -> int:
    """Step over a group (an old form of message): the position after its end tag."""
    deep = 1
    while pos < end:
        tag, after = _varint(data, pos, end, start)
        if tag & 7 == END_GROUP:
            deep, pos = deep - 1, after
        elif tag & 7 == GROUP:
            deep, pos = deep + 1, after
        else:
            pos = _after(data, pos, end, start)
        if deep == 0:
            return pos
        if deep > _MAX_GROUPS_DEEP:
            raise BrokenWire(start, cut=False)
    raise BrokenWire(start, cut=True)


def _after(data: bytes, pos: int, end: int, start: int) -> int:
    """Where the field at `pos`, inside the group that begins at `start`, ends."""
    try:
        return next_field(data, pos, end)[3]
    except BrokenWire as broken:
        raise BrokenWire(start, cut=broken.cut) from None


def fields(data: bytes, begin: int = 0, end: int | None = None) -> Iterator[Field]:
    """The fields of one message, not looking into any of them.

    Raises:
        BrokenWire: While iterating, where the bytes stop being fields.

    >>> list(fields(bytes.fromhex("0a0161" "2002")))
    [(1, 2, 2, 3), (4, 0, 4, 5)]
    """
    stop = len(data) if end is None else end
    pos = begin
    while pos < stop:
        field = next_field(data, pos, stop)
        yield field
        pos = field[3]
