"""The timeline: a bar for each storage, from its first write to its last read."""

from __future__ import annotations

from collections.abc import Callable
from enum import StrEnum

import plotly.graph_objects as go

from memplan.plan import LiveRange
from memplan.study import Study
from memplan.views.figures import bars, op_axis, styled
from memplan.views.names import plotly_text
from memplan.views.rows import MemoryRow, biggest_first, memory_rows
from memplan.views.steps import step_word

__all__ = ["TimelineOrder", "timeline_figure", "timeline_rows"]

_ROW = 22
_NAMED = 70  # rows of which each can have its name
_LABELLED = 200


class TimelineOrder(StrEnum):
    """By what the rows are sorted, from the top."""

    BIRTH = "birth"
    SIZE = "size"
    OFFSET = "offset"


# Rows of one offset stand together, by birth: who takes turns on the same bytes.
_KEYS: dict[TimelineOrder, Callable[[MemoryRow], tuple[object, ...]]] = {
    TimelineOrder.BIRTH: lambda row: (row.live, row.name),
    TimelineOrder.SIZE: lambda row: (-1 if row.size is None else -row.size, row.live, row.name),
    TimelineOrder.OFFSET: lambda row: (row.offset is None, row.offset or 0, row.live, row.name),
}


def timeline_rows(
    study: Study,
    limit: int = 2000,
    window: LiveRange | None = None,
    order: TimelineOrder = TimelineOrder.BIRTH,
) -> tuple[MemoryRow, ...]:
    """What the timeline shows: planned storages in order; beyond `limit`, the largest.

    Args:
        window: Only what is alive during some of these ops.
    """
    rows = _alive_in(study, window)
    if len(rows) > limit:
        rows = biggest_first(rows)[:limit]
    return tuple(sorted(rows, key=_KEYS[order]))


def _alive_in(study: Study, window: LiveRange | None) -> list[MemoryRow]:
    planned = [row for row in memory_rows(study) if row.planned]
    return [row for row in planned if window is None or row.live.meets(window)]


def timeline_figure(
    study: Study,
    limit: int = 2000,
    window: LiveRange | None = None,
    order: TimelineOrder = TimelineOrder.BIRTH,
) -> go.Figure:
    """Draw live ranges [begin, end) as bars, coloured by shared memory.

    A bar's `customdata` holds the storage's name. Plotly draws some thousand bars in a second,
    so beyond `limit` the largest are shown, and a note says so; `window` shows some ops alone.
    """
    rows = list(timeline_rows(study, limit, window, order))
    total = len(_alive_in(study, window))
    figure = go.Figure(
        go.Bar(
            orientation="h",
            # Rows by number: two names that look alike when cut are still two rows.
            y=[str(place) for place in range(len(rows))],
            base=[row.live.begin for row in rows],
            x=[row.live.end - row.live.begin for row in rows],
            text=[_tag(row) for row in rows] if len(rows) <= _LABELLED else None,
            textposition="inside",
            insidetextanchor="middle",
            textangle=0,
            insidetextfont={"size": 11, "color": [row.swatch.ink for row in rows]},
            **bars(rows),
        )
    )
    figure.update_xaxes(op_axis(study.problem.horizon, window, step_word(study.net)))
    figure.update_yaxes(
        type="category",
        autorange="reversed",
        labelalias={str(place): plotly_text(row.name, 24) for place, row in enumerate(rows)},
        automargin=True,
        tickfont={"size": 12 if len(rows) <= _NAMED // 2 else 10},
        # Left to itself plotly names every second row as soon as it gets tight.
        **({"tickmode": "linear", "dtick": 1} if len(rows) <= _NAMED else {}),
    )
    figure.update_layout(uniformtext={"minsize": 8, "mode": "hide"})
    note = f"the {len(rows):,} largest of {total:,} blobs" if len(rows) < total else ""
    return styled(figure, min(900, 110 + _ROW * max(4, len(rows))), note)


def _tag(row: MemoryRow) -> str:
    return row.group.label if row.group is not None else ""
