"""Names and ops that can be clicked: from a blob to its producer, its consumers, its mates."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from memplan.net import Net
from memplan.ui.session import current_session
from memplan.ui.text import literal
from memplan.views.names import shown

__all__ = ["blob_links", "op_links"]

MOST = 8


def blob_links(word: str, names: Sequence[str], place: str) -> None:
    """A line of blobs after a word; nothing where there are none."""
    session = current_session()
    with _line(word, len(names)):
        for number, name in enumerate(names[:MOST]):
            st.button(
                literal(shown(name, 40)),
                key=f"link {place} {number}",
                type="tertiary",
                on_click=session.select,
                kwargs={"blob": name},
                help="Select this blob",
            )
        _rest(len(names))


def op_links(word: str, net: Net, steps: Sequence[int], place: str, none: str = "") -> None:
    """A line of ops after a word; where there are none, the text that says so."""
    session = current_session()
    with _line(word, len(steps), none):
        for number, step in enumerate(steps[:MOST]):
            st.button(
                literal(f"{step} {shown(net.ops[step].type, 30)}"),
                key=f"link {place} {number}",
                type="tertiary",
                on_click=session.select,
                kwargs={"op": step},
                help="Select this op",
            )
        _rest(len(steps))


def _line(word: str, count: int, none: str = "") -> st.delta_generator.DeltaGenerator:
    line = st.container(horizontal=True, vertical_alignment="center", gap="small", key=None)
    if count or none:
        line.markdown(f"**{word}**", width="content")
    if not count and none:
        line.markdown(literal(none), width="content")
    return line


def _rest(count: int) -> None:
    if count > MOST:
        st.markdown(f"and {count - MOST:,} more", width="content")
