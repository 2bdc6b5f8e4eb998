"""The URL says what is on the screen, so that it can be sent to somebody, and so that Back works.

    /inspect?net=resnet50&planner=naive&blob=pool1&at=12&view=map

Only a bundled net is named: an uploaded one is nobody else's. What is as usual is left out. Each
part of the state has a codec of its own, `Part`; what a query leaves out is as usual again.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass

import streamlit as st

from memplan.errors import MemplanError
from memplan.liveness import Accounting
from memplan.planners import planner_named
from memplan.study import PARALLEL_TYPES
from memplan.ui.choices import ALIGNMENTS, MemoryView
from memplan.ui.compare_url import read_other, write_other
from memplan.ui.opening import want_sample
from memplan.ui.session import Selection, Session, current_session, usual_planner

__all__ = ["apply_query", "mirror_in_url", "read_url"]

Query = Mapping[str, str]

LONGEST = 300  # characters of a name: browsers and servers cut longer addresses
OUTDATED = 2.0  # seconds in which a browser may still send the address before the last


def read_url(page: str) -> None:
    """Do what the URL says, when it is not we who wrote it there: on opening, or going back.

    Args:
        page: The path of the page that is shown.
    """
    session = current_session()
    query = st.query_params.to_dict()
    clicked = session.mirrored is not None and _query(session) != session.mirrored
    turned, session.page = session.page not in (None, page), page
    # Turning to another page drops the query; what is open stays open.
    if query == session.mirrored or (turned and not query) or _is_outdated(session, query):
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
    if query != st.query_params.to_dict():
        st.query_params.from_dict(query)
    if query != session.mirrored:
        session.before, session.written = session.mirrored, time.monotonic()
    session.mirrored = query


def _is_outdated(session: Session, query: Query) -> bool:
    """Whether the browser asked before it heard of the address that we wrote last."""
    recent = time.monotonic() - session.written < OUTDATED
    return recent and session.mirrored is not None and query == session.before


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


@dataclass(frozen=True, slots=True)
class Part:
    """One part of the state, to and from a query."""

    write: Callable[[Session], dict[str, str]]
    read: Callable[[Session, Query], None]


def _write_planner(session: Session) -> dict[str, str]:
    by_type = session.opened is not None and session.opened.net.type in PARALLEL_TYPES
    query = {}
    if session.settings.planner != usual_planner(parallel=by_type):
        query["planner"] = session.settings.planner
    if session.settings.parallel is not None:
        query["parallel"] = str(int(session.settings.parallel))
    return query


def _read_planner(session: Session, query: Query) -> None:
    parallel = {"0": False, "1": True}.get(query.get("parallel", ""))
    session.change(parallel=parallel)
    session.chosen = "planner" in query
    session.change(planner=session.usual)
    if "planner" in query:
        session.change(planner=planner_named(query["planner"]).name)


def _write_settings(session: Session) -> dict[str, str]:
    settings = session.settings
    query = {} if settings.alignment == 1 else {"alignment": str(settings.alignment)}
    counted = {"inputs": settings.accounting.inputs, "outputs": settings.accounting.outputs}
    query |= {name: "0" for name, counts in counted.items() if not counts}
    return query | ({"capacity": session.capacity} if session.capacity else {})


def _read_settings(session: Session, query: Query) -> None:
    alignment = _number(query.get("alignment"))
    accounting = Accounting(query.get("inputs") != "0", query.get("outputs") != "0")
    known = alignment in ALIGNMENTS
    session.change(alignment=alignment if known else 1, accounting=accounting)
    session.limit(query.get("capacity", "")[:20])


def _write_selection(session: Session) -> dict[str, str]:
    chosen = session.selected
    parts = {"blob": chosen.blob, "op": chosen.op, "at": chosen.at}
    return {name: str(what) for name, what in parts.items() if what is not None}


def _read_selection(session: Session, query: Query) -> None:
    op = None if "blob" in query else _number(query.get("op"))
    session.selected = Selection(query.get("blob"), op, _number(query.get("at")))


def _write_view(session: Session) -> dict[str, str]:
    return {} if session.view is MemoryView.TIMELINE else {"view": session.view.value}


def _read_view(session: Session, query: Query) -> None:
    known = query.get("view") in set(MemoryView)
    session.view = MemoryView(query["view"]) if known else MemoryView.TIMELINE


def _number(text: str | None) -> int | None:
    """A whole number of a query; what is none is as if it were not there.

    >>> _number("12"), _number("-1"), _number("x"), _number(None)
    (12, None, None, None)
    """
    known = text is not None and text.isascii() and text.isdigit() and len(text) < 10
    return int(text) if known and text is not None else None


PARTS = (
    Part(_write_planner, _read_planner),
    Part(_write_settings, _read_settings),
    Part(_write_selection, _read_selection),
    Part(_write_view, _read_view),
    Part(write_other, read_other),
)
