"""Buffers that alone cannot fit: against brute force, with whatever a problem may hold."""

from pathlib import Path

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from memplan.capacity import Status, pack
from memplan.errors import Cancelled
from memplan.formats import InputFile, load
from memplan.infeasible import NO_SUBSET, infeasible_subset
from memplan.plan import Buffer, LiveRange, Problem, Window, WitnessKind
from memplan.planners import PLANNERS, PackerEntry
from memplan.planners.search import Budget
from tests.planners.test_optimal import least_peak, related_problems, small_problems


def optimal_entry() -> PackerEntry:
    entry = PLANNERS["optimal"]
    assert isinstance(entry, PackerEntry)
    return entry


def given_in(shared: Path, name: str) -> Problem:
    path = shared / "minimalloc" / f"{name}.1048576.csv"
    problem = load([InputFile(path.name, path.read_bytes())]).given
    assert problem is not None
    return problem


@given(problem=st.one_of(small_problems(), related_problems()), below=st.integers(1, 3))
@settings(max_examples=300)
def test_it_cannot_fit_and_none_of_it_can_be_left_out(problem: Problem, below: int) -> None:
    least = least_peak(problem)
    assume(least is not None and least > below)
    assert least is not None
    assume(all((b.offset or 0) % problem.alignment_of(b) == 0 for b in problem.buffers))
    capacity = least - below
    found = infeasible_subset(problem, capacity)
    assert found.minimal
    alone = problem.only(found.names)
    assert (least_peak(alone) or 0) > capacity
    for left_out in found.names:
        rest = problem.only(n for n in found.names if n != left_out)
        rest_least = least_peak(rest)
        assert rest_least is not None
        assert rest_least <= capacity


@given(problem=st.one_of(small_problems(), related_problems()), off=st.integers(-3, 3))
@settings(max_examples=200)
def test_a_capacity_is_decided_as_brute_force_does(problem: Problem, off: int) -> None:
    least = least_peak(problem)
    assume(least is not None and least + off > 0)
    assert least is not None
    assume(all((b.offset or 0) % problem.alignment_of(b) == 0 for b in problem.buffers))
    found = pack(problem, optimal_entry(), least + off)
    assert found.status is (Status.FITS if off >= 0 else Status.INFEASIBLE)
    assert found.bound.bytes <= least
    assert found.plan.known_peak >= least


def test_an_exhausted_search_is_cut_down_too() -> None:
    """Three alive add up to 5, but one that lies fast in the middle leaves no room for both others.

    "far" and "small" have nothing to do with it.
    """
    fast = Buffer("fast", LiveRange(0, 2), 1, offset=3)
    others = (Buffer(name, LiveRange(0, 2), 2) for name in "ab")
    idle = (Buffer("far", LiveRange(4, 5), 5), Buffer("small", LiveRange(1, 4), 0))
    found = pack(Problem((*idle, fast, *others)), optimal_entry(), 5)
    assert found.status is Status.INFEASIBLE
    assert (found.bound.kind, found.bound.bytes) == (WitnessKind.EXHAUSTED, 6)
    assert (found.subset.names, found.subset.minimal) == (("fast", "a", "b"), True)


def test_of_a_clique_in_a_relation_no_more_than_it_takes() -> None:
    buffers = tuple(Buffer(name, LiveRange(0, 1), 4) for name in "abcd")
    problem = Problem(buffers, conflicts=frozenset({(0, 1), (1, 2), (0, 2), (2, 3)}))
    found = pack(problem, optimal_entry(), 11)
    assert found.status is Status.INFEASIBLE
    assert found.subset.names == ("a", "b", "c")
    assert found.bound.kind is WitnessKind.CLIQUE


def test_nothing_is_claimed_of_buffers_that_occupy_a_part_of_themselves() -> None:
    window = Window(LiveRange(0, 1), 0, 1)
    parts = Buffer("a", LiveRange(0, 2), 4, windows=(window,)), Buffer("b", LiveRange(0, 2), 4)
    assert infeasible_subset(Problem(parts), 3) == NO_SUBSET


def test_a_budget_that_ends_leaves_it_open(shared: Path) -> None:
    problem = given_in(shared, "E")
    found = pack(problem, optimal_entry(), 1 << 20, Budget(nodes=100))
    assert found.status is Status.UNKNOWN
    assert found.plan.known_peak > 1 << 20
    assert found.subset == NO_SUBSET


def test_it_can_be_stopped(shared: Path) -> None:
    def stop(_share: float, _what: str) -> None:
        raise Cancelled("enough")

    with pytest.raises(Cancelled):
        pack(given_in(shared, "E"), optimal_entry(), 1 << 20, Budget(progress=stop))


@pytest.mark.parametrize("name", ["A", "C", "E", "G", "I", "K"])
def test_the_hard_instances_fit_exactly_and_not_a_byte_less(shared: Path, name: str) -> None:
    problem = given_in(shared, name)
    entry = optimal_entry()
    assert pack(problem, entry, 1 << 20).status is Status.FITS
    least = 1_039_360 if name == "C" else 1 << 20
    refused = pack(problem, entry, least - 1)
    assert refused.status is Status.INFEASIBLE
    assert refused.subset.minimal
    sizes = {b.name: b.size or 0 for b in problem.buffers}
    assert sum(sizes[n] for n in refused.subset.names) >= least
