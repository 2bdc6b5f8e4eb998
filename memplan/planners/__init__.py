"""The planners, by name, in an explicit table: nothing registers itself by being imported.

There are two kinds. A *packer* gives each buffer of a `Problem` an offset. A *recycler* gives
blobs of a `Net` new names, so that several share one; Caffe2's own are kept bug for bug, and
what they answer may be unsafe: `study` says so.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Protocol

from memplan.errors import UnknownPlanner, quoted
from memplan.net import Net
from memplan.plan import Plan, Problem, Trace
from memplan.planners.caffe2_dag import caffe2_dag
from memplan.planners.caffe2_gradients import caffe2_gradients
from memplan.planners.caffe2_interference import caffe2_interference
from memplan.planners.caffe2_interference_dp import caffe2_interference_dp
from memplan.planners.caffe2_simple import caffe2_simple
from memplan.planners.executorch import executorch
from memplan.planners.fullest_first import fullest_first
from memplan.planners.greedy_by_size import greedy_by_size
from memplan.planners.naive import naive
from memplan.planners.onnxruntime import onnxruntime
from memplan.planners.onnxruntime_order import onnxruntime_order
from memplan.planners.optimal import optimal, optimal_within
from memplan.planners.recycling import Recycler
from memplan.planners.safe_recycling import safe, safe_parallel
from memplan.planners.search import BY_ITSELF, Budget
from memplan.planners.tflm import tflm

__all__ = [
    "PLANNERS",
    "Packer",
    "PackerEntry",
    "PlannerEntry",
    "RecyclerEntry",
    "Searcher",
    "planner_named",
]


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
    order: Callable[[Net], tuple[int, ...]] | None = None
    search: Searcher | None = None


@dataclass(frozen=True, slots=True)
class RecyclerEntry:
    """A planner of names as it is offered for choice.

    Attributes:
        by_shape: It is given the dims of blobs, and chooses by size.
        by_size: It is given the bytes of blobs, when all are known.
        parallel: Its answer holds for ops that run as soon as what they read is made.
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
    faithful: bool = True
    from_losses: bool = False
    most_ops: int | None = None


PlannerEntry = PackerEntry | RecyclerEntry

_MEMONGER = "Caffe2 memonger"

_ENTRIES: tuple[PlannerEntry, ...] = (
    PackerEntry(
        "greedy_by_size",
        "Greedy by size",
        "The biggest blob first, each in the lowest hole that fits.",
        "Pisarchyk & Lee 2020, arXiv:2001.03288",
        greedy_by_size,
    ),
    PackerEntry(
        "fullest_first",
        "Fullest step first",
        "What is alive where most is alive goes first, in the order of birth.",
        "Pisarchyk & Lee 2020, arXiv:2001.03288",
        fullest_first,
    ),
    PackerEntry(
        "optimal",
        "Optimal",
        "A search for the lowest peak there is; it says whether it has proven it.",
        "Moffitt 2023, MiniMalloc",
        optimal,
        search=optimal_within,
    ),
    PackerEntry(
        "naive",
        "No sharing",
        "Every blob has memory of its own: what a net needs without a planner.",
        "the baseline",
        naive,
    ),
    PackerEntry(
        "tflm",
        "TensorFlow Lite Micro",
        "The arena's head as TensorFlow Lite Micro lays it out, and as the file itself fixes it.",
        "TensorFlow Lite Micro, GreedyMemoryPlanner",
        tflm,
        obeys_file=True,
        plans_state=False,
    ),
    PackerEntry(
        "onnxruntime",
        "ONNX Runtime",
        "Dead memory of the same dims is taken over; the rest goes into the tightest hole.",
        "ONNX Runtime, memory patterns",
        onnxruntime,
        needs_order=True,
        order=onnxruntime_order,
    ),
    PackerEntry(
        "executorch",
        "ExecuTorch",
        "The biggest blob first, into the first stretch made for a bigger one that has room.",
        "ExecuTorch, greedy memory planning",
        executorch,
        needs_order=True,
    ),
    RecyclerEntry(
        "safe",
        "Shared blobs, safe",
        "Whole blobs share names, as in Caffe2 but proven safe; for ops that run one by one.",
        "slots: Pisarchyk & Lee 2020, arXiv:2001.03288",
        safe,
        faithful=False,
    ),
    RecyclerEntry(
        "safe_parallel",
        "Shared blobs, safe in parallel",
        "The same for ops that run in parallel: blobs share where dependencies keep them apart.",
        "slots: Pisarchyk & Lee 2020, arXiv:2001.03288",
        safe_parallel,
        faithful=False,
        parallel=True,
    ),
    RecyclerEntry(
        "caffe2_simple",
        "Caffe2: linear",
        "One pass in the order of the ops; the blob freed last is taken first.",
        f"{_MEMONGER}, optimize_inference_net",
        caffe2_simple,
    ),
    RecyclerEntry(
        "caffe2_dag",
        "Caffe2: DAG",
        "A walk along the dependencies; tokens keep parallel branches apart.",
        f"{_MEMONGER}, compute_blob_recycling_for_dag",
        caffe2_dag,
    ),
    RecyclerEntry(
        "caffe2_dag_sized",
        "Caffe2: DAG, with shapes",
        "The same walk, and of the free blobs the one that fits best, by elements.",
        f"{_MEMONGER}, compute_blob_recycling_for_dag",
        caffe2_dag,
        by_shape=True,
    ),
    RecyclerEntry(
        "caffe2_interference",
        "Caffe2: interference, greedy",
        "Blobs that do not live together are lined up; each joins the line nearest in size.",
        f"{_MEMONGER}, optimize_interference",
        caffe2_interference,
        by_size=True,
    ),
    RecyclerEntry(
        "caffe2_interference_dp",
        "Caffe2: interference, exact",
        "The least sum of largest sizes, by trying all line-ups: for a few blobs only.",
        f"{_MEMONGER}, optimize_interference",
        caffe2_interference_dp,
        by_size=True,
        most_ops=32,
    ),
    RecyclerEntry(
        "caffe2_gradients",
        "Caffe2: gradients",
        "Only gradient blobs share, in a walk from the losses; activations stay.",
        f"{_MEMONGER}, share_grad_blobs",
        caffe2_gradients,
        from_losses=True,
    ),
)

PLANNERS: Mapping[str, PlannerEntry] = MappingProxyType({entry.name: entry for entry in _ENTRIES})


def planner_named(name: str) -> PlannerEntry:
    """Look a planner up.

    Raises:
        UnknownPlanner: There is none of that name; the message lists those there are.
    """
    if name not in PLANNERS:
        raise UnknownPlanner(f"no planner {quoted(name)}; there are: {', '.join(PLANNERS)}")
    return PLANNERS[name]
