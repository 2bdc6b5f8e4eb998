"""A wrong plan beside a safe one: two address maps, and where two blobs want the same bytes."""

from __future__ import annotations

import plotly.graph_objects as go

from memplan.study import Study
from memplan.verify import clashes
from memplan.views.compare import Comparison, pairs
from memplan.views.compare_maps import coloured, compare_map_figure
from memplan.views.figures import ARENA_COLOUR

__all__ = ["clash_maps", "mark_clashes"]

_MOST = 20  # marks
_HEIGHT = 320


def clash_maps(wrong: Study, right: Study) -> tuple[go.Figure, go.Figure]:
    """The maps of both plans of one net, on one scale; a blob has the same colour in both."""
    both = Comparison(wrong, right)
    a, b = coloured(pairs(both))
    figures = compare_map_figure(both, wrong, a), compare_map_figure(both, right, b)
    mark_clashes(figures[0], wrong)
    for figure in figures:
        figure.update_layout(height=_HEIGHT, title=None, margin={"t": 16})
    return figures


def mark_clashes(figure: go.Figure, study: Study) -> None:
    """Frame the bytes and the ops where two blobs of a plan are alive on the same bytes."""
    live = {buffer.name: buffer.live for buffer in study.problem.buffers}
    for number, clash in enumerate(clashes(study.plan)):
        if number >= _MOST or clash.low is None or clash.high is None:
            return
        first, second = live[clash.first], live[clash.second]
        figure.add_shape(
            type="rect",
            x0=max(first.begin, second.begin),
            x1=min(first.end, second.end),
            y0=clash.low,
            y1=clash.high,
            line={"color": ARENA_COLOUR, "width": 4},
            fillcolor="rgba(213,94,0,0.35)",
        )
