"""Shapes that the visitor supplies, in fields."""

from __future__ import annotations

import streamlit as st

from memplan.errors import MemplanError
from memplan.formats import parse_input_shape
from memplan.net import Blob, DType, Net, Role
from memplan.ui.session import current_session
from memplan.ui.text import literal

__all__ = ["DTYPES", "input_shapes_section", "shape_field", "take_shape"]

DTYPES = [dtype.label for dtype in DType]
FIELDS = 16  # more than this are better given in a file


def input_shapes_section(net: Net) -> None:
    """A field for each input of the net: another batch size is one number away."""
    inputs = [net.blob(name) for name in net.names() if net.blob(name).role is Role.INPUT]
    if not inputs:
        return
    missing = any(blob.nbytes is None for blob in inputs)
    with st.expander("Input shapes", expanded=missing, icon=":material/straighten:"):
        for blob in inputs[:FIELDS]:
            shape_field(blob, place="sidebar")
        if len(inputs) > FIELDS:
            st.caption(f"{len(inputs) - FIELDS} more inputs: give their shapes in a file.")


def shape_field(blob: Blob, place: str) -> None:
    """A blob's shape and type, to be changed; below, why it cannot be read or is unknown."""
    session = current_session()
    assert session.opened is not None
    key = f"{place} {session.opened.digest} {blob.name}"
    shape, dtype = st.columns([3, 2], gap="small", vertical_alignment="bottom")
    shape.text_input(
        literal(blob.name),
        value=_dims_text(blob),
        placeholder="1,3,224,224",
        key=f"shape {key}",
        on_change=_take,
        args=(blob.name, key),
    )
    dtype.selectbox(
        "Type",
        DTYPES,
        index=DTYPES.index((blob.dtype or DType.FLOAT32).label),
        key=f"dtype {key}",
        label_visibility="collapsed",
        on_change=_take,
        args=(blob.name, key),
    )
    if blob.name in session.wrong:
        st.error(literal(session.wrong[blob.name]))
    elif blob.nbytes is None and blob.unknown:
        st.caption(literal(blob.unknown))


def _dims_text(blob: Blob) -> str:
    if blob.shape is None or blob.nbytes is None:
        return ""
    return ",".join(str(dim) for dim in blob.shape)


def _take(name: str, key: str) -> None:
    state = st.session_state
    take_shape(name, state[f"shape {key}"], state[f"dtype {key}"])


def take_shape(name: str, dims: str, dtype: str) -> None:
    """Read a shape into the session; an empty one goes back to what the files say."""
    session = current_session()
    session.wrong.pop(name, None)
    session.error = None
    if not dims.strip():
        session.given.pop(name, None)
        return
    try:
        _, session.given[name] = parse_input_shape(f"{name}={dims.strip()}:{dtype}")
    except MemplanError as error:
        session.wrong[name] = str(error)
