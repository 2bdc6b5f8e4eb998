"""The sidebar: open a net, choose how to plan it."""

from __future__ import annotations

from dataclasses import replace
from itertools import groupby

import streamlit as st

from memplan.planners import PLANNERS, Family, PackerEntry, planners_for
from memplan.samples import samples
from memplan.study import PARALLEL_TYPES
from memplan.ui.choices import ALIGNMENTS
from memplan.ui.profile import profile_choice, sharing_choice
from memplan.ui.session import current_session
from memplan.ui.text import literal
from memplan.ui.welcome import drop_zone, sample_button
from memplan.ui.work import guarded
from memplan.units import format_bytes

__all__ = ["open_section", "planner_names", "planning_section"]


def open_section() -> None:
    """Drop files, or take a bundled net."""
    session = current_session()
    drop_zone(place="sidebar")
    if session.opened is not None and session.opened.sample is None:
        st.caption("Open: " + ", ".join(literal(file.name) for file in session.opened.files))
    with st.expander("Bundled nets", icon=":material/category:"), guarded("the bundled nets"):
        for group, members in groupby(samples(), key=lambda sample: sample.group):
            st.caption(literal(group.capitalize()))
            with st.container(gap="small"):
                for sample in members:
                    sample_button(sample, place="sidebar")


def planning_section() -> None:
    """The engine, the planner and what it counts."""
    profile_choice()
    _planner()
    if current_session().has_graph:
        _parallel()
    settings = current_session().settings
    _capacity()
    # Set before the widgets are drawn: a link or the Back button changes the settings too.
    st.session_state.update(
        alignment=settings.alignment,
        count_inputs=settings.accounting.inputs,
        count_outputs=settings.accounting.outputs,
    )
    st.selectbox(
        "Alignment",
        ALIGNMENTS,
        format_func=lambda size: "none" if size == 1 else f"{format_bytes(size)}",
        key="alignment",
        on_change=_change_settings,
        help="Every blob begins at a multiple of this. Vector units and DMA ask for it; "
        "it costs some memory.",
    )
    st.toggle(
        "Count inputs",
        key="count_inputs",
        on_change=_change_settings,
        help="Whether the net's inputs lie in the planned memory, or in memory of the caller.",
    )
    st.toggle(
        "Count outputs",
        key="count_outputs",
        on_change=_change_settings,
        help="Whether the net's outputs, alive to the end, lie in the planned memory.",
    )
    if current_session().has_graph:
        sharing_choice()


def _planner() -> None:
    # Set before the widget is drawn: opening a net and the toggle below choose a planner too.
    st.session_state["planner"] = current_session().settings.planner
    name = st.selectbox(
        "Planner",
        planner_names(),
        format_func=lambda name: PLANNERS[name].title,
        key="planner",
        on_change=lambda: current_session().choose(st.session_state["planner"]),
    )
    entry = PLANNERS[name]
    st.caption(f"{literal(entry.line)} *{literal(entry.reference)}*")
    st.caption(entry.family.value)


def planner_names() -> list[str]:
    """The planners that the open net can be planned by, group by group.

    Whoever is new here begins with what is safe; what Caffe2 itself answers stands last.
    """
    session, groups = current_session(), list(Family)
    offered = planners_for(session.opened.net if session.opened else None)
    names = [e.name for e in sorted(offered, key=lambda entry: groups.index(entry.family))]
    # A link may name any; what is wrong with it is then told above the page.
    return names if session.settings.planner in names else [*names, session.settings.planner]


def _parallel() -> None:
    session = current_session()
    st.session_state["parallel"] = session.parallel
    st.toggle(
        "Ops run in parallel",
        key="parallel",
        on_change=lambda: current_session().run_in_parallel(st.session_state["parallel"]),
        help=f"Nets of the types {', '.join(sorted(PARALLEL_TYPES))} start an op as soon as what "
        "it reads is made; others run op by op, in the order of the file. In parallel two blobs "
        "can share memory only if one op waits, by what it reads, until the other blob's readers "
        "are done.",
    )
    if session.parallel and isinstance(PLANNERS[session.settings.planner], PackerEntry):
        st.caption("Offsets are planned for ops that run one by one, in the order of the file.")


def _capacity() -> None:
    """How much memory there is, in the words of the visitor."""
    session = current_session()
    st.session_state["capacity"] = session.capacity
    st.text_input(
        "Memory there is",
        key="capacity",
        placeholder="such as 512 KiB",
        max_chars=20,
        on_change=lambda: session.limit(st.session_state["capacity"]),
        help="The arena is measured against it: whether the plan fits, and how much is free.",
    )
    if session.capacity and session.settings.capacity is None:
        st.error(literal(f"{session.capacity} is no size: write 512 KiB, 1.5 MiB or 65536."))


def _change_settings() -> None:
    state = st.session_state
    current_session().change(
        alignment=state["alignment"],
        accounting=replace(
            current_session().settings.accounting,
            inputs=state["count_inputs"],
            outputs=state["count_outputs"],
        ),
    )
