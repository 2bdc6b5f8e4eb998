"""What our plotly figures have in common: no background, readable sizes, ticks in bytes."""

from __future__ import annotations

from typing import Any

import plotly.graph_objects as go

from memplan.net import Net
from memplan.plan import LiveRange
from memplan.units import format_bytes
from memplan.views.names import plotly_text
from memplan.views.rows import MemoryRow, hover_text
from memplan.views.steps import step_word

__all__ = ["ARENA_COLOUR", "BOUND_COLOUR", "CAPACITY_COLOUR", "CURVE_COLOUR", "bars", "byte_axis"]
__all__ += ["byte_ticks", "level_line", "op_axis", "op_name", "styled"]

# Each stands out from a white page and from a black one.
CURVE_COLOUR = "#2f8fcb"
ARENA_COLOUR = "#d55e00"
BOUND_COLOUR = "#009e73"
CAPACITY_COLOUR = "#b06ab3"
_GRID = "rgba(128,128,128,0.22)"
_CLEAR = "rgba(0,0,0,0)"


def styled(figure: go.Figure, height: int, note: str = "") -> go.Figure:
    """Give a figure our look; `note` is a line above it."""
    figure.update_layout(
        height=height,
        paper_bgcolor=_CLEAR,
        plot_bgcolor=_CLEAR,
        font={"size": 14},
        hoverlabel={"align": "left", "font": {"size": 13}},
        margin={"l": 8, "r": 16, "t": 44 if note else 16, "b": 8},
        bargap=0.15,
        legend={"orientation": "h", "yanchor": "bottom", "y": 1.0, "x": 0},
        title={"text": note, "font": {"size": 14}, "x": 0, "xanchor": "left"} if note else None,
    )
    return figure


def op_axis(steps: int, window: LiveRange | None = None, title: str = "op") -> dict[str, Any]:
    """An axis of op indices, whole numbers alone: all, or those of a window."""
    begin, end = (window.begin, window.end) if window else (0, max(1, steps))
    axis: dict[str, Any] = {
        "title": {"text": title},
        "range": [begin, end],
        "gridcolor": _GRID,
        "zeroline": False,
        "automargin": True,
        "tickformat": ",d",
    }
    # Left alone, plotly marks halves of an op when there are few.
    return axis | ({"dtick": 1, "tick0": 0} if end - begin <= 12 else {})


def byte_axis(top: int, ticks: int = 8) -> dict[str, Any]:
    """An axis of bytes from 0 to `top`, with at most so many ticks, at round KiB or MiB."""
    at = byte_ticks(top, ticks)
    return {
        "range": [0, max(1, top) * 1.06],
        "tickmode": "array",
        "tickvals": at,
        "ticktext": [format_bytes(tick) for tick in at],
        "gridcolor": _GRID,
        "zeroline": False,
        "automargin": True,
    }


def byte_ticks(top: int, most: int = 8) -> list[int]:
    """Multiples of a power of two from 0 to `top`: at most `most`, more than half as many.

    >>> byte_ticks(5 * 1024), byte_ticks(5 * 1024, 4), byte_ticks(0)
    ([0, 1024, 2048, 3072, 4096, 5120], [0, 2048, 4096], [0])
    """
    step = 1
    while top // step >= most:
        step *= 2
    return list(range(0, top + 1, step)) if top else [0]


def bars(rows: list[MemoryRow]) -> dict[str, Any]:
    """The look and the hover text of bars, one for each row."""
    swatches = [row.swatch for row in rows]
    return {
        "marker": {
            "color": [s.fill for s in swatches],
            "line": {"color": [s.edge for s in swatches], "width": 1},
            "pattern": {
                "shape": [s.pattern for s in swatches],
                "fgcolor": [s.edge for s in swatches],
                "fillmode": "overlay",
                "size": 6,
                "solidity": 0.25,
            },
        },
        "hovertext": [hover_text(row) for row in rows],
        "hovertemplate": "%{hovertext}<extra></extra>",
        # For a click: the name as in the file, drawn nowhere.
        "customdata": [[row.name] for row in rows],
    }


def level_line(name: str, size: int, colour: str, dash: str, steps: int) -> go.Scatter:
    """A line across the whole figure at so many bytes; the legend names it and them."""
    return go.Scatter(
        x=[0, max(1, steps)],
        y=[size, size],
        name=f"{name} {format_bytes(size)}",
        mode="lines",
        line={"color": colour, "width": 2, "dash": dash},
        hoverinfo="skip",
    )


def op_name(net: Net, step: int) -> str:
    """A step for a hover text."""
    if step >= len(net.ops):
        return f"{step_word(net)} {step:,}"
    return f"op {step:,} {plotly_text(net.ops[step].type, 40)}"
