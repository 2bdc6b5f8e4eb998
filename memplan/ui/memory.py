"""Views of the plan's memory: when blobs are alive, where they lie, what is there at one step."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

import plotly.graph_objects as go
import streamlit as st

from memplan.plan import LiveRange
from memplan.study import Study
from memplan.ui.choices import MemoryView
from memplan.ui.current import study_key
from memplan.ui.selecting import selected, take_from_plot, take_from_table
from memplan.ui.session import Selection, current_session
from memplan.ui.tables import BYTES, row_height, visible
from memplan.ui.text import literal
from memplan.ui.whole_map import has_whole_map, whole_map
from memplan.ui.work import guarded, remembered
from memplan.views.address_map import address_map_figure
from memplan.views.moments import moment_sentence, peak_step
from memplan.views.sentences import peak_sentence
from memplan.views.sizes import longest_lived, size_figure
from memplan.views.steps import step_word
from memplan.views.tables import alive_table
from memplan.views.timeline import TimelineOrder, timeline_figure

__all__ = ["CHART", "marked", "memory_panel"]

TITLES = {
    MemoryView.TIMELINE: "Timeline",
    MemoryView.MAP: "Address map",
    MemoryView.STEP: "At a step",
    MemoryView.SIZES: "Sizes",
}
READING = {
    MemoryView.TIMELINE: "A bar is a blob, from the op that first writes it to the one that last "
    "reads it. Bars of one colour and number lie on the same bytes.",
    MemoryView.MAP: "A box is a blob: across, the ops during which it is alive; up, the bytes on "
    "which it lies. No two overlap; what is empty is memory not in use.",
    MemoryView.STEP: "What is in memory while one op runs: at first the one that needs most. To "
    "need less, make one of these smaller or shorter-lived. Click the curve for another op.",
    MemoryView.SIZES: "Where the bytes are: blobs of about one size together, and those that "
    "are kept for longest.",
}
ORDERS = {
    TimelineOrder.BIRTH: "by birth",
    TimelineOrder.SIZE: "by size",
    TimelineOrder.OFFSET: "by offset",
}
HEIGHT = 400  # pixels, beyond which a view scrolls
WHOLE = 400  # ops: up to here all are shown at first
STRETCH = 80
CHART: dict[str, Any] = {
    "displaylogo": False,
    "modeBarButtonsToRemove": ["select2d", "lasso2d", "autoScale2d", "toImage"],
}


def memory_panel(study: Study) -> None:
    """One of four views of the plan, drawn when it is asked for."""
    with st.container(horizontal=True, vertical_alignment="center"):
        chosen = _chooser()
        order = _order() if chosen is MemoryView.TIMELINE else TimelineOrder.BIRTH
    with guarded(f"the view {TITLES[chosen]}"):
        if chosen is MemoryView.STEP:
            _at_a_step(study)
        elif chosen is MemoryView.SIZES:
            _sizes(study)
        elif chosen is MemoryView.MAP:
            _address_map(study)
        else:
            _timeline(study, order)


def _chooser() -> MemoryView:
    session = current_session()
    st.session_state["memory view"] = session.view
    st.segmented_control(
        "View of the plan",
        list(MemoryView),
        format_func=TITLES.__getitem__,
        key="memory view",
        on_change=_take_view,
        label_visibility="collapsed",
        help=READING[session.view],
    )
    return session.view


def _take_view() -> None:
    # A second click on the same view takes the choice away, and is no choice.
    chosen = st.session_state["memory view"]
    if chosen is not None:
        current_session().view = chosen


def _order() -> TimelineOrder:
    chosen = st.selectbox(
        "Order of the rows",
        list(TimelineOrder),
        format_func=ORDERS.__getitem__,
        key="timeline order",
        label_visibility="collapsed",
        width=120,
    )
    return chosen or TimelineOrder.BIRTH


def _once(key: object, make: Callable[[], go.Figure]) -> go.Figure:
    return remembered((study_key(), "figure", key), make)


def _address_map(study: Study) -> None:
    if has_whole_map(study):
        whole_map(study, HEIGHT + 80)
        return
    window = _window(study)

    def make() -> go.Figure:
        return address_map_figure(study, window=window).update_layout(height=HEIGHT)

    _plot(study, _once(("map", window), make), "address map")


def _timeline(study: Study, order: TimelineOrder) -> None:
    window = _window(study)
    make = partial(timeline_figure, study, window=window, order=order)
    figure = _once(("timeline", window, order), make)
    height = figure.layout.height
    with st.container(height=HEIGHT if height > HEIGHT else "content", border=False):
        _plot(study, figure, "timeline")


def _window(study: Study) -> LiveRange | None:
    """The ops that are shown: all of a net of moderate size, else a stretch around a moment."""
    steps = study.problem.horizon
    crowd = steps if study.net.ops else len(study.problem.buffers)
    if crowd <= WHOLE:
        return None
    # Times of buffers without a graph may lie far apart: as many are shown as there are buffers.
    stretch = max(1, STRETCH * steps // crowd)
    at = selected(study.net).at
    middle = peak_step(study) if at is None else at
    begin = max(0, min(middle - stretch // 2, steps - stretch))
    begin, end = st.slider(
        f"{step_word(study.net).capitalize()}s shown",
        0,
        steps,
        (begin, min(begin + stretch, steps)),
        key=f"ops shown {hash(study_key())} {middle}",
        help="At first a stretch around the peak, or around the step that was chosen.",
    )
    return LiveRange(begin, max(end, begin + 1))


def _plot(study: Study, figure: go.Figure, key: str) -> None:
    """Draw a figure of bars that can be clicked, the selected blob's stronger than the others."""
    names = [cell[0] for cell in figure.data[0].customdata]
    chosen = _buffer(study)
    picked = [place for place, name in enumerate(names) if name == chosen]
    st.plotly_chart(
        marked(study, figure, picked),
        key=key,
        on_select=lambda: take_from_plot(key, names),
        selection_mode="points",
        config=CHART,
    )


def marked(study: Study, figure: go.Figure, picked: list[int]) -> go.Figure:
    """The figure with the picked bars stressed and a line at the chosen moment.

    The figure itself is on the shelf, for all visitors: it is copied when it must change.
    """
    at = selected(study.net).at
    if at is None and not picked:
        return figure
    figure = go.Figure(figure)
    if picked:
        figure.update_traces(selectedpoints=picked, unselected_marker_opacity=0.35)
    if at is not None:
        figure.add_vline(x=at + 0.5, line={"color": "#808a94", "width": 2, "dash": "dot"})
    return figure


def _buffer(study: Study) -> str | None:
    blob = selected(study.net).blob
    return None if blob is None else study.buffer_of(blob)


def _at_a_step(study: Study) -> None:
    at = selected(study.net).at
    step = peak_step(study) if at is None else at
    if study.net.steps:
        _step_chooser(study, step)
    sentence = peak_sentence(study) if step == peak_step(study) else moment_sentence(study, step)
    st.markdown(literal(sentence))
    table = alive_table(study, step)
    key, picks = "at a step", [Selection(blob=name) for name in table["blob"]]
    st.dataframe(
        visible(table),
        key=key,
        hide_index=True,
        height=row_height(len(table), 7),
        column_config={
            "bytes": BYTES,
            "share": st.column_config.ProgressColumn(format="percent", min_value=0, max_value=1),
            "offset": st.column_config.NumberColumn(format="localized"),
        },
        selection_mode="single-row",
        on_select=lambda: take_from_table(key, picks),
        alt="What is alive at the chosen step, the largest first",
    )


def _step_chooser(study: Study, step: int) -> None:
    """A field for the step and a way back to the peak."""
    st.session_state["step field"] = step
    with st.container(horizontal=True, vertical_alignment="bottom"):
        st.number_input(
            step_word(study.net).capitalize(),
            0,
            study.net.steps - 1,
            key="step field",
            on_change=lambda: current_session().go_to(st.session_state["step field"]),
            width=140,
            label_visibility="collapsed",
        )
        st.button(
            "Go to the peak",
            key="to the peak",
            icon=":material/landscape:",
            disabled=step == peak_step(study),
            on_click=current_session().go_to,
            args=(peak_step(study),),
        )


def _sizes(study: Study) -> None:
    st.plotly_chart(
        _once("sizes", partial(size_figure, study, 210)),
        key="sizes",
        config=CHART,
        alt="Bytes in blobs of each size",
    )
    table = remembered((study_key(), "longest lived"), lambda: longest_lived(study))
    key, picks = "longest lived", [Selection(blob=name) for name in table["blob"]]
    st.dataframe(
        visible(table),
        key=key,
        hide_index=True,
        height=row_height(len(table), 4),
        column_config={
            "bytes": BYTES,
            "steps": st.column_config.NumberColumn(help="For how many ops it is kept"),
        },
        selection_mode="single-row",
        on_select=lambda: take_from_table(key, picks),
        alt="The blobs that are kept for longest",
    )
