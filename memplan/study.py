"""One net, planned: everything that the pages and the command line show, made in one go."""

from __future__ import annotations

import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

from memplan.liveness import Accounting, Storage, problem_from, storages
from memplan.metrics import Metrics, measure
from memplan.net import Net, Role
from memplan.ops.schema import TensorType
from memplan.plan import Decision, Plan, Problem, Progress, Trace
from memplan.planners import planner_named
from memplan.roles import assign_roles
from memplan.shapes import infer_shapes
from memplan.validity import check_net
from memplan.verify import verify

__all__ = ["Settings", "Study", "prepare", "study"]


@dataclass(frozen=True, slots=True)
class Settings:
    """How to plan.

    Attributes:
        planner: A key of `PLANNERS`.
        alignment: Every offset is a multiple of this many bytes.
        accounting: Which external blobs are counted.
        deadline: Seconds that an anytime planner may search.
        nodes: Search nodes that it may spend: the bound that gives one answer everywhere.
    """

    planner: str = "greedy_by_size"
    alignment: int = 1
    accounting: Accounting = field(default_factory=Accounting)
    deadline: float | None = None
    nodes: int | None = None


@dataclass(frozen=True, slots=True)
class Study:
    """A net with its storages, the problem they pose, a verified plan of it, and its figures."""

    net: Net
    settings: Settings
    storages: tuple[Storage, ...]
    problem: Problem
    plan: Plan
    metrics: Metrics
    decisions: tuple[Decision, ...]
    seconds: float

    def buffer_of(self, blob: str) -> str | None:
        """The buffer in which a blob of the net lies; None for what is not planned."""
        owner = next((s.name for s in self.storages if blob in s.names), None)
        return owner if any(b.name == owner for b in self.problem.buffers) else None


def prepare(
    net: Net,
    given: Mapping[str, TensorType] = MappingProxyType({}),
    roles: Mapping[str, Role] = MappingProxyType({}),
    progress: Progress | None = None,
) -> Net:
    """Check a net, give its blobs their roles, shapes and sizes.

    Args:
        given: Shapes that the user supplies, by blob.
        roles: Roles that the user sets, by blob.

    Raises:
        InvalidNet: The net contradicts itself, or a given shape is impossible.
        Cancelled: `progress` asked to stop.
    """
    check_net(net)
    return infer_shapes(assign_roles(net, roles), given, progress)


def study(net: Net, settings: Settings = Settings(), progress: Progress | None = None) -> Study:
    """Plan a prepared net, verify the plan and measure it.

    Raises:
        UnknownPlanner: `settings.planner` names none.
        UnsafePlan: The planner's answer is wrong: a bug of ours, never shown as a plan.
    """
    entry = planner_named(settings.planner)
    started = time.perf_counter()
    found = storages(net)
    # A nested net's blobs are packed by the same planner: its arena is what the op must reserve.
    problem = problem_from(
        net, settings.accounting, settings.alignment, lambda inner: entry.pack(inner).peak, found
    )
    _tell(progress, 0.3, "planning")
    trace = Trace()
    plan = entry.pack(problem, trace)
    _tell(progress, 0.7, "verifying the plan")
    verify(plan)
    _tell(progress, 1.0, "done")
    return Study(
        net=net,
        settings=settings,
        storages=found,
        problem=problem,
        plan=plan,
        metrics=measure(net, found, problem, plan),
        decisions=tuple(trace.decisions),
        seconds=time.perf_counter() - started,
    )


def _tell(progress: Progress | None, share: float, what: str) -> None:
    if progress is not None:
        progress(share, what)
