"""The net and the study on the screen, worked out from what the visitor has open.

Whatever goes wrong becomes one sentence in the session, and what was open stays open.
"""

from __future__ import annotations

import logging
from collections.abc import Hashable, Iterator, Mapping
from contextlib import contextmanager

import streamlit as st

from memplan.errors import MemplanError
from memplan.net import Net, Role
from memplan.ops.schema import TensorType
from memplan.study import Study, prepare
from memplan.ui.opening import read_wanted
from memplan.ui.searching import studied
from memplan.ui.session import Opened, Session, current_session
from memplan.ui.text import literal
from memplan.ui.url import apply_query
from memplan.ui.work import made_once, offer_to_go_on, remembered

__all__ = ["current_net", "current_study", "names_of", "net_key", "study_key"]


def current_net() -> Net | None:
    """The open net with roles and sizes; None when there is none, or the work was stopped."""
    session = current_session()
    # One container, whatever happens in it: what follows keeps its place on the page.
    with st.container(gap=None):
        with _told_in(session, "reading the file"):
            _open_wanted(session)
        session.wanted = session.linked = None
        if session.opened is None:
            return None
        with _told_in(session, "working out the shapes"):
            return _agreed(session, session.opened)
    return None


def current_study() -> Study | None:
    """The plan of the open net, with a message above it if something went wrong.

    None when no net is open, or the visitor stopped the work.
    """
    session = current_session()
    with st.container(gap=None):
        plan = _planned(session, current_net())
        if session.error:
            st.error(literal(session.error), icon=":material/error:")
        if session.stopped is not None:
            offer_to_go_on()
    return plan


def _planned(session: Session, net: Net | None) -> Study | None:
    if net is None or session.opened is None:
        return None
    with _told_in(session, "planning"):
        return made_once(
            study_key(),
            f"Planning {session.opened.title}",
            lambda progress: studied(net, session.settings, progress),
        )
    return None


def study_key() -> Hashable:
    """All that the study on the screen depends on."""
    return "study", net_key(), current_session().settings


def net_key() -> Hashable:
    """All that the net on the screen depends on."""
    session = current_session()
    assert session.opened is not None
    return _net_key(session.opened, session.given, session.roles, session.dims)


def names_of(net: Net) -> tuple[str, ...]:
    """All names of the net on the screen, in its order; asked for by most parts of a page."""
    return remembered((net_key(), "names"), net.names)


@contextmanager
def _told_in(session: Session, what: str) -> Iterator[None]:
    """Keep an error as a sentence for the page; a fault of ours goes into the log as well."""
    try:
        yield
    except MemplanError as error:
        session.error = str(error)
    except Exception as error:
        logging.getLogger(__name__).exception("memplan failed at %s", what)
        session.error = (
            f"memplan failed at {what} ({type(error).__name__}): "
            "a fault of memplan, not of your file; what was open stays open."
        )


def _open_wanted(session: Session) -> None:
    """Read what was asked for; left halfway by a click, it begins anew; stopped, it is gone."""
    wanted = session.wanted
    if wanted is None:
        return
    with st.spinner(f"Reading {literal(wanted.title)}"):
        opened = read_wanted(wanted, session.opened.files if session.opened else ())
    # Only a net that makes sense takes the place of the one that is open.
    if _sized(opened, {}, {}, opened.dims) is not None:
        session.open(opened)
        if session.linked is not None:
            apply_query(session, session.linked)


def _agreed(session: Session, opened: Opened) -> Net | None:
    """Size the net with what the visitor said; what contradicts it is taken back."""
    try:
        net = _sized(opened, session.given, session.roles, session.dims)
    except MemplanError as error:
        session.error = str(error)
        given, roles, dims = session.agreed
        session.given, session.roles, session.dims = dict(given), dict(roles), dict(dims)
        return _sized(opened, session.given, session.roles, session.dims)
    session.agreed = dict(session.given), dict(session.roles), dict(session.dims)
    return net


def _sized(
    opened: Opened,
    given: Mapping[str, TensorType],
    roles: Mapping[str, Role],
    dims: Mapping[str, int],
) -> Net | None:
    return made_once(
        _net_key(opened, given, roles, dims),
        f"Working out the shapes of {opened.title}",
        lambda progress: prepare(opened.net, given, roles, progress, dims),
        ops=len(opened.net.ops),
    )


def _net_key(
    opened: Opened,
    given: Mapping[str, TensorType],
    roles: Mapping[str, Role],
    dims: Mapping[str, int],
) -> Hashable:
    shapes = tuple(sorted((name, repr(what)) for name, what in given.items()))
    return "net", opened.digest, shapes, tuple(sorted(roles.items())), tuple(sorted(dims.items()))
