"""The memory curve: bytes alive at each op; a click chooses the moment that all views show."""

from __future__ import annotations

import plotly.graph_objects as go
import streamlit as st

from memplan.study import Study
from memplan.ui.choices import MemoryView
from memplan.ui.current import study_key
from memplan.ui.memory import CHART, marked
from memplan.ui.session import current_session
from memplan.ui.whole_map import has_whole_map
from memplan.ui.work import guarded, remembered
from memplan.views.figures import byte_axis
from memplan.views.usage import usage_figure

__all__ = ["memory_curve"]

KEY = "memory curve"
HEIGHT = 240


def memory_curve(study: Study) -> None:
    """The bytes alive at each op, with the arena, the bound and the capacity.

    The whole map has a curve of its own below it, on the same axis of time.
    """
    if current_session().view is MemoryView.MAP and has_whole_map(study):
        return
    with guarded("the memory curve"):
        figure = remembered((study_key(), KEY), lambda: _low_curve(study))
        st.plotly_chart(
            marked(study, figure, []),
            key=KEY,
            on_select=_take_step,
            selection_mode="points",
            config=CHART,
            alt="Bytes alive at each op; the table of ops holds the same numbers",
        )


def _low_curve(study: Study) -> go.Figure:
    figure = usage_figure(study)
    top = max(figure.data[-1].y, default=0)
    figure.update_yaxes(byte_axis(int(top), ticks=5))
    # The headline says already what no sharing would need.
    return figure.update_layout(height=HEIGHT, title=None, margin={"t": 40})


def _take_step() -> None:
    """Go to the op whose column was clicked; a second click on it changes nothing."""
    points = st.session_state[KEY]["selection"]["points"]
    steps = [point["customdata"][0] for point in points if point.get("customdata")]
    if steps and isinstance(steps[0], int):
        current_session().go_to(steps[0])
