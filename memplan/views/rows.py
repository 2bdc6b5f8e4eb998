"""A row for each piece of memory of a study: what every figure and table begins with."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from itertools import accumulate

from memplan.liveness import Storage
from memplan.net import CPU, Device, Net
from memplan.plan import Buffer, BufferKind, LiveRange, Plan, Window
from memplan.study import Study
from memplan.units import format_bytes
from memplan.views.colours import (
    OWN,
    UNCOUNTED,
    UNKNOWN,
    Group,
    Grouping,
    Swatch,
    group_blobs,
)
from memplan.views.names import plotly_text, shown_bytes, shown_shape

__all__ = ["MemoryRow", "biggest_first", "grounds", "hover_text", "memory_rows"]


@dataclass(frozen=True, slots=True)
class MemoryRow:
    """A storage of the net, or scratch of an op; where it lies, and how it is drawn.

    Attributes:
        names: The blobs that it holds; for scratch its own name.
        size: Bytes; None where unknown.
        planned: Whether it is in the problem; weights and uncounted blobs are not.
        space: The memory that it lies in; empty where the plan has but one.
        ground: Where that memory begins when all are drawn one above the other, in bytes.
        offset: Bytes from the start of its space; None where it is not placed.
        shape, dtype: Of its first blob, as text.
        device: Where the ops that use it run.
        parts: Which bytes of itself it occupies when, if it is planned.
    """

    name: str
    names: tuple[str, ...]
    kind: BufferKind
    live: LiveRange
    alive: tuple[LiveRange, ...]
    size: int | None
    planned: bool
    offset: int | None
    slot: int | None
    group: Group | None
    shape: str
    dtype: str
    space: str = ""
    ground: int = 0
    device: Device = CPU
    parts: tuple[Window, ...] = ()

    @property
    def swatch(self) -> Swatch:
        """The group's, else one that says why it has none."""
        if self.group is not None and self.size is not None:
            return self.group.swatch
        if self.kind is BufferKind.WEIGHT:
            return UNCOUNTED
        if self.size is None:
            return UNKNOWN
        return OWN if self.planned else UNCOUNTED


def memory_rows(study: Study, grouping: Grouping | None = None) -> tuple[MemoryRow, ...]:
    """All storages of a study, weights too, in its order, then the scratch of ops."""
    grouping = grouping or group_blobs(study)
    buffers = {buffer.name: buffer for buffer in study.problem.buffers}
    floors = grounds(study.plan)
    rows = [_row(study, grouping, floors, s, buffers.pop(s.name, None)) for s in study.storages]
    return (*rows, *(_row(study, grouping, floors, None, each) for each in buffers.values()))


def _row(
    study: Study,
    grouping: Grouping,
    floors: Mapping[str, int],
    storage: Storage | None,
    buffer: Buffer | None,
) -> MemoryRow:
    owner = buffer or storage
    assert owner is not None
    shape, dtype = _type_texts(study.net, storage)
    plan = study.plan
    several = len(plan.problem.spaces) > 1 and owner.name in (plan.offsets or {})
    space = plan.space_name(owner.name) if several else ""
    return MemoryRow(
        name=owner.name,
        names=storage.names if storage else (owner.name,),
        kind=owner.kind,
        live=owner.live,
        alive=buffer.alive() if buffer else (owner.live,),
        size=owner.size,
        planned=buffer is not None,
        offset=(plan.offsets or {}).get(owner.name),
        slot=(plan.slots or {}).get(owner.name),
        group=grouping.of_buffer.get(owner.name),
        shape=shape,
        dtype=dtype,
        space=space,
        ground=floors.get(space, 0),
        device=storage.device if storage else CPU,
        parts=buffer.occupied() if buffer else (),
    )


def grounds(plan: Plan) -> dict[str, int]:
    """Where each space begins when they are drawn one above the other; empty if there is one."""
    if len(plan.problem.spaces) == 1:
        return {}
    peaks = plan.peaks()
    return dict(zip(peaks, accumulate((0, *peaks.values())), strict=False))


def _type_texts(net: Net, storage: Storage | None) -> tuple[str, str]:
    if storage is None or net.given is not None:
        return "", ""
    blob = net.blob(storage.name)
    return shown_shape(blob.shape), blob.dtype.label if blob.dtype else "?"


def biggest_first(rows: Iterable[MemoryRow]) -> list[MemoryRow]:
    """Rows by size, the largest first, then by birth and name; unknown sizes last."""
    return sorted(rows, key=lambda r: (-1 if r.size is None else -r.size, r.live.begin, r.name))


def hover_text(row: MemoryRow) -> str:
    """What a figure tells of a row: lines of plotly text."""
    lines = [f"<b>{plotly_text(row.name)}</b>"]
    if len(row.names) > 1:
        others = ", ".join(plotly_text(name, 40) for name in row.names[1:5])
        more = f" and {len(row.names) - 5} more" if len(row.names) > 5 else ""
        lines.append(f"also {others}{more}")
    if row.shape:
        lines.append(f"{plotly_text(row.shape, None)} {row.dtype}")
    lines.append(shown_bytes(row.size))
    lines.append(f"{row.kind.value}, alive over ops {row.live}")
    if row.offset is not None:
        where = f" in {plotly_text(row.space)}" if row.space else ""
        lines.append(f"offset {row.offset:,} ({format_bytes(row.offset)}){where}")
    if row.group is not None:
        lines.append(f"memory {row.group.label}, {row.group.blobs} blob(s)")
    return "<br>".join(lines)
