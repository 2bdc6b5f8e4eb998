"""Debug, the decision log: what the planner decided, in turn, and what it ruled out why."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import streamlit as st

from memplan.plan import Decision, LiveRange, Reason
from memplan.planners import PLANNERS
from memplan.study import Study
from memplan.ui.current import study_key
from memplan.ui.debug_links import ask_about, sentence, show_button
from memplan.ui.selecting import selected
from memplan.ui.session import current_session
from memplan.ui.tables import BYTES, row_height
from memplan.ui.text import literal
from memplan.ui.work import guarded, made_once
from memplan.views.decision_table import (
    DecisionRows,
    candidate_table,
    decision_rows,
    free_table,
    mapping_table,
    state_line,
)
from memplan.views.decisions import decision_sentence
from memplan.views.names import shown

__all__ = ["decisions_section"]

TABLE = "decision log"
CONFIG = {
    "blob": st.column_config.TextColumn(pinned=True),
    "turn": st.column_config.NumberColumn(help="The how-manieth decision it was", width="small"),
    "op": st.column_config.TextColumn(help="At which the blob is born"),
    "bytes": BYTES,
    "ruled out": st.column_config.NumberColumn(
        help="How many other places were looked at and not taken", width="small"
    ),
    "reasons": st.column_config.TextColumn(width="large"),
}


def decisions_section(study: Study | None) -> None:
    """The log, narrowed by blob, reason and op; below it the chosen decision in full."""
    assert study is not None
    with guarded("the decisions"):
        if not study.decisions:
            title = PLANNERS[study.settings.planner].title
            st.info(
                f"{literal(title)} made no decisions here: there is nothing to place, or the net "
                "is left as it is. Another planner can be chosen in the sidebar."
            )
            return
        rows = made_once(
            (study_key(), "decision rows"),
            "Reading the decisions",
            lambda progress: decision_rows(study, progress),
        )
        if rows is not None:
            _log(study, rows)
            _chosen(study)


def _log(study: Study, rows: DecisionRows) -> None:
    narrowed = _narrowed(study, rows)
    st.caption(
        f"{len(narrowed):,} of {len(rows.table):,} decisions. Click a row: the blob is then "
        "selected on every page, and its decision stands below."
    )
    picks = [rows.blobs[row] for row in narrowed]
    table = rows.table.iloc[list(narrowed)] if len(narrowed) < len(rows.table) else rows.table
    seen = table.assign(blob=table["blob"].map(shown))
    st.dataframe(
        seen,
        key=TABLE,
        hide_index=True,
        height=row_height(len(seen), 9),
        column_config=CONFIG,
        placeholder="",
        selection_mode="single-row",
        on_select=lambda: _take(picks, [rows.steps[row] for row in narrowed]),
    )


def _narrowed(study: Study, rows: DecisionRows) -> tuple[int, ...]:
    blob, reason, steps = st.columns([3, 3, 3], vertical_alignment="bottom")
    text = blob.text_input("Blob", key="decisions of", placeholder="Part of a name")
    ruled_out = reason.selectbox(
        "Ruled out because",
        rows.present(),
        index=None,
        format_func=lambda found: found.value,
        key="decisions because",
        placeholder="Any reason",
    )
    window = _window(study, steps)
    return rows.narrowed(text, Reason(ruled_out) if ruled_out else None, window)


def _window(study: Study, place: st.delta_generator.DeltaGenerator) -> LiveRange | None:
    ops = len(study.net.ops)
    if ops < 2:
        return None
    begin, end = place.slider(
        "Born at ops", 0, ops - 1, (0, ops - 1), key=f"decisions at {hash(study_key())}"
    )
    return None if (begin, end) == (0, ops - 1) else LiveRange(begin, end + 1)


def _take(blobs: Sequence[str], steps: Sequence[int]) -> None:
    """Select the blob of the row that was clicked, and the op at which it was decided."""
    session = current_session()
    rows = st.session_state[TABLE]["selection"]["rows"]
    if not rows or rows[0] >= len(blobs):
        session.select()
        return
    session.select(blob=blobs[rows[0]])
    session.go_to(steps[rows[0]])
    session.debug = replace(session.debug, section=session.debug.shown)


def _chosen(study: Study) -> None:
    blob = selected(study.net).blob
    decision = None if blob is None else _decision_on(study, blob)
    if blob is not None and decision is None:
        st.caption(f"The planner decided nothing about {literal(shown(blob, 60))}.")
    if decision is None:
        return
    with st.container(border=True):
        st.markdown(f"##### {literal(shown(decision.blob, 60))}")
        sentence(decision_sentence(decision, study))
        with st.container(horizontal=True, gap="small"):
            show_button("Show it in graph and timeline", "show decision", blob=decision.blob)
            st.button(
                "Why not with another blob?",
                key="ask decision",
                icon=":material/help:",
                on_click=ask_about,
                args=(decision.blob,),
            )
        _tables(study, decision)


def _decision_on(study: Study, blob: str) -> Decision | None:
    return study.decisions.about(blob) or study.decisions.about(study.buffer_of(blob) or "")


def _tables(study: Study, decision: Decision) -> None:
    """What was ruled out, and for Caffe2's planners what they had before them."""
    candidates = candidate_table(study, decision)
    free = free_table(decision)
    left, right = st.columns([3, 2]) if decision.state is not None else (st.container(), None)
    with left:
        st.markdown("**Ruled out**")
        if candidates.empty:
            st.caption("Nothing: no other place was looked at.")
        else:
            st.dataframe(
                candidates.dropna(axis="columns", how="all"),
                hide_index=True,
                height=row_height(len(candidates), 7),
                column_config={
                    "bytes": BYTES,
                    "in words": st.column_config.TextColumn(width="large"),
                },
            )
        if decision.omitted:
            st.caption(f"And {decision.omitted:,} more that were not kept.")
    if right is not None and decision.state is not None:
        with right:
            st.markdown("**Free memory, in the planner's order**")
            if line := state_line(decision):
                st.caption(line)
            if free.empty:
                st.caption("None.")
            else:
                st.dataframe(free, hide_index=True, height=row_height(len(free), 7))
            if decision.state.more:
                st.caption(f"And {decision.state.more:,} more.")
            mapping = mapping_table(study, decision)
            st.markdown("**The mapping so far**, the last first")
            if mapping.empty:
                st.caption("Nobody shares yet.")
            else:
                st.dataframe(mapping, hide_index=True, height=row_height(len(mapping), 4))
