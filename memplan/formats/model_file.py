"""The file of a net that a plan goes back into: one of those that were opened, or in a zip."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from memplan.errors import FormatError
from memplan.formats.archive import unpack
from memplan.formats.kinds import Kind
from memplan.formats.parts import InputFile
from memplan.formats.sniff import kind_of

__all__ = ["model_file"]


def model_file(files: Sequence[InputFile], kind: Kind) -> InputFile:
    """The one file of a kind.

    Raises:
        FormatError: There is none.
    """
    for file in _each(files):
        if kind_of(file.data) is kind:
            return file
    raise FormatError(f"none of the files is of the form {kind.name}, in which a plan is to be put")


def _each(files: Sequence[InputFile]) -> Iterator[InputFile]:
    for file in files:
        if kind_of(file.data) is Kind.ZIP:
            yield from unpack(file)
        else:
            yield file
