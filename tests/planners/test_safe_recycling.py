"""Safe recycling: never an unsafe answer, never above a safe one of Caffe2's, twice as once."""

from __future__ import annotations

import hashlib
import json
import os
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from random import Random

import pytest
from hypothesis import given, seed, settings
from hypothesis import strategies as st
from strategies import nets

from memplan.errors import InvalidNet, MemplanError
from memplan.formats import InputFile, load
from memplan.formats.netdef_read import net_from_message
from memplan.formats.netdef_write import to_message
from memplan.net import Blob, Device, DType, Net, Op, made_names
from memplan.ops.schema import TensorType, dims_known
from memplan.planners.caffe2_dag import caffe2_dag
from memplan.planners.caffe2_interference import caffe2_interference
from memplan.planners.caffe2_simple import caffe2_simple
from memplan.planners.reachability import earlier_ops
from memplan.planners.recycling import Recycler, RecyclingOptions, default_options
from memplan.planners.renaming import renamed
from memplan.planners.safe_recycling import Cost, cost_of, safe, safe_parallel
from memplan.planners.shareable import facts_of, shareable_items
from memplan.planners.slot_search import share_slots
from memplan.planners.slots import slots_bound
from memplan.rewrite import Assignment, applied
from memplan.samples import open_sample, samples
from memplan.study import prepare
from memplan.validity import check_net
from memplan.verify import broken_read, same_dataflow

REPOSITORY = Path(__file__).resolve().parent.parent.parent
REAL = ("bvlc_alexnet", "inception_v1", "nnresearch_superres", "pt_squeeze", "resnet50")
PLANNERS: tuple[tuple[Recycler, bool], ...] = ((safe, False), (safe_parallel, True))
EVERY = nets(max_ops=12, devices=True, nested=True, aliases=True)


@dataclass(frozen=True, slots=True)
class Asked:
    """A net, whether its sizes are known, and bytes by which options are drawn."""

    net: Net
    sized: bool
    choice: bytes

    def options(self) -> RecyclingOptions:
        """Mostly the plain options; else some blobs are static, not to be shared, or left out."""
        plain = default_options(self.net)
        if self.choice[0] % 4:
            return plain
        picked = iter(self.choice[1:])
        kinds = {name: next(picked, 0) % 8 for name in sorted(plain.shareable)}
        names = {k: frozenset(n for n, kind in kinds.items() if kind == k) for k in range(3)}
        return replace(
            plain,
            static=plain.static | names[0],
            dont_share=names[1],
            shareable=plain.shareable - names[2],
            namescope="scope/" * (self.choice[0] % 8 == 0),
        )


def asked(found: st.SearchStrategy[Net] = EVERY) -> st.SearchStrategy[Asked]:
    def make(net: Net, choice: bytes, *, sized: bool) -> Asked:
        return Asked(prepare(net) if sized else net, sized, choice)

    return st.builds(make, found, st.binary(min_size=24, max_size=24), sized=st.booleans())


def through_messages(net: Net, assignment: Assignment) -> Net:
    """The net as a file would have it."""
    return net_from_message(applied(to_message(net), assignment), "after")


def forbidden(options: RecyclingOptions, assignment: Assignment) -> set[str]:
    """Names that nobody allowed to change, and that changed."""
    keep = {*options.static, *options.dont_share}
    return {n for n in assignment.mapping if n in keep or n not in options.shareable}


def check(question: Asked) -> None:
    """All that must hold of any net."""
    net, options = question.net, question.options()
    bare = net_from_message(to_message(net), "before")
    for planner, parallel in PLANNERS:
        answer = planner(net, options)
        after = through_messages(net, answer)
        wrong = same_dataflow(bare, after, parallel=parallel, order=answer.order)
        assert wrong is None, broken_read(wrong)
        assert not forbidden(options, answer)
        assert renamed(bare, answer).ops == after.ops
        cost = cost_of(net, answer, options)
        assert cost < cost_of(net, Assignment({}), options) or answer.unchanged
        for name, other in faithful(net, options):
            if forbidden(options, other):
                continue
            theirs = renamed(net, other)
            if opens(theirs) and not same_dataflow(
                net, theirs, parallel=parallel, order=other.order
            ):
                assert cost <= cost_of(net, other, options), name
        check_again(question, options, answer, after, planner)


def opens(net: Net) -> bool:
    try:
        check_net(net)
    except InvalidNet:
        return False
    return True


def check_again(
    question: Asked, options: RecyclingOptions, answer: Assignment, after: Net, planner: Recycler
) -> None:
    """Optimising what was optimised changes nothing."""
    again = after
    if question.sized:
        known = {n: TensorType(b.shape, b.dtype) for n, b in question.net.blobs.items()}
        again = prepare(after, {name: known[name] for name in after.inputs})
        assert all(again.blob(name).nbytes is not None for name in made_names(again))
    new = {answer.mapping.get(n, n) for n in options.shareable}
    second = planner(again, replace(options, shareable=frozenset(new)))
    assert second.unchanged is not None, second.mapping


def faithful(net: Net, options: RecyclingOptions) -> Iterator[tuple[str, Assignment]]:
    shapes = {n: dims_known(b.shape) for n, b in net.blobs.items() if b.shape is not None}
    known = {n: dims for n, dims in shapes.items() if dims is not None}
    sizes = {n: net.blob(n).nbytes or 0 for n in net.names()}
    for name, planner, question in (
        ("simple", caffe2_simple, options),
        ("dag", caffe2_dag, options),
        ("dag, sized", caffe2_dag, replace(options, shapes=known)),
        ("interference", caffe2_interference, options),
        ("interference, sized", caffe2_interference, replace(options, sizes=sizes)),
    ):
        try:
            yield name, planner(net, question)
        except MemplanError:
            continue


@settings(derandomize=True, deadline=None, max_examples=250)
@given(asked())
def test_safe_below_the_faithful_and_idempotent(question):
    check(question)


@pytest.mark.long
@seed(3)
@settings(deadline=None, max_examples=20_000, database=None)
@given(asked())
def test_safe_below_the_faithful_and_idempotent_on_many_nets(question):
    check(question)
