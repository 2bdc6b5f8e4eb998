"""Buffers with windows against brute force: what is proven holds, and little is left unproven."""

from itertools import combinations, product

from hypothesis import given, settings
from hypothesis import strategies as st

from memplan.plan import Buffer, LiveRange, Problem, Window, WitnessKind
from memplan.planners.fitted import fitted
from memplan.planners.optimal import optimal, optimal_within
from memplan.planners.search import Budget
from memplan.verify import verify


@st.composite
def windowed(draw: st.DrawFn) -> Problem:
    """Up to three small buffers, most of which occupy a part of themselves for a time."""
    buffers = []
    for index in range(draw(st.integers(1, 3))):
        begin = draw(st.integers(0, 3))
        end = begin + draw(st.integers(1, 4))
        size = draw(st.integers(1, 4))
        windows: tuple[Window, ...] = ()
        if draw(st.integers(0, 3)):
            first = draw(st.integers(begin, end - 1))
            low = draw(st.integers(0, size - 1))
            high = draw(st.integers(low, size))
            windows = (Window(LiveRange(first, draw(st.integers(first + 1, end))), low, high),)
        buffers.append(Buffer(f"b{index}", LiveRange(begin, end), size, windows=windows))
    return Problem(tuple(buffers))


def least_peak(problem: Problem, most: int) -> int:
    """Brute force: every offset of every buffer below a height at which there is a plan."""
    buffers = problem.buffers
    apart = {
        (i, j): {d for d in range(-most, most + 1) if any(_overlap(a, b, d, t) for t in range(8))}
        for (i, a), (j, b) in combinations(enumerate(buffers), 2)
    }
    best = most
    for offsets in product(*(range(most - (b.size or 0) + 1) for b in buffers)):
        top = max(o + (b.size or 0) for o, b in zip(offsets, buffers, strict=True))
        if top < best and all(offsets[j] - offsets[i] not in d for (i, j), d in apart.items()):
            best = top
    return best


def _overlap(a: Buffer, b: Buffer, higher: int, step: int) -> bool:
    """Whether two share a byte at a step, when the second lies so much higher."""
    own = {
        x for p in a.occupied() if p.live.begin <= step < p.live.end for x in range(p.low, p.high)
    }
    return any(
        x + higher in own
        for p in b.occupied()
        if p.live.begin <= step < p.live.end
        for x in range(p.low, p.high)
    )


@given(problem=windowed())
@settings(max_examples=120)
def test_a_plan_is_as_low_as_brute_force_where_it_is_proven(problem: Problem) -> None:
    plan = optimal_within(problem, None, Budget(nodes=3_000))
    verify(plan)
    assert plan.peak is not None
    assert plan.peak == least_peak(problem, plan.peak)
    again = optimal_within(Problem(problem.buffers[::-1]), None, Budget(nodes=3_000))
    assert plan.offsets == again.offsets


@given(problem=windowed(), off=st.integers(-2, 1))
@settings(max_examples=80)
def test_a_capacity_is_never_decided_wrongly(problem: Problem, off: int) -> None:
    least = least_peak(problem, sum(b.size or 0 for b in problem.buffers))
    plan, bound = fitted(problem, least + off, Budget(nodes=3_000))
    verify(plan)
    assert bound.bytes <= least <= plan.known_peak
    assert (plan.known_peak <= least + off) == (off >= 0)


def test_an_unknown_size_leaves_nothing_proven() -> None:
    """Two that meet for a while, and half of each: without the third nothing would be lower."""
    half = Window(LiveRange(0, 2), 0, 1)
    known = tuple(Buffer(name, LiveRange(0, 3), 2, windows=(half,)) for name in "ab")
    assert optimal(Problem(known)).proven
    plan = optimal_within(
        Problem((*known, Buffer("u", LiveRange(0, 1), None))), None, Budget(nodes=3_000)
    )
    assert (plan.known_peak, plan.proof) == (4, None)


def test_the_parts_prove_what_no_bound_sees() -> None:
    """What is fixed in the middle leaves no room for both others: 6, where 5 are alive."""
    fixed = Buffer("fixed", LiveRange(0, 2), 1, offset=3)
    window = Window(LiveRange(6, 8), 0, 1)
    others = (Buffer("a", LiveRange(0, 2), 2), Buffer("b", LiveRange(0, 2), 2))
    plan = optimal(Problem((fixed, *others, Buffer("w", LiveRange(6, 9), 2, windows=(window,)))))
    verify(plan)
    assert plan.proof is not None
    assert (plan.peak, plan.proof.kind) == (6, WitnessKind.EXHAUSTED)
