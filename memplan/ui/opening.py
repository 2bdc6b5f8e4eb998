"""What a visitor asks to open: taken in callbacks, read when the script runs."""

from __future__ import annotations

import json
import os
from collections.abc import Sequence
from pathlib import Path

import streamlit as st

from memplan.errors import MemplanError, quoted
from memplan.formats import InputFile, load
from memplan.formats.init_net import fills_only
from memplan.formats.plan_json import is_plan_json
from memplan.net import Net
from memplan.samples import open_sample, samples
from memplan.shapes import examples
from memplan.ui.session import Opened, Wanted, current_session

__all__ = ["read_wanted", "want_files", "want_given_files", "want_sample"]

GIVEN_FILES = "MEMPLAN_OPEN"
"""The environment variable in which `memplan.cli.open_app` names files: JSON, a list of paths.

No argument of the process: under a test runner those are somebody else's.
"""


def want_sample(sample: str) -> None:
    """Ask for a bundled net; a callback."""
    title = next((s.title for s in samples() if s.id == sample), sample)
    current_session().want(Wanted(title, sample=sample))


def want_files(zone: str) -> None:
    """Ask for the files in the drop zone of that key, and empty it; a callback."""
    files = st.session_state.get(zone) or []
    if files:
        session = current_session()
        new = tuple(InputFile(file.name, file.getvalue()) for file in files)
        session.want(Wanted(new[0].name, files=new))
        session.uploads += 1


def want_given_files() -> None:
    """Ask for the files that the command `open` names, on a visitor's first run."""
    paths = [Path(path) for path in json.loads(os.environ.get(GIVEN_FILES, "[]"))]
    session = current_session()
    if not paths or session.page is not None:
        return
    try:
        files = tuple(InputFile(path.name, path.read_bytes()) for path in paths)
    except OSError as error:
        session.error = f"cannot read {quoted(str(error.filename))}: {error.strerror}"
        return
    session.want(Wanted(files[0].name, files=files))


def read_wanted(wanted: Wanted, before: Sequence[InputFile]) -> Opened:
    """Read what was asked for; `before` are the files that are open.

    Raises:
        MemplanError: It cannot be read, in one sentence.
    """
    if wanted.sample is not None:
        files = tuple(open_sample(wanted.sample))
        sample = next(sample for sample in samples() if sample.id == wanted.sample)
        net = load(files)
        told = (sample.id, sample.look, sample.dims)
        return Opened(sample.title, net, net.digest(), files, *told)
    files = wanted.files
    try:
        net = load(files)
    except MemplanError:
        if not before:
            raise
    else:
        beside = _as_plan(files, before)
        if beside is not None:
            return beside
        if not before or not fills_only(net):
            return _uploaded(net, files)
    # No net of its own: an init net, value_info.json or shapes for the net that is open.
    together = tuple({file.name: file for file in (*before, *files)}.values())
    return _uploaded(load(together), together)


def _as_plan(files: Sequence[InputFile], before: Sequence[InputFile]) -> Opened | None:
    """A plan for the net that is open, in place of another; None where it is none of it."""
    if not all(is_plan_json(file.data) for file in files):
        return None
    nets = [file for file in before if not is_plan_json(file.data)]
    together = tuple({file.name: file for file in (*nets, *files)}.values())
    try:
        return _uploaded(load(together), together) if nets else None
    except MemplanError:
        return None


def _uploaded(net: Net, files: tuple[InputFile, ...]) -> Opened:
    # Free dims begin with the example that the file gives, where it gives one.
    return Opened(net.name or files[0].name, net, net.digest(), files, dims=examples(net, {}))
