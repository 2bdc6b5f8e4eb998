"""What a planner answers to a net: asked with its settings, watched, and checked.

A packer's plan must be safe: that it is not is a bug of ours. Names that a recycler gives which is
kept bug for bug, and offsets that come from elsewhere, may be unsafe; then the answer says how.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import Any

from memplan.errors import InvalidNet, UnsafePlan
from memplan.liveness import (
    Storage,
    problem_from,
    storages,
    with_file_offsets,
    with_placement,
)
from memplan.net import Net, made_names
from memplan.plan import (
    Decision,
    Decisions,
    Plan,
    Problem,
    Progress,
    Trace,
)
from memplan.planners import PackerEntry, RecyclerEntry, Searcher, planner_named
from memplan.planners.asking import default_question, recycled
from memplan.planners.greedy_by_size import greedy_by_size
from memplan.planners.naive import naive
from memplan.planners.plan_from import plan_from
from memplan.planners.recycling import RecyclingOptions
from memplan.planners.renaming import renamed
from memplan.planners.search import Budget
from memplan.rewrite import Assignment
from memplan.settings import Settings, runs_in_parallel
from memplan.verify import broken_read, same_dataflow, verify
from memplan.wishes.names import recycled_as_wished
from memplan.wishes.offsets import Pack, by_buffer, packed_as_wished

__all__ = ["Answer", "answered_by_names", "named", "packed", "posed", "tell", "unchecked"]

_TOLD_EVERY = 500  # decisions of a planner: some tenths of a second where they are dearest


@dataclass(frozen=True, slots=True)
class Answer:
    """A plan with the net and the storages that it is for; the parts are those of a `Study`."""

    net: Net
    storages: tuple[Storage, ...]
    plan: Plan
    decisions: Decisions = field(default_factory=Decisions)
    assignment: Assignment | None = None
    unsafe: str | None = None


@dataclass(slots=True)
class _Watched(Trace):
    """A trace that tells how far a planner is: between two decisions it can be stopped."""

    progress: Progress | None = None
    expected: int = 0

    def note(self, blob: str, step: int, make: Callable[..., Decision], *facts: Any) -> None:
        # The decisions grow dearer, so that a share of their number would promise too much.
        count = len(self.told)
        if count % _TOLD_EVERY == 0:
            done = f"planning: {count:,} of {self.expected:,} blobs"
            tell(self.progress, 0.1 + 0.7 * min(1, count / max(1, self.expected)) ** 2, done)
        Trace.note(self, blob, step, make, *facts)


def packed(
    net: Net,
    settings: Settings,
    entry: PackerEntry,
    progress: Progress | None,
    search: Searcher | None,
) -> Answer:
    """Ask a planner of offsets, and verify what it answers.

    Raises:
        UnsafePlan: The answer is wrong, and nobody fixed its offsets beforehand.
    """
    if entry.order is not None:
        net = replace(net, ops=tuple(net.ops[index] for index in entry.order(net)))
    found = storages(net, settings.sharing)
    problem = posed(net, settings, entry, found)
    expected = len(problem.buffers) - len(problem.unknown)
    trace = _Watched(progress=progress, expected=expected)
    pack = _packer(settings, entry, search, progress)
    plan = _plan_of(net, settings, pack, (problem, found), trace)
    if entry.needs_plan and net.placed is not None:
        plan = replace(plan, slots=net.placed.slots)
    decisions = trace.decisions
    if all(buffer.offset is None for buffer in plan.problem.buffers):
        verify(plan)
        return Answer(net, found, plan, decisions)
    unsafe = _why_file_is_unsafe(plan, "pins" if settings.wishes.pins else "the file itself")
    checked = plan if unsafe is None else replace(plan, proof=None)
    return Answer(net, found, checked, decisions, unsafe=unsafe)


def posed(net: Net, settings: Settings, entry: PackerEntry, found: tuple[Storage, ...]) -> Problem:
    """The problem that a net with these storages poses to a planner of offsets."""
    # A nested net's blobs are packed by the same planner: its arena is what the op must reserve.
    # No file says where those lie.
    pack_inner = greedy_by_size if entry.needs_plan else entry.pack
    counted = settings.accounting
    problem = problem_from(
        net,
        replace(counted, state=counted.state and entry.plans_state),
        settings.alignment,
        lambda inner: pack_inner(inner).peak,
        found,
        scratch=settings.scratch,
    )
    if entry.needs_plan:
        return with_placement(problem, net)
    return with_file_offsets(problem, net) if entry.obeys_file else problem


def unchecked(
    net: Net, settings: Settings, entry: PackerEntry, found: tuple[Storage, ...], problem: Problem
) -> Plan:
    """What a planner of offsets answers to a problem; nobody has verified it yet."""
    pack = _packer(settings, entry, entry.search, None)
    return _plan_of(net, settings, pack, (problem, found), None)


def _packer(
    settings: Settings, entry: PackerEntry, search: Searcher | None, progress: Progress | None
) -> Pack:
    """How a planner is asked: one that searches is told for how long."""
    if search is None:
        return entry.pack
    budget = Budget(settings.deadline, settings.nodes, _from_to(progress, 0.1, 0.8))
    return lambda problem, trace: search(problem, trace, budget)


def _plan_of(
    net: Net,
    settings: Settings,
    pack: Pack,
    asked: tuple[Problem, tuple[Storage, ...]],
    trace: Trace | None,
) -> Plan:
    problem, found = asked
    if not settings.wishes:
        return pack(problem, trace)
    wishes = by_buffer(settings.wishes, found, problem)
    entry = planner_named(settings.planner)
    free = isinstance(entry, PackerEntry) and not entry.needs_order
    where = (net, found)
    return packed_as_wished(problem, wishes, pack, trace, where=where, takes_relation=free)


def _why_file_is_unsafe(plan: Plan, who: str) -> str | None:
    """What is wrong with offsets that are fixed, whose fault is not the planner's."""
    try:
        verify(plan)
    except UnsafePlan as error:
        return f"as {who} place{'' if who == 'pins' else 's'} them, {error}"
    return None


def answered_by_names(
    net: Net, settings: Settings, entry: RecyclerEntry, progress: Progress | None
) -> Answer:
    """Ask a planner of names, and say what is wrong with its answer.

    Raises:
        InvalidNet: There is no graph whose blobs could get names.
    """
    if net.given is not None:
        raise InvalidNet(
            f"{entry.title}: it gives blobs of a graph new names, and these are buffers without "
            "one; choose a planner of offsets"
        )
    entry = _who_answers(entry, settings)
    trace = _Watched(progress=progress, expected=len(made_names(net)))
    parallel = runs_in_parallel(net, settings)
    assignment = _names_of(net, settings, entry, trace, parallel=parallel)
    return named(net, settings, (entry.name, assignment), trace.decisions)


def _who_answers(entry: RecyclerEntry, settings: Settings) -> RecyclerEntry:
    """The planner itself, or the one that stands for it where no op is to wait."""
    if not settings.wishes.no_waiting or not entry.no_waiting:
        return entry
    instead = planner_named(entry.no_waiting)
    assert isinstance(instead, RecyclerEntry)
    return instead


def named(
    net: Net, settings: Settings, chosen: tuple[str, Assignment], decisions: Decisions
) -> Answer:
    """The plan that new names amount to, and what is wrong with it."""
    planner, assignment = chosen
    parallel = runs_in_parallel(net, settings)
    ordered = net
    if assignment.order is not None:
        ordered = replace(net, ops=tuple(net.ops[index] for index in assignment.order))
    found = storages(ordered)
    # Nothing shares inside a nested net unless its names were changed too, which is not counted.
    problem = problem_from(
        ordered,
        settings.accounting,
        settings.alignment,
        lambda inner: naive(inner).peak,
        found,
        scratch=settings.scratch,
    )
    plan = plan_from(problem, found, assignment.mapping, planner)
    unsafe = _why_unsafe(net, assignment, plan, parallel=parallel)
    if unsafe is None:
        return Answer(ordered, found, plan, decisions, assignment)
    plan = replace(plan, proof=None)
    return Answer(ordered, found, plan, decisions, assignment, unsafe)


def _names_of(
    net: Net, settings: Settings, entry: RecyclerEntry, trace: Trace, *, parallel: bool
) -> Assignment:
    if not settings.wishes:
        return recycled(net, entry, settings.recycling, trace)
    options = settings.recycling or default_question(net, entry)

    def ask(asked: Net, question: RecyclingOptions) -> Assignment:
        trace.forget()
        return recycled(asked, entry, question, trace)

    return recycled_as_wished(net, options, settings.wishes, ask, parallel=parallel)


def _why_unsafe(net: Net, assignment: Assignment, plan: Plan, *, parallel: bool) -> str | None:
    """Two blobs on the same bytes at one time, else the first op that reads something else."""
    if assignment.unchanged is not None:
        return None
    try:
        verify(plan)
    except UnsafePlan as error:
        return str(error)
    after = renamed(net, assignment)
    broken = same_dataflow(net, after, parallel=parallel, order=assignment.order)
    return None if broken is None else broken_read(broken)


def _from_to(progress: Progress | None, begin: float, end: float) -> Progress | None:
    """A callback whose shares lie between `begin` and `end` of the whole work."""
    if progress is None:
        return None
    return lambda share, what: progress(begin + (end - begin) * share, what)


def tell(progress: Progress | None, share: float, what: str) -> None:
    """Tell whoever watches how far the work is."""
    if progress is not None:
        progress(share, what)
