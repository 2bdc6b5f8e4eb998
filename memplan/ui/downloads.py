"""Files to take away, behind one button: the report, the plan, the graph, the optimised net.

Each is made when it is asked for, not before: Streamlit calls what makes it, outside the script.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import partial

import streamlit as st

from memplan.export import EXPORTS
from memplan.study import Study
from memplan.ui.session import current_session
from memplan.ui.work import guarded
from memplan.views.net_files import optimised_pb, optimised_pbtxt
from memplan.views.sharing import changed_names

__all__ = ["downloads", "file_stem"]


def downloads(study: Study) -> None:
    """One button, that opens a list of files."""
    opened = current_session().opened
    stem = file_stem(opened.title if opened else study.net.name)
    place = st.popover("Download", icon=":material/download:")
    with guarded("the downloads"), place.container(gap=None):
        for entry in EXPORTS.values():
            make = partial(entry.make, study)
            _button(entry.title, make, f"{stem}{entry.ending}", entry.mime, entry.line)
        _optimised(study, stem)


def _optimised(study: Study, stem: str) -> None:
    """The net under its new names, when a recycler changed any."""
    if study.assignment is None or not changed_names(study.assignment):
        return
    warning = "" if study.unsafe is None else "Unsafe: "
    line = "The net with its blobs renamed, so that those that can share memory do."
    for ending, make, mime in (
        ("pb", optimised_pb, "application/x-protobuf"),
        ("pbtxt", optimised_pbtxt, "text/plain"),
    ):
        label, file = f"{warning}Optimised net (.{ending})", f"{stem}.optimised.{ending}"
        _button(label, partial(make, study), file, mime, line)
    if study.unsafe is not None:
        st.caption("The optimised net computes something else: see above why.")


def _button(label: str, make: Callable[[], bytes], file: str, mime: str, line: str) -> None:
    st.download_button(
        label,
        make,
        file_name=file,
        mime=mime,
        key=f"download {label}",
        help=line,
        on_click="ignore",
        type="tertiary",
    )


def file_stem(title: str) -> str:
    """A file's name made of a net's, which may hold anything.

    >>> file_stem("ResNet-50"), file_stem("../../etc/passwd"), file_stem("<b>")
    ('ResNet-50', 'etc_passwd', 'b')
    """
    return re.sub(r"[^A-Za-z0-9_-]+", "_", title).strip("_")[:60] or "net"
