"""Caffe2's memonger: its names, its arguments, its answers; and nothing else.

    from memplan import memonger                        # was: from caffe2.python import memonger
    net = memonger.optimize_inference_fast(predict_net, static_blobs=["data", "prob"])

Nets are messages of any class with NetDef's fields, or objects with `.Proto()`. What is given
is never changed; what comes back is of the class that was given. Beyond Caffe2, and said at
each function: depth is no limit, a bad index is an error and no crash, and sizes are given
where Caffe2 asks its workspace. An error is one of `memplan.errors` and of the kind that Caffe2
raises for the same cause.

The faults of the original are kept; each planner's page lists its own. Whether a result is
safe is for `memplan.verify` to say.
"""

from __future__ import annotations

from memplan.memonger.checks import (
    run_schema_check,
    verify_graph_equality,
    verify_inplace_blobs,
)
from memplan.memonger.interference import (
    AssignmentAlgorithm,
    Optimization,
    compute_assignments,
    compute_assignments_dp,
    compute_interference_graph,
    compute_ranges,
    optimize_interference,
    topological_sort_traversal,
    topological_sort_traversal_longest_path,
)
from memplan.memonger.memory import (
    Statistics,
    compute_statistics,
    estimate_memory_usage,
    release_blobs_when_used,
)
from memplan.memonger.recycling import (
    apply_assignments,
    apply_asyncif_blob_assignments,
    apply_recurrent_blob_assignments,
    compute_blob_recycling_for_dag,
    optimize_inference_fast,
    optimize_inference_for_dag,
    optimize_inference_net,
    share_grad_blobs,
)
from memplan.planners.caffe2_dag import infer_blob_size
from memplan.planners.caffe2_interference import (
    LiveRange,
    compute_assignments_greedy,
    compute_blob_assignments,
    get_memory_usage,
    get_updated_ranges,
    is_compatible,
)

__all__ = [
    "AssignmentAlgorithm",
    "LiveRange",
    "Optimization",
    "Statistics",
    "apply_assignments",
    "apply_asyncif_blob_assignments",
    "apply_recurrent_blob_assignments",
    "compute_assignments",
    "compute_assignments_dp",
    "compute_assignments_greedy",
    "compute_blob_assignments",
    "compute_blob_recycling_for_dag",
    "compute_interference_graph",
    "compute_ranges",
    "compute_statistics",
    "estimate_memory_usage",
    "get_memory_usage",
    "get_updated_ranges",
    "infer_blob_size",
    "is_compatible",
    "optimize_inference_fast",
    "optimize_inference_for_dag",
    "optimize_inference_net",
    "optimize_interference",
    "release_blobs_when_used",
    "run_schema_check",
    "share_grad_blobs",
    "topological_sort_traversal",
    "topological_sort_traversal_longest_path",
    "verify_graph_equality",
    "verify_inplace_blobs",
]
