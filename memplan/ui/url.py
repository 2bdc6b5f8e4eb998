"""The URL says what is on the screen, so that it can be sent to somebody, and so that Back works.

    /inspect?net=resnet50&planner=naive&blob=pool1&at=12&view=map

Only a bundled net is named: an uploaded one is nobody else's. What is as usual is left out. Each
part of the state has a codec of its own, `Part`; what a query leaves out is as usual again.

The frame at which a stepper stands is written by the browser itself, in place of the one before:
Back leaves a run at once. So two addresses that differ in their frames alone are one here.
"""

from __future__ import annotations

import time

import streamlit as st

from memplan.errors import MemplanError
from memplan.ui.learn_choice import FRAME
from memplan.ui.opening import want_sample
from memplan.ui.session import Session, current_session
from memplan.ui.url_parts import PARTS, Query

__all__ = ["apply_query", "mirror_in_url", "read_url"]

LONGEST = 300  # characters of a name: browsers and servers cut longer addresses
OUTDATED = 2.0  # seconds in which a browser may still send the address before the last


def read_url(page: str) -> None:
    """Do what the URL says, when it is not we who wrote it there: on opening, or going back.

    Args:
        page: The path of the page that is shown.
    """
    session = current_session()
    query = st.query_params.to_dict()
    clicked = session.mirrored is not None and not _same(_query(session), session.mirrored)
    turned, session.page = session.page not in (None, page), page
    if turned and page == "learn":
        session.learn = session.learn.resumed()
    # Turning to another page drops the query; what is open stays open.
    known = session.mirrored is not None and _same(query, session.mirrored)
    if known or (turned and not query) or _is_outdated(session, query):
        return
    if clicked:
        return  # a click has just changed the state: the state counts, and is mirrored below
    session.mirrored = query
    sample = query.get("net")
    if sample is None and session.opened is not None and session.opened.sample is not None:
        session.close()
    if sample is not None and (session.opened is None or session.opened.sample != sample):
        want_sample(sample)
        session.linked = query  # the rest of the query is about a net that is not read yet
    else:
        apply_query(session, query)


def apply_query(session: Session, query: Query) -> None:
    """Set the state of a visitor to what a query says of the net that is open."""
    for part in PARTS:
        try:
            part.read(session, query)
        except MemplanError as error:
            session.error = str(error)


def mirror_in_url() -> None:
    """Write the state into the URL; the browser keeps the one before for its Back button."""
    session = current_session()
    query = _query(session)
    if not _same(query, st.query_params.to_dict()):
        st.query_params.from_dict(query)
    if session.mirrored is None or not _same(query, session.mirrored):
        session.before, session.written = session.mirrored, time.monotonic()
    session.mirrored = query


def _is_outdated(session: Session, query: Query) -> bool:
    """Whether the browser asked before it heard of the address that we wrote last."""
    recent = time.monotonic() - session.written < OUTDATED
    before = session.before
    return recent and session.mirrored is not None and before is not None and _same(query, before)


def _same(one: Query, other: Query) -> bool:
    """Whether two queries say the same but for the frame."""
    return {**one, FRAME: ""} == {**other, FRAME: ""}


def _query(session: Session) -> dict[str, str]:
    query = {}
    if session.opened is not None and session.opened.sample is not None:
        query["net"] = session.opened.sample
    for part in PARTS:
        query |= part.write(session)
    return {name: text for name, text in query.items() if _fits(text)}


def _fits(text: str) -> bool:
    """Whether a text can stand in a URL: names from files may hold anything."""
    return len(text) <= LONGEST and text.isprintable()
