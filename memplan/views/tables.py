"""Tables: every blob, every op, what is alive at the peak; a row each, as pandas frames.

Names are as in the file: a table cell is text. Bytes are whole numbers with room for
"unknown" (pandas' Int64), so that they sort as numbers.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

import pandas as pd

from memplan.liveness import live_bytes
from memplan.net import Net, made_names, reads_by_op
from memplan.study import Study
from memplan.views.names import shown, shown_shape
from memplan.views.rows import MemoryRow, memory_rows
from memplan.views.sentences import role_reason, unknown_reason

__all__ = ["blob_table", "op_table", "peak_table"]

Record = dict[str, Any]

_BLOB_COLUMNS = (
    *("blob", "shape", "type", "bytes", "role", "why this role", "made by", "read by"),
    *("begin", "end", "memory", "offset", "note"),
)
_OP_COLUMNS = ("op", "type", "name", "reads", "writes", "device", "alive bytes", "nested nets")
_PEAK_COLUMNS = ("blob", "bytes", "share", "kind", "begin", "end", "memory", "offset")
_WHOLE = frozenset({"op", "bytes", "begin", "end", "offset", "alive bytes"})


def blob_table(study: Study) -> pd.DataFrame:
    """A row for each name of the net, weights and blobs of unknown size too."""
    row_of = {name: row for row in memory_rows(study) for name in row.names}
    makers, readers = _uses(study.net)
    records = [
        _blob_record(study.net, row_of[name], name, makers.get(name, ()), readers.get(name, ()))
        for name in study.net.names()
    ]
    return _frame(records, _BLOB_COLUMNS)


def op_table(study: Study) -> pd.DataFrame:
    """A row for each op, with the bytes alive while it runs."""
    curve = live_bytes(study.problem)
    records = [
        {
            "op": step,
            "type": shown(op.type),
            "name": shown(op.name),
            "reads": ", ".join(map(shown, reads)),
            "writes": ", ".join(map(shown, op.outputs)),
            "device": str(op.device),
            "alive bytes": curve[step] if step < len(curve) else 0,
            "nested nets": ", ".join(f"{shown(k)} ({len(n.ops)})" for k, n in op.nets.items()),
        }
        for step, (op, reads) in enumerate(zip(study.net.ops, reads_by_op(study.net), strict=True))
    ]
    return _frame(records, _OP_COLUMNS)


def peak_table(study: Study) -> pd.DataFrame:
    """What is alive at the peak, the largest first, each with its share of the bytes there."""
    peak = study.metrics.max_live
    there = set(peak.buffers)
    rows = sorted(
        (row for row in memory_rows(study) if row.name in there and row.planned),
        key=lambda row: (-(row.size or 0), row.name),
    )
    records = [
        {
            "blob": row.name,
            "bytes": row.size,
            "share": (row.size or 0) / peak.bytes,
            "kind": row.kind.value,
            "begin": row.live.begin,
            "end": row.live.end,
            "memory": row.group.label if row.group else "",
            "offset": row.offset,
        }
        for row in rows
    ]
    return _frame(records, _PEAK_COLUMNS)


def _blob_record(
    net: Net, row: MemoryRow, name: str, makers: Sequence[int], readers: Sequence[int]
) -> Record:
    blob = net.blob(name)
    return {
        "blob": name,
        "shape": shown_shape(blob.shape),
        "type": blob.dtype.label if blob.dtype else "?",
        "bytes": blob.nbytes,
        "role": blob.role.value if blob.role else row.kind.value,
        "why this role": role_reason(blob),
        "made by": _ops(net, makers),
        "read by": _ops(net, readers),
        "begin": row.live.begin,
        "end": row.live.end,
        "memory": row.group.label if row.group else "",
        "offset": row.offset,
        "note": _note(net, row, name),
    }


def _note(net: Net, row: MemoryRow, name: str) -> str:
    parts = []
    others = [shown(other) for other in row.names if other != name]
    if others:
        parts.append(f"the same memory as {', '.join(others)}")
    if not row.planned:
        parts.append("not planned" if row.kind.value == "weight" else "not counted")
    if net.blob(name).nbytes is None:
        parts.append(f"unknown: {unknown_reason(net.blob(name))}")
    return "; ".join(parts)


def _ops(net: Net, steps: Sequence[int], limit: int = 8) -> str:
    words = [f"{step} {shown(net.ops[step].type, 30)}" for step in steps[:limit]]
    more = f" and {len(steps) - limit} more" if len(steps) > limit else ""
    return ", ".join(words) + more


def _uses(net: Net) -> tuple[dict[str, list[int]], dict[str, list[int]]]:
    """Which ops make each name, and which read it; nested nets count as their op."""
    makers: dict[str, list[int]] = {}
    readers: dict[str, list[int]] = {}
    for step, (op, reads) in enumerate(zip(net.ops, reads_by_op(net), strict=True)):
        inside = (name for nested in op.nets.values() for name in made_names(nested))
        for name in dict.fromkeys((*op.outputs, *inside)):
            makers.setdefault(name, []).append(step)
        for name in reads:
            readers.setdefault(name, []).append(step)
    return makers, readers


def _frame(records: Iterable[Record], columns: Sequence[str]) -> pd.DataFrame:
    frame = pd.DataFrame.from_records(list(records), columns=list(columns))
    return frame.astype({name: "Int64" for name in columns if name in _WHOLE})
