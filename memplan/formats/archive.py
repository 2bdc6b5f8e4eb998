"""Zip archives of nets: opened in memory, within bounds, names never used as paths."""

from __future__ import annotations

import io
import struct
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace

from memplan.errors import FormatError, TooLarge, quoted
from memplan.formats.exported_program_file import program_name
from memplan.formats.kinds import Kind, why_not_opened
from memplan.formats.limits import (
    MAX_FILE_BYTES,
    MAX_PROGRAM_BYTES,
    MAX_ZIP_DIRECTORY,
    MAX_ZIP_MEMBERS,
)
from memplan.formats.parts import InputFile
from memplan.units import format_bytes

__all__ = ["program_in", "unpack"]

_READ = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)
_END = b"PK\x05\x06"
_END_64 = b"PK\x06\x07"
_RECORD_64 = b"PK\x06\x06"


def unpack(file: InputFile) -> tuple[InputFile, ...]:
    """Read the members of a zip, in the order of the archive.

    Raises:
        TooLarge: It holds too many members, or unpacks to too much.
        FormatError: It is damaged or encrypted, an archive of another kind, or a name in it
            leads outside.
    """
    with _opened(file) as archive:
        _check_names(file, archive.namelist())
        members = [m for m in archive.infolist() if not _is_clutter(m.filename)]
        if len(members) > MAX_ZIP_MEMBERS:
            raise TooLarge(_too_many(file))
        if sum(member.file_size for member in members) > MAX_FILE_BYTES:
            raise TooLarge(_too_long(file))
        return _read_all(file, archive, members)


def program_in(file: InputFile) -> InputFile | None:
    """Read the graph of a torch.export archive, and nothing else of it; None of any other zip.

    Raises:
        TooLarge, FormatError: As `unpack`, or its graph is longer than is read.
    """
    with _opened(file) as archive:
        name = program_name(archive.namelist())
        if name is None:
            return None
        member = archive.getinfo(name)
        if member.file_size > MAX_PROGRAM_BYTES:
            raise TooLarge(_too_long(file, MAX_PROGRAM_BYTES))
        return _read_all(file, archive, [member])[0]


@contextmanager
def _opened(file: InputFile) -> Iterator[zipfile.ZipFile]:
    """A zip of bounded extent; what goes wrong while it is open is told of the file."""
    _check_directory(file)
    try:
        with zipfile.ZipFile(io.BytesIO(file.data)) as archive:
            yield archive
    except FormatError:
        raise
    except (zipfile.BadZipFile, zlib.error, EOFError, ValueError, OSError, struct.error) as error:
        raise FormatError(
            f"{quoted(file.name)} is a damaged zip ({quoted(str(error), 60)}); pack it again"
        ) from None
    except (RuntimeError, NotImplementedError):
        raise FormatError(
            f"{quoted(file.name)} is a zip that is encrypted or packed in an unusual way; "
            "pack it again without a password"
        ) from None


def _check_directory(file: InputFile) -> None:
    """Bound the table of contents before the library builds a record for each entry."""
    end = file.data.rfind(_END)
    size = int.from_bytes(file.data[end + 12 : end + 16], "little") if end >= 0 else 0
    if end >= 20 and file.data[end - 20 : end - 16] == _END_64:
        # The larger form, which PyTorch writes always: the extent stands in a record before.
        at = int.from_bytes(file.data[end - 12 : end - 4], "little")
        whole = file.data[at : at + 4] == _RECORD_64
        size = int.from_bytes(file.data[at + 40 : at + 48], "little") if whole else 2**63
    if size > MAX_ZIP_DIRECTORY:
        raise TooLarge(_too_many(file))


def _too_many(file: InputFile) -> str:
    return (
        f"{quoted(file.name)} is a zip of more than {MAX_ZIP_MEMBERS} files; "
        "pack only the net, its init net and its value_info.json"
    )


def _too_long(file: InputFile, most: int = MAX_FILE_BYTES) -> str:
    return (
        f"{quoted(file.name)} unpacks to more than {format_bytes(most)}; "
        "pack only the net and what belongs to it"
    )


def _is_clutter(name: str) -> bool:
    """Folders, and what systems put into archives on their own."""
    last = name.rsplit("/", 1)[-1]
    return name.endswith("/") or name.startswith("__MACOSX/") or last.startswith(".")


def _check_names(file: InputFile, names: list[str]) -> None:
    for name in names:
        parts = name.replace("\\", "/").split("/")
        if ".." in parts or parts[0] == "" or parts[0].endswith(":"):
            raise FormatError(
                f"{quoted(file.name)} holds the name {quoted(name)}, which leads outside "
                "the zip; pack it again with plain names"
            )
    kind = _kind_by_names(names)
    if kind is not None:
        raise FormatError(why_not_opened(file.name, kind))


def _kind_by_names(names: list[str]) -> Kind | None:
    """Archives of other programs, which are zips too: known by what they always hold."""
    if any("data/aotinductor/" in name for name in names):
        return Kind.COMPILED_TORCH
    if any(n.endswith(("/data.pkl", "/constants.pkl")) or n == "data.pkl" for n in names):
        return Kind.TORCH_ZIP
    if names and all(n.endswith(".npy") for n in names):
        return Kind.NUMPY_ZIP
    return None


def _read_all(
    file: InputFile, archive: zipfile.ZipFile, members: list[zipfile.ZipInfo]
) -> tuple[InputFile, ...]:
    found = []
    for member in members:
        if member.compress_type not in _READ:
            raise NotImplementedError
        # What the header says of the size may be a lie: no more than that is unpacked.
        with archive.open(member) as stream:
            data = stream.read(member.file_size)
        found.append(replace(file, name=f"{file.name}:{member.filename}", data=data, part=None))
    return tuple(found)
