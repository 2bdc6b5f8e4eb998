"""A bound is one only if no plan is below it: against every plan of small problems."""

from itertools import permutations

from hypothesis import given, settings
from hypothesis import strategies as st

from memplan.bounds import lower_bound
from memplan.plan import Buffer, LiveRange, Problem, Space, WitnessKind
from memplan.planners.greedy_by_size import greedy_by_size
from memplan.units import align_up


@st.composite
def small_problems(draw: st.DrawFn) -> Problem:
    def buffer(index: int) -> Buffer:
        begin = draw(st.integers(0, 4))
        live = LiveRange(begin, begin + draw(st.integers(1, 4)))
        return Buffer(f"b{index}", live, draw(st.integers(0, 20)))

    buffers = tuple(buffer(i) for i in range(draw(st.integers(0, 5))))
    return Problem(buffers, (Space(alignment=draw(st.sampled_from((1, 4, 8)))),))


def optimum(problem: Problem) -> int:
    """The least peak of all plans: some order of first fit finds it (each plan can be pushed
    down until every buffer rests on another or on the ground, and placed from below)."""
    return min(first_fit(order, problem) for order in permutations(problem.buffers))


def first_fit(order: tuple[Buffer, ...], problem: Problem) -> int:
    placed: list[tuple[Buffer, int]] = []
    for buffer in order:
        rivals = [(o, o + (b.size or 0)) for b, o in placed if b.live.meets(buffer.live)]
        alignment = problem.alignment_of(buffer)
        offset = next(
            start
            for start in sorted({0, *(align_up(top, alignment) for _, top in rivals)})
            if all(start + (buffer.size or 0) <= low or start >= top for low, top in rivals)
        )
        placed.append((buffer, offset))
    return max((offset + (b.size or 0) for b, offset in placed), default=0)


@given(problem=small_problems())
@settings(max_examples=200, deadline=None)
def test_no_plan_is_below_the_bound_and_no_proof_is_false(problem: Problem) -> None:
    best = optimum(problem)
    assert lower_bound(problem).bytes <= best
    plan = greedy_by_size(problem)
    assert plan.known_peak >= best
    if plan.proven:
        assert plan.known_peak == best


def test_alignment_raises_the_bound() -> None:
    pair = (Buffer("a", LiveRange(0, 2), 10), Buffer("b", LiveRange(1, 2), 60))
    assert lower_bound(Problem(pair, (Space(alignment=64),))).bytes == 74


def test_under_an_explicit_relation_max_live_is_no_bound() -> None:
    pair = (Buffer("a", LiveRange(0, 2), 10), Buffer("b", LiveRange(1, 2), 60))
    bound = lower_bound(Problem(pair, conflicts=frozenset()))
    assert (bound.kind, bound.bytes, bound.buffers) == (WitnessKind.LARGEST, 60, ("b",))
