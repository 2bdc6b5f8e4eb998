"""The address maps of two plans: one scale, and a blob has the same colour in both."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
import plotly.graph_objects as go

from memplan.plan import LiveRange
from memplan.study import Study
from memplan.units import format_bytes
from memplan.views.colours import palette
from memplan.views.compare import Comparison, Pair
from memplan.views.compare_curves import A_COLOUR, B_COLOUR
from memplan.views.figures import bars, byte_axis, op_axis, styled
from memplan.views.names import plotly_text
from memplan.views.rows import MemoryRow, grounds

__all__ = ["Coloured", "coloured", "compare_map_figure"]

_LABELLED = 120


@dataclass(frozen=True, slots=True)
class Coloured:
    """What is drawn of one side: rows in the colours of their pairs, each with the pair's name.

    Attributes:
        total: How many there are; more than the rows where the largest alone are drawn.
    """

    rows: tuple[tuple[str, MemoryRow], ...]
    total: int


def coloured(
    found: Sequence[Pair], window: LiveRange | None = None, limit: int = 600
) -> tuple[Coloured, Coloured]:
    """The rows of A and of B, the same blobs in both: beyond `limit` the largest.

    A colour goes by the blob's place in the net, so that neighbours in time differ.
    """
    shown = [
        (place, pair)
        for place, pair in enumerate(found)
        if any(_drawn(row, window) for row in (pair.a, pair.b))
    ]
    largest = sorted(shown, key=lambda each: (-_size(each[1]), each[0]))[:limit]
    picked = sorted(largest, key=lambda each: each[0])
    sides = [
        [
            (pair.blob, _in_colour(row, place))
            for place, pair in picked
            for row in [getattr(pair, side)]
            if row is not None and _drawn(row, window)
        ]
        for side in "ab"
    ]
    totals = [sum(_drawn(getattr(pair, side), window) for _, pair in shown) for side in "ab"]
    return Coloured(tuple(sides[0]), totals[0]), Coloured(tuple(sides[1]), totals[1])


def _drawn(row: MemoryRow | None, window: LiveRange | None) -> bool:
    if row is None or row.offset is None or not row.size:
        return False
    return window is None or row.live.meets(window)


def _size(pair: Pair) -> int:
    return max((row.size or 0) for row in (pair.a, pair.b) if row is not None)


def _in_colour(row: MemoryRow, place: int) -> MemoryRow:
    """The row in a colour of its own; its group keeps its number, for the hover text."""
    if row.group is None:
        return row
    return replace(row, group=replace(row.group, swatch=palette(place)))


def compare_map_figure(
    both: Comparison, side: Study, shown: Coloured, window: LiveRange | None = None
) -> go.Figure:
    """Draw one side's map; both sides have the same axes. `customdata` holds the pair's name."""
    pieces = [(blob, row, live) for blob, row in shown.rows for live in row.alive]
    figure = go.Figure(_rectangles(pieces))
    peak, colour = side.metrics.peak_bytes, A_COLOUR if side is both.a else B_COLOUR
    figure.add_hline(y=peak, line={"color": colour, "width": 2})
    for space, ground in grounds(side.plan).items():
        label = {"text": plotly_text(space), "textposition": "start"}
        figure.add_hline(y=ground, line={"color": colour, "width": 1}, label=label)
    steps = max(both.a.problem.horizon, both.b.problem.horizon)
    top = max(both.a.metrics.peak_bytes, both.b.metrics.peak_bytes)
    figure.update_xaxes(op_axis(steps, window))
    figure.update_yaxes(byte_axis(top))
    figure.update_layout(barmode="overlay", uniformtext={"minsize": 9, "mode": "hide"})
    note = f"{'A' if side is both.a else 'B'}: {format_bytes(peak)}"
    if len(shown.rows) < shown.total:
        note += f"; {len(shown.rows):,} of {shown.total:,} blobs"
    return styled(figure, 420, note)


def _rectangles(pieces: list[tuple[str, MemoryRow, LiveRange]]) -> go.Bar:
    rows = [row for _, row, _ in pieces]
    spans = np.array([(live.begin, live.end) for _, _, live in pieces], np.float64).reshape(-1, 2)
    look = bars(rows) | {"customdata": [[blob] for blob, _, _ in pieces]}
    return go.Bar(
        x=spans.mean(axis=1),
        width=np.diff(spans).ravel(),
        base=np.array([row.ground + (row.offset or 0) for row in rows], np.float64),
        y=np.array([row.size for row in rows], np.float64),
        text=[plotly_text(row.name, 18) for row in rows] if len(rows) <= _LABELLED else None,
        textposition="inside",
        insidetextanchor="middle",
        textangle=0,
        insidetextfont={"color": [row.swatch.ink for row in rows]},
        **look,
    )
