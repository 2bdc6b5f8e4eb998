"""Debug, the peak: what is alive at the fullest op, and what would lower it, measured."""

from __future__ import annotations

import pandas as pd
import streamlit as st

from memplan.explain import Peak, at_peak
from memplan.study import Study
from memplan.ui.current import study_key
from memplan.ui.debug_links import op_buttons, sentence
from memplan.ui.selecting import take_from_table
from memplan.ui.session import Selection
from memplan.ui.tables import BYTES, row_height
from memplan.ui.work import guarded, made_once
from memplan.views.explaining import peak_lines
from memplan.views.names import shown
from memplan.views.peak_tables import action_table, alive_at_peak

__all__ = ["peak_section"]

ALIVE, ACTIONS = "alive at the peak", "actions at the peak"


def peak_section(study: Study | None) -> None:
    """The blobs that are alive there, the largest first; beside them what would help."""
    assert study is not None
    with guarded("the peak"):
        found = made_once(
            (study_key(), "at peak"),
            "Trying what would lower the peak",
            lambda progress: at_peak(study, progress=progress),
        )
        if found is None:
            return
        sentence(peak_lines(found)[0])
        if found.step is None:
            return
        op_buttons(study.net, [found.step], "peak")
        left, right = st.columns([2, 3], gap="medium")
        with left:
            _alive(study, found)
        with right:
            _actions(found)


def _alive(study: Study, found: Peak) -> None:
    st.markdown("##### Alive there")
    table = alive_at_peak(study, found)
    _table(table, ALIVE, [Selection(blob=name) for name, _ in found.alive])


def _actions(found: Peak) -> None:
    st.markdown("##### What would lower the peak")
    if not found.actions:
        st.caption(
            f"None of {found.tried:,} actions that were tried does: reading earlier, writing in "
            "place, views, making a blob anew, a smaller type."
            if found.tried
            else "Nothing could be tried: what is alive there comes from outside, or goes there."
        )
        return
    st.caption(
        f"Each of {found.tried:,} actions was tried by planning again, one at a time; those that "
        "help, what saves most first."
    )
    picks = [Selection(blob=action.blob, op=None if action.blob else action.op)
             for action in found.actions]  # fmt: skip
    _table(action_table(found), ACTIONS, picks)


def _table(table: pd.DataFrame, key: str, picks: list[Selection]) -> None:
    seen = table.assign(blob=table["blob"].map(shown)) if "blob" in table else table
    st.dataframe(
        seen,
        key=key,
        hide_index=True,
        height=row_height(len(seen), 12),
        column_config={
            "bytes": BYTES,
            "saves": st.column_config.NumberColumn("saves bytes", format="localized"),
            "peak then": st.column_config.NumberColumn("peak then", format="localized"),
            "what": st.column_config.TextColumn(width="large"),
        },
        placeholder="",
        selection_mode="single-row",
        on_select=lambda: take_from_table(key, picks),
    )
