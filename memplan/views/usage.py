"""The memory curve: bytes alive at each op, under the planned arena and over the bound."""

from __future__ import annotations

import plotly.graph_objects as go

from memplan.liveness import live_bytes
from memplan.study import Study
from memplan.units import format_bytes
from memplan.views.figures import (
    ARENA_COLOUR,
    BOUND_COLOUR,
    CURVE_COLOUR,
    byte_axis,
    op_axis,
    op_name,
    styled,
)
from memplan.views.names import shown_bytes

__all__ = ["thinned", "usage_figure"]

_POINTS = 4000


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
    """Draw the bytes alive at each step, the peak marked; the bound and the arena as lines.

    What no sharing would need is named in the note alone: as a line it would flatten the curve.
    """
    curve = live_bytes(study.problem)
    metrics = study.metrics
    figure = go.Figure(_curve_trace(study, curve, thinned(curve)))
    if curve and metrics.max_live.step is not None:
        figure.add_trace(_peak_trace(study, metrics.max_live.step, metrics.max_live.bytes))
    for name, size, colour, dash in (
        ("arena", metrics.peak_bytes, ARENA_COLOUR, "solid"),
        ("lower bound", metrics.bound.bytes, BOUND_COLOUR, "dash"),
    ):
        figure.add_trace(_level_trace(name, size, colour, dash, len(curve)))
    figure.update_xaxes(op_axis(len(curve)))
    figure.update_yaxes(byte_axis(max(metrics.peak_bytes, metrics.bound.bytes, *curve, 0)))
    figure.update_layout(hovermode="closest")
    note = f"without sharing: {format_bytes(metrics.naive_bytes)}"
    styled(figure, 380, note)
    figure.update_layout(margin={"t": 74})
    return figure


def _curve_trace(study: Study, curve: tuple[int, ...], steps: tuple[int, ...]) -> go.Scatter:
    # A step holds until the next begins; the last one ends at the horizon.
    xs = [*steps, len(curve)] if steps else []
    ys = [*(curve[t] for t in steps), curve[steps[-1]]] if steps else []
    ops = study.net.ops
    texts = [f"{op_name(t, ops[t].type)}<br>{shown_bytes(curve[t])} alive" for t in steps]
    return go.Scatter(
        x=xs,
        y=ys,
        name="alive",
        mode="lines",
        line={"shape": "hv", "color": CURVE_COLOUR, "width": 2},
        fill="tozeroy",
        fillcolor="rgba(47,143,203,0.18)",
        hovertext=[*texts, texts[-1]] if texts else [],
        hovertemplate="%{hovertext}<extra></extra>",
    )


def _peak_trace(study: Study, step: int, size: int) -> go.Scatter:
    text = f"peak at {op_name(step, study.net.ops[step].type)}<br>{shown_bytes(size)} alive"
    return go.Scatter(
        x=[step],
        y=[size],
        name="peak",
        mode="markers",
        marker={"color": CURVE_COLOUR, "size": 11, "symbol": "diamond"},
        hovertext=[text],
        hovertemplate="%{hovertext}<extra></extra>",
    )


def _level_trace(name: str, size: int, colour: str, dash: str, steps: int) -> go.Scatter:
    return go.Scatter(
        x=[0, max(1, steps)],
        y=[size, size],
        name=f"{name} {format_bytes(size)}",
        mode="lines",
        line={"color": colour, "width": 2, "dash": dash},
        hovertemplate=f"{name}: {shown_bytes(size)}<extra></extra>",
    )
