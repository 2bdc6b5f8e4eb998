"""The stepper on a page: a Streamlit component (v2) of ours, of `export.stepper`.

All frames of a run are sent once. What the visitor does then stays in the browser, until the
stepper comes to rest at a frame or a question is answered.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

import streamlit as st

from memplan.export.stepper import MARKUP, STYLE, script

__all__ = ["Heard", "heard", "stepper"]

# Streamlit takes a text that begins with a newline for source, another perhaps for a path.
_mount = st.components.v2.component(
    "memplan_stepper", html=f"\n{MARKUP}", css=f"\n{STYLE}", js=f"\n{script('mount.js')}"
)


class Heard(NamedTuple):
    """What the stepper last told of one run: where it rests, and the answers that were given."""

    version: str
    frame: int | None
    answers: Mapping[int, int]


def stepper(
    data: Mapping[str, Any],
    key: str,
    start: tuple[int, str],
    given: Mapping[int, int],
    *,
    asks: bool = True,
    on_rest: Callable[[], None],
    on_answer: Callable[[], None],
) -> None:
    """Show a run.

    Args:
        data: What `views.steps_data` gives.
        key: Names this stepper in the session; `heard` tells what it said.
        start: The frame to stand at, which takes effect when the text beside it is news.
        given: Answers given before, by question.
        asks: Whether it stops at questions.
        on_rest: Called when the visitor has come to rest at another frame.
        on_answer: Called when a question was answered.
    """
    _mount(
        key=key,
        data={
            **data,
            "start": {"frame": start[0], "token": start[1]},
            "given": {str(number): choice for number, choice in given.items()},
            "asks": asks,
        },
        default={"frame": None, "answers": None},
        on_frame_change=on_rest,
        on_answers_change=on_answer,
    )


def heard(key: str, version: str) -> Heard:
    """What the stepper told of the run of that version; what it says comes from a browser."""
    state = st.session_state.get(key, {})
    frame, answers = (_about(state.get(name), version) for name in ("frame", "answers"))
    known = answers.items() if isinstance(answers, Mapping) else ()
    return Heard(
        version,
        frame if isinstance(frame, int) else None,
        {int(k): int(v) for k, v in known if str(k).isdigit() and isinstance(v, int)},
    )


def _about(word: object, version: str) -> object:
    same = isinstance(word, Mapping) and word.get("version") == version
    return word.get("value") if same and isinstance(word, Mapping) else None
