"""Two blobs on one axis of ops: when each is alive, who keeps the first alive, what is missing.

a  ████████████░░            the stretch in which both are alive is marked;
b          ░░█████████       so is the op that reads the first for the last time
"""

from __future__ import annotations

from collections.abc import Sequence

import plotly.graph_objects as go

from memplan.explain import Versus
from memplan.plan import Buffer, LiveRange
from memplan.study import Study
from memplan.views.figures import ARENA_COLOUR, op_axis, op_name, styled
from memplan.views.names import plotly_text

__all__ = ["pair_figure"]

FIRST, SECOND = "#56b4e9", "#e69f00"
_MEET = "rgba(213,94,0,0.22)"
_AROUND = 3  # ops on either side of what is drawn


def pair_figure(study: Study, found: Versus) -> go.Figure | None:
    """Draw the live ranges of a pair; None where one of the two is not planned."""
    by_name = {buffer.name: buffer for buffer in study.problem.buffers}
    a, b = (by_name.get(study.buffer_of(name) or name) for name in (found.a, found.b))
    if a is None or b is None:
        return None
    figure = go.Figure()
    for row, (name, buffer, colour) in enumerate(((found.a, a, FIRST), (found.b, b, SECOND))):
        figure.add_trace(_bar(study, name, buffer, row, colour))
    for meeting in found.together[:20]:
        figure.add_vrect(
            x0=meeting.begin, x1=meeting.end, fillcolor=_MEET, line_width=0, layer="below"
        )
    steps = max(study.problem.horizon, len(study.net.ops), 1)
    _keeper(figure, study, found, a, b)
    _missing(figure, found, a)
    figure.update_xaxes(op_axis(steps, _window((a, b), steps)))
    figure.update_yaxes(
        tickvals=[0, 1],
        ticktext=[plotly_text(found.a, 24), plotly_text(found.b, 24)],
        range=[1.75, -0.75],
        automargin=True,
        showgrid=False,
        zeroline=False,
    )
    figure.update_layout(barmode="overlay", showlegend=False)
    return styled(figure, 230)


def _bar(study: Study, name: str, buffer: Buffer, row: int, colour: str) -> go.Bar:
    lives = buffer.alive()
    return go.Bar(
        orientation="h",
        y=[row] * len(lives),
        base=[live.begin for live in lives],
        x=[live.end - live.begin for live in lives],
        width=0.5,
        marker={"color": colour, "line": {"color": "#5a6470", "width": 1}},
        hovertext=[_told(study, name, live) for live in lives],
        hovertemplate="%{hovertext}<extra></extra>",
    )


def _told(study: Study, name: str, live: LiveRange) -> str:
    last = op_name(study.net, live.end - 1)
    begin = op_name(study.net, live.begin)
    return f"<b>{plotly_text(name)}</b><br>from {begin}<br>to {last}"


def _window(buffers: Sequence[Buffer], steps: int) -> LiveRange | None:
    """The ops that matter, with a few around them."""
    begin = max(0, min(b.live.begin for b in buffers) - _AROUND)
    end = min(steps, max(b.live.end for b in buffers) + _AROUND)
    return LiveRange(begin, max(end, begin + 1))


def _keeper(figure: go.Figure, study: Study, found: Versus, a: Buffer, b: Buffer) -> None:
    """A mark at the last reader of the one that is born first."""
    if found.keeper is None:
        return
    key = (a.live.begin, a.live.end, a.name) <= (b.live.begin, b.live.end, b.name)
    first, row = (a, 0) if key else (b, 1)
    op = found.keeper.op
    text = "wanted after the run" if op is None else f"{op_name(study.net, op)} reads it last"
    figure.add_trace(
        go.Scatter(
            x=[first.live.end - 0.5],
            y=[row],
            mode="markers",
            marker={"symbol": "diamond", "size": 13, "color": ARENA_COLOUR,
                    "line": {"color": "white", "width": 1}},
            hovertext=[text],
            hovertemplate="%{hovertext}<extra></extra>",
        )
    )  # fmt: skip
    figure.add_annotation(
        x=first.live.end,
        y=row - 0.42,
        text=text,
        showarrow=False,
        font={"size": 12},
        xanchor="right" if first.live.end > _AROUND else "left",
    )


def _missing(figure: go.Figure, found: Versus, a: Buffer) -> None:
    """Where nothing makes one op wait for another: a broken arrow from user to writer."""
    way = found.missing
    if way is None:
        return
    first, second = (0, 1) if way.first == a.name else (1, 0)
    for user, writer in way.edges[:4]:
        figure.add_trace(
            go.Scatter(
                x=[user + 0.5, writer + 0.5],
                y=[first, second],
                mode="lines+markers",
                line={"color": ARENA_COLOUR, "width": 2, "dash": "dot"},
                marker={"size": 9, "color": ARENA_COLOUR},
                hovertext=[f"op {user:,} uses it", f"op {writer:,} does not wait for it"],
                hovertemplate="%{hovertext}<extra></extra>",
            )
        )
    user, writer = way.edges[0]
    figure.add_annotation(
        x=(user + writer) / 2 + 0.5,
        y=0.5,
        text=f"no path from op {user:,} to op {writer:,}",
        showarrow=False,
        font={"size": 12},
        bgcolor="rgba(255,255,255,0.75)",
        bordercolor=ARENA_COLOUR,
    )
