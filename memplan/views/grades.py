"""The table of graded planners, as rows for a screen and as JSON."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from memplan.grade import Instance, Row
from memplan.views.names import shown

__all__ = ["grade_cells", "grades_json", "ratio"]

_NAME = 60


def ratio(peak: int | None, bound: int) -> str:
    """Peak over bound as people read it; a dash where there is no plan.

    >>> ratio(110, 100), ratio(100, 100), ratio(None, 100)
    ('1.100', '1', '-')
    """
    if peak is None:
        return "-"
    return "1" if peak == bound else f"{peak / bound:.3f}"


def grade_cells(row: Row, instances: Sequence[Instance]) -> list[str]:
    """Name, status, score, and peak over bound for each instance: all text, fit to be shown."""
    score = "-" if row.score is None else f"{row.score:.4f}"
    pairs = zip(row.peaks, instances, strict=True)
    cells = [ratio(peak, instance.bound) for peak, instance in pairs]
    return [shown(row.name, _NAME), row.status.value, score, *cells]


def grades_json(
    rows: Sequence[Row], instances: Sequence[Instance], seed: int, unread: Mapping[str, str]
) -> dict[str, Any]:
    """All that is known of a grading: instances, rows in their order, files that were not read."""
    return {
        "seed": seed,
        "instances": [
            {"title": i.title, "buffers": len(i.problem.buffers), "bound": i.bound}
            for i in instances
        ],
        "rows": [_row_json(rank, row, instances) for rank, row in enumerate(rows, 1)],
        "not_read": [{"name": name, "reason": reason} for name, reason in unread.items()],
    }


def _row_json(rank: int, row: Row, instances: Sequence[Instance]) -> dict[str, Any]:
    tried = [outcome.complaint for outcome in row.outcomes]
    complaints = tried + [""] * (len(instances) - len(tried))
    return {
        "rank": rank,
        "name": row.name,
        "ours": row.ours,
        "status": row.status.value,
        "score": row.score,
        "solved": row.solved,
        "complaint": row.complaint,
        "instances": [
            {"peak": peak, "ratio": None if peak is None else peak / i.bound, "complaint": told}
            for peak, i, told in zip(row.peaks, instances, complaints, strict=True)
        ],
    }
