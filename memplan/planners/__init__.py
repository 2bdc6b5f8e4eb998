"""The planners, by name, in an explicit table: nothing registers itself by being imported.

There are two kinds. A *packer* gives each buffer of a `Problem` an offset. A *recycler* gives
blobs of a `Net` new names, so that several share one; Caffe2's own are kept bug for bug, and
what they answer may be unsafe: `study` says so.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from memplan.errors import UnknownPlanner, quoted
from memplan.net import Net
from memplan.planners.entries import (
    Family,
    Packer,
    PackerEntry,
    PlannerEntry,
    RecyclerEntry,
    Searcher,
)
from memplan.planners.table import ENTRIES

__all__ = [
    "PLANNERS",
    "Family",
    "Packer",
    "PackerEntry",
    "PlannerEntry",
    "RecyclerEntry",
    "Searcher",
    "planner_named",
    "planners_for",
]

PLANNERS: Mapping[str, PlannerEntry] = MappingProxyType({entry.name: entry for entry in ENTRIES})


def planners_for(net: Net | None) -> tuple[PlannerEntry, ...]:
    """The planners that can be asked about a net; of no net, all but those that need a plan."""
    has_plan = net is not None and net.placed is not None
    is_graph = net is None or net.given is None
    return tuple(
        entry
        for entry in PLANNERS.values()
        if (is_graph if isinstance(entry, RecyclerEntry) else has_plan or not entry.needs_plan)
    )


def planner_named(name: str) -> PlannerEntry:
    """Look a planner up.

    Raises:
        UnknownPlanner: There is none of that name; the message lists those there are.
    """
    if name not in PLANNERS:
        raise UnknownPlanner(f"no planner {quoted(name)}; there are: {', '.join(PLANNERS)}")
    return PLANNERS[name]
