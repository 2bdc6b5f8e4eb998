"""The open net step by step, and a quiz on nets made of a number, on the page Learn."""

from __future__ import annotations

import streamlit as st

from memplan.lessons.practice import practice_net
from memplan.steps import METHODS, run_of
from memplan.ui.current import current_net, net_key
from memplan.ui.learn import choose, score_line, show_run
from memplan.ui.learn_choice import MOST_SEED
from memplan.ui.session import current_session
from memplan.ui.text import literal
from memplan.ui.welcome import welcome
from memplan.ui.work import guarded

__all__ = ["quiz_page", "step_page"]


def step_page() -> None:
    """Any planner's way through the net that is open."""
    session = current_session()
    net = current_net()
    if session.error:
        st.error(literal(session.error), icon=":material/error:")
    if net is None or session.opened is None:
        st.caption("Open a net: then each planner's way to its plan can be followed step by step.")
        welcome()
        return
    by, title = session.learn.by, session.opened.title
    _method(by)
    with guarded("the run"):
        key = ("step", net_key(), by, session.settings)
        show_run(
            key, title, lambda progress: run_of(net, by, session.settings, progress), asks=False
        )


def quiz_page() -> None:
    """Questions about a net that nobody has seen before."""
    learn = current_session().learn
    by, seed = learn.by, learn.seed
    st.markdown(
        "A small net, made of a number. Step through the run: it stops where you can predict "
        "what comes next."
    )
    method, number, onward, score = st.columns([5, 2, 2, 4], vertical_alignment="bottom")
    with method:
        _method(by)
    with number:
        st.session_state["quiz seed"] = seed
        st.number_input(
            "Number of the net",
            1,
            MOST_SEED,
            key="quiz seed",
            on_change=lambda: choose(seed=int(st.session_state["quiz seed"])),
            help="The same number is the same net with the same questions, for everybody.",
        )
    with onward:
        st.button("Another net", on_click=lambda: choose(seed=seed % MOST_SEED + 1))
    with score:
        score_line()
    with guarded("the quiz"):
        show_run(
            ("quiz", by, seed), f"Net {seed}", lambda _: run_of(practice_net(seed), by), count=5
        )


def _method(by: str) -> None:
    st.session_state["learn by"] = by
    st.selectbox(
        "What to step through",
        list(METHODS),
        format_func=lambda name: METHODS[name].title,
        key="learn by",
        on_change=lambda: choose(by=st.session_state["learn by"]),
        help=METHODS[by].line,
    )
