"""The random nets are valid, and reach what they promise to reach."""

from __future__ import annotations

from hypothesis import Phase, find, given, settings
from strategies import CUDA, KINDS, nets, problems

from memplan.net import Net, made_names, reads_by_op
from memplan.plan import Problem
from memplan.study import prepare, study
from memplan.validity import check_net

QUIET = settings(
    derandomize=True, database=None, max_examples=100, phases=[Phase.generate, Phase.shrink]
)


@settings(derandomize=True, deadline=None, max_examples=150)
@given(nets(devices=True, nested=True, aliases=True))
def test_random_nets_are_valid_and_declare_what_they_read(net: Net):
    check_net(net)
    known = set(net.inputs)
    for op, reads in zip(net.ops, reads_by_op(net), strict=True):
        assert known.issuperset(reads)
        known.update(op.outputs)
    assert net.outputs
    assert set(net.outputs) <= set(made_names(net))


@settings(derandomize=True, deadline=None, max_examples=100)
@given(nets(devices=True, nested=True, aliases=True))
def test_every_size_of_a_random_net_can_be_known_and_planned(net: Net):
    found = study(prepare(net))
    assert found.metrics.unknown == ()
    assert found.metrics.max_live.bytes <= found.metrics.peak_bytes <= found.metrics.naive_bytes


@settings(derandomize=True, deadline=None, max_examples=60)
@given(nets(kinds=["ssa"], nested=True))
def test_ssa_nets_write_each_name_once(net: Net):
    writes = [name for op in net.ops for name in op.outputs]
    assert len(writes) == len(set(writes))


def _in_place(net: Net) -> bool:
    return any(set(op.inputs) & set(op.outputs) for op in net.ops)


def _rewrites(net: Net) -> bool:
    writes = [n for op in net.ops for n in op.outputs if n not in op.inputs]
    return len(writes) > len(set(writes))


def test_they_shrink_to_the_plainest_net_of_their_kind():
    plainest = find(nets(), lambda _: True, settings=QUIET)
    assert [(op.type, op.inputs, op.outputs) for op in plainest.ops] == [
        ("Relu", ("data0",), ("t1",))
    ]
    assert len(find(nets(kinds=["in_place"]), _in_place, settings=QUIET).ops) == 2
    assert len(find(nets(kinds=["rewrite"]), _rewrites, settings=QUIET).ops) == 3
    branched = find(nets(nested=True), lambda n: any(op.nets for op in n.ops), settings=QUIET)
    assert [op.type for op in branched.ops] == ["AsyncIf"]
    copied = find(
        nets(devices=True), lambda n: any(op.device == CUDA for op in n.ops), settings=QUIET
    )
    assert [op.type for op in copied.ops] == ["CopyCPUToGPU"]
    assert set(KINDS) == {"ssa", "in_place", "rewrite"}


@settings(derandomize=True, deadline=None, max_examples=60)
@given(problems(max_buffers=5, max_steps=4, max_size=9))
def test_random_problems_keep_their_limits(problem: Problem):
    assert 1 <= len(problem.buffers) <= 5
    assert problem.horizon <= 4
    assert all(b.size is not None and 0 <= b.size <= 9 for b in problem.buffers)


def test_random_problems_reach_the_odd_sizes():
    found = find(problems(unknown=True), lambda p: bool(p.unknown), settings=QUIET)
    assert len(found.buffers) == 1
    empty = find(problems(), lambda p: any(b.size == 0 for b in p.buffers), settings=QUIET)
    assert len(empty.buffers) == 1
    aligned = find(
        problems(alignments=(1, 64)),
        lambda p: any(b.alignment == 64 for b in p.buffers),
        settings=QUIET,
    )
    assert len(aligned.buffers) == 1
