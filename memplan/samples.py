"""The bundled nets: what there is, and the files of one of them.

They lie in the folder ``sample_nets`` of the repository; its ``index.json`` lists them. An id is
looked up there and never becomes part of a path by itself.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from memplan.errors import FormatError, MemplanError, quoted
from memplan.formats import InputFile

__all__ = ["Sample", "open_sample", "samples"]

FOLDER = Path(__file__).resolve().parent.parent / "sample_nets"


@dataclass(frozen=True, slots=True)
class Sample:
    """A bundled net as it is offered for choice.

    Attributes:
        id: Short, unique, fit for a URL.
        group: Under which heading it stands.
        look: What to look at, for a newcomer.
        ops: The number of its ops, without those of nested nets.
        parameters: Elements of all weights that training changes.
        statistics: Elements of running means and variances, not among the parameters.
        source: The paper that a whole net is built from; empty for the others.
        dims: Numbers for the dims that its file leaves free, to begin with.
        files: Names below the folder ``sample_nets``, the predict net first.
    """

    id: str
    title: str
    group: str
    look: str
    ops: int
    parameters: int
    statistics: int
    source: str
    dims: Mapping[str, int]
    files: tuple[str, ...]


@cache
def samples() -> tuple[Sample, ...]:
    """List the bundled nets, small ones first.

    Raises:
        FormatError: The index is not there or cannot be read: the checkout is not whole.

    >>> samples()[0].id
    'chain'
    """
    try:
        entries = json.loads((FOLDER / "index.json").read_bytes())["samples"]
        return tuple(Sample(**{**entry, "files": tuple(entry["files"])}) for entry in entries)
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise FormatError(
            "the list of bundled nets, sample_nets/index.json, cannot be read; "
            "make it again with: python sample_nets/make.py"
        ) from error


def open_sample(id: str) -> list[InputFile]:  # noqa: A002  the word of the index and of URLs
    """Read the files of a bundled net, ready for `formats.load`.

    Raises:
        MemplanError: There is no net of that id; the message lists those there are.
        FormatError: One of its files is not there.

    >>> [file.name for file in open_sample("chain")]
    ['predict_net.pbtxt', 'init_net.pbtxt', 'value_info.json']
    """
    found = {sample.id: sample for sample in samples()}.get(id)
    if found is None:
        ids = ", ".join(sample.id for sample in samples())
        raise MemplanError(f"no bundled net {quoted(id)}; there are: {ids}")
    try:
        return [InputFile(Path(file).name, (FOLDER / file).read_bytes()) for file in found.files]
    except OSError as error:
        raise FormatError(
            f"a file of the bundled net {quoted(id)} cannot be read; "
            "make it again with: python sample_nets/make.py"
        ) from error
