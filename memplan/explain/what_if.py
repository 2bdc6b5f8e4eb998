"""What if: the same net planned with something changed, and what that changed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from types import MappingProxyType

from memplan.errors import InvalidNet, quoted
from memplan.liveness import problem_from, storages
from memplan.net import Device, Net
from memplan.ops.schema import TensorType
from memplan.order import ORDERS, in_order, order_named
from memplan.plan import Decision, Progress
from memplan.planners import RecyclerEntry, planner_named
from memplan.planners.asking import default_question
from memplan.study import Settings, Study, prepare, study
from memplan.wishes import NO_WISHES, Wishes

__all__ = ["ORDERS", "Change", "Differences", "Moved", "differences", "what_if"]

_NO_DIMS: Mapping[str, int] = MappingProxyType({})
_NO_SHAPES: Mapping[str, TensorType] = MappingProxyType({})
_NO_DEVICES: Mapping[int, Device] = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class Change:
    """What is otherwise.

    Attributes:
        wishes: Pins, pairs that lie apart or together, blobs alone; beside those there are.
        static: Blobs that keep their own memory. For planners of offsets that is: alone.
        dont_share: Blobs that take no memory of others and give none away.
        devices: Where ops run, by index.
        order: A name of `ORDERS`, or the indices of the ops in the order in which they run.
        dims: Numbers for free dims, which need the net as it was opened.
        shapes: Shapes of blobs, which need it too.
        alignment: Of every offset, in bytes.
        planner: A key of `PLANNERS`.
    """

    wishes: Wishes = NO_WISHES
    static: frozenset[str] = frozenset()
    dont_share: frozenset[str] = frozenset()
    devices: Mapping[int, Device] = field(default_factory=lambda: _NO_DEVICES)
    order: str | tuple[int, ...] | None = None
    dims: Mapping[str, int] = field(default_factory=lambda: _NO_DIMS)
    shapes: Mapping[str, TensorType] = field(default_factory=lambda: _NO_SHAPES)
    alignment: int | None = None
    planner: str | None = None


def what_if(
    made: Study, change: Change, opened: Net | None = None, progress: Progress | None = None
) -> Study:
    """Plan again with something changed.

    Args:
        opened: The net as it was opened, before it was prepared: other dims start from there.

    Raises:
        InvalidNet: The change names what is not there, or the order cannot run.
        InvalidProblem: A wish cannot be kept.
        UnsafePlan: Two that are to lie together cannot.
    """
    net = made.net
    if change.dims or change.shapes:
        net = prepare(opened or made.net, change.shapes, dims=change.dims)
    if change.devices:
        net = _moved_ops(net, change.devices)
    if change.order is not None:
        net = _reordered(made, net, change.order)
    return study(net, _settings(made, net, change), progress)


def _moved_ops(net: Net, devices: Mapping[int, Device]) -> Net:
    wrong = next((k for k in devices if not 0 <= k < len(net.ops)), None)
    if wrong is not None:
        raise InvalidNet(f"there is no op {wrong}: the net has {len(net.ops):,} ops, from 0")
    ops = (replace(op, device=devices.get(k, op.device)) for k, op in enumerate(net.ops))
    return replace(net, ops=tuple(ops))


def _reordered(made: Study, net: Net, order: str | tuple[int, ...]) -> Net:
    if isinstance(order, str):
        found = storages(net, made.settings.sharing)
        problem = problem_from(net, made.settings.accounting, made.settings.alignment, found=found)
        order = order_named(order, net, (problem, found))
    return in_order(net, order)


def _settings(made: Study, net: Net, change: Change) -> Settings:
    settings = made.settings
    known = set(net.names())
    for name in sorted(change.static | change.dont_share):
        if name not in known:
            raise InvalidNet(f"{quoted(name)} is no blob of the net; check its name")
    settings = replace(
        settings,
        planner=change.planner or settings.planner,
        alignment=change.alignment or settings.alignment,
    )
    old, new = settings.wishes, change.wishes
    alone = old.alone | new.alone
    entry = planner_named(settings.planner)
    if not isinstance(entry, RecyclerEntry):
        alone |= change.static | change.dont_share
    elif change.static or change.dont_share:
        asked = settings.recycling or default_question(net, entry)
        asked = replace(
            asked,
            static=asked.static | change.static,
            shareable=asked.shareable - change.static,
            dont_share=asked.dont_share | change.dont_share,
        )
        settings = replace(settings, recycling=asked)
    wishes = Wishes(
        tuple(dict((*old.pins, *new.pins)).items()),
        (*old.apart, *new.apart),
        (*old.together, *new.together),
        alone,
        old.no_waiting or new.no_waiting,
    )
    return replace(settings, wishes=wishes)


@dataclass(frozen=True, slots=True)
class Moved:
    """A buffer that lies elsewhere, is alive otherwise or of another size; None: not there."""

    name: str
    before: tuple[int | None, int | None] | None
    after: tuple[int | None, int | None] | None


@dataclass(frozen=True, slots=True)
class Differences:
    """One plan beside another.

    Attributes:
        bytes: By how much the peak grew; below 0: shrank.
        peaks: Before and after.
        moved: Buffers whose place (offset, size) differs, in the order of the first plan.
        first: The first decisions that differ; None on the side that has no more of them.
        decisions: How many decisions differ.
        unsafe: What is wrong with each of the plans.
    """

    bytes: int
    peaks: tuple[int, int]
    moved: tuple[Moved, ...]
    first: tuple[Decision | None, Decision | None] | None
    decisions: int
    unsafe: tuple[str | None, str | None]


def differences(before: Study, after: Study) -> Differences:
    """What differs between two plans of one net."""
    peaks = before.metrics.peak_bytes, after.metrics.peak_bytes
    old, new = _places(before), _places(after)
    moved = [Moved(n, old.get(n), new.get(n)) for n in {**old, **new} if old.get(n) != new.get(n)]
    first, count = _decisions(before, after)
    return Differences(
        peaks[1] - peaks[0], peaks, tuple(moved), first, count, (before.unsafe, after.unsafe)
    )


def _places(made: Study) -> dict[str, tuple[int | None, int | None]]:
    offsets = made.plan.offsets or {}
    return {b.name: (offsets.get(b.name), b.size) for b in made.problem.buffers}


def _decisions(
    before: Study, after: Study
) -> tuple[tuple[Decision | None, Decision | None] | None, int]:
    """The first pair that differs, turn by turn, and how many blobs were decided otherwise."""
    ours, theirs = before.decisions, after.decisions
    first: tuple[Decision | None, Decision | None] | None = None
    for turn in range(max(len(ours), len(theirs))):
        pair = (
            ours[turn] if turn < len(ours) else None,
            theirs[turn] if turn < len(theirs) else None,
        )
        if _said(pair[0]) != _said(pair[1]):
            first = pair
            break
    old = {d.blob: _said(d) for d in ours}
    new = {d.blob: _said(d) for d in theirs}
    return first, sum(1 for blob in {**old, **new} if old.get(blob) != new.get(blob))


def _said(decision: Decision | None) -> tuple[object, ...] | None:
    """What was decided, without the names, which are numbered through the net."""
    return None if decision is None else (decision.blob, decision.offset, decision.chosen)
