"""How large the blobs are and how long they live: where a smaller or shorter blob would help."""

from __future__ import annotations

from collections import Counter

import pandas as pd
import plotly.graph_objects as go

from memplan.study import Study
from memplan.units import format_bytes
from memplan.views.figures import CURVE_COLOUR, byte_axis, styled
from memplan.views.names import shown_bytes
from memplan.views.rows import MemoryRow, memory_rows

__all__ = ["longest_lived", "size_figure"]


def size_figure(study: Study, height: int = 260) -> go.Figure:
    """Draw the bytes that blobs of each size take together; a bar for each power of two.

    The bars are bytes and not counts: a hundred small blobs matter less than one large one. How
    many they are stands on each bar.
    """
    sizes = [row.size for row in _planned(study) if row.size]
    counts = Counter(size.bit_length() - 1 for size in sizes)
    totals: Counter[int] = Counter()
    for size in sizes:
        totals[size.bit_length() - 1] += size
    bins = range(min(counts, default=0), max(counts, default=-1) + 1)
    figure = go.Figure(
        go.Bar(
            x=[format_bytes(2**power).replace(".0 ", " ") for power in bins],
            y=[totals[power] for power in bins],
            text=[f"{counts[power]:,}" if counts[power] else "" for power in bins],
            textposition="auto",
            marker={"color": CURVE_COLOUR},
            hovertext=[
                f"{counts[power]:,} blob(s) of {_range(power)}<br>"
                f"{shown_bytes(totals[power])} together"
                for power in bins
            ],
            hovertemplate="%{hovertext}<extra></extra>",
        )
    )
    figure.update_xaxes(title={"text": "size of a blob, from"}, type="category", automargin=True)
    figure.update_yaxes(byte_axis(max(totals.values(), default=0), ticks=4))
    return styled(figure, height)


def longest_lived(study: Study, limit: int = 50) -> pd.DataFrame:
    """The blobs that are alive for most steps, longest first, then the largest.

    The product of bytes and steps tells how much of the address map a blob covers.
    """
    rows = sorted(_planned(study), key=lambda r: (-_steps(r), -(r.size or 0), r.name))[:limit]
    frame = pd.DataFrame(
        {
            "blob": [row.name for row in rows],
            "steps": [_steps(row) for row in rows],
            "bytes": [row.size for row in rows],
            "begin": [row.live.begin for row in rows],
            "end": [row.live.end for row in rows],
            "memory": [row.group.label if row.group else "" for row in rows],
            "role": [row.kind.value for row in rows],
        }
    )
    return frame.astype({"bytes": "Int64"})


def _planned(study: Study) -> list[MemoryRow]:
    return [row for row in memory_rows(study) if row.planned]


def _steps(row: MemoryRow) -> int:
    return sum(live.end - live.begin for live in row.alive)


def _range(power: int) -> str:
    """A power of two and the next, as people read it.

    >>> _range(9), _range(20)
    ('512 B to 1.0 KiB', '1.0 MiB to 2.0 MiB')
    """
    return f"{format_bytes(2**power)} to {format_bytes(2 ** (power + 1))}"
