"""Debug, what if: changes that are tried together, and what they change in the plan."""

from __future__ import annotations

from collections.abc import Hashable
from dataclasses import replace

import streamlit as st

from memplan.errors import MemplanError
from memplan.explain import Differences, differences
from memplan.explain.what_if import Change, what_if
from memplan.roles import assign_roles
from memplan.study import Study
from memplan.ui.compare_other import Compared
from memplan.ui.compare_plots import maps
from memplan.ui.current import study_key
from memplan.ui.debug_links import ask_about, sentence
from memplan.ui.debug_tweak_form import tweak_form
from memplan.ui.session import current_session
from memplan.ui.tables import row_height
from memplan.ui.text import literal
from memplan.ui.work import guarded, made_once, remembered
from memplan.views.compare import Comparison
from memplan.views.decisions import decision_sentence
from memplan.views.difference_table import difference_table
from memplan.views.explaining import difference_sentences
from memplan.views.names import shown_bytes
from memplan.views.what_ifs import Tweak, change_of, tweak_text

__all__ = ["what_if_section"]

_TITLES = {
    "before": "offset before",
    "after": "offset after",
    "bytes": "bytes before",
    "bytes then": "bytes after",
}
_COLUMNS = {
    name: st.column_config.NumberColumn(title, format="localized")
    for name, title in _TITLES.items()
}


def what_if_section(study: Study | None) -> None:
    """A form that adds a change, the changes as chips, and before and after."""
    assert study is not None
    with guarded("the form"):
        tweak_form(study)
    tweaks = current_session().debug.tweaks
    if not tweaks:
        st.caption(
            "Nothing is changed yet. What you add here is tried at once and can be taken back; the "
            "plan on the other pages stays as it is."
        )
        return
    _chips(tweaks)
    with guarded("the plan with these changes"):
        after = _planned(study, tweaks)
        if after is not None:
            _difference(study, after, _key(tweaks))


def _chips(tweaks: tuple[Tweak, ...]) -> None:
    """What is changed; a click on one takes it back."""
    session = current_session()

    def take_back(tweak: Tweak | None) -> None:
        left = session.debug.without_tweak(tweak) if tweak else replace(session.debug, tweaks=())
        session.debug, session.stopped = left, None

    with st.container(horizontal=True, vertical_alignment="center", gap="small", key="tweaks"):
        st.markdown("**Tried together**", width="content")
        for number, tweak in enumerate(tweaks):
            st.button(
                f"{literal(tweak_text(tweak))} ✕",
                key=f"tweak {number}",
                on_click=take_back,
                args=(tweak,),
                help="Take it back",
            )
        if len(tweaks) > 1:
            st.button("Take all back", key="no tweaks", type="tertiary", on_click=take_back,
                      args=(None,))  # fmt: skip


def _key(tweaks: tuple[Tweak, ...]) -> Hashable:
    return "what if", study_key(), tweaks


def _planned(study: Study, tweaks: tuple[Tweak, ...]) -> Study | None:
    """The plan with the changes; a sentence where it cannot be made."""
    session = current_session()
    assert session.opened is not None
    net = session.opened.net
    opened = assign_roles(net, session.roles) if session.roles else net
    try:
        change = _as_said(change_of(tweaks))
        return made_once(
            _key(tweaks),
            "Planning with these changes",
            lambda progress: what_if(study, change, opened, progress),
        )
    except MemplanError as error:
        st.warning(literal(f"It cannot be so: {error}."), icon=":material/block:")
        return None


def _as_said(change: Change) -> Change:
    """With what was said of the net's shapes already, where it is sized anew."""
    if not (change.dims or change.shapes):
        return change
    session = current_session()
    dims = {**session.dims, **change.dims}
    return replace(change, dims=dims, shapes={**session.given, **change.shapes})


def _difference(before: Study, after: Study, key: Hashable) -> None:
    found = remembered((key, "differences"), lambda: differences(before, after))
    st.markdown(f"#### {literal(difference_sentences(found)[0])}")
    for line in difference_sentences(found)[1:]:
        sentence(line)
    columns = st.columns(4)
    columns[0].metric("Peak before", shown_bytes(found.peaks[0]))
    columns[1].metric(
        "Peak after",
        shown_bytes(found.peaks[1]),
        delta=f"{found.bytes:+,} B" if found.bytes else None,
        delta_color="inverse",
    )
    columns[2].metric("Buffers moved", f"{len(found.moved):,}")
    columns[3].metric("Decisions that differ", f"{found.decisions:,}")
    _first(found, before, after)
    if found.moved:
        _moved(found)
    st.caption("Below, A is the plan as it is, and B the one with these changes.")
    maps(Compared(Comparison(before, after), key))


def _first(found: Differences, before: Study, after: Study) -> None:
    """The first decisions that differ, as they were made."""
    if found.first is None:
        return
    sides = zip(("Before", "After"), found.first, (before, after), strict=True)
    for column, (title, decision, made) in zip(st.columns(2), sides, strict=True):
        with column, st.container(border=True, height="stretch"):
            st.markdown(f"**{title}**")
            if decision is None:
                st.caption("No such decision.")
                continue
            sentence(f"{decision.blob}: {decision_sentence(decision, made)}")
            st.button(
                "Why there?",
                key=f"why {title}",
                type="tertiary",
                on_click=ask_about,
                args=(decision.blob,),
            )


def _moved(found: Differences) -> None:
    with st.expander(f"Buffers that lie elsewhere ({len(found.moved):,})"):
        table = difference_table(found)
        st.dataframe(
            table,
            hide_index=True,
            height=row_height(len(table), 9),
            column_config=_COLUMNS,
        )
