"""A search in a child process: the same answer, heard of while it runs, ended at once."""

import time

import pytest

from memplan.bounds import lower_bound
from memplan.errors import Cancelled, TooLarge
from memplan.plan import Buffer, LiveRange, Problem, Trace
from memplan.planners import PLANNERS
from memplan.planners.best_of import best_of
from memplan.planners.search import Budget
from memplan.ui import searching
from memplan.ui.searching import search_apart

OPTIMAL = PLANNERS["optimal"]


def hard(count: int) -> Problem:
    """Buffers on which no greedy planner meets the bound."""
    rows = ((f"b{i}", i * 7 % 41, 2 + i * 13 % 17, 5 + i * 29 % 23) for i in range(count))
    return Problem(tuple(Buffer(n, LiveRange(b, b + life), s) for n, b, life, s in rows))


@pytest.mark.parametrize("count", [4, 60])
def test_the_answer_is_that_of_this_process(count: int) -> None:
    apart = search_apart(OPTIMAL)
    here, there = Trace(), Trace()
    budget = Budget(nodes=300)
    assert apart(hard(count), there, budget) == OPTIMAL.search(hard(count), here, budget)
    assert here.decisions == there.decisions
    # The larger one is asked of a child: no greedy plan meets its bound.
    greedy = best_of(hard(count)).known_peak
    assert (greedy == lower_bound(hard(count)).bytes) == (count == 4)


def test_a_problem_of_which_no_size_is_known_has_an_answer_too() -> None:
    buffers = tuple(Buffer(f"b{i}", LiveRange(i, i + 2), None) for i in range(5))
    plan = search_apart(OPTIMAL)(Problem(buffers), None, Budget(nodes=300))
    assert (dict(plan.offsets or {}), plan.proof) == ({}, None)


def test_a_planner_without_a_search_has_none_apart() -> None:
    assert search_apart(PLANNERS["naive"]) is None


def test_it_tells_how_far_it_is_and_is_ended_by_its_callback() -> None:
    heard: list[str] = []

    def stop_once_heard(_share: float, what: str) -> None:
        heard.append(what)
        if "nodes" in what:
            raise Cancelled(what)

    started = time.monotonic()
    with pytest.raises(Cancelled, match="nodes"):
        search_apart(OPTIMAL)(hard(300), None, Budget(120, None, stop_once_heard))
    assert time.monotonic() - started < 60
    assert heard


def test_a_child_that_wants_more_memory_than_it_may_have_is_told_of(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(searching, "_MEMORY", 32 << 20)
    with pytest.raises(TooLarge, match="in the memory there is"):
        search_apart(OPTIMAL)(hard(3000), None, Budget(nodes=300))
