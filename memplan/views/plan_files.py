"""A plan as files to take away: CSV for a spreadsheet, JSON for a program.

A spreadsheet takes a cell that begins with ``=``, ``+``, ``-`` or ``@`` (or a tab or carriage
return before one) for a formula, and names of blobs come from strangers. So a text cell that
begins with one of these gets an apostrophe before it, and so does one that begins with an
apostrophe: whoever reads the file back takes one leading apostrophe away (`plain_cell`).
"""

from __future__ import annotations

import csv
import io
import json
from typing import Any

from memplan.plan import Buffer, Witness
from memplan.study import Study
from memplan.views.rows import MemoryRow, memory_rows

__all__ = ["CSV_COLUMNS", "plain_cell", "plan_csv", "plan_json", "safe_cell"]

CSV_COLUMNS = ("name", "names", "kind", "begin", "end", "size", "offset", "slot", "dtype", "space")
"""Ranges are half-open, sizes and offsets in bytes (of the space); an empty cell is unknown."""

_RISKY = ("=", "+", "-", "@", "\t", "\r", "\n", "'")


def safe_cell(text: str) -> str:
    """Return text as a cell that no spreadsheet takes for a formula.

    >>> safe_cell("=1+2"), safe_cell("conv1"), safe_cell("'quoted'")
    ("'=1+2", 'conv1', "''quoted'")
    """
    # What UTF-8 cannot say (half of a surrogate pair) is written as its code.
    text = text.encode("utf-8", "backslashreplace").decode()
    return f"'{text}" if text.startswith(_RISKY) else text


def plain_cell(cell: str) -> str:
    """Return what `safe_cell` was given.

    >>> plain_cell(safe_cell("-x")), plain_cell(safe_cell("'x"))
    ('-x', "'x")
    """
    return cell.removeprefix("'")


def plan_csv(study: Study) -> str:
    """Return the planned buffers as CSV (RFC 4180); ``names`` is a JSON list of blobs."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\r\n")
    writer.writerow(CSV_COLUMNS)
    for buffer in _buffers(study):
        cells = buffer | {"names": json.dumps(buffer["names"])}
        values = (cells[column] for column in CSV_COLUMNS)
        writer.writerow(safe_cell(v) if isinstance(v, str) else v for v in values)
    return text.getvalue()


def plan_json(study: Study) -> dict[str, Any]:
    """Return a study as JSON values: the same keys as the command line prints.

    Sizes are in bytes, ranges half-open; null is unknown. Where ``complete`` is false the sums
    cover the known sizes alone. ``unsafe`` is null, or what is wrong with the plan.
    """
    metrics, plan = study.metrics, study.plan
    return {
        "net": study.net.name,
        "ops": len(study.net.ops),
        "blobs": len(study.net.names()),
        "unknown": [{"name": u.name, "reason": u.reason} for u in metrics.unknown],
        "complete": metrics.complete,
        "weights_bytes": metrics.weights_bytes,
        "naive_bytes": metrics.naive_bytes,
        "max_live_bytes": metrics.max_live.bytes,
        "lower_bound_bytes": metrics.bound.bytes,
        "peak_bytes": metrics.peak_bytes,
        "proven": plan.proven,
        "witness": _witness(plan.proof),
        "unsafe": study.unsafe,
        "planner": plan.planner,
        **({"found_by": plan.found_by} if plan.found_by else {}),
        "nodes": plan.nodes,
        **({} if study.order is None else {"order": list(study.order)}),
        "seconds": round(study.seconds, 6),
        "alignment": study.settings.alignment,
        "spaces": [{"name": name, "peak_bytes": top} for name, top in plan.peaks().items()],
        "buffers": _buffers(study),
    }


def _witness(witness: Witness | None) -> dict[str, Any] | None:
    if witness is None:
        return None
    return {
        "kind": witness.kind.value,
        "step": witness.step,
        "bytes": witness.bytes,
        "buffers": list(witness.buffers),
        "nodes": witness.nodes,
    }


def _buffers(study: Study) -> list[dict[str, Any]]:
    buffers = {buffer.name: buffer for buffer in study.problem.buffers}
    return [_buffer(study, r, buffers[r.name]) for r in memory_rows(study) if r.planned]


def _buffer(study: Study, row: MemoryRow, buffer: Buffer) -> dict[str, Any]:
    dtype = study.net.blob(row.name).dtype
    return {
        "name": row.name,
        "names": list(row.names),
        "kind": row.kind.value,
        "begin": row.live.begin,
        "end": row.live.end,
        "size": row.size,
        "offset": row.offset,
        "slot": row.slot,
        "dtype": dtype.label if dtype else None,
        "space": study.plan.space_name(row.name),
        "alignment": buffer.alignment,
        "gaps": [[gap.begin, gap.end] for gap in buffer.gaps],
        "windows": [[w.live.begin, w.live.end, w.low, w.high] for w in buffer.windows],
    }
