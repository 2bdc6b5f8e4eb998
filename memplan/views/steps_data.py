"""A run as plain data for the stepper: texts, a laid-out graph, and what changes frame by frame.

A frame holds what is not as in the frame before; the browser makes whole frames of it once, and
then goes to any of them. All that comes from a file is a text among others here.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Sequence
from typing import Any

from memplan.liveness import Storage
from memplan.plan import BufferKind
from memplan.steps import EVENTS, Cell, Frame, Picture, Run
from memplan.steps.questions import Question
from memplan.units import format_bytes
from memplan.views.colours import OWN, Swatch, group_blobs, palette
from memplan.views.graph import EdgeKind, GraphNode, GraphView, NodeKind
from memplan.views.names import shown
from memplan.views.placed import Layout
from memplan.views.steps_questions import choice_words, explanation, prompt
from memplan.views.steps_words import frame_sentence

__all__ = ["stepper_data"]

_KINDS = {NodeKind.OP: 0, NodeKind.BLOB: 1, NodeKind.WEIGHT: 2, NodeKind.FOLD: 0}
_EDGES = {EdgeKind.FLOW: 0, EdgeKind.IN_PLACE: 1, EdgeKind.INNER: 2, EdgeKind.THROUGH: 2}


def stepper_data(
    run: Run, view: GraphView, layout: Layout, title: str, questions: Sequence[Question] = ()
) -> dict[str, Any]:
    """Return what the stepper shows; ``version`` names the content."""
    names = [buffer.name for buffer in run.study.problem.buffers]
    place = {name: index for index, name in enumerate(names)}
    data = {
        "title": shown(title, 120),
        "method": run.method.title,
        "line": run.method.line,
        "picture": run.method.picture.value,
        "timed": run.method.timed,
        "steps": max(run.study.problem.horizon, len(run.study.net.ops), 1),
        "ops": [shown(op.type, 28) for op in run.study.net.ops],
        "names": [shown(name, 60) for name in names],
        "sizes": [format_bytes(buffer.size) for buffer in run.study.problem.buffers],
        "looks": list(_looks(run)),
        "bytes": _in_bytes(run),
        "bands": list(_bands(run)),
        "bound": run.study.metrics.bound.bytes,
        "code": list(run.method.code.values()),
        "graph": _graph(run, view, layout, place),
        "frames": list(_frames(run, place)),
        "questions": [_question(run, question) for question in questions],
    }
    text = json.dumps(data, sort_keys=True).encode()
    return {"version": hashlib.sha256(text).hexdigest()[:16], **data}


def _in_bytes(run: Run) -> bool:
    """Whether the picture's heights are bytes."""
    sized = not run.study.problem.unknown and any(b.size for b in run.study.problem.buffers)
    return run.method.picture is Picture.ARENA or (run.method.picture is Picture.SLOTS and sized)


def _looks(run: Run) -> Iterator[dict[str, Any]]:
    """How each buffer is filled: by what it shares with; in the analysis by what it is."""
    groups = group_blobs(run.study).of_buffer
    kinds = {BufferKind.INPUT: palette(1), BufferKind.OUTPUT: palette(2)}
    for buffer in run.study.problem.buffers:
        swatch = groups[buffer.name].swatch if buffer.name in groups else OWN
        if run.method.picture is Picture.RANGES:
            swatch = kinds.get(buffer.kind, palette(0))
        yield _look(swatch)


def _look(swatch: Swatch) -> dict[str, Any]:
    return {"fill": swatch.fill, "edge": swatch.edge, "ink": swatch.ink, "pattern": swatch.pattern}


def _bands(run: Run) -> Iterator[list[Any]]:
    """Stretches of the picture that have a name: slots, or the memories of several devices."""
    if run.method.picture is Picture.SLOTS:
        heights: dict[int, list[int]] = {}
        for block in run.frames[-1].blocks:
            slot = (run.plan.slots or {})[block.name]
            band = heights.setdefault(slot, [block.offset, 0])
            band[1] = max(band[1], block.size)
        for slot, (offset, height) in sorted(heights.items()):
            yield [f"#{slot}", offset, height]
    elif run.method.picture is Picture.ARENA and len(run.plan.problem.spaces) > 1:
        base = 0
        for name, peak in run.plan.peaks().items():
            yield [shown(name, 20), base, peak]
            base += peak


def _graph(run: Run, view: GraphView, layout: Layout, place: dict[str, int]) -> dict[str, Any]:
    numbers = {node.id: index for index, node in enumerate(view.nodes)}
    owner = _owners(run.study.storages, place)
    return {
        "size": [round(layout.width, 1), round(layout.height, 1)],
        "nodes": [_node(node, owner) for node in view.nodes],
        "boxes": [[round(value, 1) for value in layout.boxes[node.id]] for node in view.nodes],
        "edges": [
            [numbers[edge.source], numbers[edge.target], _EDGES[edge.kind]] for edge in view.edges
        ],
        "paths": [[round(value, 1) for value in path] for path in layout.paths],
    }


def _owners(storages: Sequence[Storage], place: dict[str, int]) -> dict[str, int]:
    return {name: place.get(storage.name, -1) for storage in storages for name in storage.names}


def _node(node: GraphNode, owner: dict[str, int]) -> list[Any]:
    """Kind, label, second line, buffer (-1: none), step (-1: from outside)."""
    is_op = node.kind is NodeKind.OP
    line = node.line if is_op else format_bytes(node.nbytes)
    step = -1 if node.step is None else node.step
    return [_KINDS[node.kind], node.label, line, -1 if is_op else owner.get(node.name, -1), step]


def _frames(run: Run, place: dict[str, int]) -> Iterator[dict[str, Any]]:
    last: Frame | None = None
    peaks = frozenset(run.peaks())
    for at, frame in enumerate(run.frames):
        lines = list(run.method.code)
        told: dict[str, Any] = {
            "h": frame.happening.value,
            "l": lines.index(frame.line),
            "t": frame_sentence(frame),
            "s": -1 if frame.step is None else frame.step,
            "b": [place[name] for name in frame.blobs],
        }
        if frame.happening in EVENTS or at in peaks:
            told["e"] = "peak" if at in peaks else frame.happening.value
        if frame.hole is not None:
            hole = frame.hole
            told["o"] = [hole.begin, hole.end, hole.offset, hole.size]
        yield told | _changes(last, frame, place)
        last = frame


def _changes(last: Frame | None, frame: Frame, place: dict[str, int]) -> dict[str, Any]:
    """What is not as it was: alive (a), blocks put and dropped (p, d), curve, peak, state."""
    changed: dict[str, Any] = {}
    if last is None or frame.alive != last.alive:
        changed["a"] = [place[name] for name in frame.alive]
    if last is None or frame.blocks != last.blocks:
        before, now = set(last.blocks) if last else set(), set(frame.blocks)
        kept = {(block.name, block.begin) for block in frame.blocks}
        changed["p"] = [
            [place[b.name], b.begin, b.end, b.offset, b.size]
            for b in frame.blocks
            if b not in before
        ]
        gone = sorted((b.name, b.begin) for b in before - now if (b.name, b.begin) not in kept)
        if gone:
            changed["d"] = [[place[name], begin] for name, begin in gone]
    if last is None or frame.curve != last.curve:
        known = _common(last.curve if last else (), frame.curve)
        changed["c"] = [known, *frame.curve[known:]]
    if last is None or frame.peak != last.peak:
        changed["k"] = frame.peak
    if last is None or frame.state != last.state:
        changed["z"] = [
            _cell(last.state[k] if last and k < len(last.state) else None, cell)
            for k, cell in enumerate(frame.state)
        ]
    return changed


def _cell(last: Cell | None, cell: Cell) -> list[Any]:
    """Title, kind, how many rows stay at the beginning and at the end, and those between."""
    old = last.items if last is not None and last.title == cell.title else ()
    head = _common(old, cell.items)
    tail = _common(old[head:][::-1], cell.items[head:][::-1])
    rows = cell.items[head : len(cell.items) - tail]
    return [
        cell.title,
        cell.kind.value,
        head,
        tail,
        [[shown(key, 40), shown(value, 60)] for key, value in rows],
    ]


def _common(old: Sequence[Any], new: Sequence[Any]) -> int:
    """How many items are the same from the beginning."""
    count = 0
    for a, b in zip(old, new, strict=False):
        if a != b:
            break
        count += 1
    return count


def _question(run: Run, question: Question) -> dict[str, Any]:
    return {
        "frame": question.frame,
        "prompt": prompt(run, question),
        "choices": list(choice_words(run, question)),
        "right": question.right,
        "because": explanation(run, question),
    }
