"""What holds the peak, and what would lower it: each action is tried by planning again.

op p    a, made long before and read long after: read it earlier, or make it anew after p
b → c at p: written in place; or, where the op is a Concat, b as a piece of c
any of them in a smaller type
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from enum import StrEnum
from types import MappingProxyType

from memplan.explain.replanning import Again
from memplan.net import Blob, DType, Net, Op, reads_by_op
from memplan.ops import schema_of
from memplan.plan import Buffer, BufferKind, Progress
from memplan.planners import PackerEntry, planner_named
from memplan.planners.reachability import earlier_ops
from memplan.settings import Settings
from memplan.study import Study
from memplan.verify import same_dataflow

__all__ = ["Action", "ActionKind", "Peak", "at_peak"]

_SMALLER = {DType.FLOAT32: DType.FLOAT16, DType.FLOAT64: DType.FLOAT32, DType.INT64: DType.INT32}


class ActionKind(StrEnum):
    """What could be done."""

    EARLIER = "read it earlier"
    IN_PLACE = "write in place"
    VIEW = "as a view"
    PIECES = "as pieces of one"
    RECOMPUTE = "make it anew"
    SMALLER_TYPE = "a smaller type"


@dataclass(frozen=True, slots=True)
class Action:
    """An action that was tried.

    Attributes:
        blob: That it concerns; None for one that concerns all ops of a type.
        op: That is moved or run again, by index; None where it is no one op.
        detail: The type of the ops, or the smaller type.
        saves: Bytes that the peak shrinks by; `peak` is what is left.
    """

    kind: ActionKind
    blob: str | None
    op: int | None
    detail: str
    saves: int
    peak: int


@dataclass(frozen=True, slots=True)
class Peak:
    """The fullest step, what is alive there, and what would help.

    Attributes:
        alive: Buffers and the bytes that each occupies there, the largest first.
        actions: What lowers the peak, what saves most first.
        tried: How many actions were tried.
    """

    step: int | None
    bytes: int
    alive: tuple[tuple[str, int], ...]
    actions: tuple[Action, ...] = ()
    tried: int = 0


Trial = tuple[ActionKind, str | None, int | None, str, Net, Settings]
"""What is tried, and the net and settings that it amounts to."""


def at_peak(made: Study, most: int = 6, progress: Progress | None = None) -> Peak:
    """Tell what is alive at the fullest step, and try what would lower the peak.

    Args:
        most: For how many of the largest blobs there actions are tried.
        progress: Called before each trial; may raise `Cancelled`.

    Cost: up to three plans a blob, and one for each type of op among those that touch them.
    """
    step = made.metrics.max_live.step
    if step is None:
        return Peak(None, 0, ())
    here = [b for b in made.problem.buffers if b.bytes_at(step)]
    here.sort(key=lambda b: (-b.bytes_at(step), b.live, b.name))
    alive = tuple((b.name, b.bytes_at(step)) for b in here)
    trials = list(_trials(made, step, here[:most])) if made.net.ops else []
    again = Again(made)
    found = []
    for number, trial in enumerate(trials):
        if progress is not None:
            progress(number / len(trials), f"trying {number + 1:,} of {len(trials):,} actions")
        action = _tried(again, trial)
        if action is not None:
            found.append(action)
    found.sort(key=lambda a: (-a.saves, a.kind, a.blob or "", a.op or 0, a.detail))
    return Peak(step, made.metrics.max_live.bytes, alive, tuple(found), len(trials))


def _tried(again: Again, trial: Trial) -> Action | None:
    kind, blob, op, detail, net, settings = trial
    halved = blob if kind is ActionKind.SMALLER_TYPE else None
    peak = again.lower(net, settings, halved)
    return None if peak is None else Action(kind, blob, op, detail, again.peak - peak, peak)


def _trials(made: Study, step: int, here: list[Buffer]) -> Iterator[Trial]:
    reads = reads_by_op(made.net)
    for buffer in here:
        if buffer.kind is not BufferKind.ACTIVATION:
            continue
        names = next((s.names for s in made.storages if s.name == buffer.name), ())
        yield from _smaller(made, buffer.name, names)
        if names == (buffer.name,):
            yield from _earlier(made, step, buffer.name, reads)
            yield from _recomputed(made, step, buffer.name, reads)
    if isinstance(planner_named(made.settings.planner), PackerEntry):
        yield from _shared(made, {b.name for b in here})


def _smaller(made: Study, blob: str, names: tuple[str, ...]) -> Iterator[Trial]:
    blobs = dict(made.net.blobs)
    types = {made.net.blob(name).dtype for name in names}
    dtype = next(iter(types)) if len(types) == 1 else None
    if dtype not in _SMALLER:
        return
    smaller = _SMALLER[dtype]
    for name in names:
        old: Blob = made.net.blob(name)
        largest = None if old.largest is None else -(-old.largest // 2)
        blobs[name] = replace(old, dtype=smaller, largest=largest)
    net = replace(made.net, blobs=MappingProxyType(blobs))
    yield ActionKind.SMALLER_TYPE, blob, None, smaller.label, net, made.settings


def _earlier(
    made: Study, step: int, blob: str, reads: tuple[tuple[str, ...], ...]
) -> Iterator[Trial]:
    """All reads of a blob moved before the fullest step, with what they need."""
    net = made.net
    later = [k for k in range(step, len(net.ops)) if blob in reads[k]]
    if not later or later[0] == step or blob in net.ops[step].outputs:
        return
    earlier = earlier_ops([(r, op.outputs) for r, op in zip(reads, net.ops, strict=True)])
    needed = {k for reader in later for k in range(step, reader) if earlier[reader] >> k & 1}
    moved = sorted(needed.union(later))
    if step in moved:
        return  # they need what the fullest step makes
    rest = [k for k in range(step, len(net.ops)) if k not in needed.union(later)]
    order = (*range(step), *moved, *rest)
    after = replace(net, ops=tuple(net.ops[k] for k in order))
    if same_dataflow(net, after, order=order) is None:
        yield ActionKind.EARLIER, blob, later[-1], net.ops[later[-1]].type, after, made.settings


def _recomputed(
    made: Study, step: int, blob: str, reads: tuple[tuple[str, ...], ...]
) -> Iterator[Trial]:
    """A blob made a second time, right before it is read after the fullest step."""
    net = made.net
    makers = [k for k, op in enumerate(net.ops) if blob in op.outputs]
    later = [k for k in range(step + 1, len(net.ops)) if blob in reads[k]]
    if len(makers) != 1 or makers[0] >= step or not later or blob in reads[step]:
        return
    maker = net.ops[makers[0]]
    rewritten = {n for k in range(makers[0], later[0]) for n in net.ops[k].outputs}
    if len(maker.outputs) != 1 or maker.nets or rewritten.intersection(maker.inputs):
        return
    again = f"{blob} again"
    while again in net.blobs:
        again += "_"
    copy = replace(maker, outputs=(again,))
    ops = [_reading(op, blob, again) if k >= later[0] else op for k, op in enumerate(net.ops)]
    ops.insert(later[0], copy)
    blobs = {**net.blobs, again: replace(net.blob(blob), name=again)}
    after = replace(net, ops=tuple(ops), blobs=MappingProxyType(blobs), source=None)
    yield ActionKind.RECOMPUTE, blob, makers[0], maker.type, after, made.settings


def _reading(op: Op, old: str, new: str) -> Op:
    inputs = tuple(new if name == old else name for name in op.inputs)
    return op if inputs == op.inputs else replace(op, inputs=inputs)


def _shared(made: Study, names: set[str]) -> Iterator[Trial]:
    """What an op of a type that touches these blobs could share beyond the settings."""
    net, sharing = made.net, made.settings.sharing
    touching = [op for op in net.ops if names.intersection((*op.inputs, *op.outputs))]
    for kind in dict.fromkeys(op.type for op in touching):
        schema = schema_of(net.dialect, kind)
        if schema is None:
            continue
        # Where ops share already, they go on to: only more of them may.
        now = sharing.in_place or sharing.views or sharing.pieces
        only = sharing.ops if now else frozenset({kind})
        for able, action, change in (
            (schema.in_place and not sharing.in_place, ActionKind.IN_PLACE, "in_place"),
            (schema.views and not sharing.views, ActionKind.VIEW, "views"),
            (schema.pieces and not sharing.pieces, ActionKind.PIECES, "pieces"),
        ):
            if able:
                more = replace(sharing, ops=only, **{change: True})  # type: ignore[arg-type]
                settings = replace(made.settings, sharing=more)
                yield action, None, None, kind, net, settings
