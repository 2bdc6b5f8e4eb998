"""The files that the arguments name: read within bounds, written whole or not at all."""

from __future__ import annotations

from pathlib import Path
from tempfile import TemporaryDirectory

from memplan.errors import FormatError, TooLarge, quoted
from memplan.formats.limits import MAX_FILE_BYTES
from memplan.units import format_bytes

__all__ = ["read_file", "write_file"]


def read_file(path: Path, limit: int = MAX_FILE_BYTES) -> bytes:
    """Return the content of a file.

    Raises:
        FormatError: It cannot be read; the message says why, as the system puts it.
        TooLarge: It holds more than `limit` bytes; no more than that is read of it.
    """
    name = quoted(str(path))
    try:
        if path.is_dir():
            raise FormatError(f"{name} is a folder; name the net's file in it, or a zip of them")
        with path.open("rb") as file:
            data = file.read(limit + 1)
    except OSError as error:
        raise FormatError(f"cannot read {name}: {error.strerror or error}") from error
    if len(data) > limit:
        raise TooLarge(f"{name} holds more than {format_bytes(limit)}, which is the most we read")
    return data


def write_file(path: Path, data: bytes) -> None:
    """Write a file whole or not at all: what was there before stays until all is written.

    Raises:
        FormatError: It cannot be written; the message says why, as the system puts it.
    """
    try:
        # A link stays a link; a folder gets its error, and a pipe or a device has no "whole".
        target = path.resolve()
        if target.exists() and not target.is_file():
            target.write_bytes(data)
        else:
            _replace(target, data)
    except OSError as error:
        raise FormatError(f"cannot write {quoted(str(path))}: {error.strerror or error}") from error


def _replace(path: Path, data: bytes) -> None:
    with TemporaryDirectory(dir=path.parent, prefix=".memplan-") as folder:
        # Made by an ordinary open, it has the rights that any new file of this user has.
        whole = Path(folder) / "whole"
        whole.write_bytes(data)
        whole.replace(path)
