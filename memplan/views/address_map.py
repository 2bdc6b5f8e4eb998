"""The address map: every buffer as a rectangle of time and bytes, holes left open.

bytes ▲  ┌────┐
│  │ b  ├────┐      across: the ops during which it is alive
│  └────┤ d  │      up: the bytes that it takes, at its offset, in true units
│┌ a ┐  ├ c ─┤
└┴───┴──┴────┴─▶ op

Several memories (a device each) stand one above the other, each named at its ground.
"""

from __future__ import annotations

import numpy as np
import plotly.graph_objects as go

from memplan.plan import LiveRange, Window
from memplan.study import Study
from memplan.units import format_bytes
from memplan.views.figures import ARENA_COLOUR, bars, byte_axis, op_axis, styled
from memplan.views.names import plotly_text
from memplan.views.rows import MemoryRow, biggest_first, grounds, memory_rows
from memplan.views.steps import step_word

__all__ = ["address_map_figure"]

_LABELLED = 200


def address_map_figure(
    study: Study, limit: int = 2000, window: LiveRange | None = None
) -> go.Figure:
    """Draw where each placed buffer lies and when; beyond `limit` the largest, and a note.

    A rectangle's `customdata` holds the buffer's name; a buffer with gaps or windows
    has several.

    Args:
        window: Only what is alive during some of these ops.
    """
    placed = [row for row in memory_rows(study) if row.offset is not None and row.size]
    if window is not None:
        placed = [row for row in placed if row.live.meets(window)]
    rows = biggest_first(placed)[:limit]
    pieces = [(row, part) for row in rows for part in row.parts if part.low < part.high]
    figure = go.Figure(_rectangles(pieces))
    peak = study.metrics.peak_bytes
    figure.add_hline(y=peak, line={"color": ARENA_COLOUR, "width": 2})
    for space, ground in grounds(study.plan).items():
        label = {"text": plotly_text(space), "textposition": "start"}
        figure.add_hline(y=ground, line={"color": ARENA_COLOUR, "width": 1}, label=label)
    figure.update_xaxes(op_axis(study.problem.horizon, window, step_word(study.net)))
    figure.update_yaxes(byte_axis(peak) | {"title": {"text": "offset"}})
    figure.update_layout(barmode="overlay", uniformtext={"minsize": 9, "mode": "hide"})
    note = f"arena: {format_bytes(peak)}"
    if len(rows) < len(placed):
        note += f"; the {len(rows):,} largest of {len(placed):,} blobs"
    return styled(figure, 460, note)


def _rectangles(pieces: list[tuple[MemoryRow, Window]]) -> go.Bar:
    rows = [row for row, _ in pieces]
    labelled = len(rows) <= _LABELLED
    # Arrays go to the browser packed, lists digit by digit. Its numbers are float64 anyway.
    spans = np.array([(p.live.begin, p.live.end) for _, p in pieces], np.float64).reshape(-1, 2)
    return go.Bar(
        x=spans.mean(axis=1),
        width=np.diff(spans).ravel(),
        base=np.array([r.ground + (r.offset or 0) + p.low for r, p in pieces], np.float64),
        y=np.array([part.high - part.low for _, part in pieces], np.float64),
        text=[plotly_text(row.name, 18) for row in rows] if labelled else None,
        textposition="inside",
        insidetextanchor="middle",
        textangle=0,
        insidetextfont={"color": [row.swatch.ink for row in rows]},
        **bars(rows),
    )
