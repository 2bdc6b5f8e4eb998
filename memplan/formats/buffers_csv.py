"""Buffers without a graph as CSV, in MiniMalloc's format.

id,lower,upper,size,alignment,gaps          a row for each buffer; columns in any order
a,0,9,128,64,                               [0, 9), 128 bytes, at a multiple of 64
b,3,21,256,1,5-9 12-14@0:32                 not live in [5, 9); 32 bytes of it in [12, 14)

`offset` fixes where a buffer lies. Where every row has one, the file is a plan to look at and to
check. `hint` is an offset to try first; -1 or nothing is none.
Reference: the README of google/minimalloc.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from memplan.errors import FormatError, InvalidProblem, TooLarge, quoted
from memplan.formats.buffers_gaps import parse_gaps
from memplan.formats.buffers_header import Header, delimiter_of, first_line, read_header
from memplan.formats.buffers_net import net_of_buffers
from memplan.formats.limits import (
    MAX_ALIGNMENT,
    MAX_BUFFERS,
    MAX_CSV_BYTES,
    MAX_CSV_LINE,
    MAX_GAPS,
)
from memplan.net import Net
from memplan.plan import Buffer, BufferKind, LiveRange, Window
from memplan.units import format_bytes

__all__ = ["RISKY", "net_from_csv"]

_MOST_DIGITS = 18  # below 2^63
_KINDS = {kind.value: kind for kind in BufferKind}
RISKY = ("=", "+", "-", "@", "\t", "\r", "\n", "'")
"""A spreadsheet takes a cell that begins so for a formula: an apostrophe goes before it."""


def net_from_csv(data: bytes, file: str) -> Net:
    r"""Read buffers as a net without a graph.

    Raises:
        FormatError: A row or the heading is none of buffers; the message names the line.
        TooLarge: There are more rows, gaps or bytes than a reader takes in.

    >>> net_from_csv(b"id,lower,upper,size\nb1,0,3,4\n", "small.csv").given.buffers[0].live
    LiveRange(begin=0, end=3)
    """
    text = _text(data, file)
    header = read_header(text, file)
    rows = _Rows(file, header)
    for line, cells in _lines(text, file):
        rows.add(cells, line)
    if not rows.buffers:
        raise FormatError(f"{quoted(file)} has a heading but no buffer below it")
    return net_of_buffers(rows.buffers, file)


def _text(data: bytes, file: str) -> str:
    if len(data) > MAX_CSV_BYTES:
        raise TooLarge(
            f"{quoted(file)} is {format_bytes(len(data))} of CSV, and at most "
            f"{format_bytes(MAX_CSV_BYTES)} are read; open a part of it"
        )
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise FormatError(
            f"{quoted(file)} is a CSV, but byte {error.start} is not UTF-8; save it as UTF-8"
        ) from None


def _lines(text: str, file: str) -> Iterator[tuple[int, list[str]]]:
    """The rows below the heading that hold something, each with its line."""
    mark = delimiter_of(first_line(text))
    reader = csv.reader(_short(text, file), delimiter=mark)
    seen = False
    try:
        for cells in reader:
            if not any(map(str.strip, cells)):
                continue
            if seen:
                yield reader.line_num, cells
            seen = True
    except csv.Error:
        raise FormatError(f"{quoted(file)}: line {reader.line_num:,} is no row of a CSV") from None


def _short(text: str, file: str) -> Iterator[str]:
    """The lines of a text, none longer than a row of buffers is."""
    for number, line in enumerate(io.StringIO(text, newline=""), 1):
        if len(line) > MAX_CSV_LINE:
            raise TooLarge(f"{quoted(file)}: line {number:,} is longer than any row of buffers")
        if number > 4 * MAX_BUFFERS:
            raise TooLarge(f"{quoted(file)} has more than {4 * MAX_BUFFERS:,} lines")
        yield line


@dataclass(slots=True)
class _Rows:
    """Makes a buffer of each row, and says where one is wrong."""

    file: str
    header: Header
    buffers: list[Buffer] = field(default_factory=list)
    lines: dict[str, int] = field(default_factory=dict)
    gaps: int = 0
    line: int = 1

    def add(self, cells: Sequence[str], line: int) -> None:
        self.line = line
        if len(cells) != self.header.width:
            raise self._wrong(f"has {len(cells)} cells, and the heading {self.header.width}")
        row = {what: cells[place] for what, place in self.header.at.items()}
        name = self._name(row["id"])
        try:
            self.buffers.append(self._buffer(name, row))
        except InvalidProblem as error:
            raise self._wrong(f"cannot be a buffer: {error}") from None
        if len(self.buffers) > MAX_BUFFERS:
            raise TooLarge(f"{quoted(self.file)} has more than {MAX_BUFFERS:,} buffers")

    def _name(self, cell: str) -> str:
        escaped = cell[:1] == "'" and cell[1:].startswith(RISKY)
        name = cell[1:] if escaped else cell
        if not name.strip():
            raise self._wrong("has no id; give each buffer one of its own")
        if name in self.lines:
            raise self._wrong(f"has the id {quoted(name, 40)}, which line {self.lines[name]:,} has")
        self.lines[name] = self.line
        return name

    def _buffer(self, name: str, row: Mapping[str, str]) -> Buffer:
        begin = self._number(row, "begin", "lower")
        size = self._size(row)
        gaps, windows = self._gaps(row.get("gaps", ""))
        return Buffer(
            name,
            self._live(begin, row),
            size,
            self._alignment(row),
            self._kind(row),
            self._optional(row, "offset"),
            gaps,
            (row["space"],) if row.get("space") else (),
            hint=self._optional(row, "hint"),
            windows=windows,
        )

    def _size(self, row: Mapping[str, str]) -> int | None:
        # A plan of ours lists what has no known size too.
        unknown = self.header.ours and not row["size"].strip()
        return None if unknown else self._number(row, "size", "size")

    def _live(self, begin: int, row: Mapping[str, str]) -> LiveRange:
        if "upper" in row:
            end = self._number(row, "upper", "upper")
        else:
            end = self._number(row, "end", "end") + 1
        if begin >= end:
            raise self._wrong(f"is live from {begin:,} until before {end:,}, which is no time")
        return LiveRange(begin, end)

    def _gaps(self, cell: str) -> tuple[tuple[LiveRange, ...], tuple[Window, ...]]:
        if not cell.strip():
            return (), ()
        self.gaps += cell.count("-")
        if self.gaps > MAX_GAPS:
            raise TooLarge(f"{quoted(self.file)} has more than {MAX_GAPS:,} gaps")
        try:
            return parse_gaps(cell)
        except FormatError as error:
            raise self._wrong(f"has the gaps {quoted(cell, 40)}: {error}") from None

    def _alignment(self, row: Mapping[str, str]) -> int:
        if not row.get("alignment", "").strip():
            return 1
        alignment = self._number(row, "alignment", "alignment")
        if not 1 <= alignment <= MAX_ALIGNMENT:
            raise self._wrong(f"has the alignment {alignment:,}, which must be at least 1")
        return alignment

    def _kind(self, row: Mapping[str, str]) -> BufferKind:
        return _KINDS.get(row.get("kind", ""), BufferKind.ACTIVATION)

    def _optional(self, row: Mapping[str, str], what: str) -> int | None:
        return None if row.get(what, "").strip() in ("", "-1") else self._number(row, what, what)

    def _number(self, row: Mapping[str, str], what: str, word: str) -> int:
        cell = row[what].strip()
        if not (cell.isascii() and cell.isdigit() and len(cell) <= _MOST_DIGITS):
            raise self._wrong(
                f"has {quoted(row[what], 40)} as its {word}: write a whole number of 0 or more"
            )
        return int(cell)

    def _wrong(self, what: str) -> FormatError:
        return FormatError(f"{quoted(self.file)}: line {self.line:,} {what}")
