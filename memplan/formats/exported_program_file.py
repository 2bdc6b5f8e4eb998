"""The one part of a torch.export archive that is read: its graph, as JSON.

    newer  NAME/models/model.json                    beside weights as raw bytes, pickles, a library
    older  serialized_exported_program.json          beside state dicts, which are pickles

Nothing else in the archive is opened; a pickle never. What of JSON is taken for what it should be
is told here too: a file may hold anything.
"""

from __future__ import annotations

import json
import re
from collections.abc import Sequence

from memplan.errors import FormatError, TooLarge, quoted
from memplan.formats.limits import MAX_PROGRAM_BYTES, MAX_PROGRAM_VALUES
from memplan.units import format_bytes

__all__ = ["BrokenProgram", "choice", "entries", "member", "parse_program", "program_name", "text"]

_NEW = re.compile(r"(?:.*/)?models/[^/]+\.json")
_OLD = re.compile(r"(?:.*/)?serialized_exported_program\.json")


class BrokenProgram(Exception):
    """Something in the JSON is not what it should be; says what."""


def program_name(names: Sequence[str]) -> str | None:
    """The member of an archive that holds an exported program; None if none does.

    Of several models in one archive the one called ``model`` is taken, else the first by name.

    >>> program_name(["net/data/weights/weight_0", "net/models/model.json"])
    'net/models/model.json'
    """
    found = sorted(name for name in names if _NEW.fullmatch(name) or _OLD.fullmatch(name))
    usual = (name for name in found if name.endswith("models/model.json"))
    return next(usual, next(iter(found), None))


def parse_program(data: bytes, file: str) -> dict[str, object]:
    """Parse the JSON of a program, within bounds.

    Raises:
        TooLarge: It is longer than is read, or holds more values.
        FormatError: It is no JSON object.
    """
    if len(data) > MAX_PROGRAM_BYTES:
        raise TooLarge(
            f"{quoted(file)} describes its graph in more than {format_bytes(MAX_PROGRAM_BYTES)}; "
            "export a part of the model"
        )
    # Each value has a comma, a colon or a bracket before it; in texts there are more of these.
    if sum(data.count(sign) for sign in (b",", b"[", b"{")) > MAX_PROGRAM_VALUES:
        raise TooLarge(
            f"{quoted(file)} describes its graph with more than {MAX_PROGRAM_VALUES:,} values; "
            "export a part of the model"
        )
    try:
        found = json.loads(data.decode("utf-8-sig"))
    except (ValueError, RecursionError):
        raise FormatError(
            f"{quoted(file)} is a torch.export archive whose graph is no valid JSON: "
            "it is damaged; export it again"
        ) from None
    if not isinstance(found, dict):
        raise FormatError(f"{quoted(file)} is a torch.export archive without a graph in it")
    return found


def member(value: object, *path: str) -> dict[str, object]:
    """The object at the end of a path of names; an empty one where it is left out.

    Raises:
        BrokenProgram: Something on the way is no object.
    """
    for name in path:
        value = member(value).get(name)
    if value is None:
        return {}
    if not isinstance(value, dict):
        where = f" at {quoted(path[-1])}" if path else ""
        raise BrokenProgram(f"there is something else than an object{where}")
    return value


def entries(value: object) -> list[object]:
    """A list; an empty one where it is left out."""
    if value is None:
        return []
    if not isinstance(value, list):
        raise BrokenProgram("there is something else than a list")
    return value


def text(value: object) -> str:
    """A text, which a name must be."""
    if not isinstance(value, str):
        raise BrokenProgram("there is something else than a name")
    return value


def choice(value: object) -> tuple[str, object]:
    """The one alternative that a union holds; older files list the others too, as null."""
    found = [(name, what) for name, what in member(value).items() if what is not None]
    if not found:
        return "as_none", True
    return next((pair for pair in found if pair[0] != "_type"), found[0])
