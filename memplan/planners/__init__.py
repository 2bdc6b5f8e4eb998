"""The planners, by name, in an explicit table: nothing registers itself by being imported."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Protocol

from memplan.errors import UnknownPlanner, quoted
from memplan.plan import Plan, Problem, Trace
from memplan.planners.greedy_by_size import greedy_by_size
from memplan.planners.naive import naive

__all__ = ["PLANNERS", "Packer", "PlannerEntry", "planner_named"]


class Packer(Protocol):
    """A planner of offsets: the same problem gives the same plan, on every machine."""

    def __call__(self, problem: Problem, trace: Trace | None = None) -> Plan:
        """Place every buffer of known size; record each decision in `trace`, if there is one."""
        ...


@dataclass(frozen=True, slots=True)
class PlannerEntry:
    """A planner as it is offered for choice."""

    name: str
    title: str
    line: str
    reference: str
    pack: Packer


PLANNERS: Mapping[str, PlannerEntry] = MappingProxyType(
    {
        entry.name: entry
        for entry in (
            PlannerEntry(
                "greedy_by_size",
                "Greedy by size",
                "The biggest blob first, each in the lowest hole that fits.",
                "Pisarchyk & Lee 2020, arXiv:2001.03288",
                greedy_by_size,
            ),
            PlannerEntry(
                "naive",
                "No sharing",
                "Every blob has memory of its own: what a net needs without a planner.",
                "the baseline",
                naive,
            ),
        )
    }
)


def planner_named(name: str) -> PlannerEntry:
    """Look a planner up.

    Raises:
        UnknownPlanner: There is none of that name; the message lists those there are.
    """
    if name not in PLANNERS:
        raise UnknownPlanner(f"no planner {quoted(name)}; there are: {', '.join(PLANNERS)}")
    return PLANNERS[name]
