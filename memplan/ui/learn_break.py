"""The smallest problem on which a planner loses, beside the best plan, on the page Learn."""

from __future__ import annotations

import streamlit as st

from memplan.adversary import BREAKABLE, Loss, smallest_loss
from memplan.ui.learn import choose
from memplan.ui.session import current_session
from memplan.ui.text import literal
from memplan.ui.work import guarded, made_once
from memplan.units import format_bytes
from memplan.views.losses import loss_sentence
from memplan.views.problem_map import problem_map

__all__ = ["break_page"]


def break_page() -> None:
    """Choose a rule; where it loses is looked for."""
    by = current_session().learn.by
    by = by if by in BREAKABLE else "greedy_by_size"
    st.markdown(
        "No rule is always the best. This looks through all problems, the smallest first, for one "
        "on which a rule needs more memory than the best plan."
    )
    st.session_state["break by"] = by
    st.selectbox(
        "The rule to break",
        list(BREAKABLE),
        format_func=lambda name: BREAKABLE[name].title,
        key="break by",
        on_change=lambda: choose(by=st.session_state["break by"]),
        help=BREAKABLE[by].line,
    )
    with guarded("the search"):
        # In a tuple: None says that the work was stopped.
        found = made_once(
            ("break", by), "Looking for it", lambda told: (smallest_loss(BREAKABLE[by], 5, told),)
        )
        if found is not None:
            _show(by, *found)


def _show(by: str, loss: Loss | None) -> None:
    entry = BREAKABLE[by]
    if loss is None:
        st.info(f"{literal(entry.title)} is the best on all that was tried up to 5 buffers.")
        return
    st.markdown(f"**{literal(loss_sentence(entry, loss))}**")
    top = loss.plan.known_peak
    for column, plan, title in zip(
        st.columns(2), (loss.plan, loss.best), (entry.title, "The best plan"), strict=True
    ):
        with column:
            st.markdown(f"{literal(title)}: {format_bytes(plan.known_peak)}")
            st.image(problem_map(plan, top), width="stretch")
            st.caption("Across: the steps in which a buffer is alive. Up: its bytes.")
