"""All planners on one net: what each needs, over the bound that none can go below."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import plotly.graph_objects as go

from memplan.planners import PLANNERS
from memplan.study import Study
from memplan.units import format_bytes
from memplan.views.compare_curves import A_COLOUR, B_COLOUR
from memplan.views.figures import BOUND_COLOUR, byte_axis, styled
from memplan.views.names import plotly_text, shown_bytes

__all__ = ["Contender", "contenders_figure", "ranked"]

_OTHERS = "#a4abb3"
_UNSAFE = "#b3261e"
_ROW = 24
_SCALE = 3  # times the lower bound: what needs more than that is cut, and says so


@dataclass(frozen=True, slots=True)
class Contender:
    """One planner's answer for a net.

    Attributes:
        peak: None when it gave no plan, which `refused` explains in one sentence.
        unsafe: What is wrong with the plan: one sentence.
    """

    planner: str
    peak: int | None = None
    bound: int = 0
    proven: bool = False
    unsafe: str | None = None
    refused: str = ""

    @classmethod
    def of(cls, study: Study) -> Contender:
        """The answer that a study holds."""
        m = study.metrics
        return cls(
            study.settings.planner, m.peak_bytes, m.bound.bytes, study.plan.proven, study.unsafe
        )

    @property
    def title(self) -> str:
        """The planner's title."""
        return PLANNERS[self.planner].title

    @property
    def figure(self) -> str:
        """What it needs, and whether that is safe, and proven to be the least."""
        if self.peak is None:
            return "no plan"
        word = " unsafe" if self.unsafe else " ✓" if self.proven else ""
        return f"{format_bytes(self.peak)}{word}"


def ranked(contenders: Iterable[Contender]) -> tuple[Contender, ...]:
    """The best first; then what is unsafe, whatever it needs; last who gave no plan."""

    def rank(each: Contender) -> tuple[bool, bool, int, str]:
        return each.peak is None, each.unsafe is not None, each.peak or 0, each.planner

    return tuple(sorted(contenders, key=rank))


def contenders_figure(contenders: Iterable[Contender], a: str, b: str | None) -> go.Figure:
    """Draw a bar for each planner, the best on top; `customdata` holds the planner.

    Args:
        a: The planner of side A; `b` that of side B, where it plans this net.
    """
    rows = ranked(contenders)
    bound = max((row.bound for row in rows), default=0)
    top = _scale(rows, bound)
    figure = go.Figure(_bars(rows, top, a, b))
    figure.add_vline(x=bound, line={"color": BOUND_COLOUR, "width": 2, "dash": "dash"})
    axis = byte_axis(top, ticks=3) | {"range": [0, top * 1.6], "fixedrange": True, "tickangle": 0}
    figure.update_xaxes(axis)
    figure.update_yaxes(
        type="category",
        autorange="reversed",
        labelalias={str(place): _label(row, a, b) for place, row in enumerate(rows)},
        automargin=True,
        tickmode="linear",
        dtick=1,
        fixedrange=True,
    )
    return styled(figure, 60 + _ROW * len(rows)).update_layout(clickmode="event+select")


def _scale(rows: Iterable[Contender], bound: int) -> int:
    """Bytes at the right end: one planner that shares nothing must not flatten the others."""
    peaks = [row.peak for row in rows if row.peak]
    near = [peak for peak in peaks if peak <= _SCALE * bound]
    return max(near or peaks, default=1)


def _bars(rows: tuple[Contender, ...], top: int, a: str, b: str | None) -> go.Bar:
    colours = [_colour(row, a, b) for row in rows]
    edges = [_UNSAFE if r.unsafe else c for r, c in zip(rows, colours, strict=True)]
    return go.Bar(
        orientation="h",
        y=[str(place) for place in range(len(rows))],
        # A bar that is cut is a little longer than the longest that is not.
        x=[min(row.peak or 0, int(top * 1.08)) for row in rows],
        text=[_text(row, top) for row in rows],
        textposition="outside",
        cliponaxis=False,
        marker={
            "color": colours,
            "line": {"color": edges, "width": 1},
            "pattern": {
                "shape": ["x" if row.unsafe else "" for row in rows],
                "fgcolor": [_UNSAFE] * len(rows),
                "fillmode": "overlay",
                "size": 8,
                "solidity": 0.3,
            },
        },
        hovertext=[_hover(row) for row in rows],
        hovertemplate="%{hovertext}<extra></extra>",
        customdata=[[row.planner] for row in rows],
    )


def _colour(row: Contender, a: str, b: str | None) -> str:
    return A_COLOUR if row.planner == a else B_COLOUR if row.planner == b else _OTHERS


def _label(row: Contender, a: str, b: str | None) -> str:
    sides = "".join(side for side, planner in (("A", a), ("B", b)) if planner == row.planner)
    title = plotly_text(row.title)
    return f"<b>{sides} · {title}</b>" if sides else title


def _text(row: Contender, top: int) -> str:
    arrow = "→ " if (row.peak or 0) > top else ""
    return f"\N{NO-BREAK SPACE}{arrow}{row.figure}"  # apart from the line of the bound


def _hover(row: Contender) -> str:
    lines = [f"<b>{plotly_text(row.title)}</b>"]
    if row.peak is None:
        return "<br>".join([*lines, plotly_text(row.refused, 160)])
    lines.append(shown_bytes(row.peak))
    over = row.peak - row.bound
    if row.unsafe is not None:
        lines.append(f"unsafe: {plotly_text(row.unsafe, 160)}")
    elif over > 0:
        lines.append(f"{shown_bytes(over)} above the lower bound")
    lines.append("no plan has a lower peak" if row.proven else "click to make it side B")
    return "<br>".join(lines)
