"""The page Learn: lessons, the open net step by step, a quiz; one stepper for all of them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import streamlit as st

from memplan.export.steps_html import steps_html
from memplan.plan import Progress
from memplan.steps import Run
from memplan.steps.questions import Question, questions_of
from memplan.ui.downloads import file_stem
from memplan.ui.learn_choice import Activity
from memplan.ui.session import current_session
from memplan.ui.stepper import heard, stepper
from memplan.ui.work import made_once
from memplan.views.graph import graph_view
from memplan.views.layout import layout
from memplan.views.steps_data import stepper_data

__all__ = ["activity_choice", "choose", "plans_the_open_net", "score_line", "show_run"]

_TITLES = {
    Activity.LESSONS: "Lessons",
    Activity.STEP: "Step a net",
    Activity.QUIZ: "Quiz",
    Activity.EDIT: "Write a net",
    Activity.BREAK: "Break it",
    Activity.OWN: "Your own planner",
}
KEY = "stepper"


def choose(**parts: object) -> None:
    """Turn to something else; for callbacks."""
    session = current_session()
    session.learn = session.learn.turn_to(**parts)


def plans_the_open_net() -> bool:
    """Whether the page shows the net that is open: a lesson and a quiz have nets of their own."""
    session = current_session()
    return session.page != "learn" or session.learn.activity is Activity.STEP


def activity_choice() -> Activity:
    """Choose what to do."""
    chosen = current_session().learn.activity
    st.session_state["learn activity"] = chosen
    st.segmented_control(
        "What to do",
        list(Activity),
        format_func=_TITLES.__getitem__,
        key="learn activity",
        label_visibility="collapsed",
        on_change=lambda: choose(activity=st.session_state["learn activity"] or chosen),
    )
    return chosen


def score_line() -> None:
    """How many questions of this visit were answered rightly."""
    right, count = current_session().learn.score
    if count:
        st.caption(f"Your score in this visit: **{right} of {count}** right.")


def show_run(
    key: tuple[object, ...],
    title: str,
    make: Callable[[Progress | None], Run],
    *,
    count: int = 3,
    asks: bool = True,
    paragraphs: tuple[str, ...] = (),
) -> None:
    """Show a run in the stepper, with questions of the seed.

    Args:
        key: All that the run depends on.
        count: Of questions.
        asks: Whether it stops at them.
        paragraphs: Text that goes with it into a file.
    """
    learn = current_session().learn
    run = made_once(("run", *key), f"Stepping through {title}", make)
    if run is None:
        return
    questions = questions_of(run, learn.seed, count if asks else 0)
    data = made_once(
        ("steps", *key, title, learn.seed, count, asks),
        f"Drawing {title}",
        lambda _: _data(run, title, questions),
    )
    if data is None:
        return
    given = _given_at_turn(data["version"])
    stepper(
        data,
        f"{KEY} {data['version']}",
        (learn.start, f"{learn.turn}"),
        given,
        asks=asks,
        on_rest=lambda: _rest(data["version"]),
        on_answer=lambda: _answer(data["version"], questions),
    )
    st.download_button(
        "Save this run as a file :gray[a page with the stepper in it, for any browser]",
        lambda: steps_html(data, paragraphs).encode(),
        file_name=f"{file_stem(title)}.steps.html",
        mime="text/html",
        key="download steps",
        on_click="ignore",
        type="tertiary",
    )


def _data(run: Run, title: str, questions: tuple[Question, ...]) -> dict[str, Any]:
    view = graph_view(run.study)
    return stepper_data(run, view, layout(view), title, questions)


def _given_at_turn(version: str) -> dict[int, int]:
    """Answers as they were when the visitor turned to this run: it is not sent anew with each."""
    learn = current_session().learn
    key = ("learn given", learn.turn, version)
    if st.session_state.get("learn given key") != key:
        st.session_state["learn given key"] = key
        answers = learn.given.get(version, {})
        st.session_state["learn given"] = {k: choice for k, (choice, _) in answers.items()}
    found: dict[int, int] = st.session_state["learn given"]
    return found


def _rest(version: str) -> None:
    session = current_session()
    frame = heard(f"{KEY} {version}", version).frame
    if frame is not None and frame >= 0:
        session.learn = session.learn.rest(frame)


def _answer(version: str, questions: tuple[Question, ...]) -> None:
    """Take answers in; whether they are right is worked out here."""
    session = current_session()
    given = {
        number: (choice, choice == questions[number].right)
        for number, choice in heard(f"{KEY} {version}", version).answers.items()
        if 0 <= number < len(questions) and 0 <= choice < len(questions[number].choices)
    }
    session.learn = session.learn.answer(version, given)
