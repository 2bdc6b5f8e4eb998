"""Two plans drawn: the curves on one pair of axes, the address maps side by side."""

from __future__ import annotations

from collections.abc import Sequence

import plotly.graph_objects as go
import streamlit as st

from memplan.plan import LiveRange
from memplan.ui.compare_other import Compared
from memplan.ui.memory import CHART
from memplan.ui.selecting import take_from_plot
from memplan.ui.session import current_session
from memplan.ui.work import guarded, remembered
from memplan.views.compare import Pair, pairs
from memplan.views.compare_curves import compare_curves_figure
from memplan.views.compare_maps import coloured, compare_map_figure

__all__ = ["curves", "maps", "pairs_of", "selected_pair"]

WHOLE = 400  # ops: up to here all are shown at first
STRETCH = 80


def pairs_of(it: Compared) -> tuple[Pair, ...]:
    """What is what in the two plans; made once."""
    return remembered((it.key, "pairs"), lambda: pairs(it.both))


def selected_pair(found: Sequence[Pair]) -> Pair | None:
    """The pair of the selected blob, whichever of its names that is."""
    blob = current_session().selected.blob
    return next((pair for pair in found if blob in pair.names), None)


def curves(it: Compared) -> None:
    """What each plan needs at each op, over what is alive."""
    st.markdown("##### Memory over the run")
    with guarded("the memory curves"):
        figure = remembered((it.key, "curves"), lambda: compare_curves_figure(it.both))
        st.plotly_chart(figure, key="curves of both", config=CHART)
        st.caption(
            "How far up its arena each plan is in use, op by op. Where that is above the bytes "
            "alive, the rest lies idle: in holes, or in slots that are larger than what is in them."
        )


def maps(it: Compared) -> None:
    """Both address maps on one scale; a click in either selects the blob in both."""
    st.markdown("##### Where each blob lies")
    st.caption(
        "Across: ops; up: bytes, on one scale. A blob has the same colour in both maps; click it "
        "to see where it went."
    )
    with guarded("the address maps"):
        window = _window(it)
        figures = remembered((it.key, "maps", window), lambda: _figures(it, window))
        chosen = selected_pair(pairs_of(it))
        for column, figure, key in zip(
            st.columns(2), figures, ("map of A", "map of B"), strict=True
        ):
            with column:
                _map(figure, key, chosen)


def _figures(it: Compared, window: LiveRange | None) -> tuple[go.Figure, go.Figure]:
    a, b = coloured(pairs_of(it), window)
    return (
        compare_map_figure(it.both, it.both.a, a, window),
        compare_map_figure(it.both, it.both.b, b, window),
    )


def _map(figure: go.Figure, key: str, chosen: Pair | None) -> None:
    names = [cell[0] for cell in figure.data[0].customdata]
    picked = [place for place, name in enumerate(names) if chosen and name == chosen.blob]
    if chosen is not None:
        figure = go.Figure(figure)  # the other is on the shelf, for all visitors
        figure.update_traces(selectedpoints=picked, unselected_marker_opacity=0.3)
    st.plotly_chart(
        figure,
        key=key,
        on_select=lambda: take_from_plot(key, names),
        selection_mode="points",
        config=CHART,
    )


def _window(it: Compared) -> LiveRange | None:
    """The ops that are shown: all of nets of moderate size, else a stretch around A's peak."""
    steps = max(it.both.a.problem.horizon, it.both.b.problem.horizon)
    if steps <= WHOLE:
        return None
    middle = it.both.a.metrics.max_live.step or 0
    begin = max(0, min(middle - STRETCH // 2, steps - STRETCH))
    begin, end = st.slider(
        "Ops shown in both maps",
        0,
        steps,
        (begin, begin + STRETCH),
        key=f"ops compared {hash(it.key)}",
        help="At first a stretch around the peak.",
    )
    return LiveRange(min(begin, steps - 1), max(end, begin + 1))
