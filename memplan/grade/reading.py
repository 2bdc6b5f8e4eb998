"""A folder of submissions: one Python file each, by hand or as a course's website packs them."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from pathlib import Path
from types import MappingProxyType

from memplan.errors import FormatError, TooLarge, quoted

__all__ = ["MOST_BYTES", "MOST_FILES", "Folder", "read_folder"]

MOST_FILES = 1000
MOST_BYTES = 256 * 1024
_MOST_DEEP = 3

Folder = tuple[Mapping[str, bytes], Mapping[str, str]]
"""The submissions by their path in the folder, and why others could not be read."""


def read_folder(folder: Path) -> Folder:
    """Read all ``*.py`` in a folder and the folders in it; links are not followed.

    Raises:
        FormatError: There is no such folder, or no Python file in it.
        TooLarge: There are more than a thousand.
    """
    if not folder.is_dir():
        raise FormatError(f"{quoted(str(folder))} is no folder; name the one with the submissions")
    sources: dict[str, bytes] = {}
    unread: dict[str, str] = {}
    for path in _files(folder):
        name = path.relative_to(folder).as_posix()
        if len(sources) + len(unread) == MOST_FILES:
            raise TooLarge(f"{quoted(str(folder))} holds more than {MOST_FILES:,} Python files")
        why, data = _read(path)
        if why:
            unread[name] = why
        else:
            sources[name] = data
    if not sources and not unread:
        raise FormatError(f"{quoted(str(folder))} holds no Python file (*.py)")
    return MappingProxyType(sources), MappingProxyType(unread)


def _files(folder: Path) -> Iterator[Path]:
    for here, folders, files in os.walk(folder):
        place = Path(here)
        deep = len(place.relative_to(folder).parts)
        shut = deep >= _MOST_DEEP
        folders[:] = () if shut else sorted(n for n in folders if not n.startswith((".", "__")))
        yield from (place / name for name in sorted(files) if name.endswith(".py"))


def _read(path: Path) -> tuple[str, bytes]:
    """Why a file was not read, or its content."""
    try:
        if path.is_symlink() or not path.is_file():
            return "is no file but a link or a device; not followed", b""
        with path.open("rb") as file:
            data = file.read(MOST_BYTES + 1)
    except OSError as error:
        return f"cannot be read: {error.strerror or error}", b""
    if len(data) > MOST_BYTES:
        return f"holds more than {MOST_BYTES // 1024} KiB", b""
    return "", data
