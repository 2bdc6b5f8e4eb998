"""From a section of Debug to what it tells of: a blob or an op, here or on the page Inspect."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace

import streamlit as st

from memplan.net import Net
from memplan.ui.current import names_of
from memplan.ui.debug_choice import Section
from memplan.ui.session import current_session
from memplan.ui.text import literal
from memplan.views.names import shown

__all__ = ["ask_about", "blob_field", "go_to_inspect", "op_buttons", "sentence", "show_button"]

INSPECT = "pages/1_inspect.py"
CHOICES = 10_000


def sentence(text: str, icon: str = "") -> None:
    """A sentence as text, where names in it mean nothing to markdown."""
    st.markdown(f"{icon} {literal(text)}".strip())


def go_to_inspect(blob: str | None = None, op: int | None = None, at: int | None = None) -> None:
    """Select something and turn to Inspect; for callbacks."""
    session = current_session()
    session.select(blob=blob, op=op)
    if at is not None:
        session.go_to(at)
    session.turn_to = INSPECT


def ask_about(a: str | None, b: str | None = None) -> None:
    """Turn to the questions about a blob, or about two; for callbacks."""
    session = current_session()
    session.select(blob=a)
    session.debug = replace(session.debug, section=Section.QUESTIONS, a=a, b=b)


def show_button(label: str, key: str, blob: str | None = None, op: int | None = None) -> None:
    """A button that shows a blob or an op in the graph and the timeline."""
    st.button(
        literal(label),
        key=key,
        icon=":material/my_location:",
        on_click=go_to_inspect,
        args=(blob, op, op),
        help="Opens Inspect with it selected in the graph, the timeline and the tables",
    )


def op_buttons(net: Net, steps: Sequence[int], key: str, most: int = 6) -> None:
    """Buttons that lead to ops; none for what is no op, such as the caller."""
    found = [step for step in dict.fromkeys(steps) if 0 <= step < len(net.ops)][:most]
    if not found:
        return
    with st.container(horizontal=True, gap="small"):
        for step in found:
            show_button(f"op {step:,} {shown(net.ops[step].type, 24)}", f"{key} op {step}", op=step)


def blob_field(
    net: Net,
    label: str,
    key: str,
    value: str | None = None,
    on_change: Callable[[], None] | None = None,
) -> str | None:
    """A list of the net's blobs to choose one from; a text field where there are too many.

    Args:
        value: What stands in it; with `on_change`, which keeps what is chosen elsewhere.
    """
    names = names_of(net)
    if len(names) > CHOICES:
        if on_change is not None:
            st.session_state[key] = value or ""
        text = st.text_input(label, key=key, placeholder="The name of a blob", on_change=on_change)
        return text or None
    if on_change is not None:
        st.session_state[key] = value if value in set(names) else None
    return st.selectbox(
        label,
        names,
        index=None,
        format_func=shown,
        key=key,
        placeholder="Choose a blob",
        on_change=on_change,
    )
