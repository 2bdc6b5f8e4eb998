"""Free dims: a number for each dim that the net leaves open, such as its batch."""

from __future__ import annotations

from collections.abc import Callable

import streamlit as st

from memplan.shapes import MAX_DIM, FreeDim, free_dims
from memplan.ui.session import current_session
from memplan.ui.text import literal
from memplan.views.names import shown

__all__ = ["FIELDS", "dim_field", "free_dims_section"]

FIELDS = 16  # real nets have a batch, a length or two; what has more is given on the command line


def free_dims_section() -> None:
    """A field for each free dim of the net that is open; nothing where all are fixed."""
    session = current_session()
    dims = free_dims(session.opened.net) if session.opened else ()
    if not dims:
        return
    missing = any(dim.name not in session.dims for dim in dims)
    with st.expander("Free dims", expanded=missing, icon=":material/open_in_full:"):
        st.caption("The file leaves these open; sizes follow from them.")
        for dim in dims[:FIELDS]:
            _field(dim)
        if len(dims) > FIELDS:
            st.caption(f"{len(dims) - FIELDS} more: give them on the command line with --dim.")


def _field(dim: FreeDim) -> None:
    session = current_session()
    assert session.opened is not None
    key = f"dim {session.opened.digest} {dim.name}"
    # Set before the widget is drawn: what contradicts the net was taken back.
    st.session_state[key] = session.dims.get(dim.name)
    places = ", ".join(f"dim {axis} of {shown(blob)}" for blob, axis in dim.places[:8])
    dim_field(dim.name, key, "free", literal(places), _take)


def dim_field(
    name: str, key: str, empty: str, explained: str, take: Callable[[str, str], None]
) -> None:
    """A field for the number of a dim; `take` is told its name and the widget's key."""
    st.number_input(
        literal(name),
        min_value=1,
        max_value=MAX_DIM,
        value=None,
        step=1,
        placeholder=empty,
        key=key,
        on_change=take,
        args=(name, key),
        help=explained,
    )


def _take(name: str, key: str) -> None:
    """Take a number from the widget of that key, or that there is none; a callback."""
    session = current_session()
    number = st.session_state[key]
    session.error = session.stopped = None
    if number is None:
        session.dims.pop(name, None)
    else:
        session.dims[name] = int(number)
