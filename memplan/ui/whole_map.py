"""All blobs of a plan at once, on a canvas: for nets with more of them than plotly can draw."""

from __future__ import annotations

import streamlit as st

from memplan.study import Study
from memplan.ui.current import study_key
from memplan.ui.memory_canvas import memory_canvas
from memplan.ui.selecting import selected
from memplan.ui.session import current_session
from memplan.ui.work import made_once
from memplan.views.map_data import map_data

__all__ = ["has_whole_map", "whole_map"]

PLOTTED = 2000  # blobs: plotly takes a second for a thousand bars
KEY = "whole map"


def has_whole_map(study: Study) -> bool:
    """Whether there are too many blobs for plotly's address map."""
    return len(study.problem.buffers) > PLOTTED


def whole_map(study: Study, height: int) -> None:
    """The address map of every blob; a click selects a blob, or an op on the curve below."""
    data = made_once((study_key(), KEY), "Drawing the map", lambda _: map_data(study))
    if data is None:
        return
    chosen = selected(study.net)
    memory_canvas(
        data,
        KEY,
        selected=None if chosen.blob is None else study.buffer_of(chosen.blob),
        at=chosen.at,
        on_change=_take_blob,
        on_at=_take_step,
        height=height,
    )


def _take_blob() -> None:
    current_session().select(blob=st.session_state[KEY]["selected"])


def _take_step() -> None:
    current_session().go_to(st.session_state[KEY]["at"])
