"""A gate for continuous integration: whether a plan keeps to a budget, and what would make it.

What would help is tried, not guessed: the net is planned again with one thing changed at a time,
and where that is not enough, with several. Only what was planned, verified and is within the
budget is told.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

from memplan.errors import MemplanError, UnknownSize, quoted
from memplan.formats.plan_json import PlanFile
from memplan.net import Net
from memplan.order import ORDERS
from memplan.plan import Buffer, Progress
from memplan.planners import PLANNERS, PackerEntry, planners_for
from memplan.study import Settings, Study, study

__all__ = ["Change", "Gate", "Growth", "Remedy", "gate"]

_SLOW_OPS = 3000
"""Ops beyond which planners of names, which take far longer, are not tried."""


@dataclass(frozen=True, slots=True)
class Remedy:
    """A change of the settings that was tried.

    Attributes:
        options: What to add to the command line.
        peak: Bytes that the plan then needs; it is safe.
    """

    options: tuple[str, ...]
    peak: int


@dataclass(frozen=True, slots=True)
class Change:
    """A buffer that needs other than before: `before` or `after` is None where it is not there."""

    name: str
    before: int | None
    after: int | None

    @property
    def by(self) -> int:
        """Bytes more than before."""
        return (self.after or 0) - (self.before or 0)


@dataclass(frozen=True, slots=True)
class Growth:
    """A plan beside a stored one.

    Attributes:
        before: Bytes that the stored plan needs, as its file says.
        by: Bytes more than that; below 0 where it is less.
        changes: Buffers whose sizes differ, what has grown most first.
    """

    file: str
    before: int
    by: int
    changes: tuple[Change, ...]


@dataclass(frozen=True, slots=True)
class Gate:
    """The verdict.

    Attributes:
        budget: Bytes that there are; None: only the stored plan is held against it.
        over: Bytes beyond the budget; 0 within.
        step: At which most is alive.
        there: What is alive there, the largest first.
        remedies: What would bring it within the budget, the least first; empty where it is.
        closest: The least that was reached, where nothing brings it within.
    """

    study: Study
    budget: int | None
    over: int
    step: int | None
    there: tuple[Buffer, ...]
    remedies: tuple[Remedy, ...] = ()
    closest: Remedy | None = None
    growth: Growth | None = None

    @property
    def grown(self) -> bool:
        """Whether it needs more than the stored plan."""
        return self.growth is not None and self.growth.by > 0

    @property
    def passed(self) -> bool:
        """Whether it is safe, within the budget, and no larger than the stored plan."""
        return not self.over and not self.grown and self.study.unsafe is None


def gate(
    net: Net,
    settings: Settings,
    budget: int | None = None,
    baseline: PlanFile | None = None,
    progress: Progress | None = None,
) -> Gate:
    """Plan a prepared net and hold the plan against a budget, a stored plan, or both.

    Raises:
        UnknownSize: It is within, but only because sizes are unknown.
        MemplanError: It cannot be planned so.
    """
    found = study(net, settings, progress)
    peak = found.metrics.peak_bytes
    over = 0 if budget is None else max(0, peak - budget)
    growth = None if baseline is None else _growth(found, baseline)
    step = found.metrics.max_live.step
    verdict = Gate(found, budget, over, step, _alive(found, step), growth=growth)
    if verdict.passed and found.metrics.unknown:
        first = found.metrics.unknown[0]
        raise UnknownSize(
            f"{len(found.metrics.unknown):,} sizes are unknown, so nobody can say that it is "
            f"within; the first is {quoted(first.name)}: {first.reason.rstrip('.')}"
        )
    if budget is None or not over:
        return verdict
    # Of equals the first that was tried: what counts less stands last.
    asked = replace(settings, planner=found.settings.planner)
    tried = sorted(_remedies(net, asked, budget, progress), key=lambda remedy: remedy.peak)
    enough = tuple(remedy for remedy in tried if remedy.peak <= budget)
    closest = tried[0] if tried and not enough and tried[0].peak < peak else None
    return replace(verdict, remedies=enough, closest=closest)


def _alive(found: Study, step: int | None) -> tuple[Buffer, ...]:
    if step is None:
        return ()
    here = [b for b in found.problem.buffers if b.bytes_at(step)]
    return tuple(sorted(here, key=lambda b: (-b.bytes_at(step), b.live, b.name)))


def _growth(found: Study, baseline: PlanFile) -> Growth:
    before = {buffer.name: buffer.size for buffer in baseline.buffers}
    after = {buffer.name: buffer.size for buffer in found.problem.buffers}
    changes = [
        Change(name, before.get(name), after.get(name))
        for name in {**after, **before}
        if before.get(name) != after.get(name)
    ]
    changes.sort(key=lambda change: (-change.by, change.name))
    by = found.metrics.peak_bytes - baseline.peak
    return Growth(baseline.file, baseline.peak, by, tuple(changes))


def _remedies(
    net: Net, asked: Settings, budget: int, progress: Progress | None
) -> Iterator[Remedy]:
    """Each single change that is safe, with its peak; several together where none is enough."""
    enough = False
    for options, settings in _single(net, asked):
        remedy = _tried(net, options, settings, progress)
        if remedy is not None:
            enough = enough or remedy.peak <= budget
            yield remedy
    for options, settings in () if enough else _several(net, asked):
        remedy = _tried(net, options, settings, progress)
        if remedy is not None:
            yield remedy


def _tried(
    net: Net, options: tuple[str, ...], settings: Settings, progress: Progress | None
) -> Remedy | None:
    """None where there is no such plan, it is not safe, or does not count all."""
    try:
        found = study(net, settings, progress)
    except MemplanError:
        return None
    whole = found.unsafe is None and found.metrics.complete
    return Remedy(options, found.metrics.peak_bytes) if whole else None


Variant = tuple[tuple[str, ...], Settings]


def _single(net: Net, settings: Settings) -> Iterator[Variant]:
    yield from _planners(net, settings)
    if net.given is None:
        yield from _orders(settings)
        yield from _shared(settings)
    if settings.alignment > 1:
        yield ("--alignment 1",), replace(settings, alignment=1)
    yield from _counted(settings)


def _planners(net: Net, settings: Settings) -> Iterator[Variant]:
    for entry in planners_for(net):
        slow = not isinstance(entry, PackerEntry) and len(net.ops) > _SLOW_OPS
        needs_plan = isinstance(entry, PackerEntry) and entry.needs_plan
        if entry.name in (settings.planner, "naive") or slow or needs_plan:
            continue
        yield (f"--planner {entry.name}",), replace(settings, planner=entry.name)


def _orders(settings: Settings) -> Iterator[Variant]:
    """Other orders of the ops, unless one was asked for; no clock decides them."""
    if settings.order:
        return
    for name in ORDERS:
        yield (f"--order {name}",), replace(settings, order=name)
    if isinstance(PLANNERS[settings.planner], PackerEntry):
        # In an order that leaves room the planner may be what stands in the way.
        for planner in ("best_of", "optimal"):
            if planner != settings.planner:
                options = f"--planner {planner}", "--order lowest_peak"
                yield options, replace(settings, planner=planner, order="lowest_peak")


def _shared(settings: Settings) -> Iterator[Variant]:
    """What shares memory whatever the plan: for planners of offsets."""
    if not isinstance(PLANNERS[settings.planner], PackerEntry):
        return
    now = replace(settings.sharing, ops=None)
    for option, sharing in (
        ("--in-place", replace(now, in_place=True)),
        ("--views", replace(now, views=True)),
        ("--pieces", replace(now, pieces=True)),
    ):
        if sharing != now or now != settings.sharing:
            yield (option,), replace(settings, sharing=sharing)


def _counted(settings: Settings) -> Iterator[Variant]:
    counted = settings.accounting
    if counted.inputs:
        yield ("--no-count-inputs",), replace(settings, accounting=replace(counted, inputs=False))
    if counted.outputs:
        yield ("--no-count-outputs",), replace(settings, accounting=replace(counted, outputs=False))


def _several(net: Net, settings: Settings) -> Iterator[Variant]:
    """All that shares, with each planner of offsets; then without alignment, inputs, outputs."""
    bases = [((), settings), *_planners(net, settings)]
    for name, base in bases:
        if net.given is not None or not isinstance(PLANNERS[base.planner], PackerEntry):
            continue
        for options, shared in (
            *_in_order(name, base, settings),
            *_all_shared(name, base, settings),
        ):
            yield options, shared
            if base.alignment > 1:
                yield (*options, "--alignment 1"), replace(shared, alignment=1)
            neither = replace(base.accounting, inputs=False, outputs=False)
            outside = ("--no-count-inputs", "--no-count-outputs")
            yield (*options, *outside), replace(shared, accounting=neither)


def _all_shared(name: tuple[str, ...], base: Settings, asked: Settings) -> Iterator[Variant]:
    sharing = replace(base.sharing, ops=None, in_place=True, views=True)
    shared = replace(base, sharing=sharing)
    options = (*name, "--in-place", "--views")
    yield options, shared
    yield from _in_order(options, shared, asked)


def _in_order(options: tuple[str, ...], base: Settings, asked: Settings) -> Iterator[Variant]:
    """The order that is searched for: once for the planner asked for, once for all together."""
    if not asked.order and base.planner in (asked.planner, "best_of"):
        yield (*options, "--order lowest_peak"), replace(base, order="lowest_peak")
