"""A plan as a trace in the Trace Event Format, which ui.perfetto.dev and chrome://tracing open.

    op         │ Conv │ Relu │ FC   │        an op takes a millisecond, whatever it really takes
    alive      ▁▁▁▁▁▁▂▂▂▂▂▂▂▁▁▁▁▁▁▁        counters, in bytes
    offset 128         │ b    ───── │        a track for each place of an arena, the highest
    offset 0   │ a           │ c    │        address on top, and on it who lies there when

Offsets, sizes and shapes are in the `args` of each event. A *place* is what the colours of the
app stand for: a slot, or an offset at which blobs begin.
Reference: "Trace Event Format", the document of Google's catapult project.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from heapq import heappop, heappush
from itertools import pairwise
from typing import Any

from memplan import __version__
from memplan.liveness import live_bytes
from memplan.net import Op, reads_by_op
from memplan.plan import LiveRange
from memplan.study import Study
from memplan.units import format_bytes
from memplan.views.names import shown
from memplan.views.rows import MemoryRow, memory_rows
from memplan.views.sentences import proof_sentence

__all__ = ["STEP", "chrome_trace", "trace_text"]

STEP = 1000  # microseconds, the unit of the format: an op is drawn as one millisecond
_PLACES = 400  # tracks in one arena: beyond, whatever fits on a track shares it
_LISTED = 40

Event = dict[str, Any]
Piece = tuple[LiveRange, MemoryRow]


def trace_text(study: Study) -> str:
    """Return the trace as JSON, a line for each event, in ASCII whatever the names."""
    trace = chrome_trace(study)
    events = ",\n".join(map(_json, trace.pop("traceEvents")))
    rest = "".join(f",\n{_json(key)}: {_json(value)}" for key, value in trace.items())
    return f'{{"traceEvents": [\n{events}\n]{rest}}}\n'


def chrome_trace(study: Study) -> dict[str, Any]:
    """Return the trace as JSON values: events in the order of the tracks, then facts."""
    rows = [row for row in memory_rows(study) if row.planned]
    placed = [row for row in rows if _has_place(row)]
    writer = _Writer()
    title = shown(study.net.name) or "a net without a name"
    writer.begin_process(f"{title}: ops")
    writer.add_track("ops", _ops(study))
    writer.events += _counters(study, placed)
    for space in study.problem.spaces:
        there = [row for row in placed if study.plan.space_name(row.name) == space.name]
        writer.begin_process(f"arena {shown(space.name)}, the highest offset on top")
        for name, pieces in _tracks(there):
            writer.add_track(name, map(_buffer_event, pieces))
    if rest := [(live, row) for row in rows if not _has_place(row) for live in row.alive]:
        writer.begin_process("no place: no known size, or no bytes")
        for pieces in _without_overlap(rest):
            writer.add_track("no place", map(_buffer_event, pieces))
    return {
        "traceEvents": writer.events,
        "displayTimeUnit": "ms",
        "otherData": _facts(study, title),
    }


def _has_place(row: MemoryRow) -> bool:
    return row.offset is not None and bool(row.size)


@dataclass(slots=True)
class _Writer:
    """Collects events, numbers processes and tracks from 1, and names both."""

    events: list[Event] = field(default_factory=list)
    process: int = 0
    track: int = 0

    def begin_process(self, name: str) -> None:
        self.process, self.track = self.process + 1, 0
        self._tell("process", name, self.process)

    def add_track(self, name: str, events: Iterable[Event]) -> None:
        self.track += 1
        self._tell("thread", name, self.track)
        where = {"pid": self.process, "tid": self.track}
        self.events.extend(event | where for event in events)

    def _tell(self, what: str, name: str, place: int) -> None:
        where = {"ph": "M", "pid": self.process, "tid": self.track}
        self.events.append({"name": f"{what}_name", **where, "args": {"name": name}})
        self.events.append({"name": f"{what}_sort_index", **where, "args": {"sort_index": place}})


def _ops(study: Study) -> Iterator[Event]:
    curve = live_bytes(study.problem)
    for step, (op, reads) in enumerate(zip(study.net.ops, reads_by_op(study.net), strict=True)):
        args = _op_args(step, op, reads) | {"alive": curve[step] if step < len(curve) else 0}
        yield _complete(shown(op.type), "op", LiveRange(step, step + 1), args)
    peak = study.metrics.max_live
    if peak.step is not None:
        args = {"alive": peak.bytes, "blobs": [shown(name) for name in peak.buffers[:_LISTED]]}
        when = {"ts": peak.step * STEP, "s": "g"}
        yield {"name": "most is alive", "cat": "peak", "ph": "i", **when, "args": args}


def _op_args(step: int, op: Op, reads: Sequence[str]) -> dict[str, Any]:
    args: dict[str, Any] = {"op": step, "name": shown(op.name)} if op.name else {"op": step}
    args["reads"] = [shown(name) for name in reads[:_LISTED]]
    args["writes"] = [shown(name) for name in op.outputs[:_LISTED]]
    if op.nets:
        args["nested nets"] = {shown(name): len(net.ops) for name, net in op.nets.items()}
    return args | {"device": str(op.device)}


def _complete(name: str, kind: str, live: LiveRange, args: dict[str, Any]) -> Event:
    span = {"ts": live.begin * STEP, "dur": (live.end - live.begin) * STEP}
    return {"name": name, "cat": kind, "ph": "X", **span, "args": args}


def _counters(study: Study, placed: Sequence[MemoryRow]) -> Iterator[Event]:
    """Bytes over time; a counter tells a value where it changes, and once more at the end."""
    metrics = study.metrics
    alive = live_bytes(study.problem)
    for name, values in (
        ("bytes alive", alive),
        ("highest byte in use", _tops(study, placed, len(alive))),
        ("arena", [metrics.peak_bytes] * len(alive)),
        ("lower bound", [metrics.bound.bytes] * len(alive)),
    ):
        changes = [t for t, (a, b) in enumerate(pairwise((None, *values))) if a != b]
        points = [(t, values[t]) for t in changes]
        for step, value in (*points, (len(values), values[-1])) if values else ():
            where = {"pid": 1, "tid": 0, "ts": step * STEP}
            yield {"name": name, "ph": "C", **where, "args": {"bytes": value}}


def _tops(study: Study, placed: Sequence[MemoryRow], steps: int) -> list[int]:
    """For each step the end of the highest buffer alive; of several arenas, their sum."""
    tops = [0] * steps
    for space in study.problem.spaces:
        there = (row for row in placed if study.plan.space_name(row.name) == space.name)
        born: dict[int, list[tuple[int, int]]] = {}
        for row in there:
            for part in row.parts:
                top = (row.offset or 0) + part.high
                born.setdefault(part.live.begin, []).append((-top, part.live.end))
        alive: list[tuple[int, int]] = []
        for step in range(steps):
            for entry in born.get(step, ()):
                heappush(alive, entry)
            while alive and alive[0][1] <= step:
                heappop(alive)
            tops[step] -= alive[0][0] if alive else 0
    return tops


def _tracks(rows: Sequence[MemoryRow]) -> Iterator[tuple[str, list[Piece]]]:
    """Name and content of an arena's tracks: a place each, the highest address first."""
    places: dict[tuple[int, str], list[Piece]] = {}
    for row in sorted(rows, key=lambda r: (-(r.offset or 0), r.live, r.name)):
        label = f" {row.group.label}" if row.group else ""
        pieces = places.setdefault((row.offset or 0, label), [])
        pieces += [(live, row) for live in row.alive]
    if len(places) > _PLACES:
        every = [piece for pieces in places.values() for piece in pieces]
        yield from (("several places", pieces) for pieces in _without_overlap(every))
        return
    for (offset, label), pieces in places.items():
        for part in _without_overlap(pieces):
            yield f"offset {offset:,}{label}", part


def _without_overlap(pieces: Iterable[Piece]) -> list[list[Piece]]:
    """Lay pieces out on as few tracks as hold them: those of one track never meet.

    At one place of a safe plan none ever do; an unsafe plan is shown for what it is.
    """
    tracks: list[list[Piece]] = []
    free: list[tuple[int, int]] = []  # when each track ends, and which
    for live, row in sorted(pieces, key=lambda piece: (piece[0], piece[1].name)):
        if free and free[0][0] <= live.begin:
            place = heappop(free)[1]
        else:
            place = len(tracks)
            tracks.append([])
        tracks[place].append((live, row))
        heappush(free, (live.end, place))
    return tracks


def _buffer_event(piece: Piece) -> Event:
    live, row = piece
    args: dict[str, Any] = {"size": row.size, "bytes": format_bytes(row.size)}
    if row.offset is not None:
        args |= {"offset": row.offset, "end": row.offset + (row.size or 0)}
    args |= {"shape": f"{row.dtype} {row.shape}".strip(), "role": row.kind.value}
    args |= {"alive": str(row.live), "device": str(row.device)}
    if row.group is not None:
        args["memory"] = row.group.label
    if len(row.names) > 1:
        args["also"] = [shown(name) for name in row.names[1:_LISTED]]
    return _complete(shown(row.name), row.kind.value, live, args)


def _facts(study: Study, title: str) -> dict[str, Any]:
    metrics = study.metrics
    return {
        "net": title,
        "time": "1 ms is one op, in the order of the plan",
        "planner": study.plan.planner,
        "memplan": __version__,
        "alignment": study.settings.alignment,
        "peak_bytes": metrics.peak_bytes,
        "lower_bound_bytes": metrics.bound.bytes,
        "naive_bytes": metrics.naive_bytes,
        "weights_bytes": metrics.weights_bytes,
        "verdict": shown(proof_sentence(study)),
    }


def _json(value: Any) -> str:
    return json.dumps(value, allow_nan=False)
