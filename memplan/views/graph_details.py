"""What is told of an op or a blob of the graph that is pointed at: pairs of a word and a text."""

from __future__ import annotations

from collections.abc import Sequence

from memplan.net import Blob, Net, Op
from memplan.views.names import shown, shown_bytes, shown_shape
from memplan.views.rows import MemoryRow

__all__ = ["Details", "blob_details", "op_details"]

Details = tuple[tuple[str, str], ...]


def op_details(net: Net, step: int, op: Op, weights: Sequence[str]) -> Details:
    """Tell of the op at `step`; `weights` are those that are not drawn as nodes."""
    details = [("op", f"{step}: {shown(op.type)}")]
    if op.name:
        details.append(("name", shown(op.name)))
    if op.engine:
        details.append(("engine", shown(op.engine)))
    details.append(("device", str(op.device)))
    if weights:
        total = sum(net.blob(name).nbytes or 0 for name in weights)
        details.append(("weights", f"{_listed(weights)}: {shown_bytes(total)}"))
    if op.nets:
        counts = ", ".join(f"{shown(arg)} ({len(n.ops)} ops)" for arg, n in op.nets.items())
        details.append(("nested nets", counts))
    return tuple(details)


def blob_details(blob: Blob, row: MemoryRow) -> Details:
    """Tell of a blob, and of the memory that it lies in."""
    dtype = blob.dtype.label if blob.dtype else "?"
    pairs = [
        ("blob", shown(blob.name)),
        ("shape", f"{shown_shape(blob.shape)} {dtype}"),
        ("bytes", shown_bytes(blob.nbytes)),
        ("role", f"{row.kind.value}" if blob.role is None else blob.role.value),
    ]
    if row.planned:
        pairs.append(("alive", f"ops {row.live}"))
    if row.group is not None:
        pairs.append(("memory", f"{row.group.label}, {row.group.blobs} blob(s)"))
    if row.offset is not None:
        pairs.append(("offset", f"{row.offset:,}"))
    others = [name for name in row.names if name != blob.name]
    if others:
        pairs.append(("same memory as", _listed(others)))
    if blob.nbytes is None and blob.unknown:
        pairs.append(("unknown", shown(blob.unknown)))
    return tuple(pairs)


def _listed(names: Sequence[str], limit: int = 6) -> str:
    words = [shown(name, 40) for name in names[:limit]]
    more = f" and {len(names) - limit} more" if len(names) > limit else ""
    return ", ".join(words) + more
