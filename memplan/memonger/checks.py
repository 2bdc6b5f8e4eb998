"""The schema check, and whether two nets are the same but for the names of their blobs."""

from __future__ import annotations

from typing import Any

from memplan.dataflow import changed_dataflow, changed_inplace
from memplan.errors import ChangedGraph, quoted
from memplan.memonger.messages import message_of, skeleton
from memplan.net import Net
from memplan.ops.caffe2_schema import check_schemas

__all__ = ["check_unchanged", "run_schema_check", "verify_graph_equality", "verify_inplace_blobs"]


def run_schema_check(net: Any) -> None:
    """Check the ops of a net, not those of nested nets; an unknown operator passes.

    ReservoirSampling and SparseMomentumSGDUpdate pass too: the real check crashes on them.

    Raises:
        SchemaError: An op is not one that its schema allows (a RuntimeError, as in Caffe2).
    """
    check_schemas(skeleton(message_of(net)).ops)


def verify_graph_equality(net_a: Any, net_b: Any) -> bool:
    """Whether two nets compute the same, each op with the same device and engine.

    Every op must read the results of the same ops, in the same places; names may differ.
    """
    a, b = message_of(net_a), message_of(net_b)
    if len(a.op) != len(b.op):
        return False
    placed = all(
        one.engine == other.engine and _same_device(one, other)
        for one, other in zip(a.op, b.op, strict=True)
    )
    return placed and changed_dataflow(skeleton(a).ops, skeleton(b).ops) is None


def _same_device(a: Any, b: Any) -> bool:
    """Field by field: one that is set to its default differs from one that is not set."""
    if not (a.HasField("device_option") or b.HasField("device_option")):
        return True
    of_a, of_b = (op.device_option.SerializeToString(deterministic=True) for op in (a, b))
    return bool(of_a == of_b)


def verify_inplace_blobs(net_a: Any, net_b: Any) -> bool:
    """Whether the same inputs are written in place; ops beyond the shorter net do not count."""
    a, b = skeleton(message_of(net_a)), skeleton(message_of(net_b))
    return changed_inplace(a.ops, b.ops) is None


def check_unchanged(before: Net, after: Net) -> None:
    """Refuse a renaming that changed what the net computes, as far as names can tell.

    Raises:
        ChangedGraph: It did (an AssertionError, as in Caffe2).
    """
    for what, index in (
        ("Memonger graph is not equal to original", changed_dataflow(before.ops, after.ops)),
        ("Inplace assignments differ in memonger net", changed_inplace(before.ops, after.ops)),
    ):
        if index is not None:
            op = before.ops[index]
            made = ", ".join(quoted(name) for name in op.outputs[:3]) or "nothing"
            raise ChangedGraph(
                f"{what}: op {index} ({quoted(op.type)}, which makes {made}) would read or "
                "overwrite another value; a blob that is written twice, or a name like "
                "'__m0_shared' in the net, does that"
            )
