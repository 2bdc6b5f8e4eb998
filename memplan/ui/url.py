"""The URL says what is on the screen, so that it can be sent to somebody.

``?net=resnet50&planner=naive``: only a bundled net is named: an uploaded one is nobody else's,
and a planner only where it is not the usual one for nets of that type.
"""

from __future__ import annotations

import streamlit as st

from memplan.errors import MemplanError
from memplan.planners import planner_named
from memplan.study import PARALLEL_TYPES
from memplan.ui.opening import want_sample
from memplan.ui.session import Session, current_session, usual_planner

__all__ = ["mirror_in_url", "read_url"]


def read_url() -> None:
    """Do what the URL says, when it is not we who wrote it there: on opening, or going back."""
    session = current_session()
    query = st.query_params.to_dict()
    if query == session.mirrored:
        return
    session.mirrored = query
    if "planner" in query:
        try:
            session.change(planner=planner_named(query["planner"]).name)
            session.chosen = True
        except MemplanError as error:
            session.error = str(error)
    if "net" in query and (session.opened is None or session.opened.sample != query["net"]):
        want_sample(query["net"])


def mirror_in_url() -> None:
    """Write the bundled net and the planner into the URL."""
    session = current_session()
    query = _query(session)
    if query != st.query_params.to_dict():
        st.query_params.from_dict(query)
    session.mirrored = query


def _query(session: Session) -> dict[str, str]:
    query = {}
    if session.opened is not None and session.opened.sample is not None:
        query["net"] = session.opened.sample
    by_type = session.opened is not None and session.opened.net.type in PARALLEL_TYPES
    if session.settings.planner != usual_planner(parallel=by_type):
        query["planner"] = session.settings.planner
    return query
