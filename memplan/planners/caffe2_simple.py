"""Caffe2's linear pass for nets that run one op after another (`optimize_inference_net`).

Idea: walk the ops once. A blob that is read for the last time goes on a stack, and the next
blob that is written for the first time takes what lies on top.

    data ─▶ a ─▶ b ─▶ c ─▶ out      step 0   a            stack: -
                                    step 1   b            stack: a
                                    step 2   c  := a      stack: b
                                    step 3   out:= b      stack: a

Faithful to: memonger.cc as of November 2020, names included. With it come its faults: a blob
written again after its last read is not alive then; an external input that is written in place
is renamed, and so is an external output, unless both are static; an Alias's source is free
while the alias lives; readers in nested nets neither count nor learn the new names; sizes and
devices are not looked at.
Differs: does not log.
Cost: one look at each input and output.
Reference: PyTorch, caffe2/core/memonger.cc, optimize_inference_net.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from itertools import chain

from memplan.net import Net, Op
from memplan.ops.caffe2_schema import check_schemas
from memplan.plan import Trace
from memplan.planners.caffe2_simple_watch import SimpleWatch
from memplan.planners.hash_order import HashOrder
from memplan.planners.recycling import RecyclingOptions
from memplan.rewrite import Assignment, Rules, left_alone

__all__ = ["caffe2_simple"]


def caffe2_simple(net: Net, options: RecyclingOptions, trace: Trace | None = None) -> Assignment:
    """Share blobs in the order of the ops; of the options it reads `static`.

    Raises:
        SchemaError: An op is not one that its schema allows.
    """
    if net.type not in ("", "simple"):
        return left_alone("its ops may run in parallel; the linear pass is for simple nets")
    if net.dialect == "caffe2":  # ops of other formats have the names, not the schemas
        check_schemas(net.ops)
    if any(op.type == "RecurrentNetwork" for op in net.ops):
        return left_alone("it has a RecurrentNetwork, which the linear pass cannot follow")
    if trace is not None:
        trace.defer(lambda again: _watched(net, options, again))
    return _recycle(net.ops, *_ranges(net.ops, options.static), None)


def _watched(net: Net, options: RecyclingOptions, trace: Trace) -> None:
    first, last = _ranges(net.ops, options.static)
    answer = _recycle(net.ops, first, last, SimpleWatch(net, first, last, trace))
    trace.settled(answer.mapping, changed=answer.unchanged is None)


def _ranges(ops: Sequence[Op], static: Collection[str]) -> tuple[dict[str, int], dict[str, int]]:
    """The first write, and the last read after it, of each blob that some op writes."""
    first: dict[str, int] = {}
    last: dict[str, int] = {}
    for step, op in enumerate(ops):
        for name in op.inputs:
            if name in last:
                last[name] = step
        for name in op.outputs:
            if name not in last and name not in static:
                first[name] = last[name] = step
    return first, last


def _recycle(
    ops: Sequence[Op], first: dict[str, int], last: dict[str, int], watch: SimpleWatch | None
) -> Assignment:
    taken = set(chain.from_iterable((*op.inputs, *op.outputs) for op in ops))
    lies_in: dict[str, str] = {}  # the blob whose memory a blob takes: its root
    shared: dict[str, str] = {}  # the new name of each root
    pool: list[str] = []
    for step, op in enumerate(ops):
        freed: dict[str, None] = {}
        for name in op.inputs:
            if last.get(name) != step:
                continue
            if name not in lies_in:
                lies_in[name] = name
                shared[name] = f"__m{len(shared)}_shared"
                if shared[name] in taken:
                    return left_alone("it was optimised before: the new names are taken")
            freed[lies_in[name]] = None
        if watch is not None:
            watch.before_outputs(op, step, pool)
        for name in op.outputs:
            if pool and first.get(name) == step:
                lies_in[name] = pool.pop()
        if freed:
            pool += _as_walked(freed)
    names = {name: shared[root] for name, root in lies_in.items()}
    return Assignment(names, rules=Rules.NONE)


def _as_walked(freed: dict[str, None]) -> Collection[str]:
    """In the order of the unordered_set that Caffe2 gathers them in."""
    # Each new key goes to the front of the list or of its bucket: of two always to the front.
    return list(HashOrder(freed)) if len(freed) > 2 else list(freed)[::-1]
