"""How the peak grows with a free dim, worked out when it is asked for."""

from __future__ import annotations

from collections.abc import Hashable

import pandas as pd
import streamlit as st

from memplan.errors import FormatError, quoted
from memplan.planners import PLANNERS
from memplan.shapes import MAX_DIM, free_dims
from memplan.sweep import VALUES, Said, Sweep, sweep
from memplan.ui.current import net_key
from memplan.ui.memory import CHART
from memplan.ui.session import current_session
from memplan.ui.text import literal
from memplan.ui.work import guarded, made_once
from memplan.views.names import shown
from memplan.views.sweep import sweep_figure, sweep_rows, sweep_sentence

__all__ = ["parse_values", "sweep_panel"]

MOST_VALUES = 12


def sweep_panel() -> None:
    """Choose a free dim and values; a click plans the net for each of them, and for all."""
    session = current_session()
    dims = [dim.name for dim in free_dims(session.opened.net)] if session.opened else []
    if not dims:
        return
    st.markdown("##### How the peak grows with a free dim")
    with guarded("the sweep"), st.container(horizontal=True, vertical_alignment="bottom"):
        dim = st.selectbox("Free dim", dims, format_func=shown, key="swept dim", width=260)
        text = st.text_input(
            "Values", ", ".join(map(str, VALUES)), key="swept values", max_chars=120, width=260
        )
        values = parse_values(text)
        key = ("sweep", net_key(), session.settings, dim, values)
        st.button("Plan for each", key="sweep", on_click=_ask, args=(key,))
        if st.session_state.get("swept") != key:
            return
    with guarded("the sweep"):
        found = _found(key, dim, values)
        if found is not None:
            _show(found)


def parse_values(text: str) -> tuple[int, ...]:
    """Read values as people write them, each once and the least first.

    Raises:
        FormatError: One is no whole number, or there are none or too many.

    >>> parse_values("8, 1,2")
    (1, 2, 8)
    """
    parts = [part.strip() for part in text.split(",") if part.strip()]
    for part in parts:
        if not (part.isascii() and part.isdecimal() and 1 <= int(part[:11]) <= MAX_DIM):
            raise FormatError(f"{quoted(part, 20)} is no value of a dim; write 1, 2, 4, 8")
    if not 1 <= len(parts) <= MOST_VALUES:
        raise FormatError(f"give 1 to {MOST_VALUES} values, as in 1, 2, 4, 8")
    return tuple(sorted({int(part) for part in parts}))


def _ask(key: Hashable) -> None:
    st.session_state["swept"] = key
    current_session().stopped = None


def _found(key: Hashable, dim: str, values: tuple[int, ...]) -> Sweep | None:
    session = current_session()
    opened = session.opened
    assert opened is not None
    return made_once(
        key,
        f"Planning {opened.title} for {len(values)} values",
        lambda progress: sweep(
            opened.net,
            dim,
            values,
            session.settings,
            Said(session.given, session.roles, session.dims),
            progress=progress,
        ),
    )


def _show(found: Sweep) -> None:
    st.plotly_chart(
        sweep_figure(found),
        key="sweep chart",
        config=CHART,
        alt="The peak for each value of the dim; the table below holds the same numbers",
    )
    st.markdown(literal(sweep_sentence(found)))
    st.dataframe(pd.DataFrame(sweep_rows(found)), hide_index=True)
    st.caption(f"Planned by: {literal(PLANNERS[found.shared.planner].title)}.")
    if any(point.unknown for point in found.points):
        st.caption("Some blobs have no size even so: fix the other free dims in the sidebar.")
