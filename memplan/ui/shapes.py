"""Shapes that the visitor supplies, in fields."""

from __future__ import annotations

import streamlit as st

from memplan.errors import MemplanError
from memplan.formats import parse_input_shape
from memplan.net import Blob, DType, Net, Role
from memplan.ui.current import names_of, net_key
from memplan.ui.session import current_session
from memplan.ui.text import literal

__all__ = ["SYNTAX", "input_shapes_section", "shape_field", "take_shape"]

SYNTAX = "Dims, then the type if it is not float32: `1,3,224,224` or `32:int64`."
FIELDS = 16  # more than this are better given in a file


def input_shapes_section(net: Net) -> None:
    """A field for each input of the net: another batch size is one number away."""
    inputs = [net.blob(name) for name in names_of(net) if net.blob(name).role is Role.INPUT]
    if not inputs:
        return
    missing = any(blob.nbytes is None for blob in inputs)
    with st.expander("Input shapes", expanded=missing, icon=":material/straighten:"):
        st.caption(SYNTAX)
        for blob in inputs[:FIELDS]:
            shape_field(blob, place="sidebar")
        if len(inputs) > FIELDS:
            st.caption(f"{len(inputs) - FIELDS} more inputs: give their shapes in a file.")


def shape_field(blob: Blob, place: str) -> None:
    """A blob's shape and type, to be changed; beside it, why it is unknown or cannot be read."""
    session = current_session()
    # Another field once the net has changed, so that it shows what is now true.
    key = f"shape {place} {hash(net_key())} {blob.name}"
    st.text_input(
        literal(blob.name),
        value=_text(blob),
        placeholder="1,3,224,224",
        key=key,
        on_change=_take,
        args=(blob.name, key),
        help=literal(blob.unknown) if blob.nbytes is None and blob.unknown else None,
    )
    if blob.name in session.wrong:
        st.error(literal(session.wrong[blob.name]))


def _text(blob: Blob) -> str:
    """A known shape as it is typed; float32 goes without saying."""
    if blob.shape is None or blob.dtype is None or blob.elements is None:
        return ""
    dims = ",".join(str(dim) for dim in blob.shape)
    return dims if blob.dtype is DType.FLOAT32 else f"{dims}:{blob.dtype.label}"


def _take(name: str, key: str) -> None:
    take_shape(name, st.session_state[key])


def take_shape(name: str, text: str) -> None:
    """Read a shape into the session; an empty one goes back to what the files say."""
    session = current_session()
    session.wrong.pop(name, None)
    session.error = None
    if not text.strip():
        session.given.pop(name, None)
        return
    try:
        _, session.given[name] = parse_input_shape(f"{name}={text.strip()}")
    except MemplanError as error:
        session.wrong[name] = str(error)
