"""A bound is one only if no plan is below it: against every plan of small problems."""

from dataclasses import replace
from itertools import combinations, permutations

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
        offset = (
            buffer.offset
            if buffer.offset is not None
            else next(
                start
                for start in sorted({0, *(align_up(top, alignment) for _, top in rivals)})
                if all(start + (buffer.size or 0) <= low or start >= top for low, top in rivals)
            )
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


@st.composite
def related(draw: st.DrawFn) -> Problem:
    """Up to five buffers under a relation, one of them fixed at times, with alignments."""
    count = draw(st.integers(1, 5))
    sizes = [draw(st.integers(0, 20)) for _ in range(count)]
    buffers = tuple(Buffer(f"b{i}", LiveRange(0, 1), size) for i, size in enumerate(sizes))
    pairs = [(i, j) for i in range(count) for j in range(i + 1, count)]
    conflicts = draw(st.sets(st.sampled_from(pairs))) if pairs else set()
    return Problem(buffers, conflicts=frozenset(conflicts))


@given(problem=related())
@settings(max_examples=200, deadline=None)
def test_the_bound_of_a_relation_is_its_heaviest_clique_and_no_plan_is_below(problem) -> None:
    sizes = [b.size or 0 for b in problem.buffers]
    subsets = [
        members
        for count in range(len(sizes) + 1)
        for members in combinations(range(len(sizes)), count)
        if all(pair in problem.conflicts for pair in combinations(members, 2))
    ]
    bound = lower_bound(problem)
    assert bound.bytes == max(sum(sizes[i] for i in members) for members in subsets)
    index = {b.name: i for i, b in enumerate(problem.buffers)}
    members = sorted(index[name] for name in bound.buffers)
    assert tuple(members) in subsets
    assert sum(sizes[i] for i in members) == bound.bytes
    assert bound.bytes <= greedy_by_size(problem).known_peak


@given(problem=small_problems(), data=st.data())
@settings(max_examples=200, deadline=None)
def test_alignments_of_buffers_and_fixed_places_raise_the_bound_and_never_too_far(
    problem: Problem, data: st.DataObject
) -> None:
    units = [data.draw(st.sampled_from((4, 8, 12))) for _ in problem.buffers]
    aligned = tuple(replace(b, alignment=u) for b, u in zip(problem.buffers, units, strict=True))
    asked = Problem(aligned, problem.spaces)
    assert lower_bound(problem).bytes <= lower_bound(asked).bytes <= optimum(asked)
    for buffer in aligned[:1]:
        offset = 24 * data.draw(st.integers(0, 3))
        fixed = Problem((replace(buffer, offset=offset), *aligned[1:]), problem.spaces)
        bound = lower_bound(fixed)
        assert bound.bytes >= offset + (buffer.size or 0) or not buffer.size
        assert bound.bytes <= optimum_around(fixed)


def optimum_around(problem: Problem) -> int:
    """As `optimum`, with the first buffer where it must lie: it is placed before all others."""
    first, *rest = problem.buffers
    return min(first_fit((first, *order), problem) for order in permutations(rest))


def test_the_fullest_step_once_rounded_may_be_another() -> None:
    rows = [("a", 0, 1, 65), ("b", 2, 3, 10), ("c", 2, 3, 10), ("d", 2, 3, 10)]
    problem = Problem(
        tuple(Buffer(n, LiveRange(b, e), s) for n, b, e, s in rows), (Space(alignment=64),)
    )
    bound = lower_bound(problem)
    assert (bound.bytes, bound.step, bound.buffers) == (138, 2, ("b", "c", "d"))


def test_a_fixed_place_is_a_bound_with_its_buffer() -> None:
    pair = (Buffer("a", LiveRange(0, 2), 10, offset=90), Buffer("b", LiveRange(1, 2), 60))
    bound = lower_bound(Problem(pair))
    assert (bound.kind, bound.bytes, bound.buffers) == (WitnessKind.FIXED, 100, ("a",))
    assert greedy_by_size(Problem(pair)).proven


def test_under_an_explicit_relation_max_live_is_no_bound() -> None:
    pair = (Buffer("a", LiveRange(0, 2), 10), Buffer("b", LiveRange(1, 2), 60))
    bound = lower_bound(Problem(pair, conflicts=frozenset()))
    assert (bound.kind, bound.bytes, bound.buffers) == (WitnessKind.LARGEST, 60, ("b",))
