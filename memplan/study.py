"""One net, planned: everything that the pages and the command line show, made in one go."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from operator import attrgetter
from types import MappingProxyType

from memplan.answering import Answer, answered_by_names, named, packed, tell
from memplan.errors import InvalidNet, quoted
from memplan.liveness import Storage, problem_from, storages
from memplan.metrics import Metrics, measure
from memplan.net import Net, Role
from memplan.ops.schema import TensorType
from memplan.order import NODES, in_order, order_named
from memplan.plan import Decisions, Plan, Problem, Progress
from memplan.planners import PackerEntry, Searcher, planner_named
from memplan.rewrite import Assignment
from memplan.roles import assign_roles
from memplan.settings import PARALLEL_TYPES, Settings, runs_in_parallel
from memplan.shapes import infer_shapes
from memplan.validity import check_net

__all__ = [
    "PARALLEL_TYPES",
    "Settings",
    "Study",
    "prepare",
    "runs_in_parallel",
    "study",
    "study_names",
    "usual_planner",
]

_DEFAULTS = Settings()


@dataclass(frozen=True, slots=True)
class Study:
    """A net with its storages, the problem they pose, a plan that was checked, and its figures.

    Attributes:
        net: Its ops in the order that the plan is for.
        order: The ops by their index in the net as it stood, where another order was asked for.
        settings: How `net` was planned; the order that was asked for is that of its ops already.
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
    order: tuple[int, ...] | None = None

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
    settings: Settings = _DEFAULTS,
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
    order = None
    if settings.order:
        tell(progress, 0.05, "looking for an order of the ops")
        net, settings, order = _put_in_order(net, settings)
    tell(progress, 0.1, "planning")
    if isinstance(entry, PackerEntry):
        answer = packed(net, settings, entry, progress, search_of(entry))
    else:
        answer = answered_by_names(net, settings, entry, progress)
    tell(progress, 0.8, "measuring")
    made = _measured(answer, settings, started)
    return made if order is None else _told_of_the_file(made, order)


def _put_in_order(net: Net, settings: Settings) -> tuple[Net, Settings, tuple[int, ...]]:
    """The net with its ops in the order that is asked for, the settings for it, the order."""
    found = storages(net, settings.sharing)
    posed = problem_from(
        net, settings.accounting, settings.alignment, found=found, scratch=settings.scratch
    )
    order = order_named(settings.order, net, (posed, found), settings.nodes or NODES)
    place = {op: step for step, op in enumerate(order)}
    # The problem was posed: what is asked for is asked for by an op of the net.
    scratch = tuple(replace(asked, step=place[asked.step]) for asked in settings.scratch)
    return in_order(net, order), replace(settings, order="", scratch=scratch), order


def _told_of_the_file(made: Study, order: tuple[int, ...]) -> Study:
    """The same study with the order, and with names and an order for the net as it stood."""
    assignment = made.assignment
    if assignment is not None:
        order = tuple(order[step] for step in assignment.order or range(len(order)))
        assignment = replace(assignment, order=order, unchanged=None)
    return replace(made, assignment=assignment, order=order)


def _measured(answer: Answer, settings: Settings, started: float) -> Study:
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


def study_names(net: Net, assignment: Assignment, settings: Settings) -> Study:
    """A study of names that somebody else chose, checked like those of a planner.

    Raises:
        UnknownPlanner: `settings.planner` names none; it stands for the one that nobody knows.
    """
    started = time.perf_counter()
    answer = named(net, settings, (settings.planner, assignment), Decisions())
    return _measured(answer, settings, started)
