"""The module is what Caffe2's is: its names, its arguments, and nothing besides."""

from __future__ import annotations

import inspect
import subprocess
import sys
from pathlib import Path

import pytest

from memplan import memonger

REPOSITORY = Path(__file__).resolve().parents[2]

# Functions of Caffe2's memonger.py, then those of its C++ core, with their arguments in order.
SIGNATURES = {
    "share_grad_blobs": "net losses param_grads namescope dont_share_blobs share_activations "
    "blob_shapes",
    "optimize_inference_for_dag": "net input_blobs namescope",
    "optimize_inference_fast": "net static_blobs",
    "optimize_interference": "net static_blobs ordering_function blob_sizes algo",
    "estimate_memory_usage": "protos shapes types devicescope",
    "release_blobs_when_used": "netproto dont_free_blobs selector_fun",
    "topological_sort_traversal": "g",
    "topological_sort_traversal_longest_path": "g",
    "compute_ranges": "linearized_ops blob_sizes",
    "is_compatible": "candidate_range assignment static_blobs",
    "compute_blob_assignments": "assignments",
    "get_memory_usage": "assignments",
    "compute_assignments_greedy": "ranges_sorted init_assignments",
    "compute_assignments_dp": "ranges_sorted init_assignment counter",
    "get_updated_ranges": "ranges max_live",
    "compute_assignments": "ranges static_blobs algo",
    "compute_interference_graph": "ops",
    "apply_assignments": "net blob_assignments",
    "verify_inplace_blobs": "net_a net_b",
    "verify_graph_equality": "net_a net_b",
    "compute_statistics": "assignments sizes",  # the sizes stand for Caffe2's workspace
    "run_schema_check": "net",
    "optimize_inference_net": "net static_blobs",
    "compute_blob_recycling_for_dag": "net heads op_indices shareable_blob_names namescope "
    "dont_share_blob_names blob_shapes",
    "apply_recurrent_blob_assignments": "op blob_assignments canonical_name",
    "apply_asyncif_blob_assignments": "op blob_assignments",
    "infer_blob_size": "blob_name blob_shapes",
}
TYPES = {"AssignmentAlgorithm", "LiveRange", "Optimization", "Statistics"}


def test_the_names_and_nothing_else() -> None:
    assert set(memonger.__all__) == SIGNATURES.keys() | TYPES
    own = {name for name in vars(memonger) if not name.startswith("_")}
    modules = {name for name in own if inspect.ismodule(getattr(memonger, name))}
    assert own - modules - {"annotations"} == set(memonger.__all__)


@pytest.mark.parametrize("name", SIGNATURES)
def test_the_arguments_are_those_of_the_original(name: str) -> None:
    arguments = inspect.signature(getattr(memonger, name)).parameters
    assert list(arguments) == SIGNATURES[name].split()


def test_the_types_are_those_of_the_original() -> None:
    assert memonger.LiveRange._fields == ("defined", "used", "size")
    assert memonger.Optimization._fields == ("net", "assignments", "blob_assignments")
    assert memonger.Statistics._fields == ("baseline_nbytes", "optimized_nbytes")
    assert [(each.name, each.value) for each in memonger.AssignmentAlgorithm] == [
        ("GREEDY", 0),
        ("DYNAMIC_PROGRAMMING", 1),
    ]


ANSWERS = """
import sys, hashlib
sys.path.insert(0, "tests")
from memonger.training import stack, tree, daggy
from memplan import memonger as m
state = hashlib.sha256()
net, params = stack("s/", 6)
grads = {f"{p}_grad" for p in params}
names = {n for op in net.op for n in (*op.input, *op.output)}
forked = daggy("s/", relu_in_place=False)
longest = m.topological_sort_traversal_longest_path
for answer in (
    m.share_grad_blobs(net, ["s/loss"], grads, "s/", share_activations=True),
    m.optimize_inference_fast(net, {"s/data", "s/loss"}),
    m.optimize_interference(net, params).net,
    m.optimize_interference(net, params, longest, dict.fromkeys(names, 3)).net,
    m.optimize_inference_for_dag(forked, ["s/data"], "s/"),
    m.release_blobs_when_used(forked, {"s/data"}),
):
    state.update(answer.SerializeToString(deterministic=True))
print(state.hexdigest())
"""


def test_the_same_answers_under_every_hash_seed() -> None:
    answers = {
        subprocess.run(
            [sys.executable, "-c", ANSWERS],
            cwd=REPOSITORY,
            env={"PYTHONHASHSEED": seed, "PYTHONPATH": str(REPOSITORY), "PATH": ""},
            capture_output=True,
            text=True,
            check=True,
        ).stdout
        for seed in ("0", "1", "4242")
    }
    assert len(answers) == 1
    assert len(answers.pop()) == 65
