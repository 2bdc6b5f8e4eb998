"""A FlatBuffer read with every offset checked: whatever the bytes, no look leaves the file.

A table is a place with a signed offset back to its *vtable*, which gives for each field the
distance from the table to its value, 0 where the field is left out:

    vtable   u16 bytes of the vtable, u16 bytes of a table, u16 distance of field 0, of field 1, …
    table    i32 distance back to the vtable, then the values
    string, vector, table as a value: u32 distance forward to it; a vector begins with its length

Nothing is followed unasked, so that offsets in a circle catch nobody: who reads goes no deeper
than the format that they read for.
"""

from __future__ import annotations

import struct
from dataclasses import dataclass

__all__ = ["BrokenBuffer", "Table", "root_of"]

_WIDTHS = {"b": 1, "B": 1, "?": 1, "H": 2, "i": 4, "I": 4, "f": 4, "Q": 8}


class BrokenBuffer(ValueError):
    """An offset or a length that leads out of the file; the message tells what it was to reach."""


def root_of(data: bytes) -> Table:
    """Return the table at the root.

    Raises:
        BrokenBuffer: The file is too short, or the offset leads out of it.
    """
    return _table(data, _number(data, 0, "I"))


@dataclass(frozen=True, slots=True)
class Table:
    """One table of a FlatBuffer: fields by their number in the schema.

    Attributes:
        at: Where it begins; equal places are equal tables.
        vtable: Where its vtable begins; `fields` is the number of entries in it.

    Every method raises BrokenBuffer where an offset or a length leads out of the file.
    """

    data: bytes
    at: int
    vtable: int
    fields: int

    def place(self, field: int) -> int | None:
        """Where the value of a field begins; None where it is left out."""
        if field >= self.fields:
            return None
        distance = _number(self.data, self.vtable + 4 + 2 * field, "H")
        return self.at + distance if distance else None

    def number(self, field: int, kind: str, default: int = 0) -> int:
        """A field that is a whole number or a truth value; `kind` as in `struct`."""
        place = self.place(field)
        return default if place is None else int(_number(self.data, place, kind))

    def real(self, field: int, default: float = 0.0) -> float:
        """A field that is a 32-bit float."""
        place = self.place(field)
        if place is None:
            return default
        _check(self.data, place, 4)
        return float(struct.unpack_from("<f", self.data, place)[0])

    def target(self, field: int) -> int | None:
        """Where a field that is a reference leads, whatever is there; None where it is left out."""
        place = self.place(field)
        if place is None:
            return None
        there = _followed(self.data, place)
        _check(self.data, there, 4)
        return there

    def table(self, field: int) -> Table | None:
        """A field that is a table; None where it is left out."""
        place = self.place(field)
        return None if place is None else _table(self.data, _followed(self.data, place))

    def vector(self, field: int, width: int) -> tuple[int, int] | None:
        """Where a vector's elements begin, and how many there are; None where it is left out.

        Args:
            width: Bytes of one element.
        """
        place = self.place(field)
        if place is None:
            return None
        begin = _followed(self.data, place)
        length = _number(self.data, begin, "I")
        _check(self.data, begin + 4, length * width)
        return begin + 4, length

    def length(self, field: int, width: int) -> int:
        """The number of elements of a vector; 0 where it is left out."""
        found = self.vector(field, width)
        return 0 if found is None else found[1]

    def numbers(self, field: int) -> tuple[int, ...]:
        """A vector of 32-bit whole numbers."""
        found = self.vector(field, 4)
        return () if found is None else struct.unpack_from(f"<{found[1]}i", self.data, found[0])

    def octets(self, field: int) -> bytes:
        """A vector of bytes, or the bytes of a string."""
        found = self.vector(field, 1)
        return b"" if found is None else self.data[found[0] : found[0] + found[1]]

    def tables(self, field: int) -> tuple[int, ...]:
        """Where the tables of a vector begin; `at` opens one of them."""
        found = self.vector(field, 4)
        if found is None:
            return ()
        distances = struct.unpack_from(f"<{found[1]}I", self.data, found[0])
        return tuple(found[0] + 4 * i + distance for i, distance in enumerate(distances))

    def child(self, at: int) -> Table:
        """The table that begins at a place which `tables` gave."""
        return _table(self.data, at)


def _table(data: bytes, at: int) -> Table:
    vtable = at - _number(data, at, "i")
    size = _number(data, vtable, "H")
    if size < 4:
        raise BrokenBuffer(f"the vtable of the table at byte {at:,} is no vtable")
    _check(data, vtable, size)
    return Table(data, at, vtable, (size - 4) // 2)


def _followed(data: bytes, place: int) -> int:
    return place + _number(data, place, "I")


def _number(data: bytes, place: int, kind: str) -> int:
    _check(data, place, _WIDTHS[kind])
    found: int = struct.unpack_from("<" + kind, data, place)[0]
    return found


def _check(data: bytes, place: int, size: int) -> None:
    # A negative place would be counted from the end by Python, and read something else.
    if not 0 <= place <= len(data) - size:
        raise BrokenBuffer(
            f"an offset leads to bytes [{place:,}, {place + size:,}) of {len(data):,}"
        )
