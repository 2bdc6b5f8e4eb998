"""What is what in two plans: pairs, moves, mates; and how far up an arena is in use."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise

from hypothesis import given, reject, settings
from hypothesis import strategies as st

from memplan.errors import SchemaError
from memplan.formats import load
from memplan.liveness import live_bytes
from memplan.metrics import reach
from memplan.net import Net
from memplan.plan import Plan
from memplan.planners.renaming import renamed
from memplan.samples import open_sample
from memplan.study import Settings, Study, prepare, study
from memplan.views.compare import Change, Comparison, hand_overs, mate_changes, pairs
from memplan.views.sharing import changed_names
from tests.strategies import nets
from tests.views.made_studies import nested, small

# The machine may be busy with other tests: an example that takes long has not failed.
ANY_TIME = settings(deadline=None)
PLANNERS = ("greedy_by_size", "naive", "safe", "caffe2_simple")


def sample(name: str, **chosen: object) -> Study:
    return study(prepare(load(open_sample(name))), Settings(**chosen))


def planned(net: Net, planner: str) -> Study:
    """The plan of a random net; one that Caffe2 refuses is no example."""
    try:
        return study(net, Settings(planner))
    except SchemaError:
        reject()


def mates_by_bytes(plan: Plan) -> dict[str, set[str]]:
    """The same as `hand_overs`, by asking each stretch of bytes who lies on it, in turn."""
    buffers = [b for b in plan.problem.buffers if b.name in (plan.offsets or {}) and b.size]
    found: dict[str, set[str]] = {name: set() for name in plan.offsets or {}}
    for space in plan.problem.spaces:
        here = [b for b in buffers if plan.space_name(b.name) == space.name]
        edges = {plan.offsets[b.name] + more for b in here for more in (0, b.size)}
        for low, _ in pairwise(sorted(edges)):
            turns = [
                (piece.begin, plan.problem.buffers.index(b), b.name)
                for b in here
                for piece in b.alive()
                if plan.offsets[b.name] <= low < plan.offsets[b.name] + b.size
            ]
            for (*_, before), (*_, after) in pairwise(sorted(turns)):
                if before != after:
                    found[before].add(after)
                    found[after].add(before)
    return found


@ANY_TIME
@given(nets(), st.sampled_from(PLANNERS))
def test_bytes_are_handed_on_as_each_byte_says(net, planner):
    plan = planned(net, planner).plan
    found = hand_overs(plan)
    assert {name: set(others) for name, others in found.items()} == mates_by_bytes(plan)
    assert all(len(set(others)) == len(others) for others in found.values())


@ANY_TIME
@given(nets(), st.sampled_from(PLANNERS))
def test_the_reach_is_the_highest_byte_in_use(net, planner):
    made = planned(net, planner)
    plan = made.plan
    expected = [0] * plan.problem.horizon
    for step in range(len(expected)):
        for space in plan.problem.spaces:
            tops = [
                plan.offsets[b.name] + (b.size or 0)
                for b in plan.problem.buffers
                if b.name in (plan.offsets or {}) and plan.space_name(b.name) == space.name
                if any(piece.begin <= step < piece.end for piece in b.alive())
            ]
            expected[step] += max(tops, default=0)
    tops = reach(plan)
    assert list(tops) == expected
    if len(plan.problem.spaces) == 1:
        assert max(tops, default=0) == plan.known_peak
    if made.unsafe is None:
        assert all(top >= alive for top, alive in zip(tops, live_bytes(made.problem), strict=True))


@ANY_TIME
@given(nets(), st.sampled_from(PLANNERS), st.sampled_from(PLANNERS))
def test_every_planned_buffer_is_in_one_pair(net, first, second):
    a, b = (planned(net, planner) for planner in (first, second))
    found = pairs(Comparison(a, b))
    for side, made in (("a", a), ("b", b)):
        rows = [getattr(pair, side) for pair in found]
        names = [row.name for row in rows if row is not None and row.planned]
        assert sorted(names) == sorted(buffer.name for buffer in made.problem.buffers)
    for pair in found:
        if pair.moved_by is not None:
            assert pair.b.offset - pair.a.offset == pair.moved_by
            assert (pair.moved_by == 0) == (pair.change is Change.STAYS)


@ANY_TIME
@given(nets(), st.sampled_from(PLANNERS), st.sampled_from(PLANNERS))
def test_what_one_side_gains_the_other_loses(net, first, second):
    a, b = (planned(net, planner) for planner in (first, second))
    if a.net.ops != b.net.ops:
        return  # in another order a storage may go by another of its names
    there, back = Comparison(a, b), Comparison(b, a)
    changes = {each.blob: each for each in mate_changes(there, pairs(there))}
    returned = {each.blob: each for each in mate_changes(back, pairs(back))}
    assert changes.keys() == returned.keys()
    for name, change in changes.items():
        assert set(change.gained) == set(returned[name].lost)
        assert set(change.lost) == set(returned[name].gained)
        assert change.kept == returned[name].kept


@ANY_TIME
@given(nets(), st.sampled_from(PLANNERS))
def test_a_plan_beside_itself_changes_nothing(net, planner):
    made = planned(net, planner)
    both = Comparison(made, made)
    found = pairs(both)
    assert {pair.change for pair in found} <= {Change.STAYS, Change.UNPLACED}
    assert mate_changes(both, found) == ()
    assert both.alike
    assert not both.reordered


def test_moves_of_a_small_net():
    both = Comparison(small(Settings("naive")), small(Settings("greedy_by_size")))
    found = {pair.blob: pair for pair in pairs(both)}
    assert list(found) == ["data", "a", "b", "c", "d", "rows", "out"]
    assert found["rows"].change is Change.UNPLACED
    assert found["rows"].moved_by is None
    assert {found[name].change for name in "abcd"} == {Change.MOVED}
    (gained,) = [each for each in mate_changes(both, found.values()) if each.blob == "a"]
    assert "c" in gained.gained
    assert gained.lost == ()


def test_what_one_side_does_not_count_is_the_others_alone():
    from memplan.liveness import Accounting

    inside = Settings(accounting=Accounting(inputs=False, outputs=False))
    both = Comparison(small(), small(inside))
    changes = {pair.blob: pair.change for pair in pairs(both)}
    assert changes["data"] is Change.ONLY_A
    assert changes["out"] is Change.ONLY_A
    back = {pair.blob: pair.change for pair in pairs(Comparison(both.b, both.a))}
    assert back["data"] is Change.ONLY_B


def test_scratch_of_nested_nets_is_paired_too():
    made = nested()
    found = pairs(Comparison(made, made))
    assert any("nested nets" in pair.blob for pair in found)


def test_after_a_recycler_blobs_of_one_new_name_are_mates():
    made = sample("inception_block", planner="safe")
    net = prepare(renamed(prepare(load(open_sample("inception_block"))), made.assignment))
    names = changed_names(made.assignment)
    after = study(net, Settings("naive"))
    both = Comparison(sample("inception_block", planner="naive"), after, names)
    found = pairs(both)
    assert not [pair for pair in found if pair.change is Change.ONLY_B]
    paired = {pair.blob: pair.b.name for pair in found}
    assert all(paired[old] == new for old, new in names.items() if old in paired)
    changes = {each.blob: each for each in mate_changes(both, found)}
    for old, new in names.items():
        others = {name for name, into in names.items() if into == new} - {old}
        if old in changes:
            assert others <= set(changes[old].gained)
    assert any(changes[old].gained for old in names if old in changes)


def test_another_order_of_the_same_ops_is_told_from_another_net():
    a, b = sample("inception_block", planner="safe"), sample("inception_block")
    assert Comparison(a, b).reordered
    shorter = replace(b, net=replace(b.net, ops=b.net.ops[:-1]))
    assert not Comparison(a, shorter).reordered
    assert not Comparison(b, shorter).alike
