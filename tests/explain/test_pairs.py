"""`why_not`: what it says of two blobs is what trying all plans says."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from itertools import combinations
from types import MappingProxyType

import pytest
from explain.small_nets import chain, net_of
from hypothesis import HealthCheck, given, note, settings
from strategies import nets, problems

from memplan.errors import InvalidNet, UnsafePlan
from memplan.explain import Bar, Keeper, could_share, forced, why, why_not
from memplan.net import Blob, DType, Net, Op
from memplan.plan import Plan, Problem, Reason
from memplan.planners.plan_from import plan_from
from memplan.planners.recycling import default_options
from memplan.planners.renaming import renamed
from memplan.rewrite import Assignment
from memplan.study import Settings, Study, prepare, study
from memplan.units import align_up
from memplan.verify import clashes, same_dataflow, verify

QUIET = {"deadline": None, "suppress_health_check": [HealthCheck.too_slow]}


def partitions(names: list[str]) -> Iterator[list[list[str]]]:
    if not names:
        yield []
        return
    first, *rest = names
    for smaller in partitions(rest):
        yield [[first], *smaller]
        for place, group in enumerate(smaller):
            yield [*smaller[:place], [first, *group], *smaller[place + 1 :]]


def together_in_a_safe_plan(made: Study, *, parallel: bool) -> set[frozenset[str]]:
    """Every pair of blobs that has one name in some renaming that is proven safe."""
    options = default_options(made.net)
    made_here = sorted({n for op in made.net.ops for n in op.outputs} - options.static)
    found: set[frozenset[str]] = set()
    for groups in partitions(made_here):
        names = {n: f"group{k}" for k, g in enumerate(groups) if len(g) > 1 for n in g}
        pairs = {frozenset(p) for g in groups for p in combinations(g, 2)}
        if pairs <= found:
            continue
        after = renamed(made.net, Assignment(names))
        plan = plan_from(made.problem, made.storages, names, "safe")
        if same_dataflow(made.net, after, parallel=parallel) or next(clashes(plan), None):
            continue
        found |= pairs
    return found


@pytest.mark.parametrize("parallel", [False, True])
@settings(max_examples=40, **QUIET)
@given(net=nets(max_ops=5, aliases=True))
def test_names_could_share_exactly_when_some_safe_renaming_joins_them(
    parallel: bool,  # noqa: FBT001  by parametrize
    net: Net,
) -> None:
    made = study(prepare(net), Settings("safe", parallel=parallel))
    options = default_options(made.net)
    names = sorted({n for op in made.net.ops for n in op.outputs} - options.static)
    if len(names) > 7:
        return
    safe = together_in_a_safe_plan(made, parallel=parallel)
    for a, b in combinations(names, 2):
        found = could_share(made, a, b)
        note(f"{a} {b}: {found}")
        if found.bar is not Bar.SAME:
            assert found.can_share == (frozenset((a, b)) in safe), (a, b)


def _one_above_the_other(problem: Problem, a: str, b: str) -> Plan:
    """The plan in which two lie on the same bytes and nobody else on any of them."""
    offsets, top = {a: 0, b: 0}, 0
    top = max(x.size or 0 for x in problem.buffers if x.name in (a, b))
    for buffer in problem.buffers:
        if buffer.name not in offsets:
            offsets[buffer.name] = align_up(top, problem.alignment_of(buffer))
            top = offsets[buffer.name] + (buffer.size or 0)
    return Plan(problem, MappingProxyType(offsets), "by hand")


@settings(max_examples=40, **QUIET)
@given(problem=problems(max_buffers=7, max_steps=7))
def test_buffers_could_share_exactly_when_some_plan_that_verifies_lets_them(
    problem: Problem,
) -> None:
    base = study(chain("data a out"))
    offsets = {b.name: 0 for b in problem.buffers}
    made = replace(base, problem=problem, plan=Plan(problem, offsets, "by hand"))
    for a, b in combinations([x.name for x in problem.buffers], 2):
        plan = _one_above_the_other(problem, a, b)
        try:
            verify(plan)
            safe = True
        except UnsafePlan:
            safe = False
        sizes = [x.size for x in problem.buffers if x.name in (a, b)]
        found = could_share(replace(made, storages=()), a, b).can_share
        assert found == (safe and all(sizes)), (a, b)


def test_two_that_are_alive_together_are_told_with_the_reader_that_keeps_the_first() -> None:
    net = net_of(
        ("Made", "data", "a"), ("Made", "a", "b"), ("Made", "b", "c"), ("Both", "a c", "d"),
        ("Made", "d", "out"),
    )  # fmt: skip
    found = why_not(study(net), "a", "b")
    assert (found.can_share, found.bar) == (False, Bar.LIVE)
    assert [(t.begin, t.end) for t in found.together] == [(1, 3)]
    assert found.keeper == Keeper(3, "Both")
    last = why_not(study(net, Settings()), "d", "out")
    assert last.keeper == Keeper(4, "Made")


def test_two_that_could_and_do_not_are_told_with_who_took_what_and_the_cost() -> None:
    net = chain("data a b c d out", sizes={"a": 64, "b": 16, "c": 64, "d": 16})
    made = study(net)
    found = why_not(made, "a", "d")
    assert found.can_share
    if not found.do_share:
        assert found.cost_bytes is not None
        assert found.cost_bytes >= 0
    again = forced(made, "a", "d")
    assert again is not None
    offsets = again.plan.offsets or {}
    assert offsets["a"] == offsets["d"]
    named = why_not(study(net, Settings("safe")), "a", "d")
    assert named.can_share


def test_in_a_parallel_net_the_missing_path_is_told_and_makes_it_safe() -> None:
    rows = [("Made", "data", "a"), ("Made", "a", "l"), ("Made", "a", "r"), ("Made", "l", "l2"),
            ("Made", "r", "r2"), ("Both", "l2 r2", "out")]  # fmt: skip
    net = net_of(*rows, type="dag")
    for planner in ("safe_parallel", "greedy_by_size"):
        found = why_not(study(net, Settings(planner)), "l", "r2")
        assert (found.can_share, found.bar) == (False, Bar.BRANCH), planner
        assert found.missing is not None
        assert found.missing.edges == ((3, 4),)
        ((_, writer),) = found.missing.edges
        # With the dependency there, they can.
        op = net.ops[writer]
        linked = replace(net.ops[writer], inputs=(*op.inputs, "l2"))
        helped = replace(net, ops=(*net.ops[:writer], linked, *net.ops[writer + 1 :]))
        assert why_not(study(helped, Settings(planner)), "l", "r2").can_share, planner


def test_what_the_settings_forbid_is_told() -> None:
    net = chain("data a b c out")
    options = replace(default_options(net), dont_share=frozenset({"a"}))
    made = study(net, Settings("safe", recycling=options))
    assert why_not(made, "a", "c").bar is Bar.DONT_SHARE
    assert why_not(made, "b", "out").bar is Bar.STATIC
    with pytest.raises(InvalidNet, match="is no blob of the net"):
        why_not(made, "a", "nobody")


def test_one_piece_of_memory_is_told_as_such() -> None:
    net = net_of(("Relu", "data", "a"), ("Alias", "a", "v"), ("Relu", "v", "out"))
    assert why_not(study(net), "a", "v").bar is Bar.SAME


def test_an_op_that_would_read_another_value() -> None:
    ops = (Op("Made", ("data",), ("a",)), Op("Made", ("a",), ("b",)), Op("Made", ("b",), ("a",)),
           Op("Both", ("a", "b"), ("out",)))  # fmt: skip
    blobs = {n: Blob(n, (4,), DType.FLOAT32) for n in ("data", "a", "b", "out")}
    net = prepare(Net("again", ops, blobs, ("data",), ("out",)))
    assert not why_not(study(net, Settings("safe")), "a", "b").can_share


def test_why_tells_what_lies_below() -> None:
    made = study(chain("data a b c out", sizes={"a": 64, "b": 32}))
    for buffer in made.problem.buffers:
        told = why(made, buffer.name)
        assert told.offset == (made.plan.offsets or {})[buffer.name]
        below = [r.candidate for r in told.reasons if r.reason is Reason.LIVE]
        assert (told.offset == 0) == (not below)
    assert why(made, "a").buffer == "a"
    with pytest.raises(InvalidNet):
        why(made, "nobody")
