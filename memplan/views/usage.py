"""The memory curve: bytes alive at each op, under the planned arena and over the bound."""

from __future__ import annotations

import numpy as np
import plotly.graph_objects as go

from memplan.liveness import live_bytes
from memplan.study import Study
from memplan.units import format_bytes
from memplan.views.figures import (
    ARENA_COLOUR,
    BOUND_COLOUR,
    CAPACITY_COLOUR,
    CURVE_COLOUR,
    byte_axis,
    level_line,
    op_axis,
    op_name,
    styled,
)
from memplan.views.names import shown_bytes
from memplan.views.steps import step_word

__all__ = ["levels", "thinned", "usage_figure"]

_POINTS = 4000
_ROOM = 3  # peaks: a capacity beyond is not drawn


def thinned(curve: tuple[int, ...], points: int = _POINTS) -> tuple[int, ...]:
    """The steps to draw: all, or the lowest and the highest of each of `points` / 2 stretches.

    No maximum is lost: the first and the last step are always among them, and so is the first
    highest of all.

    >>> thinned((5, 1, 9, 2, 2, 2), 4)
    (0, 1, 2, 3, 5)
    """
    if len(curve) <= points:
        return tuple(range(len(curve)))
    width = -(-len(curve) * 2 // points)
    kept = {0, len(curve) - 1}
    for begin in range(0, len(curve), width):
        stretch = range(begin, min(begin + width, len(curve)))
        kept.add(max(stretch, key=lambda t: (curve[t], -t)))
        kept.add(min(stretch, key=lambda t: (curve[t], t)))
    return tuple(sorted(kept))


def usage_figure(study: Study) -> go.Figure:
    """Draw the bytes alive at each step, the peak marked; bound, arena and capacity as lines.

    The last trace is an invisible column over each step, for a click: its `customdata` holds the
    step. What no sharing would need is named in the note alone: as a line it would flatten the
    curve.
    """
    curve = live_bytes(study.problem)
    metrics = study.metrics
    steps = thinned(curve)
    figure = go.Figure(_curve_trace(curve, steps))
    if curve and metrics.max_live.step is not None:
        figure.add_trace(_peak_trace(study, metrics.max_live.step, metrics.max_live.bytes))
    lines = levels(study)
    for name, size, colour, dash in lines:
        figure.add_trace(level_line(name, size, colour, dash, len(curve)))
    top = max(*(size for _, size, _, _ in lines), *curve, 0)
    figure.add_trace(_columns(study, curve, steps, top))
    figure.update_xaxes(op_axis(len(curve), title=step_word(study.net)))
    figure.update_yaxes(byte_axis(top))
    figure.update_layout(hovermode="closest")
    note = f"without sharing: {format_bytes(metrics.naive_bytes)}"
    styled(figure, 380, note)
    figure.update_layout(margin={"t": 74})
    return figure


def levels(study: Study) -> list[tuple[str, int, str, str]]:
    """Lines across the curve: name, bytes, colour, dash.

    A capacity far above everything else would flatten the curve: it is told, not drawn.
    """
    metrics, capacity = study.metrics, study.settings.capacity
    rows = [
        ("arena", metrics.peak_bytes, ARENA_COLOUR, "solid"),
        ("lower bound", metrics.bound.bytes, BOUND_COLOUR, "dash"),
    ]
    if capacity is not None and capacity <= _ROOM * max(metrics.peak_bytes, 1):
        rows.append(("capacity", capacity, CAPACITY_COLOUR, "dot"))
    return rows


def _columns(study: Study, curve: tuple[int, ...], steps: tuple[int, ...], top: int) -> go.Bar:
    """What is pointed at and clicked: plotly selects bars, and no points of a line."""
    ends = (*steps[1:], len(curve)) if steps else ()
    spans = np.array([steps, ends], np.float64).reshape(2, -1)
    net = study.net
    clear = {"marker": {"opacity": 0}}
    return go.Bar(
        x=spans.mean(axis=0),
        width=spans[1] - spans[0],
        y=np.full(len(steps), top, np.float64),
        customdata=[[step] for step in steps],
        hovertext=[f"{op_name(net, t)}<br>{shown_bytes(curve[t])} alive" for t in steps],
        hovertemplate="%{hovertext}<extra></extra>",
        marker={"color": CURVE_COLOUR, "opacity": 0},
        selected=clear,
        unselected=clear,
        showlegend=False,
        name="step",
    )


def _curve_trace(curve: tuple[int, ...], steps: tuple[int, ...]) -> go.Scatter:
    # A step holds until the next begins; the last one ends at the horizon.
    xs = [*steps, len(curve)] if steps else []
    ys = [*(curve[t] for t in steps), curve[steps[-1]]] if steps else []
    return go.Scatter(
        x=xs,
        y=ys,
        name="alive",
        mode="lines",
        line={"shape": "hv", "color": CURVE_COLOUR, "width": 2},
        fill="tozeroy",
        fillcolor="rgba(47,143,203,0.18)",
        hoverinfo="skip",
    )


def _peak_trace(study: Study, step: int, size: int) -> go.Scatter:
    text = f"peak at {op_name(study.net, step)}<br>{shown_bytes(size)} alive"
    return go.Scatter(
        x=[step],
        y=[size],
        name="peak",
        mode="markers",
        marker={"color": CURVE_COLOUR, "size": 11, "symbol": "diamond"},
        hovertext=[text],
        hovertemplate="%{hovertext}<extra></extra>",
    )
