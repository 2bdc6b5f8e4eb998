"""The table of planners, in the order in which they are offered."""

from __future__ import annotations

from memplan.planners.best_fit import best_fit
from memplan.planners.best_of import best_of
from memplan.planners.caffe2_dag import caffe2_dag
from memplan.planners.caffe2_gradients import caffe2_gradients
from memplan.planners.caffe2_interference import caffe2_interference
from memplan.planners.caffe2_interference_dp import caffe2_interference_dp
from memplan.planners.caffe2_simple import caffe2_simple
from memplan.planners.entries import Family, PackerEntry, PlannerEntry, RecyclerEntry
from memplan.planners.executorch import executorch
from memplan.planners.first_fit_by_birth import first_fit_by_birth
from memplan.planners.fullest_first import fullest_first
from memplan.planners.given import given
from memplan.planners.greedy_by_area import greedy_by_area
from memplan.planners.greedy_by_breadth import greedy_by_breadth
from memplan.planners.greedy_by_generation import greedy_by_generation
from memplan.planners.greedy_by_lifetime import greedy_by_lifetime
from memplan.planners.greedy_by_size import greedy_by_size
from memplan.planners.greedy_by_size_class import greedy_by_size_class
from memplan.planners.guided_ejection import guided_ejection, guided_ejection_within
from memplan.planners.naive import naive
from memplan.planners.online_best_fit import online_best_fit
from memplan.planners.onnxruntime import onnxruntime
from memplan.planners.onnxruntime_order import onnxruntime_order
from memplan.planners.optimal import optimal, optimal_within
from memplan.planners.safe_recycling import safe, safe_parallel
from memplan.planners.slots_by_breadth import slots_by_breadth
from memplan.planners.slots_by_size import slots_by_size
from memplan.planners.slots_improved import slots_improved
from memplan.planners.tflm import tflm

__all__ = ["ENTRIES"]

_PAPER = "Pisarchyk & Lee 2020, arXiv:2001.03288"
_MEMONGER = "Caffe2 memonger"

ENTRIES: tuple[PlannerEntry, ...] = (
    PackerEntry(
        "greedy_by_size",
        "Greedy by size",
        "The biggest blob first, each in the lowest hole that fits.",
        _PAPER,
        greedy_by_size,
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
        "guided_ejection",
        "Guided ejection",
        "Betters a quick plan bit by bit: what is above a lid throws out what is easier to place.",
        "Nagata & Bräysy 2009",
        guided_ejection,
        search=guided_ejection_within,
    ),
    PackerEntry(
        "best_of",
        "Best of several",
        "Runs the quick planners below and keeps the lowest plan; says whose it is.",
        "each planner's own",
        best_of,
    ),
    PackerEntry(
        "greedy_by_size_class",
        "Greedy by size class",
        "The largest class of sizes first, by powers of two; in it what lives longest.",
        "this project; Knuth, TAOCP 1, 2.5",
        greedy_by_size_class,
    ),
    PackerEntry(
        "best_fit",
        "Best fit by size",
        "The biggest blob first, each in the hole that it fills best.",
        _PAPER,
        best_fit,
    ),
    PackerEntry(
        "greedy_by_breadth",
        "Greedy by breadth",
        "Op by op, the one with most bytes alive first; there the biggest blob first.",
        _PAPER,
        greedy_by_breadth,
    ),
    PackerEntry(
        "fullest_first",
        "Fullest step first",
        "What is alive where most is alive goes first, in the order of birth.",
        _PAPER,
        fullest_first,
    ),
    PackerEntry(
        "greedy_by_lifetime",
        "Greedy by lifetime",
        "What lives longest first, each in the lowest hole that fits.",
        "Moffitt 2023, MiniMalloc",
        greedy_by_lifetime,
    ),
    PackerEntry(
        "greedy_by_generation",
        "Greedy by generation",
        "Lives of about one length in the order of birth, the longest first.",
        "Buchsbaum et al. 2004",
        greedy_by_generation,
    ),
    PackerEntry(
        "greedy_by_area",
        "Greedy by area",
        "What takes most bytes for most steps first, each in the lowest hole that fits.",
        "Moffitt 2023, MiniMalloc",
        greedy_by_area,
    ),
    PackerEntry(
        "first_fit_by_birth",
        "First fit by birth",
        "In the order of time, each in the lowest hole that fits: an allocator at run time.",
        "Knuth, TAOCP 1, 2.5",
        first_fit_by_birth,
    ),
    PackerEntry(
        "online_best_fit",
        "Online best fit",
        "One sweep through time with a list of holes: for a million blobs in seconds.",
        "Knuth, TAOCP 1, 2.5",
        online_best_fit,
        needs_order=True,
    ),
    PackerEntry(
        "naive",
        "No sharing",
        "Every blob has memory of its own: what a net needs without a planner.",
        "the baseline",
        naive,
    ),
    PackerEntry(
        "slots_by_size",
        "Slots by size",
        "Whole blobs share slots; the biggest first, each in the smallest slot that is free.",
        _PAPER,
        slots_by_size,
        family=Family.SLOTS,
    ),
    PackerEntry(
        "slots_by_breadth",
        "Slots by breadth",
        "Whole blobs share slots; what is alive at the op of most bytes begins them.",
        _PAPER,
        slots_by_breadth,
        family=Family.SLOTS,
    ),
    PackerEntry(
        "slots_improved",
        "Slots by size, improved",
        "Whole blobs share slots; of those alike in size, who leaves one idle least goes first.",
        _PAPER,
        slots_improved,
        needs_order=True,
        family=Family.SLOTS,
    ),
    PackerEntry(
        "tflm",
        "TensorFlow Lite Micro",
        "The arena's head as TensorFlow Lite Micro lays it out, and as the file itself fixes it.",
        "TensorFlow Lite Micro, GreedyMemoryPlanner",
        tflm,
        family=Family.ENGINES,
        obeys_file=True,
        plans_state=False,
    ),
    PackerEntry(
        "onnxruntime",
        "ONNX Runtime",
        "Dead memory of the same dims is taken over; the rest goes into the tightest hole.",
        "ONNX Runtime, memory patterns",
        onnxruntime,
        family=Family.ENGINES,
        needs_order=True,
        order=onnxruntime_order,
    ),
    PackerEntry(
        "executorch",
        "ExecuTorch",
        "The biggest blob first, into the first stretch made for a bigger one that has room.",
        "ExecuTorch, greedy memory planning",
        executorch,
        family=Family.ENGINES,
        needs_order=True,
    ),
    PackerEntry(
        "given",
        "As given",
        "Every blob where the plan that was opened with it has it; checked, not changed.",
        "the file",
        given,
        family=Family.GIVEN,
        obeys_file=True,
        needs_plan=True,
    ),
    RecyclerEntry(
        "safe",
        "Shared blobs, safe",
        "Whole blobs share names, as in Caffe2 but proven safe; for ops that run one by one.",
        f"slots: {_PAPER}",
        safe,
        no_waiting="safe_parallel",
        faithful=False,
    ),
    RecyclerEntry(
        "safe_parallel",
        "Shared blobs, safe in parallel",
        "The same for ops that run in parallel: blobs share where dependencies keep them apart.",
        f"slots: {_PAPER}",
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
