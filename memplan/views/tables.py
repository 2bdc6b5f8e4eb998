"""Tables: every blob, every op, what is alive at the peak; a row each, as pandas frames.

Names are as in the file: a table cell is text. Bytes are whole numbers with room for
"unknown" (pandas' Int64), so that they sort as numbers.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

import pandas as pd

from memplan.liveness import live_bytes
from memplan.net import Net, reads_by_op
from memplan.study import Study
from memplan.views.moments import alive_rows, peak_step
from memplan.views.names import shown, shown_shape
from memplan.views.rows import MemoryRow, memory_rows
from memplan.views.sentences import role_reason, unknown_reason
from memplan.views.uses import Uses, uses_of

__all__ = ["alive_table", "blob_table", "op_table", "peak_table"]

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
    uses = uses_of(study.net)
    records = [_blob_record(study.net, row_of[name], name, uses) for name in study.net.names()]
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
    rows = (row for row in alive_rows(study, peak_step(study)) if row.size)
    return _alive_table(rows, study.metrics.max_live.bytes)


def alive_table(study: Study, step: int) -> pd.DataFrame:
    """What is alive while the op at `step` runs, the largest first, unknown sizes last."""
    rows = alive_rows(study, step)
    return _alive_table(rows, sum(row.size or 0 for row in rows))


def _alive_table(rows: Iterable[MemoryRow], total: int) -> pd.DataFrame:
    records = [
        {
            "blob": row.name,
            "bytes": row.size,
            "share": (row.size or 0) / total if total else 0.0,
            "kind": row.kind.value,
            "begin": row.live.begin,
            "end": row.live.end,
            "memory": row.group.label if row.group else "",
            "offset": row.offset,
        }
        for row in rows
    ]
    return _frame(records, _PEAK_COLUMNS)


def _blob_record(net: Net, row: MemoryRow, name: str, uses: Uses) -> Record:
    blob = net.blob(name)
    return {
        "blob": name,
        "shape": shown_shape(blob.shape),
        "type": blob.dtype.label if blob.dtype else "?",
        "bytes": blob.nbytes,
        "role": blob.role.value if blob.role else row.kind.value,
        "why this role": role_reason(blob),
        "made by": _ops(net, uses.makers.get(name, ())),
        "read by": _ops(net, uses.readers.get(name, ())),
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


def _frame(records: Iterable[Record], columns: Sequence[str]) -> pd.DataFrame:
    frame = pd.DataFrame.from_records(list(records), columns=list(columns))
    return frame.astype({name: "Int64" for name in columns if name in _WHOLE})
