"""Every answer of the real library: example by example, call by call, errors included."""

from __future__ import annotations

import re
from collections import Counter
from pathlib import Path
from typing import Any

import pytest
from memonger.vectors import as_listed, examples, parsed, real_net, signature, vectors

from memplan import memonger
from memplan.errors import MemplanError
from memplan.formats import netdef_pb2 as pb

ALGORITHMS = memonger.AssignmentAlgorithm


def call(fn: str, net: pb.NetDef, options: dict[str, Any]) -> Any:
    """Call a function of the module with recorded options."""
    o = dict(options)
    match fn:
        case "optimize_inference_net" | "inference_fast":
            return memonger.optimize_inference_fast(net, o["static_blobs"])
        case "compute_blob_recycling_for_dag" | "dag":
            return memonger.compute_blob_recycling_for_dag(
                net,
                o["heads"],
                o.get("op_indices", range(len(net.op))),
                o["shareable"],
                o.get("namescope", ""),
                o.get("dont_share", ()),
                o.get("blob_shapes", {}),
            )
        case "optimize_interference":
            if "ordering" in o:
                assert o.pop("ordering") == "longest"
                o["ordering_function"] = memonger.topological_sort_traversal_longest_path
            if "algo" in o:
                o["algo"] = ALGORITHMS[o["algo"]]
            return memonger.optimize_interference(net, **o)
        case "share_grad_blobs":
            o["dont_share_blobs"] = o.pop("dont_share", None)
            return memonger.share_grad_blobs(net, **o)
        case "optimize_inference_for_dag":
            return memonger.optimize_inference_for_dag(net, **o)
    raise AssertionError(fn)


def message(error: BaseException) -> str:
    """Our message without quotes, in which the recorded phrases must be found."""
    assert "\n" not in str(error)
    return str(error).replace("'", "")


def test_examples(shared: Path) -> None:
    seen = 0
    for name, net, options, answer, text in examples(shared):
        fn = options.pop("fn")
        before = net.SerializeToString()
        if not answer["ok"]:
            with pytest.raises(MemplanError) as caught:
                call(fn, net, options)
            assert answer["error"] in {kind.__name__ for kind in type(caught.value).__mro__}, name
        elif fn == "optimize_interference":
            result = call(fn, net, options)
            assert as_listed(result.assignments) == answer["assignments"], name
            assert result.blob_assignments == answer["blob_assignments"], name
            assert result.net == parsed(text), name
        else:
            result = call(fn, net, options)
            assert result == parsed(text), name
            assert memonger.verify_graph_equality(net, result) == answer["graph_equal"], name
            assert memonger.verify_inplace_blobs(net, result) == answer["inplace_equal"], name
            assert (result == net) == answer["unchanged"], name
        assert net.SerializeToString() == before, name
        seen += 1
    assert seen == 57


def check(row: Any, net: pb.NetDef) -> None:
    """One recorded call that gave a result."""
    result = call(row["fn"], net, row["options"])
    if "memory_usage" in row:
        assert memonger.get_memory_usage(result.assignments) == row["memory_usage"]
        return
    if "assignments" in row:
        assert as_listed(result.assignments) == row["assignments"]
        assert result.blob_assignments == row["blob_assignments"]
        # As texts: the order of names counts too, for the .rename arguments.
        assert list(result.blob_assignments) == list(row["blob_assignments"])
        if "net_out" in row:
            assert result.net == parsed(row["net_out"])
        return
    assert signature(result) == row["signature"]
    assert (result == net) == row["unchanged"]
    assert memonger.verify_graph_equality(net, result) == row["graph_equal"]


def test_random_nets(shared: Path) -> None:
    seen: Counter[str] = Counter()
    for row in vectors(shared, "random.jsonl"):
        net = parsed(row["net"])
        seen[row["fn"] if row["ok"] else "errors"] += 1
        if row["ok"]:
            check(row, net)
            continue
        with pytest.raises((RuntimeError, ValueError)) as caught:
            call(row["fn"], net, row["options"])
        reading = re.search(r"Input (\S+) was not output by an op before", row["error"])
        if reading:
            assert isinstance(caught.value, RuntimeError)
            assert f"reads {reading[1]} too early" in message(caught.value)
        else:
            assert row["error"] == "max() arg is an empty sequence"
            assert isinstance(caught.value, ValueError)
    assert seen == {
        "optimize_inference_net": 146,
        "compute_blob_recycling_for_dag": 133,
        "optimize_interference": 52,
        "errors": 22,
    }


def test_python_layer(shared: Path) -> None:
    seen: Counter[str] = Counter()
    for row in vectors(shared, "python_layer.jsonl"):
        net, options = parsed(row["net"]), row["options"]
        seen[row["fn"]] += 1
        if not row["ok"]:
            with pytest.raises(MemplanError) as caught:
                call(row["fn"], net, options)
            assert row["error"] in {kind.__name__ for kind in type(caught.value).__mro__}
            if row["error"] == "AssertionError":
                assert row["message"] in message(caught.value)
        elif row["fn"] == "release_blobs_when_used":
            freed = memonger.release_blobs_when_used(net, set(options["dont_free"]))
            assert freed == parsed(row["net_out"])
        elif row["fn"] == "estimate_memory_usage":
            shapes, types = options["shapes"], options["types"]
            found = memonger.estimate_memory_usage([net], shapes, types, pb.DeviceOption())
            assert found == (row["total"], row["highwater"], row["by_op"])
        else:
            check(row, net)
        assert net == parsed(row["net"])
    assert seen == {
        "optimize_interference": 86,
        "release_blobs_when_used": 60,
        "estimate_memory_usage": 60,
        "share_grad_blobs": 60,
        "optimize_inference_for_dag": 60,
    }


def test_real_nets(shared: Path) -> None:
    rows = vectors(shared, "real.json")
    for row in rows:
        check(row, real_net(shared, row["net"]))
    assert len(rows) == 27
