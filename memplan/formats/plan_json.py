"""A plan as JSON, as memplan exports it: read back for the net it was made for, or alone.

{"net": "lenet", "peak_bytes": 60776, "planner": "greedy_by_size", "alignment": 1,
 "spaces": [{"name": "arena", "peak_bytes": 60776}],
 "buffers": [{"name": "conv1", "kind": "activation", "begin": 0, "end": 2, "size": 46080,
              "offset": 0, "slot": null, "space": "arena"}]}

Ranges are half-open, sizes and offsets in bytes, null is unknown. What else an export holds is
not needed to read it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

from memplan.errors import FormatError, InvalidProblem, TooLarge, quoted
from memplan.formats.json_object import json_object
from memplan.formats.limits import (
    MAX_ALIGNMENT,
    MAX_BUFFERS,
    MAX_PLAN_JSON_BYTES,
    MAX_PLAN_JSON_PARTS,
)
from memplan.plan import Buffer, BufferKind, LiveRange, Placement, Space, Window
from memplan.units import format_bytes

__all__ = ["PlanFile", "is_plan_json", "read_plan_json"]

_MOST = 10**18
_KINDS = {kind.value: kind for kind in BufferKind}


@dataclass(frozen=True, slots=True)
class PlanFile:
    """What a file says of a plan.

    Attributes:
        file: Its name, for messages.
        net: The name of the net that it was made for.
        planner: Who made it, in the file's words.
        peak: Bytes that it says it needs.
        buffers: Without offsets, in the order of the file.
        spaces: The memories, as far as it names them.
    """

    file: str
    net: str
    planner: str
    peak: int
    buffers: tuple[Buffer, ...]
    placed: Placement
    spaces: tuple[Space, ...]


def is_plan_json(data: bytes) -> bool:
    """Whether JSON is a plan, and not shapes; told without parsing it.

    >>> is_plan_json(b'{"peak_bytes": 8, "buffers": []}'), is_plan_json(b'{"data": [1, 3]}')
    (True, False)
    """
    return b'"buffers"' in data and b'"peak_bytes"' in data


def read_plan_json(data: bytes, file: str) -> PlanFile:
    """Read a plan.

    Raises:
        FormatError: It is no such JSON, or a buffer of it is none; the message names it.
        TooLarge: It holds more than a reader takes in.
    """
    found = _parsed(data, file)
    rows = found.get("buffers")
    if not isinstance(rows, list) or not all(isinstance(row, dict) for row in rows):
        raise FormatError(f"{quoted(file)} is JSON, but its 'buffers' are no list of buffers")
    if len(rows) > MAX_BUFFERS:
        raise TooLarge(f"{quoted(file)} has more than {MAX_BUFFERS:,} buffers")
    alignment = found.get("alignment", 1)
    peak: Any = found.get("peak_bytes")
    if not (_whole(alignment) and 1 <= alignment <= MAX_ALIGNMENT and _whole(peak)):
        raise FormatError(f"{quoted(file)} is a plan without a 'peak_bytes' or with no 'alignment'")
    buffers = tuple(_Row(row, place, file).buffer() for place, row in enumerate(rows))
    offsets = _column(rows, "offset")
    slots = _column(rows, "slot")
    return PlanFile(
        file,
        str(found.get("net") or ""),
        str(found.get("planner") or ""),
        peak,
        buffers,
        Placement(offsets, slots or None),
        _spaces(found, buffers, alignment),
    )


def _parsed(data: bytes, file: str) -> Mapping[str, Any]:
    if len(data) > MAX_PLAN_JSON_BYTES:
        raise TooLarge(
            f"{quoted(file)} is {format_bytes(len(data))} of JSON, and at most "
            f"{format_bytes(MAX_PLAN_JSON_BYTES)} of a plan are read"
        )
    if sum(map(data.count, (b"[", b"{", b","))) > MAX_PLAN_JSON_PARTS:
        raise TooLarge(f"{quoted(file)} holds more than any plan that is read")
    return json_object(data, file, "that holds a plan", "export the plan again")


def _whole(value: object) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and 0 <= value <= _MOST


def _column(rows: list[dict[str, Any]], what: str) -> Mapping[str, int]:
    return MappingProxyType({r["name"]: r[what] for r in rows if r.get(what) is not None})


def _spaces(
    found: Mapping[str, Any], buffers: tuple[Buffer, ...], alignment: int
) -> tuple[Space, ...]:
    """The spaces that the file lists, then those that buffers alone name."""
    listed = found.get("spaces")
    rows = listed if isinstance(listed, list) else []
    names = [r["name"] for r in rows if isinstance(r, dict) and isinstance(r.get("name"), str)]
    names += [name for buffer in buffers for name in buffer.spaces]
    return tuple(Space(name, alignment=alignment) for name in dict.fromkeys(names))


@dataclass(frozen=True, slots=True)
class _Row:
    """A buffer of the file, the `place`-th."""

    row: Mapping[str, Any]
    place: int
    file: str

    def buffer(self) -> Buffer:
        name = self.row.get("name")
        if not isinstance(name, str) or not name:
            raise self._wrong("has no name")
        for what in ("offset", "slot"):
            self._number(what, optional=True)
        space = self.row.get("space")
        try:
            return Buffer(
                name,
                LiveRange(self._number("begin") or 0, self._number("end") or 0),
                self._number("size", optional=True),
                self._alignment(),
                _KINDS.get(str(self.row.get("kind")), BufferKind.ACTIVATION),
                gaps=tuple(LiveRange(*t) for t in self._times("gaps", 2)),
                spaces=(space,) if isinstance(space, str) and space else (),
                windows=tuple(
                    Window(LiveRange(b, e), *w) for b, e, *w in self._times("windows", 4)
                ),
            )
        except InvalidProblem as error:
            raise self._wrong(f"cannot be one: {error}") from None

    def _alignment(self) -> int:
        alignment = self._number("alignment", optional=True)
        if alignment is not None and alignment > MAX_ALIGNMENT:
            raise self._wrong(f"has the alignment {alignment:,}, which is too large")
        return 1 if alignment is None else alignment

    def _times(self, what: str, parts: int) -> list[list[int]]:
        found = self.row.get(what)
        rows = [] if found is None else found
        good = isinstance(rows, list) and all(
            isinstance(row, list) and len(row) == parts and all(map(_whole, row)) for row in rows
        )
        if not good:
            raise self._wrong(f"has {what} that are no list of {parts} numbers each")
        return rows

    def _number(self, what: str, *, optional: bool = False) -> int | None:
        value = self.row.get(what)
        if value is None and optional:
            return None
        if not _whole(value):
            raise self._wrong(f"has {quoted(str(value), 30)} as its {what}, which is no number")
        assert isinstance(value, int)
        return value

    def _wrong(self, what: str) -> FormatError:
        name = self.row.get("name")
        called = f" ({quoted(name, 40)})" if isinstance(name, str) else ""
        return FormatError(f"{quoted(self.file)}: buffer {self.place:,}{called} {what}")
