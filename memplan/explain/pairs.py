"""Could two blobs share memory? The answer is proven for the pair, not read off a plan.

    a [0, 3)  b [2, 5)      no: both are alive at op 2, whose reading of a keeps a alive
    a [0, 2)  c [2, 4)      yes; where they do not: who has their bytes, and what it would cost

For offsets two blobs can share bytes when live ranges, memories and fixed places let them. For
names the net is run on symbols with one name for the two (`verify.same_dataflow`): more names
joined can only forbid more, so that the pair alone decides.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from enum import StrEnum

from memplan.errors import InvalidNet, MemplanError, quoted
from memplan.explain.bytes_of import mates_of, shares_bytes
from memplan.explain.paths import MissingPath, missing_path
from memplan.net import Net
from memplan.plan import Buffer, LiveRange, Problem, Progress
from memplan.planners import RecyclerEntry, planner_named
from memplan.planners.asking import default_question
from memplan.planners.plan_from import plan_from
from memplan.planners.renaming import renamed
from memplan.rewrite import Assignment
from memplan.study import Study, runs_in_parallel, study
from memplan.verify import Break, BrokenRead, clashes, same_dataflow
from memplan.wishes.waiting import Ordered

__all__ = ["Bar", "Keeper", "Versus", "could_share", "forced", "why_not"]


class Bar(StrEnum):
    """Why two blobs cannot share; SAME: they are one piece of memory already."""

    SAME = "one piece of memory already"
    LIVE = "both are alive"
    BRANCH = "nothing keeps their uses apart"
    DEVICE = "on two devices"
    STATIC = "keeps its own memory"
    DONT_SHARE = "not to be shared"
    PLACE = "their places are fixed apart"
    EMPTY = "has no bytes, or no known size"
    VALUES = "an op would read another value"
    UNPLANNED = "not planned"


@dataclass(frozen=True, slots=True)
class Keeper:
    """The op that keeps a blob alive: the last that reads it; None: the caller, at the end."""

    op: int | None
    type: str = ""


@dataclass(frozen=True, slots=True)
class Versus:
    """Two blobs beside one another.

    Attributes:
        can_share: Whether some safe plan lets them have a byte in common.
        do_share: Whether this plan does.
        bar: Why they cannot; None where they can.
        who: Of a bar that concerns one of the two: which.
        together: The steps at which both are alive.
        keeper: Who keeps the one born first alive into the other's time.
        missing: In a parallel net, the path that would make it safe.
        broken: The read that would go wrong.
        instead: For each of the two, who has some of its bytes in this plan.
        cost_bytes: By how much the peak grows (below 0: shrinks) when the planner is made to let
            them share; None where it cannot be, or was not asked.
    """

    a: str
    b: str
    can_share: bool
    do_share: bool
    bar: Bar | None = None
    who: str | None = None
    together: tuple[LiveRange, ...] = ()
    keeper: Keeper | None = None
    missing: MissingPath | None = None
    broken: BrokenRead | None = None
    instead: tuple[tuple[str, ...], tuple[str, ...]] = ((), ())
    cost_bytes: int | None = None


def why_not(
    made: Study, a: str, b: str, *, cost: bool = True, progress: Progress | None = None
) -> Versus:
    """Tell whether two blobs could share memory, and if they could but do not, why not.

    Args:
        cost: Plan again with the two together, where they could and do not.

    Raises:
        InvalidNet: One of the names is that of no blob.
    """
    for name in (a, b):
        if _buffer_of(made, name) is None and name not in made.net.names():
            raise InvalidNet(f"{quoted(name)} is no blob of the net; check its name")
    found = could_share(made, a, b)
    one, other = _buffer_of(made, a), _buffer_of(made, b)
    if one is None or other is None:
        return found
    sharing = one == other or shares_bytes(made.plan, one, other)
    mates = mates_of(made.plan, one), mates_of(made.plan, other)
    found = replace(found, do_share=sharing, instead=mates)
    if not cost or not found.can_share or sharing:
        return found
    again = forced(made, a, b, progress)
    before = made.metrics.peak_bytes
    return replace(found, cost_bytes=None if again is None else again.metrics.peak_bytes - before)


def forced(made: Study, a: str, b: str, progress: Progress | None = None) -> Study | None:
    """The net planned again with two blobs on the same bytes; None: the planner cannot."""
    wishes = made.settings.wishes
    pair = replace(wishes, together=(*wishes.together, (a, b)))
    try:
        return study(_unordered(made), replace(made.settings, wishes=pair), progress)
    except MemplanError:
        return None


def _unordered(made: Study) -> Net:
    """The net as it was given to the planner: its ops before the planner put them in order."""
    order = made.assignment.order if made.assignment is not None else None
    if order is None:
        return made.net
    place = {index: k for k, index in enumerate(order)}
    return replace(made.net, ops=tuple(made.net.ops[place[k]] for k in range(len(order))))


def could_share(made: Study, a: str, b: str) -> Versus:
    """Whether some safe plan lets two blobs share, by what keeps them apart if none does."""
    one, other = _buffer_of(made, a), _buffer_of(made, b)
    if one is None or other is None:
        who = a if one is None else b
        return Versus(a, b, can_share=False, do_share=False, bar=Bar.UNPLANNED, who=who)
    if one == other:
        return Versus(a, b, can_share=True, do_share=True, bar=Bar.SAME)
    by_name = {buffer.name: buffer for buffer in made.problem.buffers}
    bar = _kept(made, a, b) or _apart(made, by_name[one], by_name[other])
    if bar is None:
        bar = _unproven(made, a, b) if made.assignment is not None else _racing(made, one, other)
    if bar is None:
        return Versus(a, b, can_share=True, do_share=False)
    return replace(bar, a=a, b=b)


def _buffer_of(made: Study, blob: str) -> str | None:
    """The buffer of a blob; of a problem without a graph, and of scratch, that of its own name."""
    found = made.buffer_of(blob)
    if found is None and any(buffer.name == blob for buffer in made.problem.buffers):
        return blob
    return found


def _no(bar: Bar, **more: object) -> Versus:
    return replace(Versus("", "", can_share=False, do_share=False, bar=bar), **more)  # type: ignore[arg-type]


def _parallel(made: Study) -> bool:
    return runs_in_parallel(made.net, made.settings)


def _kept(made: Study, a: str, b: str) -> Versus | None:
    """What the settings say of one of the two."""
    entry = planner_named(made.settings.planner)
    if isinstance(entry, RecyclerEntry):
        options = made.settings.recycling or default_question(made.net, entry)
        for name in (a, b):
            if name in options.static:
                return _no(Bar.STATIC, who=name)
            if name in options.dont_share:
                return _no(Bar.DONT_SHARE, who=name)
    alone = made.settings.wishes.alone
    who = next((name for name in (a, b) if name in alone), None)
    return None if who is None else _no(Bar.STATIC, who=who)


def _apart(made: Study, a: Buffer, b: Buffer) -> Versus | None:
    """What buffers alone say: times, memories, places, sizes."""
    problem = made.problem
    if problem.conflicts is not None and _in_conflict(problem, a, b):
        return _in_parallel(made, a, b) if not _meetings(a, b) else _alive(made, a, b)
    if problem.conflicts is None and (meetings := _meetings(a, b)):
        return _alive(made, a, b, meetings)
    if a.spaces and b.spaces and not set(a.spaces) & set(b.spaces):
        return _no(Bar.DEVICE)
    if made.assignment is None and not (a.size and b.size):
        return _no(Bar.EMPTY, who=b.name if a.size else a.name)
    if a.offset is not None and b.offset is not None:
        apart = max(a.offset, b.offset) >= min(a.offset + (a.size or 0), b.offset + (b.size or 0))
        return _no(Bar.PLACE) if apart else None
    return None


def _in_conflict(problem: Problem, a: Buffer, b: Buffer) -> bool:
    number = {buffer.name: k for k, buffer in enumerate(problem.buffers)}
    pair = sorted((number[a.name], number[b.name]))
    return (pair[0], pair[1]) in (problem.conflicts or ())


def _meetings(a: Buffer, b: Buffer) -> tuple[LiveRange, ...]:
    """The steps at which both are alive."""
    pairs = ((x, y) for x in a.alive() for y in b.alive() if x.meets(y))
    return tuple(LiveRange(max(x.begin, y.begin), min(x.end, y.end)) for x, y in pairs)


def _alive(made: Study, a: Buffer, b: Buffer, meetings: tuple[LiveRange, ...] = ()) -> Versus:
    first = min((a, b), key=lambda buffer: (buffer.live.begin, buffer.live.end, buffer.name))
    keeper = _keeper(made, first) if made.net.ops else None
    return _no(Bar.LIVE, together=meetings or _meetings(a, b), keeper=keeper)


def _keeper(made: Study, buffer: Buffer) -> Keeper:
    """The last op that reads a buffer; None where it is wanted after the run."""
    end, ops = buffer.live.end, made.net.ops
    storage = next((s for s in made.storages if s.name == buffer.name), None)
    names = set(storage.names) if storage is not None else {buffer.name}
    last = ops[end - 1] if 0 < end <= len(ops) else None
    outputs = names & {*made.net.outputs}
    if last is None or outputs:
        return Keeper(None)
    return Keeper(end - 1, last.type)


def _in_parallel(made: Study, a: Buffer, b: Buffer) -> Versus:
    path = missing_path(made.problem, made.net, made.storages, a.name, b.name)
    return _no(Bar.BRANCH, missing=path)


def _racing(made: Study, a: str, b: str) -> Versus | None:
    """Of a net whose ops run in parallel: whether dependencies keep two buffers apart."""
    if not _parallel(made):
        return None
    ordered = Ordered.of(made.problem, made.net, made.storages)
    if ordered.follows(a, b) or ordered.follows(b, a):
        return None
    return _no(Bar.BRANCH, missing=missing_path(made.problem, made.net, made.storages, a, b))


def _unproven(made: Study, a: str, b: str) -> Versus | None:
    """One name for the two in the net: run on symbols, and as a plan of slots."""
    broken: BrokenRead | None = None
    for names in _names_for(made, a, b):
        after = renamed(made.net, Assignment(names))
        broken = same_dataflow(made.net, after, parallel=_parallel(made))
        if broken is None:
            plan = plan_from(made.problem, made.storages, names, made.plan.planner)
            clash = next(clashes(plan), None)
            if clash is None:
                return None
    if broken is None:
        return _no(Bar.VALUES)
    if broken.kind is Break.RACE:
        path = missing_path(
            made.problem,
            made.net,
            made.storages,
            _buffer_of(made, a) or a,
            _buffer_of(made, b) or b,
        )
        return _no(Bar.BRANCH, broken=broken, missing=path)
    return _no(Bar.VALUES, broken=broken)


def _names_for(made: Study, a: str, b: str) -> Iterator[dict[str, str]]:
    """The ways to give two storages one name: all names of the one to those of the other."""
    fresh = "shared"
    while fresh in made.net.blobs or fresh in made.net.names():
        fresh += "_"
    yield {a: fresh, b: fresh}
    yield {b: a}
    yield {a: b}
