"""Files to take away, behind one button: the report, the plan, the graph, the optimised net.

Each is made when it is asked for, not before: Streamlit calls what makes it, outside the script.
"""

from __future__ import annotations

import re
from dataclasses import replace
from functools import partial

import streamlit as st

from memplan.export import EXPORTS, RETURNS, Export, Return
from memplan.formats import InputFile
from memplan.study import Study
from memplan.ui.current import study_key
from memplan.ui.session import current_session
from memplan.ui.work import guarded, remembered
from memplan.views.net_files import optimised_pb, optimised_pbtxt
from memplan.views.sharing import changed_names

__all__ = ["downloads", "file_stem"]

_LINE = "blobs renamed, so that they share memory"
_OPTIMISED = (
    Export(
        "pb",
        "Optimised net (.pb)",
        _LINE,
        ".optimised.pb",
        "application/x-protobuf",
        optimised_pb,
        text=False,
    ),
    Export(
        "pbtxt",
        "Optimised net (.pbtxt)",
        _LINE,
        ".optimised.pbtxt",
        "text/plain",
        optimised_pbtxt,
    ),
)


def downloads(study: Study) -> None:
    """One button, that opens a list of files."""
    opened = current_session().opened
    stem = file_stem(opened.title if opened else study.net.name)
    place = st.popover("Download", icon=":material/download:")
    with guarded("the downloads"), place.container(gap=None):
        for entry in EXPORTS.values():
            _button(study, entry, stem)
        for back in RETURNS.values():
            if opened is not None and back.dialect == study.net.dialect:
                _return(study, back, opened.files, stem)
        _optimised(study, stem)


def _return(study: Study, back: Return, files: tuple[InputFile, ...], stem: str) -> None:
    """The net's own file with the plan in it."""
    _button(
        study,
        Export(
            back.name,
            back.title,
            back.line,
            back.ending,
            back.mime,
            partial(back.made, files=files),
            text=False,
            why_not=back.why_not,
        ),
        stem,
    )


def _optimised(study: Study, stem: str) -> None:
    """The net under its new names, when a recycler changed any."""
    if study.assignment is None or not changed_names(study.assignment):
        return
    if study.net.dialect != "caffe2":
        return  # only there may blobs share a name
    for entry in _OPTIMISED:
        unsafe = replace(entry, title=f"Unsafe: {entry.title}")
        _button(study, entry if study.unsafe is None else unsafe, stem)
    if study.unsafe is not None:
        st.caption("The optimised net computes something else: see above why.")


def _button(study: Study, entry: Export, stem: str) -> None:
    key = study_key(), "why not", entry.name
    why_not = remembered(key, lambda: entry.why_not(study) or "")
    # In the label: a tip over the button would lie on the next one.
    st.download_button(
        f"{entry.title} :gray[{why_not or entry.line}]",
        partial(entry.make, study),
        file_name=f"{stem}{entry.ending}",
        mime=entry.mime,
        key=f"download {entry.title}",
        disabled=bool(why_not),
        on_click="ignore",
        type="tertiary",
    )


def file_stem(title: str) -> str:
    """A file's name made of a net's, which may hold anything.

    >>> file_stem("ResNet-50"), file_stem("../../etc/passwd"), file_stem("<b>")
    ('ResNet-50', 'etc_passwd', 'b')
    """
    return re.sub(r"[^A-Za-z0-9_-]+", "_", title).strip("_")[:60] or "net"
