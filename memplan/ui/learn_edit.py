"""A net as text, with its mistakes, stepped through as it is written: on the page Learn."""

from __future__ import annotations

import hashlib

import streamlit as st

from memplan.formats.net_text import MOST_CHARS
from memplan.net_script import read_script
from memplan.steps import METHODS, run_of
from memplan.ui.learn import choose, show_run
from memplan.ui.session import current_session
from memplan.ui.text import literal
from memplan.ui.work import guarded
from memplan.views.script_link import packed

__all__ = ["edit_page"]


def edit_page() -> None:
    """The text on top, what is wrong or odd below it, then the run."""
    learn = current_session().learn
    st.session_state["net text"] = learn.text
    st.text_area(
        "A net: an op a line, as in `Relu a -> b` or `Conv a, w -> c kernel=3 stride=2`; "
        "a size is `a: 1x8x16` or `a: 1024 B`",
        key="net text",
        height=300,
        max_chars=MOST_CHARS,
        on_change=lambda: choose(text=st.session_state["net text"]),
        help="Ctrl+Enter takes it over. Ops are Caffe2's; others are kept, but need sizes. "
        'Arguments tell sizes: `kernel=3`, `pads=[1, 1, 2, 2]`, `order=NHWC`, `"a text"`. '
        "`#` begins a comment, `Relu a -> a` writes in place, `outputs x, y` says what is wanted.",
    )
    if packed(learn.text) is None:
        st.caption("This net is too long for a link.")
    else:
        st.caption("The address of this page holds the net: send it.")
    script = read_script(learn.text)
    for mistake in script.mistakes:
        st.error(literal(str(mistake)), icon=":material/error:")
    for note in script.notes:
        st.caption(literal(str(note)))
    net = script.net
    if net is None:
        return
    st.session_state["edit by"] = learn.by
    st.selectbox(
        "What to step through",
        list(METHODS),
        format_func=lambda name: METHODS[name].title,
        key="edit by",
        on_change=lambda: choose(by=st.session_state["edit by"]),
    )
    with guarded("the run"):
        digest = hashlib.sha256(learn.text.encode("utf-8", "replace")).hexdigest()
        by = learn.by
        show_run(
            ("edit", digest, by),
            "Your net",
            lambda told: run_of(net, by, progress=told),
            asks=False,
        )
