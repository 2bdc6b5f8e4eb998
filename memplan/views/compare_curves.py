"""Two memory curves on the same axes: what is alive, how far up each plan needs, the bounds."""

from __future__ import annotations

import plotly.graph_objects as go

from memplan.liveness import live_bytes
from memplan.metrics import reach
from memplan.study import Study
from memplan.views.compare import Comparison
from memplan.views.figures import BOUND_COLOUR, byte_axis, level_line, op_axis, op_name, styled
from memplan.views.names import shown_bytes
from memplan.views.steps import step_word

__all__ = ["A_COLOUR", "B_COLOUR", "compare_curves_figure", "highest"]

# Apart for every colour vision, on white and on black.
A_COLOUR = "#2f8fcb"
B_COLOUR = "#d55e00"
_ALIVE = "#8d97a3"
STRETCHES = 600


def compare_curves_figure(both: Comparison) -> go.Figure:
    """Draw for each side the highest byte in use at each op, over the bytes alive.

    Two plans of one net have the same bytes alive: that curve is drawn once.
    """
    a, b = both.a, both.b
    alive_a, alive_b = live_bytes(a.problem), live_bytes(b.problem)
    figure = go.Figure()
    if alive_a == alive_b:
        _add(figure, a, alive_a, "alive", _ALIVE, fill=True)
    else:
        _add(figure, a, alive_a, "alive in A", A_COLOUR, fill=True)
        _add(figure, b, alive_b, "alive in B", B_COLOUR, fill=True)
    _add(figure, a, reach(a.plan), "A needs", A_COLOUR)
    _add(figure, b, reach(b.plan), "B needs", B_COLOUR)
    steps = max(len(alive_a), len(alive_b))
    for name, size, colour, dash in _levels(both):
        told = f"{name}: {shown_bytes(size)}<extra></extra>"
        line = level_line(name, size, colour, dash, steps)
        figure.add_trace(line.update(hoverinfo=None, hovertemplate=told))
    figure.update_xaxes(op_axis(steps, title=step_word(a.net)))
    figure.update_yaxes(byte_axis(max(trace_top(figure), 1)))
    figure.update_layout(hovermode="closest")
    return styled(figure, 380).update_layout(margin={"t": 44})


def trace_top(figure: go.Figure) -> int:
    """The highest value that any trace of a figure draws."""
    return max((max(trace.y, default=0) for trace in figure.data if trace.y is not None), default=0)


def _levels(both: Comparison) -> list[tuple[str, int, str, str]]:
    m, n = both.a.metrics, both.b.metrics
    levels = [
        ("arena of A", m.peak_bytes, A_COLOUR, "dot"),
        ("arena of B", n.peak_bytes, B_COLOUR, "dot"),
    ]
    if m.bound.bytes == n.bound.bytes:
        return [*levels, ("lower bound", m.bound.bytes, BOUND_COLOUR, "dash")]
    return [
        *levels,
        ("lower bound of A", m.bound.bytes, BOUND_COLOUR, "dash"),
        ("lower bound of B", n.bound.bytes, BOUND_COLOUR, "longdashdot"),
    ]


def _add(
    figure: go.Figure,
    study: Study,
    curve: tuple[int, ...],
    name: str,
    colour: str,
    *,
    fill: bool = False,
) -> None:
    """Add a curve of steps; each holds until the next begins, the last to the horizon."""
    if not curve:
        return
    width, tops = highest(curve)
    steps = range(0, len(curve), width)
    texts = [
        f"{_ops(study, step, min(step + width, len(curve)))}<br>{name}: {shown_bytes(top)}"
        for step, top in zip(steps, tops, strict=True)
    ]
    shade = f"rgba({int(colour[1:3], 16)},{int(colour[3:5], 16)},{int(colour[5:], 16)},0.2)"
    figure.add_trace(
        go.Scatter(
            x=[*steps, len(curve)],
            y=[*tops, tops[-1]],
            name=name,
            mode="lines",
            line={"shape": "hv", "color": colour, "width": 1 if fill else 2},
            fill="tozeroy" if fill else None,
            fillcolor=shade if fill else None,
            hovertext=[*texts, texts[-1]],
            hovertemplate="%{hovertext}<extra></extra>",
        )
    )


def highest(curve: tuple[int, ...], most: int = STRETCHES) -> tuple[int, list[int]]:
    """The maximum of each stretch of ops, and how many ops a stretch has: one, if they are few.

    Of thousands of ops, lines that go up and down with each op are one block of colour.

    >>> highest((5, 1, 9, 2, 3), 3), highest((5, 1), 3)
    ((2, [5, 9, 3]), (1, [5, 1]))
    """
    width = -(-len(curve) // most)
    return width, [max(curve[begin : begin + width]) for begin in range(0, len(curve), width)]


def _ops(study: Study, begin: int, end: int) -> str:
    if end - begin == 1:
        return op_name(study.net, begin)
    return f"{step_word(study.net)}s {begin:,} to {end - 1:,}, at most"
