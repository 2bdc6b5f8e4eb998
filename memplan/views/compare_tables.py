"""Two plans as tables: the figures, what moved where, who gained or lost a mate."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import pandas as pd

from memplan.metrics import Metrics
from memplan.study import Study
from memplan.units import format_bytes
from memplan.views.compare import Change, Comparison, MateChange, Pair
from memplan.views.compare_words import less, share
from memplan.views.names import shown, shown_bytes
from memplan.views.rows import MemoryRow

__all__ = ["figure_table", "mate_table", "move_table"]

MATES = 6
_SAME = "the same"
_MOVE_COLUMNS = (
    *("blob", "change", "offset in A", "offset in B", "moved by", "bytes", "bytes in B"),
    *("memory in A", "memory in B", "also called"),
)
_WHOLE = ("offset in A", "offset in B", "moved by", "bytes", "bytes in B")


def figure_table(both: Comparison) -> pd.DataFrame:
    """The figures of A and B, a row each by its name, with the difference in words."""
    a, b = both.a, both.b
    m, n = a.metrics, b.metrics
    unsafe = a.unsafe is not None or b.unsafe is not None
    rows = [
        _bytes("Peak", m.peak_bytes, n.peak_bytes),
        _bytes("Lower bound", m.bound.bytes, n.bound.bytes, "'s is", "lower"),
        _bytes("No sharing", m.naive_bytes, n.naive_bytes, " would need"),
        _saved(a, b),
        _bytes("Lost to holes", m.lost_bytes, n.lost_bytes, " loses"),
        _count("Blobs planned", len(a.problem.buffers), len(b.problem.buffers)),
        ("Slots", *(_slots(study) for study in (a, b)), _fewer(m.slots, n.slots)),
        ("Safe", *("yes" if s.unsafe is None else "no: unsafe" for s in (a, b)), ""),
        ("Proven the best", *("yes" if s.plan.proven else "no" for s in (a, b)), ""),
        ("Planned in", f"{a.seconds:.2f} s", f"{b.seconds:.2f} s", ""),
    ]
    if m.unknown or n.unknown:
        rows.insert(-3, _count("Sizes unknown", len(m.unknown), len(n.unknown)))
    if a.settings.capacity is not None:
        name = f"Fits in {format_bytes(a.settings.capacity)}"
        rows.insert(1, (name, *(_fits(s, a.settings.capacity) for s in (a, b)), ""))
    frame = pd.DataFrame(rows, columns=["figure", "A", "B", "difference"]).set_index("figure")
    if unsafe:
        # What an unsafe plan saves is no saving.
        frame.loc[["Peak", "Saved", "Lost to holes"], "difference"] = "not to be compared: unsafe"
    return frame


Figure = tuple[str, str, str, str]


def _bytes(name: str, a: int, b: int, verb: str = " needs", word: str = "less") -> Figure:
    return name, format_bytes(a), format_bytes(b), less(a, b, verb, word)


def _saved(a: Study, b: Study) -> Figure:
    more = a.metrics.saved_bytes - b.metrics.saved_bytes
    words = f"{'A' if more > 0 else 'B'} saves {shown_bytes(abs(more))} more" if more else _SAME
    return "Saved", _saving(a.metrics), _saving(b.metrics), words


def _saving(m: Metrics) -> str:
    part = f" ({share(m.saved_bytes, m.naive_bytes)})" if m.naive_bytes else ""
    return f"{format_bytes(m.saved_bytes)}{part}"


def _fits(study: Study, capacity: int) -> str:
    if study.unsafe is not None:
        return "no: unsafe"
    return "yes" if study.metrics.peak_bytes <= capacity else "no"


def _count(name: str, a: int, b: int) -> Figure:
    return name, f"{a:,}", f"{b:,}", _fewer(a, b)


def _slots(study: Study) -> str:
    """How many slots; a plan of offsets has none."""
    return "none: offsets" if study.metrics.slots is None else f"{study.metrics.slots:,}"


def _fewer(a: int | None, b: int | None) -> str:
    if a is None or b is None:
        return ""
    return _SAME if a == b else f"{abs(a - b):,} fewer in {'A' if a < b else 'B'}"


def move_table(found: Iterable[Pair]) -> pd.DataFrame:
    """A row for each piece of memory: where it lies in A and in B, and how far it moved.

    Where all sizes agree there is one column of bytes.
    """
    records = [
        {
            "blob": pair.blob,
            "change": pair.change.value,
            "offset in A": pair.a.offset if pair.a else None,
            "offset in B": pair.b.offset if pair.b else None,
            "moved by": pair.moved_by,
            "bytes": pair.a.size if pair.a else None,
            "bytes in B": pair.b.size if pair.b else None,
            "memory in A": _memory(pair.a),
            "memory in B": _memory(pair.b),
            "also called": ", ".join(shown(name) for name in pair.names if name != pair.blob),
        }
        for pair in found
    ]
    frame = pd.DataFrame.from_records(records, columns=list(_MOVE_COLUMNS))
    frame = frame.astype(dict.fromkeys(_WHOLE, "Int64"))
    both = frame["change"].isin([Change.MOVED.value, Change.STAYS.value])
    agree = frame.loc[both, "bytes"].equals(frame.loc[both, "bytes in B"].rename("bytes"))
    if not agree:
        return frame
    frame["bytes"] = frame["bytes"].fillna(frame["bytes in B"])
    return frame.drop(columns="bytes in B")


def _memory(row: MemoryRow | None) -> str:
    if row is None or row.group is None:
        return ""
    return f"{row.group.label} in {shown(row.space)}" if row.space else row.group.label


def mate_table(changes: Iterable[MateChange]) -> pd.DataFrame:
    """A row for each blob with other mates; of many mates the first few are named."""
    records = [
        {
            "blob": change.blob,
            "gained in B": _listed(change.gained),
            "lost from A": _listed(change.lost),
            "kept": change.kept,
        }
        for change in changes
    ]
    columns = ["blob", "gained in B", "lost from A", "kept"]
    return pd.DataFrame.from_records(records, columns=columns).astype({"kept": "Int64"})


def _listed(names: Sequence[str]) -> str:
    more = f" and {len(names) - MATES:,} more" if len(names) > MATES else ""
    return ", ".join(shown(name, 60) for name in names[:MATES]) + more
