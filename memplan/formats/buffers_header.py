"""The heading of a CSV of buffers: which column is what, in whatever order they stand.

id,lower,upper,size                 MiniMalloc's own; `upper` is exclusive
buffer_id,start,end,size,gaps       other names that it knows; `end` is INCLUSIVE
name,names,kind,begin,end,size,…    a plan that memplan wrote; its `end` is exclusive
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType

from memplan.errors import FormatError, quoted

__all__ = ["Header", "delimiter_of", "first_line", "looks_like_buffers", "read_header"]

_MEANING: Mapping[str, str] = MappingProxyType(
    {
        **dict.fromkeys(("id", "buffer", "buffer_id"), "id"),
        **dict.fromkeys(("lower", "begin", "start"), "begin"),
        **{word: word for word in ("upper", "end", "size", "offset", "hint", "alignment", "gaps")},
    }
)
_OURS = frozenset({"name", "names", "kind", "begin", "end", "size", "offset"})
_OF_OURS: Mapping[str, str] = MappingProxyType(
    {
        **{word: word for word in ("begin", "size", "offset", "kind", "space")},
        "name": "id",
        "end": "upper",
    }
)
_KNOWN = "id, lower, upper (or end, inclusive), size, offset, hint, alignment and gaps"
_FIRST_LINE = 4096


@dataclass(frozen=True, slots=True)
class Header:
    """Where each column stands.

    Attributes:
        at: The place of each column by its meaning: ``id``, ``begin``, ``upper`` or ``end``, …
        width: How many cells a row has.
        ours: The file is a plan that memplan wrote.
    """

    at: Mapping[str, int]
    width: int
    ours: bool


def first_line(text: str) -> str:
    """The first line that is not empty, as far as a heading may reach."""
    return re.split(r"[\r\n]", text[:_FIRST_LINE].lstrip(), maxsplit=1)[0]


def delimiter_of(line: str) -> str:
    """What parts the cells of a heading: a comma, or what spreadsheets write in its place."""
    return max(",;\t", key=lambda mark: (line.count(mark), mark == ","))


def looks_like_buffers(text: str) -> bool:
    """Whether a text begins with a heading of buffers, even a misspelt one.

    >>> looks_like_buffers("id,lower,upper,size"), looks_like_buffers("op,bytes")
    (True, False)
    """
    line = first_line(text)
    words = {cell.strip().strip("\"'").lower() for cell in line.split(delimiter_of(line))}
    return len(words) > 2 and (len(words & set(_MEANING)) > 1 or words >= _OURS)


def read_header(text: str, file: str) -> Header:
    """Read the first line that is not empty.

    Raises:
        FormatError: A column is missing, there twice, or none that a buffer has.
    """
    line = first_line(text)
    cells = next(csv.reader(io.StringIO(line), delimiter=delimiter_of(line)), [])
    words = [cell.strip().lower() for cell in cells]
    ours = set(words) >= _OURS
    meaning = _OF_OURS if ours else _MEANING
    at: dict[str, int] = {}
    for place, word in enumerate(words):
        what = meaning.get(word)
        if what is None:
            if not ours:
                raise FormatError(
                    f"{quoted(file)}: line 1 has a column {quoted(word, 40)}, which no buffer "
                    f"has; the columns are {_KNOWN}"
                )
            continue
        if what in at:
            raise FormatError(
                f"{quoted(file)}: line 1 has two columns for one thing, {quoted(words[at[what]])} "
                f"and {quoted(word)}; leave one of them out"
            )
        at[what] = place
    _check_complete(at, file)
    return Header(MappingProxyType(at), len(words), ours)


def _check_complete(at: Mapping[str, int], file: str) -> None:
    needed: Sequence[tuple[str, bool]] = (
        ("id", "id" in at),
        ("lower", "begin" in at),
        ("upper", "upper" in at or "end" in at),
        ("size", "size" in at),
    )
    missing = [name for name, there in needed if not there]
    if missing:
        raise FormatError(
            f"{quoted(file)}: line 1 has no column {' and none '.join(map(quoted, missing))}; "
            f"the columns are {_KNOWN}"
        )
    if "upper" in at and "end" in at:
        raise FormatError(
            f"{quoted(file)}: line 1 has both 'upper' (exclusive) and 'end' (inclusive); "
            "leave one of them out"
        )
