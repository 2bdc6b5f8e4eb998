"""The page Debug: its sections, and the way from them to the other pages."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from types import MappingProxyType

import streamlit as st

from memplan.study import Study
from memplan.ui.debug_choice import Section
from memplan.ui.debug_log import decisions_section
from memplan.ui.debug_museum import museum_section
from memplan.ui.debug_own import own_section
from memplan.ui.debug_peak import peak_section
from memplan.ui.debug_price import price_section
from memplan.ui.debug_questions import questions_section
from memplan.ui.debug_what_if import what_if_section
from memplan.ui.session import current_session

__all__ = ["SECTIONS", "section_choice", "turn_page"]

_TITLES = {
    Section.DECISIONS: "Decisions",
    Section.QUESTIONS: "Why? Why not?",
    Section.PEAK: "The peak",
    Section.WHAT_IF: "What if",
    Section.PRICE: "Price of sharing",
    Section.OWN: "Bring your own",
    Section.MUSEUM: "Museum",
}

SECTIONS: Mapping[Section, Callable[[Study | None], None]] = MappingProxyType(
    {
        Section.DECISIONS: decisions_section,
        Section.QUESTIONS: questions_section,
        Section.PEAK: peak_section,
        Section.WHAT_IF: what_if_section,
        Section.PRICE: price_section,
        Section.OWN: own_section,
        Section.MUSEUM: museum_section,
    }
)


def section_choice() -> Section:
    """Choose what to look at; it stands in the URL."""
    session = current_session()
    chosen = session.debug.shown
    # Set before the widget is drawn: a link and the Back button choose too.
    st.session_state["debug section"] = chosen

    def changed() -> None:
        section = st.session_state["debug section"] or chosen
        session.debug = replace(session.debug, section=section)
        session.stopped = None

    st.segmented_control(
        "What to look at",
        list(Section),
        format_func=_TITLES.__getitem__,
        key="debug section",
        label_visibility="collapsed",
        on_change=changed,
    )
    return chosen


def turn_page() -> None:
    """Go where a button of the last run leads to: callbacks cannot turn the page themselves."""
    session = current_session()
    where, session.turn_to = session.turn_to, None
    if where is not None:
        st.switch_page(where)
