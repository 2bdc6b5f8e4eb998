"""What a message will cost, counted on the wire before anything is built from it.

Two bytes on the wire may become a message of 170 bytes in memory: five megabytes of empty ops
would take 420.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from typing import NoReturn, cast

from google.protobuf.descriptor import Descriptor, FieldDescriptor

from memplan.errors import FormatError, TooLarge, quoted
from memplan.formats.limits import MAX_NETS_DEEP, MAX_OPS, allowed_memory
from memplan.formats.netdef_pb2 import NetDef
from memplan.formats.wire import BYTES, BrokenWire, fields, next_field
from memplan.units import format_bytes

__all__ = ["NETDEF", "Layout", "measure"]

# What protobuf's own structures take, beside the bytes of strings (measured with upb).
_MESSAGE_COST = 170
_STRING_COST = 24
_NUMBER_COST = 8

# A weight file is one long run of these (tag, then four bytes): stepped over at once.
_FLOATS = re.compile(rb"(?:\x2d[\s\S]{4})++")
_FLOATS_TAG = 0x2D


@dataclass(frozen=True, slots=True)
class Layout:
    """What kind of message a file is.

    Attributes:
        root: The message at the top.
        net: The message that is a net, which may hold others of its kind.
        op: The name of the field of a net that holds its ops.
    """

    root: Descriptor
    net: Descriptor
    op: str


NETDEF = Layout(cast("Descriptor", NetDef.DESCRIPTOR), cast("Descriptor", NetDef.DESCRIPTOR), "op")


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

    def __init__(self, data: bytes, file: str, layout: Layout) -> None:
        self.data = data
        self.file = file
        self.layout = layout
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
            self.cost += known.cost + known.cost_per_byte * (pos - value)
            if self.cost > self.allowed:
                self._refuse_cost()
            if known.message is not None and wire_type == BYTES:
                if known.name == self.layout.op:
                    self._count_op()
                try:
                    self._enter(known.message, value, pos, nets_deep)
                except BrokenWire as broken:
                    broken.trail.append(f"{known.name} {self._ordinal(begin, start, number)}")
                    raise

    def _enter(self, message: Descriptor, begin: int, end: int, nets_deep: int) -> None:
        if message is self.layout.net:
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

    def _count_op(self) -> None:
        self.ops += 1
        if self.ops > MAX_OPS:
            raise TooLarge(
                f"{quoted(self.file)} holds more than {MAX_OPS:,} ops; open a part of the net"
            )

    def _refuse_cost(self) -> NoReturn:
        raise TooLarge(
            f"{quoted(self.file)} ({format_bytes(len(self.data))}) would unpack to more than "
            f"{format_bytes(self.allowed)} in memory, as no real net does: most of it is "
            "empty or tiny elements; save the net again"
        )

    def _ordinal(self, begin: int, start: int, number: int) -> int:
        """Count the fields of this number before `start`."""
        return sum(field[0] == number for field in fields(self.data, begin, start))


def measure(data: bytes, file: str, layout: Layout = NETDEF) -> None:
    """Check on the wire that `data` is whole, and small enough to be parsed as such a message.

    Raises:
        TooLarge: It holds too many ops, too deep nets, or would take too much memory.
        FormatError: It breaks off or is damaged, with the op where.
    """
    try:
        scan = _Scan(data, file, layout)
        scan.message(layout.root, 0, len(data), 0)
    except BrokenWire as broken:
        raise FormatError(_where_broken(broken, data, file, layout)) from None


def _where_broken(broken: BrokenWire, data: bytes, file: str, layout: Layout) -> str:
    if broken.trail:
        place = " of ".join(broken.trail[-4:])
        return (
            f"{quoted(file)} is damaged at byte {broken.position}, in {place}; get the file again"
        )
    if broken.cut and layout is not NETDEF:
        return (
            f"{quoted(file)} ends in the middle of an element; it may be truncated: "
            "get the file again"
        )
    if broken.cut:
        done = sum(1 for field in fields(data, 0, broken.position) if field[0] == 2)
        return (
            f"{quoted(file)} ends in the middle of an element, after {done} whole ops; "
            "it may be truncated: get the file again"
        )
    return f"{quoted(file)} is damaged at byte {broken.position}; get the file again"
