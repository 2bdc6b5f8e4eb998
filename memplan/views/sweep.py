"""How the peak grows with a free dim: drawn, and as rows."""

from __future__ import annotations

import plotly.graph_objects as go

from memplan.sweep import Sweep
from memplan.units import format_bytes
from memplan.views.figures import ARENA_COLOUR, BOUND_COLOUR, CURVE_COLOUR, byte_axis, styled
from memplan.views.names import plotly_text, shown, shown_bytes

__all__ = ["sweep_figure", "sweep_rows", "sweep_sentence"]

_HEIGHT = 320


def sweep_figure(found: Sweep) -> go.Figure:
    """Draw the peak of each value's plan over its max-live, and the plan for all as a line."""
    names = [str(point.value) for point in found.points]
    figure = go.Figure()
    peaks = [point.peak for point in found.points]
    figure.add_trace(
        go.Bar(
            x=names,
            y=peaks,
            name="a plan for each",
            marker={"color": CURVE_COLOUR},
            hovertext=[f"{plotly_text(found.dim)} = {n}" for n in names],
            customdata=[shown_bytes(size) for size in peaks],
            hovertemplate="%{hovertext}<br>%{customdata}<extra></extra>",
        )
    )
    figure.add_trace(
        go.Scatter(
            x=names,
            y=[point.max_live for point in found.points],
            name="max-live",
            mode="markers",
            marker={"color": BOUND_COLOUR, "size": 14, "symbol": "line-ew-open"},
            hoverinfo="skip",
        )
    )
    shared = found.shared.known_peak
    figure.add_trace(
        go.Scatter(
            x=names,
            y=[shared] * len(names),
            name=f"one plan for all: {format_bytes(shared)}",
            mode="lines",
            line={"color": ARENA_COLOUR, "width": 2, "dash": "dash"},
            hoverinfo="skip",
        )
    )
    figure.update_xaxes(type="category", title={"text": plotly_text(found.dim)}, automargin=True)
    figure.update_yaxes(byte_axis(max(shared, *peaks), ticks=6))
    return styled(figure, _HEIGHT).update_layout(margin={"t": 44})


def sweep_rows(found: Sweep) -> list[dict[str, str]]:
    """A row for each value; the sizes as people read them, with the bytes."""
    shared = found.shared.known_peak
    return [
        {
            shown(found.dim): f"{point.value:,}",
            "plan for it": shown_bytes(point.peak),
            "max-live": shown_bytes(point.max_live),
            "no sharing": shown_bytes(point.naive),
            "the one plan has more": shown_bytes(shared - point.peak),
            "unknown": f"{point.unknown:,}",
        }
        for point in found.points
    ]


def sweep_sentence(found: Sweep) -> str:
    """What the plan for all values costs beside the plan for the largest."""
    most = max(point.peak for point in found.points)
    shared = found.shared.known_peak
    values = f"{found.points[0].value:,} to {found.points[-1].value:,}"
    what = f"One plan for {shown(found.dim)} = {values} needs {format_bytes(shared)}"
    if shared == most:
        return f"{what}: no more than the largest of them alone."
    word = "more" if shared > most else "less"
    return f"{what}: {shown_bytes(abs(shared - most))} {word} than the largest of them alone."
