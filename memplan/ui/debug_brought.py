"""Debug, bring your own: files read as a net before and a net or a plan after, and verified."""

from __future__ import annotations

from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass, replace
from hashlib import sha256

from memplan.errors import FormatError, InvalidNet, quoted
from memplan.explain.brought import Verdict, verify_nets, verify_placement
from memplan.formats import InputFile, load
from memplan.net import Net
from memplan.study import PARALLEL_TYPES, Settings, prepare
from memplan.views.shown_plans import with_names_as_plan

__all__ = ["Brought", "brought", "files_key", "net_of_files"]


@dataclass(frozen=True, slots=True)
class Brought:
    """What was brought, and what the verifier says of it.

    Attributes:
        net: The net before, beside the plan that came after: to be opened like any other.
        settings: How to plan it: as the plan lies.
        names: The mapping recovered: new names of blobs, as far as they changed.
    """

    title: str
    verdict: Verdict
    net: Net
    settings: Settings
    names: Mapping[str, str]


def files_key(files: Sequence[InputFile]) -> Hashable:
    """What names the content of files."""
    return tuple((file.name, sha256(file.data).hexdigest()) for file in files)


def brought(before: Net, after: Sequence[InputFile], *, parallel: bool) -> Brought:
    """Verify what is in files against a prepared net.

    Raises:
        MemplanError: The files are neither a net nor a plan of this net.
    """
    if before.given is not None:
        raise FormatError("the net before is a table of buffers; to check a plan its net is needed")
    other = load(after)
    parallel = parallel or before.type in PARALLEL_TYPES
    settings = Settings("given", parallel=True if parallel else None)
    title = f"{before.name or 'net'} as {after[0].name} has it"
    if other.given is None:
        verdict = verify_nets(before, other, parallel=parallel)
        if len(other.ops) != len(before.ops):
            raise InvalidNet(
                f"the net after has {len(other.ops):,} ops and the one before {len(before.ops):,}: "
                "memonger renames blobs and moves ops, and adds or drops none"
            )
        net = with_names_as_plan(before, verdict.names, verdict.order)
        return Brought(title, verdict, net, settings, verdict.names)
    if other.placed is None:
        raise FormatError(f"{quoted(after[0].name)} has buffers but no offsets: it is no plan")
    verdict = verify_placement(before, other.placed, parallel=parallel)
    return Brought(title, verdict, replace(before, placed=other.placed), settings, {})


def net_of_files(files: Sequence[InputFile]) -> Net:
    """The net of files, with roles, shapes and sizes."""
    return prepare(load(files))
