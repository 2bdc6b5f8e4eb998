"""Protobuf's wire format, read without building anything.

A file is a row of fields: a tag (number and wire type), then the value. A message inside a
message is a field of known length, so that a scan can step over it or into it. Two bytes on
the wire may become a message of 170 bytes in memory: `measure` counts first.

Reference: https://protobuf.dev/programming-guides/encoding/
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from typing import cast

from google.protobuf.descriptor import Descriptor, FieldDescriptor

from memplan.errors import FormatError, TooLarge, quoted
from memplan.formats.limits import MAX_NETS_DEEP, MAX_OPS, allowed_memory
from memplan.formats.netdef_pb2 import NetDef
from memplan.units import format_bytes

__all__ = ["BYTES", "FIXED32", "FIXED64", "VARINT", "BrokenWire", "fields", "measure", "next_field"]

VARINT, FIXED64, BYTES, GROUP, END_GROUP, FIXED32 = range(6)

# What protobuf's own structures take, beside the bytes of strings (measured with upb).
_MESSAGE_COST = 170
_STRING_COST = 24
_NUMBER_COST = 8

_MAX_GROUPS_DEEP = 90

# A weight file is one long run of these (tag, then four bytes): stepped over at once.
_FLOATS = re.compile(rb"(?:\x2d[\s\S]{4})++")
_FLOATS_TAG = 0x2D

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


@dataclass(frozen=True, slots=True)
class _Known:
    """A field as the parser will build it: by its cost, or as a message of its own."""

    name: str
    message: Descriptor | None
    cost: int
    cost_per_byte: int


@cache
def _known_fields(message: Descriptor) -> dict[int, _Known]:
    table = {}
    for field in message.fields:
        child = field.message_type if field.type == FieldDescriptor.TYPE_MESSAGE else None
        is_text = field.type in (FieldDescriptor.TYPE_STRING, FieldDescriptor.TYPE_BYTES)
        cost = _MESSAGE_COST if child else _STRING_COST if is_text else _NUMBER_COST
        # Packed numbers: a byte on the wire may be a number of eight in memory.
        packed = 0 if child or is_text else _NUMBER_COST
        if field.type in (FieldDescriptor.TYPE_FLOAT, FieldDescriptor.TYPE_DOUBLE):
            packed = 1
        table[field.number] = _Known(field.name, child, cost, packed)
    return table


class _Scan:
    """One pass over a file, its running totals, and the bounds on them."""

    def __init__(self, data: bytes, file: str) -> None:
        self.data = data
        self.file = file
        self.root = cast("Descriptor", NetDef.DESCRIPTOR)
        self.cost = 0
        self.ops = 0
        self.allowed = allowed_memory(len(data))

    def message(self, message: Descriptor, begin: int, end: int, nets_deep: int) -> None:
        """Count what `message` at [begin, end) is made of, its own messages included."""
        data, table, pos = self.data, _known_fields(message), begin
        while pos < end:
            if data[pos] == _FLOATS_TAG:
                pos = self._run_of_floats(pos, end)
                if pos == end:
                    break
            start = pos
            number, wire_type, value, pos = next_field(data, pos, end)
            known = table.get(number)
            # An unknown field is kept as the bytes that it is.
            if known is None:
                continue
            self._spend(known, value, pos)
            if known.message is not None and wire_type == BYTES:
                try:
                    self._enter(known.message, value, pos, nets_deep)
                except BrokenWire as broken:
                    broken.trail.append(f"{known.name} {self._ordinal(begin, start, number)}")
                    raise

    def _enter(self, message: Descriptor, begin: int, end: int, nets_deep: int) -> None:
        if message is self.root:
            nets_deep += 1
            if nets_deep > MAX_NETS_DEEP:
                raise TooLarge(
                    f"{quoted(self.file)} nests nets more than {MAX_NETS_DEEP} deep; "
                    "open one of the inner nets as a file of its own"
                )
        self.message(message, begin, end, nets_deep)

    def _run_of_floats(self, pos: int, end: int) -> int:
        run = _FLOATS.match(self.data, pos, end)
        return run.end() if run else pos

    def _spend(self, known: _Known, begin: int, end: int) -> None:
        self.cost += known.cost + known.cost_per_byte * (end - begin)
        if known.name == "op":
            self.ops += 1
            if self.ops > MAX_OPS:
                raise TooLarge(
                    f"{quoted(self.file)} holds more than {MAX_OPS:,} ops; open a part of the net"
                )
        if self.cost > self.allowed:
            raise TooLarge(
                f"{quoted(self.file)} ({format_bytes(len(self.data))}) would unpack to more than "
                f"{format_bytes(self.allowed)} in memory, as no real net does: most of it is "
                "empty or tiny elements; save the net again"
            )

    def _ordinal(self, begin: int, start: int, number: int) -> int:
        """Count the fields of this number before `start`."""
        return sum(field[0] == number for field in fields(self.data, begin, start))


def measure(data: bytes, file: str) -> None:
    """Check on the wire that `data` is whole, and small enough to be parsed as a NetDef.

    Raises:
        TooLarge: It holds too many ops, too deep nets, or would take too much memory.
        FormatError: It breaks off or is damaged, with the op where.
    """
    try:
        scan = _Scan(data, file)
        scan.message(scan.root, 0, len(data), 0)
    except BrokenWire as broken:
        raise FormatError(_where_broken(broken, data, file)) from None


def _where_broken(broken: BrokenWire, data: bytes, file: str) -> str:
    if broken.trail:
        place = " of ".join(broken.trail[-4:])
        return (
            f"{quoted(file)} is damaged at byte {broken.position}, in {place}; get the file again"
        )
    if broken.cut:
        done = sum(1 for field in fields(data, 0, broken.position) if field[0] == 2)
        return (
            f"{quoted(file)} ends in the middle of an element, after {done} whole ops; "
            "it may be truncated: get the file again"
        )
    return f"{quoted(file)} is damaged at byte {broken.position}; get the file again"
