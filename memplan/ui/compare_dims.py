"""Free dims of side B: as A's of the same name, until they are given numbers of their own."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from types import MappingProxyType

import streamlit as st

from memplan.shapes import free_dims
from memplan.ui.dims import FIELDS, dim_field
from memplan.ui.session import Opened, Session, current_session

__all__ = ["dim_fields", "dims_of", "told_apart", "usual_dims", "without_strangers"]


def usual_dims(session: Session, opened: Opened) -> dict[str, int]:
    """What B's dims are unless they are set: as the visitor fixed A's, else as the net begins."""
    if session.other.same_net:
        return dict(session.dims)
    free = {dim.name for dim in free_dims(opened.net)}
    said = {name: number for name, number in session.dims.items() if name in free}
    return {**opened.dims, **said}


def dims_of(session: Session, opened: Opened) -> dict[str, int]:
    """The numbers that B's dims have; one that is left free has none."""
    dims: dict[str, int | None] = {**usual_dims(session, opened), **session.other.dims}
    return {name: number for name, number in dims.items() if number is not None}


def told_apart(dims: Mapping[str, int], usual: Mapping[str, int]) -> Mapping[str, int | None]:
    """What must be set for B so that it has `dims`, where its usual ones are others.

    >>> dict(told_apart({"batch": 8}, {"batch": 1, "length": 16}))
    {'batch': 8, 'length': None}
    """
    names = dict.fromkeys((*dims, *usual))
    return MappingProxyType({n: dims.get(n) for n in names if dims.get(n) != usual.get(n)})


def without_strangers(session: Session, opened: Opened) -> None:
    """Forget numbers for dims that B's net does not have: a link may name any."""
    other = session.other
    free = {dim.name for dim in free_dims(opened.net)} if other.dims else set()
    known = {name: number for name, number in other.dims.items() if name in free}
    if known != other.dims:
        session.other = replace(other, dims=MappingProxyType(known))


def dim_fields(opened: Opened) -> None:
    """A field for each free dim of B's net; an empty one is as usual."""
    session = current_session()
    usual = usual_dims(session, opened)
    dims = free_dims(opened.net)[:FIELDS]
    if dims:
        st.caption("Free dims; an empty field is as usual.")
    for dim in dims:
        said = session.other.dims
        key = f"side b dim {opened.digest} {dim.name}"
        st.session_state[key] = said.get(dim.name)
        as_usual = "free" if dim.name in said else usual.get(dim.name, "free")
        explained = "A free dim of B's net. Empty: as A's of this name, else as the net begins."
        dim_field(dim.name, key, str(as_usual), explained, _take)


def _take(name: str, key: str) -> None:
    """Take a number from the widget of that key, or that there is none; a callback."""
    session = current_session()
    number = st.session_state[key]
    dims = {each: said for each, said in session.other.dims.items() if each != name}
    if number is not None:
        dims[name] = int(number)
    session.other = replace(session.other, dims=MappingProxyType(dims))
    session.stopped = None
