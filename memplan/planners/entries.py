"""What is told of a planner where it is offered for choice, and what each kind is asked."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum
from typing import Protocol

from memplan.net import Net
from memplan.plan import Plan, Problem, Trace
from memplan.planners.recycling import Recycler
from memplan.planners.search import BY_ITSELF, Budget

__all__ = ["Family", "Packer", "PackerEntry", "PlannerEntry", "RecyclerEntry", "Searcher"]


class Family(Enum):
    """The groups in which planners are offered, in this order, each with a line on it."""

    GIVEN = "The plan that came with the file, as it is."
    NAMES = "Whole blobs share names: the net itself is changed, whatever runs it."
    OFFSETS = "Each blob gets an offset in one arena; what is never alive together shares bytes."
    SLOTS = "Whole blobs share slots: each slot is as large as its largest blob."
    ENGINES = "As the engine itself lays it out, so that its figure can be foretold."
    CAFFE2 = "Caffe2's own, faults and all; an unsafe answer is shown as such."


class Packer(Protocol):
    """A planner of offsets: the same problem gives the same plan, on every machine."""

    def __call__(self, problem: Problem, trace: Trace | None = None) -> Plan:
        """Place every buffer of known size; record each decision in `trace`, if there is one."""
        ...


class Searcher(Protocol):
    """A planner of offsets that goes on improving them while there is something to spend."""

    def __call__(
        self, problem: Problem, trace: Trace | None = None, budget: Budget = BY_ITSELF
    ) -> Plan:
        """As a `Packer`, within a budget."""
        ...


@dataclass(frozen=True, slots=True)
class PackerEntry:
    """A planner of offsets as it is offered for choice: title, a line on it, its source.

    Attributes:
        obeys_file: What the file gives a place lies there, as in the engine that it follows,
            even where two blobs overlap.
        plans_state: State lies in the memory that it plans; else the engine keeps it elsewhere.
        needs_order: It cannot plan for an explicit conflict relation.
        family: Where it stands in a list: by what it gives, or by whom it follows.
        needs_plan: It only lays out what a file gives a place: a plan that came with the net.
        order: In which order the engine that it follows runs the ops; None: as they stand.
        search: The same planner with a budget; None: it has nothing to spend one on.
    """

    name: str
    title: str
    line: str
    reference: str
    pack: Packer
    obeys_file: bool = False
    plans_state: bool = True
    needs_order: bool = False
    family: Family = Family.OFFSETS
    needs_plan: bool = False
    order: Callable[[Net], tuple[int, ...]] | None = None
    search: Searcher | None = None


@dataclass(frozen=True, slots=True)
class RecyclerEntry:
    """A planner of names as it is offered for choice.

    Attributes:
        by_shape: It is given the dims of blobs, and chooses by size.
        by_size: It is given the bytes of blobs, when all are known.
        parallel: Its answer holds for ops that run as soon as what they read is made.
        no_waiting: The planner that stands for it where sharing is to make no op wait; empty:
            it is asked all the same, and what waits for what is checked.
        faithful: It reproduces another program, faults and all.
        from_losses: Its walk starts at the losses, not at the external inputs.
        most_ops: Its time grows so steeply that it is not begun on longer nets.
    """

    name: str
    title: str
    line: str
    reference: str
    recycle: Recycler
    by_shape: bool = False
    by_size: bool = False
    parallel: bool = False
    no_waiting: str = ""
    faithful: bool = True
    from_losses: bool = False
    most_ops: int | None = None

    @property
    def family(self) -> Family:
        """Where it stands in a list."""
        return Family.CAFFE2 if self.faithful else Family.NAMES


PlannerEntry = PackerEntry | RecyclerEntry
