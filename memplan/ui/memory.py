"""When each blob is alive, how much is alive together, where it all lies."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

import plotly.graph_objects as go
import streamlit as st

from memplan.plan import LiveRange
from memplan.study import Study
from memplan.ui.current import study_key
from memplan.ui.selecting import selected, take_from_plot, take_from_table
from memplan.ui.session import Selection
from memplan.ui.tables import BYTES, row_height, visible
from memplan.ui.text import literal
from memplan.ui.work import guarded, remembered
from memplan.views.address_map import address_map_figure
from memplan.views.sentences import peak_sentence
from memplan.views.tables import peak_table
from memplan.views.timeline import timeline_figure
from memplan.views.usage import usage_figure

__all__ = ["memory_curve", "memory_panel"]

TIMELINE, MAP, PEAK = "Timeline", "Address map", "At the peak"
READING = {
    TIMELINE: "A bar is a blob, from the op that first writes it to the one that last reads it. "
    "Bars of one colour and number lie on the same bytes.",
    MAP: "A box is a blob: across, the ops during which it is alive; up, the bytes on which it "
    "lies. No two overlap; what is empty is memory not in use.",
    PEAK: "What is alive at the step that needs most. To need less, make one of these smaller "
    "or shorter-lived.",
}
TALL = 520  # pixels, beyond which the timeline scrolls
WHOLE = 400  # ops: up to here all are shown at first
STRETCH = 80
CONFIG: dict[str, Any] = {
    "displaylogo": False,
    "modeBarButtonsToRemove": ["select2d", "lasso2d", "autoScale2d", "toImage"],
}


def memory_panel(study: Study) -> None:
    """One of three views of the plan, drawn when it is asked for."""
    chosen = st.segmented_control(
        "View of the plan",
        list(READING),
        default=TIMELINE,
        key="memory view",
        label_visibility="collapsed",
    )
    chosen = chosen or TIMELINE
    st.caption(READING[chosen])
    with guarded(f"the view {chosen}"):
        if chosen == PEAK:
            _peak(study)
        elif chosen == MAP:
            _address_map(study)
        else:
            _timeline(study)


def memory_curve(study: Study) -> None:
    """The bytes alive at each op, with the arena and the bound."""
    with guarded("the memory curve"):
        figure = _once("memory curve", lambda: _low_curve(study))
        st.plotly_chart(figure, key="memory curve", config=CONFIG)


def _low_curve(study: Study) -> go.Figure:
    figure = usage_figure(study)
    # The headline says already what no sharing would need.
    return figure.update_layout(height=270, title=None, margin={"t": 40})


def _once(kind: str, make: Callable[[], go.Figure], window: LiveRange | None = None) -> go.Figure:
    return remembered((study_key(), kind, window), make)


def _address_map(study: Study) -> None:
    window = _window(study)
    make = partial(address_map_figure, study, window=window)
    _plot(study, _once("address map", make, window), "address map")


def _timeline(study: Study) -> None:
    window = _window(study)
    figure = _once("timeline", partial(timeline_figure, study, window=window), window)
    height = figure.layout.height
    with st.container(height=TALL if height > TALL else "content", border=False):
        _plot(study, figure, "timeline")


def _window(study: Study) -> LiveRange | None:
    """The ops that are shown: all of a net of moderate size, else a stretch around the peak."""
    steps = study.problem.horizon
    if steps <= WHOLE:
        return None
    middle = study.metrics.max_live.step or 0
    begin = max(0, min(middle - STRETCH // 2, steps - STRETCH))
    begin, end = st.slider(
        "Ops shown",
        0,
        steps,
        (begin, begin + STRETCH),
        key=f"ops shown {hash(study_key())}",
        help="At first a stretch around the peak.",
    )
    return LiveRange(begin, max(end, begin + 1))


def _plot(study: Study, figure: go.Figure, key: str) -> None:
    """Draw a figure of bars that can be clicked, the selected blob's stronger than the others."""
    names = [cell[0] for cell in figure.data[0].customdata]
    chosen = _buffer(study)
    picked = [place for place, name in enumerate(names) if name == chosen]
    if picked:
        figure = go.Figure(figure)  # the other is on the shelf, for all visitors
        figure.update_traces(selectedpoints=picked, unselected_marker_opacity=0.35)
    st.plotly_chart(
        figure,
        key=key,
        on_select=lambda: take_from_plot(key, names),
        selection_mode="points",
        config=CONFIG,
    )


def _buffer(study: Study) -> str | None:
    blob = selected(study.net).blob
    return None if blob is None else study.buffer_of(blob)


def _peak(study: Study) -> None:
    table = peak_table(study)
    st.markdown(literal(peak_sentence(study)))
    key, picks = "at the peak", [Selection(blob=name) for name in table["blob"]]
    st.dataframe(
        visible(table),
        key=key,
        hide_index=True,
        height=row_height(len(table), 12),
        column_config={
            "bytes": BYTES,
            "share": st.column_config.ProgressColumn(format="percent", min_value=0, max_value=1),
            "offset": st.column_config.NumberColumn(format="localized"),
        },
        selection_mode="single-row",
        on_select=lambda: take_from_table(key, picks),
    )
