"""The report's charts, drawn as SVG: the memory curve, the address map, the timeline.

They are the figures of the app without a library: a report needs no script to show them. An
element of a blob carries ``data-b``, the number of its memory; one of an op ``data-o``.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from memplan.export.axes import LEFT, RIGHT, Axes, chart
from memplan.export.markup import Markup, element, escaped, joined, number
from memplan.export.swatches import Fills
from memplan.liveness import live_bytes
from memplan.plan import Window
from memplan.study import Study
from memplan.units import format_bytes
from memplan.views.names import shown, shown_bytes
from memplan.views.rows import MemoryRow, biggest_first, grounds
from memplan.views.steps import step_name
from memplan.views.usage import thinned

__all__ = [
    "MAPPED",
    "TIMED",
    "address_map",
    "memory_curve",
    "row_title",
    "study_levels",
    "timeline",
]

MAPPED = 3000
"""The most blobs on the address map …"""
TIMED = 300
"""… and on the timeline, which gives each a line."""

_POINTS = 1800  # of the curve: two for each pixel of its width
_POINTED = 600  # ops of which each can be pointed at
_ROOM = 3  # peaks: a capacity beyond would flatten the curve
_CURVE, _MAP = 230, 420
_BAR, _GAP = 14, 4
_CHAR = 6.4

Numbers = Mapping[str, int]


def memory_curve(study: Study) -> Markup:
    """Bytes alive at each op, under the arena and over the lower bound."""
    curve, levels = live_bytes(study.problem), study_levels(study)
    axes = Axes(len(curve), max(*(size for _, _, size in levels), *curve, 1), _CURVE)
    return chart(
        axes,
        "Bytes alive at each op",
        "curve",
        axes.byte_marks(),
        _area(axes, curve),
        *(_level(axes, size, kind, name) for kind, name, size in levels),
        *_peak(axes, study),
        *_pointed(axes, study, curve),
    )


def study_levels(study: Study) -> list[tuple[str, str, int]]:
    """Lines across the curve: kind, name, bytes; a capacity that is far off is left out."""
    metrics, capacity = study.metrics, study.settings.capacity
    levels = [
        ("bound", "lower bound", metrics.bound.bytes),
        ("arena", "arena", metrics.peak_bytes),
    ]
    if capacity is not None and capacity <= _ROOM * max(metrics.peak_bytes, 1):
        levels.append(("capacity", "capacity", capacity))
    return levels


def _area(axes: Axes, curve: Sequence[int]) -> Markup:
    steps = thinned(tuple(curve), _POINTS)
    ends = (*steps[1:], len(curve))
    stairs = "".join(
        f"V{number(axes.y(curve[t]))}H{number(axes.x(end))}"
        for t, end in zip(steps, ends, strict=True)
    )
    return element(
        "path", d=f"M{LEFT} {number(axes.y(0))}{stairs}V{number(axes.y(0))}Z", class_="area"
    )


def _level(axes: Axes, size: int, kind: str, name: str) -> Markup:
    y = number(axes.y(size))
    return element(
        "path",
        element("title", f"{name}: {shown_bytes(size)}"),
        d=f"M{LEFT} {y}H{RIGHT}",
        class_=f"level {kind}",
    )


def _peak(axes: Axes, study: Study) -> list[Markup]:
    peak = study.metrics.max_live
    if peak.step is None:
        return []
    title = f"most is alive at {step_name(study.net, peak.step)}: {shown_bytes(peak.bytes)}"
    x, y = axes.x(peak.step + 0.5), axes.y(peak.bytes)
    return [element("circle", element("title", title), cx=x, cy=y, r=5, class_="peak")]


def _pointed(axes: Axes, study: Study, curve: Sequence[int]) -> list[Markup]:
    """An unseen column for each op, that tells what is alive there."""
    if len(curve) > _POINTED:
        return []
    return [
        element(
            "rect",
            element("title", f"{step_name(study.net, t)}\n{shown_bytes(size)} alive"),
            x=axes.x(t),
            y=axes.y(axes.top),
            width=axes.x(t + 1) - axes.x(t),
            height=axes.height,
            class_="column",
            data_o=t,
        )
        for t, size in enumerate(curve)
    ]


def address_map(study: Study, rows: Sequence[MemoryRow], fills: Fills, numbers: Numbers) -> Markup:
    """Where each placed buffer lies and when: the largest `MAPPED` of them."""
    placed = biggest_first(r for r in rows if r.planned and r.offset is not None and r.size)
    top = study.metrics.peak_bytes
    axes = Axes(study.problem.horizon, top, _MAP)
    return chart(
        axes,
        "Where each blob lies and when",
        "map",
        axes.byte_marks(),
        *(
            _box(axes, r, part, fills, numbers)
            for r in placed[:MAPPED]
            for part in r.parts
            if part.low < part.high
        ),
        *(_ground(axes, name, at) for name, at in grounds(study.plan).items()),
        _level(axes, top, "arena", "arena"),
    )


def _box(axes: Axes, row: MemoryRow, part: Window, fills: Fills, numbers: Numbers) -> Markup:
    base = row.ground + (row.offset or 0)
    left, right = axes.x(part.live.begin), axes.x(part.live.end)
    top, foot = axes.y(base + part.high), axes.y(base + part.low)
    return element(
        "g",
        element("title", row_title(row)),
        element("rect", x=left, y=top, width=right - left, height=foot - top, **_look(row, fills)),
        *_label(row, (left + right) / 2, (top + foot) / 2 + 4, right - left, foot - top),
        class_="buffer",
        data_b=numbers[row.name],
    )


def _look(row: MemoryRow, fills: Fills) -> dict[str, str]:
    return {"fill": fills.of(row.swatch), "stroke": row.swatch.edge}


def _label(row: MemoryRow, x: float, y: float, width: float, height: float) -> list[Markup]:
    """The name, where there is room for a good part of it."""
    room = int((width - 8) / _CHAR)
    if height < 13 or room < min(5, len(row.name)):
        return []
    return [element("text", shown(row.name, room), x=x, y=y, fill=row.swatch.ink)]


def _ground(axes: Axes, space: str, at: int) -> Markup:
    y = axes.y(at)
    line = element("path", d=f"M{LEFT} {number(y)}H{RIGHT}", class_="ground")
    return joined((line, element("text", shown(space), x=LEFT + 4, y=y - 4, class_="tick space")))


def timeline(study: Study, rows: Sequence[MemoryRow], fills: Fills, numbers: Numbers) -> Markup:
    """A bar for each planned storage, by birth: the largest `TIMED` of them."""
    largest = biggest_first(row for row in rows if row.planned)[:TIMED]
    shown_rows = sorted(largest, key=lambda row: (row.live, row.name))
    axes = Axes(study.problem.horizon, 1, max(1, len(shown_rows)) * (_BAR + _GAP))
    bars = (_bar(axes, place, row, fills, numbers) for place, row in enumerate(shown_rows))
    return chart(axes, "When each blob is alive", "timeline", *bars)


def _bar(axes: Axes, place: int, row: MemoryRow, fills: Fills, numbers: Numbers) -> Markup:
    y = axes.y(1) + place * (_BAR + _GAP)
    pieces = (
        element(
            "rect",
            x=axes.x(t.begin),
            y=y,
            width=axes.x(t.end) - axes.x(t.begin),
            height=_BAR,
            **_look(row, fills),
        )
        for t in row.alive
    )
    name = element(
        "text", shown(row.name, 12), x=LEFT - 6, y=y + 11, class_="tick byte-tick row-name"
    )
    room = axes.x(row.live.end) - axes.x(row.live.begin) > 26
    group = row.group.label if row.group and room else ""
    middle = (axes.x(row.alive[0].begin) + axes.x(row.alive[0].end)) / 2
    tag = element("text", group, x=middle, y=y + 11, fill=row.swatch.ink, class_="tag")
    return element(
        "g",
        element("title", row_title(row)),
        name,
        *pieces,
        tag,
        class_="buffer",
        data_b=numbers[row.name],
    )


def row_title(row: MemoryRow) -> Markup:
    """What is told of a piece of memory when it is pointed at."""
    lines = [", ".join(shown(name, 60) for name in row.names[:4])]
    if len(row.names) > 4:
        lines[0] += f" and {len(row.names) - 4:,} more"
    if row.shape:
        lines.append(f"{row.dtype} {row.shape}")
    lines.append(shown_bytes(row.size))
    lines.append(f"{row.kind.value}, alive over ops {row.live}")
    if row.offset is not None:
        where = f" in {shown(row.space)}" if row.space else ""
        lines.append(f"offset {row.offset:,} ({format_bytes(row.offset)}){where}")
    if row.group is not None:
        lines.append(f"memory {row.group.label}, {row.group.blobs:,} blob(s)")
    return escaped("\n".join(lines))
