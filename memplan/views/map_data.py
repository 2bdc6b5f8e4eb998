"""All buffers of a plan as columns, for the memory canvas: 200,000 of them in some megabytes.

    16 letters   a digest of all that follows: who has it already need not look further
    uint32       the length of the head in bytes
    head         JSON: texts, what there is one of, and where each column lies
    columns      int32 or float64, little-endian, each at a multiple of 8 bytes

Columns are of pieces, buffers, points of the curve, or ops. A *piece* is a stretch of time in
which a buffer holds something: it has one, or more where it has gaps. Names travel as they are in
the file, for Python to hear them again; the few that cannot be read as such have a text to show.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from memplan.liveness import live_bytes
from memplan.plan import BufferKind
from memplan.study import Study
from memplan.views.figures import CURVE_COLOUR
from memplan.views.names import shown
from memplan.views.rows import MemoryRow, grounds, memory_rows
from memplan.views.usage import levels, thinned

__all__ = ["MapData", "map_data"]

_ALIGN = 8
_DIGEST = 16
_CURVE_POINTS = 200_000
_ALSO = 4  # other names of a buffer that are told; beyond, their number

Column = NDArray[np.int32] | NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class MapData:
    """What the memory canvas is sent.

    Attributes:
        packed: As the module says.
        names: The buffers in the order of the columns: by birth.
        steps: How many ops the time axis has.
    """

    packed: bytes
    names: tuple[str, ...]
    steps: int

    @property
    def version(self) -> str:
        """The digest of the content."""
        return self.packed[:_DIGEST].decode("ascii")


def map_data(study: Study) -> MapData:
    """Pack every planned buffer of a study, with the curve, the ops and the bounds."""
    rows = sorted(
        (row for row in memory_rows(study) if row.planned), key=lambda row: (row.live, row.name)
    )
    curve = live_bytes(study.problem)
    points = thinned(curve, _CURVE_POINTS)
    types = [op.type for op in study.net.ops[: len(curve)]]
    types += [""] * (len(curve) - len(types))  # buffers without a graph have no ops
    swatches = _Codes(row.swatch for row in rows)
    shapes = _Codes((row.shape, row.dtype) for row in rows)
    op_types = _Codes(types)
    columns = {
        **_piece_columns(rows),
        **_buffer_columns(rows),
        "swatch": swatches.column,
        "shape": shapes.column,
        "curve_step": np.array(points, np.int32),
        "curve_bytes": np.array([curve[step] for step in points], np.float64),
        "op_type": op_types.column,
    }
    head = {
        "names": [row.name for row in rows],
        "shown": _shown_names(rows),
        "also": {place: _also(row) for place, row in enumerate(rows) if len(row.names) > 1},
        "swatches": [swatch.as_data() for swatch in swatches.values],
        "shapes": [f"{shape} {dtype}".strip() for shape, dtype in shapes.values],
        "op_types": [shown(kind, 40) for kind in op_types.values],
        "kinds": [kind.value for kind in BufferKind],
        **_facts(study, len(curve)),
    }
    return MapData(_packed(head, columns), tuple(row.name for row in rows), len(curve))


class _Codes:
    """Values of which there are few, each once, and for each place which one it has."""

    def __init__(self, values: Iterable[Any]) -> None:
        number: dict[Any, int] = {}
        codes = [number.setdefault(value, len(number)) for value in values]
        self.values = list(number)
        self.column = np.array(codes, np.int32)


def _piece_columns(rows: Sequence[MemoryRow]) -> dict[str, Column]:
    pieces = sorted(
        (live.begin, place, live.end) for place, row in enumerate(rows) for live in row.alive
    )
    table = np.array(pieces, np.int32).reshape(-1, 3)
    return {"begin": table[:, 0], "owner": table[:, 1], "end": table[:, 2]}


def _buffer_columns(rows: Sequence[MemoryRow]) -> dict[str, Column]:
    kinds = {kind: place for place, kind in enumerate(BufferKind)}
    return {
        # Nothing lies anywhere that has no bytes; not a number: it is not on the map.
        "low": np.array([_low(row) for row in rows], np.float64),
        "size": np.array([np.nan if r.size is None else r.size for r in rows], np.float64),
        "ground": np.array([row.ground for row in rows], np.float64),
        "group": np.array([-1 if r.group is None else r.group.number for r in rows], np.int32),
        "mates": np.array([0 if r.group is None else r.group.blobs for r in rows], np.int32),
        "kind": np.array([kinds[row.kind] for row in rows], np.int32),
    }


def _low(row: MemoryRow) -> float:
    return row.ground + row.offset if row.offset is not None and row.size else np.nan


def _shown_names(rows: Sequence[MemoryRow]) -> dict[int, str]:
    texts = ((place, row.name, shown(row.name)) for place, row in enumerate(rows))
    return {place: text for place, name, text in texts if text != name}


def _also(row: MemoryRow) -> str:
    others = ", ".join(shown(name, 40) for name in row.names[1 : 1 + _ALSO])
    more = len(row.names) - 1 - _ALSO
    return f"{others} and {more} more" if more > 0 else others


def _facts(study: Study, steps: int) -> dict[str, Any]:
    """What there is one of: lines across, the peak, the memories one above the other."""
    metrics = study.metrics
    return {
        "steps": steps,
        "arena": metrics.peak_bytes,
        "levels": levels(study),
        "peak_step": metrics.max_live.step,
        "spaces": [[shown(name, 40), ground] for name, ground in grounds(study.plan).items()],
        "curve_colour": CURVE_COLOUR,
    }


def _packed(head: dict[str, Any], columns: Mapping[str, Column]) -> bytes:
    places, parts, start = {}, [], 0
    for name, column in columns.items():
        part = column.astype(column.dtype.newbyteorder("<")).tobytes()
        places[name] = [column.dtype.name, start, len(column)]
        parts.append(_padded(part))
        start += len(parts[-1])
    text = json.dumps(head | {"columns": places}, separators=(",", ":")).encode("ascii")
    length = len(text).to_bytes(4, "little")
    # The columns begin at a multiple of 8 bytes of the whole.
    begun = _padded(b" " * _DIGEST + length + text)[_DIGEST:]
    body = b"".join((begun, *parts))
    return hashlib.sha256(body).hexdigest()[:_DIGEST].encode("ascii") + body


def _padded(part: bytes) -> bytes:
    return part + b" " * (-len(part) % _ALIGN)
