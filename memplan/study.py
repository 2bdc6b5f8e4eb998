"""One net, planned: everything that the pages and the command line show, made in one go."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from operator import attrgetter
from types import MappingProxyType
from typing import Any

from memplan.errors import InvalidNet, UnsafePlan, quoted
from memplan.liveness import (
    SHARE_NOTHING,
    Accounting,
    Sharing,
    Storage,
    problem_from,
    storages,
    with_file_offsets,
    with_placement,
)
from memplan.metrics import Metrics, measure
from memplan.net import Net, Role, made_names
from memplan.ops.schema import TensorType
from memplan.plan import (
    Decision,
    Decisions,
    Plan,
    Problem,
    Progress,
    ScratchRequest,
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
from memplan.roles import assign_roles
from memplan.shapes import infer_shapes
from memplan.validity import check_net
from memplan.verify import broken_read, same_dataflow, verify
from memplan.wishes import NO_WISHES, Wishes
from memplan.wishes.names import recycled_as_wished
from memplan.wishes.offsets import Pack, by_buffer, packed_as_wished

__all__ = [
    "PARALLEL_TYPES",
    "Settings",
    "Study",
    "prepare",
    "runs_in_parallel",
    "study",
    "study_names",
]
__all__ += ["usual_planner"]

PARALLEL_TYPES = frozenset(
    {
        "dag",
        "prof_dag",
        "async_dag",
        "async_polling",
        "async_scheduling",
        "parallel",
    }
)
"""Types of a NetDef whose executor runs ops as soon as what they read is made (Caffe2's net.cc)."""


_TOLD_EVERY = 500  # decisions of a planner: some tenths of a second where they are dearest


@dataclass(frozen=True, slots=True)
class Settings:
    """How to plan.

    Attributes:
        planner: A key of `PLANNERS`; empty: what is usual for the net, see `usual_planner`.
        alignment: Every offset is a multiple of this many bytes.
        accounting: Which external blobs are counted.
        deadline: Seconds that an anytime planner may search.
        nodes: Search nodes that it may spend: the bound that gives one answer everywhere.
        recycling: What a recycler may touch; None: all but what is external.
        parallel: Whether ops run as soon as what they read is made; None: as the net's type says.
            Sharing by name is then safe only where dependencies keep the users apart.
        capacity: Bytes that there are; the plan is measured against it, not made for it.
        scratch: What kernels ask for while they run, which no file tells.
        sharing: What shares memory whatever the plan; for planners of offsets: those that give
            names do so themselves.
        profile: The engine that these settings follow, a key of `PROFILES`: it is shown, and
            changes nothing here.
        wishes: What the plan is to keep to beside being safe.
    """

    planner: str = "greedy_by_size"
    alignment: int = 1
    accounting: Accounting = field(default_factory=Accounting)
    deadline: float | None = None
    nodes: int | None = None
    recycling: RecyclingOptions | None = None
    parallel: bool | None = None
    capacity: int | None = None
    scratch: tuple[ScratchRequest, ...] = ()
    sharing: Sharing = SHARE_NOTHING
    profile: str | None = None
    wishes: Wishes = NO_WISHES


@dataclass(frozen=True, slots=True)
class Study:
    """A net with its storages, the problem they pose, a plan that was checked, and its figures.

    Attributes:
        net: Its ops in the order that the plan is for.
        assignment: The new names that a recycler chose; None for a packer's plan.
        unsafe: What is wrong with the plan: one sentence. Only planners that are kept bug for
            bug, and offsets that come with the file, get as far as this with an unsafe plan.
    """

    net: Net
    settings: Settings
    storages: tuple[Storage, ...]
    problem: Problem
    plan: Plan
    metrics: Metrics
    decisions: Decisions
    seconds: float
    assignment: Assignment | None = None
    unsafe: str | None = None

    def buffer_of(self, blob: str) -> str | None:
        """The buffer in which a blob of the net lies; None for what is not planned."""
        owner = next((s.name for s in self.storages if blob in s.names), None)
        return owner if any(b.name == owner for b in self.problem.buffers) else None


def prepare(
    net: Net,
    given: Mapping[str, TensorType] = MappingProxyType({}),
    roles: Mapping[str, Role] = MappingProxyType({}),
    progress: Progress | None = None,
    dims: Mapping[str, int] = MappingProxyType({}),
) -> Net:
    """Check a net, give its blobs their roles, shapes and sizes.

    Args:
        given: Shapes that the user supplies, by blob.
        roles: Roles that the user sets, by blob.
        dims: Numbers for the dims that the net leaves free, by name.

    Raises:
        InvalidNet: The net contradicts itself, or a given shape is impossible.
        Cancelled: `progress` asked to stop.
    """
    if net.given is not None:
        return _prepared_buffers(net, given, roles, dims)
    check_net(net)
    found = infer_shapes(assign_roles(net, roles), given, progress, dims)
    # Shapes of an ONNX model are read off another model, which no plan came with.
    return found if found.placed is net.placed else replace(found, placed=net.placed)


def _prepared_buffers(
    net: Net, shapes: Mapping[str, object], roles: Mapping[str, Role], dims: Mapping[str, int]
) -> Net:
    """Nothing is worked out of buffers without a graph, so that nothing can be said of them."""
    said = next(iter((*shapes, *roles, *dims)), None)
    if said is not None:
        raise InvalidNet(
            f"{quoted(said)} was given a shape, a role or a number, but these are buffers without "
            "a graph: their sizes stand in the file"
        )
    return net


def usual_planner(net: Net) -> str:
    """The planner of offsets for a net of which nothing is said: a plan is shown as it is."""
    return "greedy_by_size" if net.placed is None else "given"


def study(
    net: Net,
    settings: Settings = Settings(),
    progress: Progress | None = None,
    search_of: Callable[[PackerEntry], Searcher | None] = attrgetter("search"),
) -> Study:
    """Plan a prepared net, verify the plan and measure it.

    Args:
        search_of: How a planner searches, if it does; by default in this process.

    Raises:
        UnknownPlanner: `settings.planner` names none.
        UnsafePlan: The planner's answer is wrong: a bug of ours, never shown as a plan.
        Cancelled: `progress` asked to stop.
        InvalidNet: The net or `settings.recycling` is not one that the planner can take.
    """
    settings = replace(settings, planner=settings.planner or usual_planner(net))
    entry = planner_named(settings.planner)
    started = time.perf_counter()
    _tell(progress, 0.1, "planning")
    if isinstance(entry, PackerEntry):
        answer = _packed(net, settings, entry, progress, search_of(entry))
    else:
        answer = _recycled(net, settings, entry, progress)
    _tell(progress, 0.8, "measuring")
    return _measured(answer, settings, started)


def _measured(answer: _Answer, settings: Settings, started: float) -> Study:
    metrics = measure(answer.net, answer.storages, answer.plan.problem, answer.plan)
    return Study(
        net=answer.net,
        settings=settings,
        storages=answer.storages,
        problem=answer.plan.problem,
        plan=answer.plan,
        metrics=metrics,
        decisions=answer.decisions,
        seconds=time.perf_counter() - started,
        assignment=answer.assignment,
        unsafe=answer.unsafe,
    )


@dataclass(frozen=True, slots=True)
class _Answer:
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
            _tell(self.progress, 0.1 + 0.7 * min(1, count / max(1, self.expected)) ** 2, done)
        Trace.note(self, blob, step, make, *facts)


def _packed(
    net: Net,
    settings: Settings,
    entry: PackerEntry,
    progress: Progress | None,
    search: Searcher | None,
) -> _Answer:
    if entry.order is not None:
        net = replace(net, ops=tuple(net.ops[index] for index in entry.order(net)))
    found = storages(net, settings.sharing)
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
        problem = with_placement(problem, net)
    elif entry.obeys_file:
        problem = with_file_offsets(problem, net)
    expected = len(problem.buffers) - len(problem.unknown)
    trace = _Watched(progress=progress, expected=expected)
    pack = _packer(settings, entry, search, progress)
    plan = _plan_of(net, settings, pack, (problem, found), trace)
    if entry.needs_plan and net.placed is not None:
        plan = replace(plan, slots=net.placed.slots)
    decisions = trace.decisions
    if all(buffer.offset is None for buffer in plan.problem.buffers):
        verify(plan)
        return _Answer(net, found, plan, decisions)
    unsafe = _why_file_is_unsafe(plan, "pins" if settings.wishes.pins else "the file itself")
    checked = plan if unsafe is None else replace(plan, proof=None)
    return _Answer(net, found, checked, decisions, unsafe=unsafe)


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
    posed: tuple[Problem, tuple[Storage, ...]],
    trace: Trace,
) -> Plan:
    problem, found = posed
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


def _recycled(
    net: Net, settings: Settings, entry: RecyclerEntry, progress: Progress | None
) -> _Answer:
    if net.given is not None:
        raise InvalidNet(
            f"{entry.title}: it gives blobs of a graph new names, and these are buffers without "
            "one; choose a planner of offsets"
        )
    trace = _Watched(progress=progress, expected=len(made_names(net)))
    parallel = runs_in_parallel(net, settings)
    assignment = _names_of(net, settings, entry, trace, parallel=parallel)
    return _named(net, settings, (entry.name, assignment), trace.decisions)


def study_names(net: Net, assignment: Assignment, settings: Settings) -> Study:
    """A study of names that somebody else chose, checked like those of a planner.

    Raises:
        UnknownPlanner: `settings.planner` names none; it stands for the one that nobody knows.
    """
    started = time.perf_counter()
    answer = _named(net, settings, (settings.planner, assignment), Decisions())
    return _measured(answer, settings, started)


def _named(
    net: Net, settings: Settings, chosen: tuple[str, Assignment], decisions: Decisions
) -> _Answer:
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
        return _Answer(ordered, found, plan, decisions, assignment)
    plan = replace(plan, proof=None)
    return _Answer(ordered, found, plan, decisions, assignment, unsafe)


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


def runs_in_parallel(net: Net, settings: Settings) -> bool:
    """Whether ops of `net` may run at the same time: as the settings say, else its type.

    Where sharing is to make no op wait, blobs are kept apart as if they did.
    """
    if settings.wishes.no_waiting:
        return True
    return net.type in PARALLEL_TYPES if settings.parallel is None else settings.parallel


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


def _tell(progress: Progress | None, share: float, what: str) -> None:
    if progress is not None:
        progress(share, what)
