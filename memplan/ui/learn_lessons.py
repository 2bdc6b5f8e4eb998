"""The lessons on the page Learn: the text of one, its runs, what to try, sources."""

from __future__ import annotations

import streamlit as st

from memplan.lessons import LESSONS, Lesson
from memplan.steps import Run
from memplan.steps.questions import questions_of
from memplan.ui.learn import choose, score_line, show_run
from memplan.ui.learn_choice import LearnChoice
from memplan.ui.session import current_session
from memplan.ui.text import literal
from memplan.views.steps_questions import choice_words, explanation, prompt

__all__ = ["lesson_page"]


def lesson_page() -> None:
    """One lesson, and the way to the others."""
    learn = current_session().learn
    lesson = LESSONS[learn.lesson]
    _choice(learn)
    text, beside = st.columns([8, 5], gap="large")
    with text:
        for paragraph in lesson.paragraphs:
            st.markdown(literal(paragraph))
    with beside:
        st.markdown(f"**What you can do after it:** {literal(lesson.goal)}")
        st.markdown(f"**Try:** {literal(lesson.task)}")
        score_line()
        with st.container(horizontal=True, vertical_alignment="center"):
            _seed(learn)
            teaches = st.toggle(
                "Notes and answers",
                key="learn notes",
                help="For whoever teaches: what to say, and the answers to the questions.",
            )
    number = _scenes(learn, lesson)
    scene = lesson.scenes[number]
    title = f"{lesson.title} ({scene.title})"
    show_run(
        ("lesson", lesson.id, number), title, lambda _: scene.run(), paragraphs=lesson.paragraphs
    )
    if teaches:
        _notes(lesson, scene.run(), learn.seed)
    _sources(lesson)


def _notes(lesson: Lesson, run: Run, seed: int) -> None:
    with st.container(border=True):
        st.markdown(f"**Notes:** {literal(lesson.notes)}")
        for question in questions_of(run, seed):
            answer = choice_words(run, question)[question.right]
            st.markdown(
                f"- At frame {question.frame}: {literal(prompt(run, question))} "
                f"**{literal(answer)}.** {literal(explanation(run, question))}"
            )


def _choice(learn: LearnChoice) -> None:
    ids = list(LESSONS)
    at = ids.index(learn.lesson)
    st.session_state["learn lesson"] = learn.lesson
    with st.container(horizontal=True, vertical_alignment="center"):
        st.button(
            "Back",
            key="lesson back",
            disabled=not at,
            on_click=lambda: choose(lesson=ids[at - 1], scene=0),
        )
        st.selectbox(
            "Lesson",
            ids,
            format_func=lambda ident: f"{ids.index(ident) + 1}. {LESSONS[ident].title}",
            key="learn lesson",
            label_visibility="collapsed",
            on_change=lambda: choose(lesson=st.session_state["learn lesson"], scene=0),
        )
        st.button(
            "Next",
            key="lesson on",
            disabled=at == len(ids) - 1,
            on_click=lambda: choose(lesson=ids[at + 1], scene=0),
        )


def _scenes(learn: LearnChoice, lesson: Lesson) -> int:
    if len(lesson.scenes) == 1:
        return 0
    numbers = list(range(len(lesson.scenes)))
    st.session_state["learn scene"] = learn.scene
    st.segmented_control(
        "Run",
        numbers,
        format_func=lambda number: lesson.scenes[number].title,
        key="learn scene",
        label_visibility="collapsed",
        on_change=lambda: choose(scene=st.session_state["learn scene"] or 0),
    )
    return learn.scene


def _seed(learn: LearnChoice) -> None:
    st.button(
        "Other questions",
        key="other questions",
        on_click=lambda: choose(seed=learn.seed % 999_999 + 1),
        help=f"The run stops at questions to predict what comes. These are number {learn.seed}; "
        "the number stands in the address, so that others get the same.",
    )


def _sources(lesson: Lesson) -> None:
    with st.expander("Sources"):
        for source in lesson.sources:
            where = f" [{source.where}]({source.where})" if source.where else ""
            st.markdown(f"- {source.title}{where}")
