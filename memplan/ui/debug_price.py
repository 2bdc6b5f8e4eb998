"""Debug, the price of sharing: which ops wait because of it, where they could run beside."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import pandas as pd
import streamlit as st

from memplan.explain import AddedEdge, Price, price
from memplan.planners import PLANNERS
from memplan.study import Study, runs_in_parallel
from memplan.ui.current import study_key
from memplan.ui.debug_links import sentence
from memplan.ui.selecting import take_from_table
from memplan.ui.session import Selection, current_session
from memplan.ui.tables import row_height
from memplan.ui.work import guarded, made_once
from memplan.views.explaining import price_sentence
from memplan.views.names import shown
from memplan.views.sentences import instead_sentence
from memplan.wishes.waiting import MOST_BUFFERS

__all__ = ["price_section"]

TABLE = "added waits"
SWITCH = "no waiting"


def price_section(study: Study | None) -> None:
    """Edges that sharing adds, the longest path and the width, and the setting without them."""
    assert study is not None
    if not study.net.ops:
        st.info("These are buffers without a graph: there are no ops that could wait.")
        return
    with guarded("the price of sharing"):
        if not runs_in_parallel(study.net, study.settings):
            st.caption(
                "The ops of this net run one by one, so that sharing makes nobody wait. What "
                "stands here is what it would cost if ops ran as soon as what they read is made; "
                "“Ops run in parallel” in the sidebar plans for that."
            )
        _setting(study)
        if len(study.problem.buffers) > MOST_BUFFERS:
            st.info(f"More than {MOST_BUFFERS:,} buffers have too many pairs to look at.")
            return
        found = made_once((study_key(), "price"), "Looking for waits", lambda _: price(study))
        if found is not None:
            _price(study, found)


def _setting(study: Study) -> None:
    """Share only where dependencies alone keep the users apart."""
    st.session_state[SWITCH] = study.settings.wishes.no_waiting

    def changed() -> None:
        session = current_session()
        wishes = replace(session.settings.wishes, no_waiting=bool(st.session_state[SWITCH]))
        session.change(wishes=wishes)

    st.toggle(
        "No extra waiting",
        key=SWITCH,
        on_change=changed,
        help="Plans anew, on every page: bytes are shared only where no op has to wait for it. "
        "That may need more memory.",
    )


def _price(study: Study, found: Price) -> None:
    sentence(price_sentence(found))
    instead = instead_sentence(study)
    if instead:
        sentence(instead)
    if found.edges and study.settings.wishes.no_waiting:
        st.warning(
            "This planner's plan makes ops wait all the same. "
            f"“{PLANNERS['safe_parallel'].title}” and planners of offsets such as "
            f"“{PLANNERS['greedy_by_size'].title}” can do without."
        )
    columns = st.columns(4)
    told = (
        ("Waits added", f"{len(found.edges):,}", None),
        ("Longest path", f"{found.path[1]:,} ops", found.path[1] - found.path[0]),
        ("Width", f"{found.width[1]:,} ops", found.width[1] - found.width[0]),
    )
    for column, (label, value, delta) in zip(columns, told, strict=False):
        colour = "inverse" if label == "Longest path" else "normal"
        column.metric(label, value, delta=delta or None, delta_color=colour)  # type: ignore[arg-type]
    columns[3].metric("Peak", f"{study.metrics.peak_bytes:,} B")
    if found.edges:
        st.markdown("##### Who waits for whom, and why")
        _edges(study, found.edges)


def _edges(study: Study, edges: Sequence[AddedEdge]) -> None:
    kinds = [shown(op.type, 24) for op in study.net.ops]
    rows = [
        (
            f"{edge.after:,} {kinds[edge.after]}",
            f"{edge.before:,} {kinds[edge.before]}",
            shown(edge.second),
            shown(edge.first),
        )
        for edge in edges
    ]
    picks = [Selection(op=edge.after) for edge in edges]
    st.dataframe(
        pd.DataFrame(rows, columns=["op", "waits for op", "since it writes", "over"]),
        key=TABLE,
        hide_index=True,
        height=row_height(len(rows), 9),
        placeholder="",
        selection_mode="single-row",
        on_select=lambda: take_from_table(TABLE, picks),
    )
