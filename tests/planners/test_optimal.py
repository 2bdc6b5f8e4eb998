"""The search against brute force, and what it claims."""

from collections.abc import Sequence
from dataclasses import replace
from functools import lru_cache
from itertools import permutations

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from memplan.bounds import lower_bound
from memplan.errors import Cancelled, UnsafePlan
from memplan.plan import Buffer, LiveRange, Problem, Space, Trace, WitnessKind
from memplan.planners.best_of import best_of
from memplan.planners.fitted import fitted
from memplan.planners.optimal import optimal, optimal_within
from memplan.planners.search import Budget, Watch, decide, puzzle_of
from memplan.units import align_up
from memplan.verify import Finding, check_claim, verify


def least_peak(problem: Problem) -> int | None:
    """Brute force: every order of placement, each on top of what was placed; None: no plan.

    Some order (that of the offsets) builds a lowest plan, whatever is fixed.
    """
    buffers = [b for b in problem.buffers if b.size]
    best: int | None = None
    for order in permutations(buffers):
        placed: list[tuple[Buffer, int]] = []
        top = 0
        for buffer in order:
            below = [o + (b.size or 0) for b, o in placed if _meet(problem, b, buffer)]
            least = align_up(max(below, default=0), problem.alignment_of(buffer))
            if buffer.offset is not None and least > buffer.offset:
                break
            offset = least if buffer.offset is None else buffer.offset
            placed.append((buffer, offset))
            top = max(top, offset + (buffer.size or 0))
        else:
            best = top if best is None else min(best, top)
    return best


def _meet(problem: Problem, a: Buffer, b: Buffer) -> bool:
    if problem.conflicts is None:
        return any(x.meets(y) for x in a.alive() for y in b.alive())
    i, j = sorted((problem.buffers.index(a), problem.buffers.index(b)))
    return (i, j) in problem.conflicts


@st.composite
def small_problems(draw: st.DrawFn, most: int = 6, *, fixed: bool = True) -> Problem:
    """Up to `most` buffers that mostly meet: alignments, gaps and fixed offsets among them."""
    unit = draw(st.sampled_from((1, 1, 4)))
    alignments = draw(st.sampled_from(((1,), (1, 2), (1, 4, 3))))
    buffers = []
    for index in range(draw(st.integers(1, most))):
        begin = draw(st.integers(0, 6))
        end = begin + draw(st.integers(1, 5))
        gaps: tuple[LiveRange, ...] = ()
        if end - begin > 2 and draw(st.integers(0, 3)) == 0:
            gaps = (LiveRange(begin + 1, end - 1),)
        size = unit * draw(st.integers(1, 9))
        alignment = draw(st.sampled_from(alignments))
        offset = None
        if fixed and draw(st.integers(0, 5)) == 0:
            offset = alignment * unit * draw(st.integers(0, 5))
        buffers.append(
            Buffer(f"b{index}", LiveRange(begin, end), size, alignment, offset=offset, gaps=gaps)
        )
    return Problem(tuple(buffers), (Space(alignment=draw(st.sampled_from((1, 1, 2)))),))


@given(problem=small_problems())
@settings(max_examples=400, deadline=None)
def test_it_is_as_low_as_brute_force_and_proves_it(problem: Problem) -> None:
    least = least_peak(problem)
    plan = optimal(problem)
    assume(all((b.offset or 0) % problem.alignment_of(b) == 0 for b in problem.buffers))
    if least is None:
        assert plan.proof is None
        with pytest.raises(UnsafePlan):
            verify(plan)
        return
    verify(plan)
    assert plan.peak == least
    assert plan.proof is not None
    assert plan.proof.bytes == least
    if plan.proof.kind is WitnessKind.EXHAUSTED:
        assert plan.proof.nodes == plan.nodes


@st.composite
def related_problems(draw: st.DrawFn, most: int = 6) -> Problem:
    """As `small_problems`, with any relation of who conflicts with whom in place of times."""
    problem = draw(small_problems(most))
    count = len(problem.buffers)
    pairs = [(i, j) for i in range(count) for j in range(i + 1, count)]
    chosen = draw(st.frozensets(st.sampled_from(pairs))) if pairs else frozenset()
    return replace(problem, conflicts=chosen)


@given(problem=related_problems())
@settings(max_examples=300)
def test_under_any_relation_it_is_as_low_as_brute_force(problem: Problem) -> None:
    assume(all((b.offset or 0) % problem.alignment_of(b) == 0 for b in problem.buffers))
    least = least_peak(problem)
    plan = optimal(problem)
    if least is None:
        assert plan.proof is None
        return
    verify(plan)
    assert (plan.peak, plan.proven) == (least, True)
    assert check_claim(plan) is Finding.HOLDS
    turned = tuple(
        (len(problem.buffers) - 1 - j, len(problem.buffers) - 1 - i)
        for i, j in problem.conflicts or ()
    )
    again = Problem(problem.buffers[::-1], problem.spaces, frozenset(turned))
    assert optimal(again).offsets == plan.offsets


@given(problem=related_problems(), below=st.integers(0, 3))
@settings(max_examples=150)
def test_under_any_relation_a_capacity_is_decided(problem: Problem, below: int) -> None:
    free = replace(problem, buffers=tuple(replace(b, offset=None) for b in problem.buffers))
    least = least_peak(free) or 0
    plan, bound = fitted(free, least - below)
    assert (plan.known_peak <= least - below) == (below == 0)
    assert (bound.bytes > least - below) == (below > 0)


def test_rings_of_conflicts_need_more_than_any_clique() -> None:
    """Five in a ring, each in conflict with the two beside it: two, two, and one above all."""
    ring = tuple(Buffer(f"b{i}", LiveRange(0, 1), 2) for i in range(5))
    conflicts = frozenset((min(i, j), max(i, j)) for i in range(5) for j in [(i + 1) % 5])
    plan = optimal(Problem(ring, conflicts=conflicts))
    verify(plan)
    assert lower_bound(plan.problem).bytes == 4
    assert (plan.peak, plan.proof and plan.proof.kind) == (6, WitnessKind.EXHAUSTED)


@given(problem=small_problems(most=3), copies=st.integers(2, 3), below=st.integers(0, 2))
@settings(max_examples=200)
def test_equal_buffers_are_searched_once_and_nothing_is_lost(
    problem: Problem, copies: int, below: int
) -> None:
    """Copies of free buffers, up to seven in all, against brute force."""
    free = [b for b in problem.buffers if b.offset is None]
    more = [replace(b, name=f"{b.name}x{k}") for k in range(1, copies) for b in free]
    twins = replace(problem, buffers=(*problem.buffers, *more)[:7])
    assume(all((b.offset or 0) % problem.alignment_of(b) == 0 for b in problem.buffers))
    least = least_peak(twins)
    assume(least is not None)
    puzzle = puzzle_of(twins)
    capacity = ((least or 0) - below) // puzzle.unit
    assume(capacity >= puzzle.tallest())
    verdict = decide(puzzle, capacity, Watch(Budget()))
    assert verdict.decided
    assert verdict.impossible == (capacity * puzzle.unit < (least or 0))


def test_more_equal_buffers_than_holes_are_refused_without_trying_each_in_each() -> None:
    """Walls leave seven holes of nine bytes; each holds one of eight buffers of five."""
    walls = [Buffer(f"w{i}", LiveRange(0, 3), 2, offset=11 * i + 9) for i in range(7)]
    equal = [Buffer(f"e{i}", LiveRange(0, 3), 5) for i in range(8)]
    watch = Watch(Budget(nodes=200))
    assert decide(puzzle_of(Problem((*walls, *equal))), 77, watch).impossible


@pytest.mark.long
@given(problem=small_problems(most=7))
@settings(max_examples=2000, deadline=None)
def test_it_is_as_low_as_brute_force_for_seven(problem: Problem) -> None:
    least = least_peak(problem)
    assume(least is not None)
    assume(all((b.offset or 0) % problem.alignment_of(b) == 0 for b in problem.buffers))
    plan = optimal(problem)
    verify(plan)
    assert (plan.peak, plan.proven) == (least, True)


@given(problem=small_problems(fixed=False), below=st.integers(0, 3))
@settings(max_examples=200, deadline=None)
def test_a_capacity_is_enough_just_when_some_plan_fits(problem: Problem, below: int) -> None:
    least = least_peak(problem) or 0
    puzzle = puzzle_of(problem)
    capacity = (least - below) // puzzle.unit
    verdict = decide(puzzle, capacity, Watch(Budget()))
    assert verdict.decided
    assert verdict.impossible == (least - below < least)


def cut(sheet: tuple[int, int], turns: Sequence[tuple[int, int]]) -> Problem:
    """A full sheet of steps and bytes, cut edge to edge `turns` times: its peak is its height."""
    pieces = [(0, sheet[0], sheet[1])]
    for which, where in turns:
        begin, end, size = pieces.pop(which % len(pieces))
        if which % 2 and end - begin > 1:
            at = begin + 1 + where % (end - begin - 1)
            pieces += [(begin, at, size), (at, end, size)]
        elif size > 1:
            low = 1 + where % (size - 1)
            pieces += [(begin, end, low), (begin, end, size - low)]
        else:
            pieces.append((begin, end, size))
    buffers = (Buffer(f"p{i}", LiveRange(b, e), s) for i, (b, e, s) in enumerate(pieces))
    return Problem(tuple(buffers))


@given(turns=st.lists(st.tuples(st.integers(0, 999), st.integers(0, 999)), min_size=5, max_size=35))
@settings(max_examples=60, deadline=None)
def test_a_sheet_that_was_cut_is_put_together_again(turns: list[tuple[int, int]]) -> None:
    plan = optimal(cut((40, 60), turns))
    verify(plan)
    assert (plan.peak, plan.proven) == (60, True)


@lru_cache
def unsolved() -> Problem:
    """A sheet that no greedy planner puts together again."""
    sheets = (cut((60, 997), [(7 * i * k, 31 * i + k) for i in range(80)]) for k in range(1, 99))
    problem = next(sheet for sheet in sheets if not best_of(sheet).proven)
    assert lower_bound(problem).bytes == 997
    return problem


@pytest.mark.parametrize("nodes", [10, 400, 3_000])
def test_the_same_nodes_give_the_same_plan_and_the_order_of_buffers_is_none_of_them(
    nodes: int,
) -> None:
    problem = unsolved()
    plan = optimal_within(problem, None, Budget(nodes=nodes))
    assert 0 < plan.nodes <= nodes
    again = Problem(problem.buffers[::-1], problem.spaces)
    assert plan.offsets == optimal_within(again, None, Budget(nodes=nodes)).offsets


def test_an_unknown_size_leaves_nothing_proven() -> None:
    problem = unsolved()
    unsized = Problem((*problem.buffers, Buffer("u", LiveRange(0, 1), None)))
    plan = optimal(unsized)
    assert plan.proof is None
    assert plan.known_peak == optimal(problem).peak


def test_a_relation_counts_and_time_does_not() -> None:
    buffers = (Buffer("a", LiveRange(0, 1), 4), Buffer("b", LiveRange(5, 6), 4))
    plan = optimal(Problem(buffers, conflicts=frozenset({(0, 1)})))
    verify(plan)
    assert (plan.peak, plan.proven, plan.nodes) == (8, True, 0)


def test_each_memory_is_searched_and_the_trace_tells_where_all_lies() -> None:
    problem = unsolved()
    twice = tuple(
        replace(b, name=f"{b.name}{space}", spaces=(space,))
        for space in ("cpu", "gpu")
        for b in problem.buffers
    )
    trace = Trace()
    plan = optimal_within(Problem(twice, (Space("cpu"), Space("gpu"))), trace)
    verify(plan)
    assert plan.peak == 2 * (optimal(problem).peak or 0)
    assert plan.proven
    assert {d.blob: d.offset for d in trace.decisions} == dict(plan.offsets or {})


def test_it_can_be_cancelled() -> None:
    def stop(_share: float, what: str) -> None:
        raise Cancelled(what)

    with pytest.raises(Cancelled, match="nodes"):
        optimal_within(unsolved(), None, Budget(progress=stop))


@given(problem=small_problems(fixed=False), shift=st.integers(0, 3))
@settings(max_examples=150)
def test_a_hinted_plan_is_met_or_beaten_without_a_search(problem: Problem, shift: int) -> None:
    """The hints of a lowest plan, or of one that hangs a little higher."""
    lowest = optimal(problem)
    assert lowest.offsets is not None
    unit = max(problem.alignment_of(b) for b in problem.buffers) * 12
    hinted = tuple(replace(b, hint=lowest.offsets[b.name] + shift * unit) for b in problem.buffers)
    plan = best_of(replace(problem, buffers=hinted))
    verify(plan)
    assert plan.peak == lowest.peak
    assert optimal(replace(problem, buffers=hinted)).peak == lowest.peak


@given(problem=small_problems(fixed=False), hints=st.lists(st.integers(0, 40), min_size=6))
@settings(max_examples=150)
def test_hints_that_lead_nowhere_do_no_harm(problem: Problem, hints: list[int]) -> None:
    hinted = tuple(replace(b, hint=hint) for b, hint in zip(problem.buffers, hints, strict=False))
    plan = optimal(replace(problem, buffers=hinted))
    verify(plan)
    assert (plan.peak, plan.proven) == (least_peak(problem), True)
