"""Fast and slow memory: against every choice of small problems."""

from itertools import chain, combinations, permutations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from memplan.errors import CapacityExceeded, InvalidProblem
from memplan.plan import Buffer, LiveRange, Problem, Space
from memplan.planners import spilling
from memplan.planners.spilling import spill
from memplan.verify import verify

FAST, SLOW = Space("sram", 24), Space("dram", alignment=4)


@st.composite
def small(draw: st.DrawFn) -> Problem:
    buffers = []
    for index in range(draw(st.integers(0, 6))):
        begin = draw(st.integers(0, 4))
        live = LiveRange(begin, begin + draw(st.integers(1, 3)))
        buffers.append(Buffer(f"b{index}", live, draw(st.integers(0, 20))))
    return Problem(tuple(buffers))


def optimum(buffers) -> int:
    return min(map(first_fit, permutations(buffers)))


def first_fit(order) -> int:
    placed: list[tuple[Buffer, int]] = []
    for buffer in order:
        rivals = [(o, o + (b.size or 0)) for b, o in placed if b.live.meets(buffer.live)]
        starts = sorted({0, *(top for _, top in rivals)})
        size = buffer.size or 0
        free = (s for s in starts if all(s + size <= lo or s >= hi for lo, hi in rivals))
        placed.append((buffer, next(free)))
    return max((offset + (b.size or 0) for b, offset in placed), default=0)


def least(problem: Problem, cost: dict[str, int]) -> int:
    """By trying every choice of what goes."""
    n = len(problem.buffers)
    choices = chain.from_iterable(combinations(problem.buffers, k) for k in range(n + 1))
    return min(
        sum(cost[b.name] for b in away)
        for away in choices
        if optimum([b for b in problem.buffers if b not in away]) <= (FAST.capacity or 0)
    )


@given(problem=small(), data=st.data())
@settings(max_examples=80, deadline=None)
def test_what_is_moved_is_the_least_there_is(problem: Problem, data: st.DataObject) -> None:
    cost = {b.name: data.draw(st.integers(0, 50)) for b in problem.buffers}
    found = spill(problem, FAST, SLOW, cost)
    verify(found.plan)
    assert found.moved == sum(cost[name] for name in found.spilled)
    assert found.plan.peaks()["sram"] <= 24
    best = least(problem, cost)
    assert found.moved >= best
    if found.least:
        assert found.moved == best


def test_by_size_where_no_uses_are_known_and_nothing_where_all_fits() -> None:
    rows = [("a", 0, 3, 12), ("b", 1, 3, 10), ("c", 2, 4, 6)]
    problem = Problem(tuple(Buffer(n, LiveRange(b, e), s) for n, b, e, s in rows))
    found = spill(problem, FAST, SLOW)
    assert (found.spilled, found.moved, found.least) == (("c",), 6, True)
    wide = spill(problem, Space("sram", 64), SLOW)
    assert (wide.spilled, wide.moved, wide.least) == ((), 0, True)


def test_what_must_stay_stays_or_is_refused() -> None:
    live = LiveRange(0, 2)
    pinned = Buffer("a", live, 6, spaces=("sram",))
    far = Buffer("far", live, 1, spaces=("dram",))
    found = spill(Problem((pinned, Buffer("b", live, 20), far)), FAST, SLOW)
    assert found.spilled == ("b", "far")
    with pytest.raises(CapacityExceeded, match="does not fit in its 24 bytes"):
        spill(Problem((pinned, Buffer("b", live, 20, spaces=("sram",)))), FAST, SLOW)
    with pytest.raises(InvalidProblem, match="a fast memory with a capacity"):
        spill(Problem((pinned,)), SLOW, FAST)


def test_beyond_the_budget_the_choice_is_safe_and_called_no_more_than_that(monkeypatch) -> None:
    monkeypatch.setattr(spilling, "_CHOICES", 2)
    rows = [(f"b{i}", i % 7, i % 7 + 1 + i % 5, 3 + i % 11) for i in range(60)]
    problem = Problem(tuple(Buffer(n, LiveRange(b, e), s) for n, b, e, s in rows))
    found = spill(problem, FAST, SLOW)
    verify(found.plan)
    assert found.plan.peaks()["sram"] <= 24
    assert not found.least
    assert found.spilled
