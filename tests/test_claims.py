"""The checker of claims: it accepts what is so, and refuses each kind once it is doctored."""

from dataclasses import replace

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from memplan.bounds import lower_bound
from memplan.plan import Buffer, LiveRange, Plan, Problem, Space, Witness, WitnessKind
from memplan.planners.best_of import best_of
from memplan.planners.naive import naive
from memplan.planners.optimal import optimal
from memplan.verify import Finding, check_claim, check_infeasible
from tests.planners.test_optimal import least_peak, small_problems

PAIR = (Buffer("a", LiveRange(0, 2), 10), Buffer("b", LiveRange(1, 2), 60))
LATER = Buffer("c", LiveRange(2, 3), 40)


def stacked(problem: Problem, claim: Witness) -> Plan:
    """Every buffer above all others: what it claims is the question."""
    return replace(naive(problem), proof=claim)


@given(problem=small_problems())
@settings(max_examples=200)
def test_what_the_planners_prove_holds(problem: Problem) -> None:
    assume(all((b.offset or 0) % problem.alignment_of(b) == 0 for b in problem.buffers))
    assume(least_peak(problem) is not None)
    for plan in (best_of(problem), optimal(problem)):
        assert check_claim(plan) is Finding.HOLDS


@given(problem=small_problems(fixed=False), kind=st.sampled_from(list(WitnessKind)))
@settings(max_examples=300)
def test_no_claim_of_too_much_is_accepted(problem: Problem, kind: WitnessKind) -> None:
    """A plan that is not the lowest cannot be called so, whatever it is called so by."""
    high = naive(problem)
    least = least_peak(problem) or 0
    assume(high.peak is not None and high.peak > least)
    names = tuple(b.name for b in problem.buffers)
    for step in range(problem.horizon):
        claim = Witness(kind, high.peak or 0, step, names)
        assert check_claim(replace(high, proof=claim)) is Finding.REFUTED


@pytest.mark.parametrize(
    ("problem", "claim"),
    [
        (Problem(PAIR), Witness(WitnessKind.MAX_LIVE, 70, 1, ("a", "b"))),
        (Problem(PAIR), Witness(WitnessKind.EXHAUSTED, 70)),
        (Problem(PAIR, (Space(alignment=64),)), Witness(WitnessKind.MAX_LIVE, 74, 1, ("a", "b"))),
        (
            Problem(PAIR, conflicts=frozenset({(0, 1)})),
            Witness(WitnessKind.CLIQUE, 70, None, ("a", "b")),
        ),
        (Problem(PAIR[1:]), Witness(WitnessKind.LARGEST, 60, None, ("b",))),
        (
            Problem((replace(PAIR[0], offset=90),)),
            Witness(WitnessKind.FIXED, 100, None, ("a",)),
        ),
    ],
    ids=lambda value: value.kind.value if isinstance(value, Witness) else "",
)
def test_a_claim_of_each_kind_holds_until_it_is_doctored(problem: Problem, claim: Witness) -> None:
    plan = replace(optimal(problem), proof=claim)
    assert plan.peak == claim.bytes
    assert check_claim(plan) is Finding.HOLDS
    doctored = [replace(claim, bytes=claim.bytes - 1)]  # its own plan is higher
    if claim.kind is not WitnessKind.EXHAUSTED:
        doctored += [replace(claim, buffers=claim.buffers[1:])]
        doctored += [replace(claim, buffers=(*claim.buffers[1:], "nobody"))]
    if claim.step is not None:
        doctored += [replace(claim, step=0), replace(claim, step=None)]
    for false in doctored:
        assert check_claim(replace(plan, proof=false)) is Finding.REFUTED


def test_an_unsafe_plan_proves_nothing() -> None:
    claim = Witness(WitnessKind.LARGEST, 60, None, ("b",))
    both_at_0 = Plan(Problem(PAIR), {"a": 0, "b": 0}, "given", proof=claim)
    assert check_claim(both_at_0) is Finding.REFUTED


def test_buffers_that_do_not_conflict_are_no_clique() -> None:
    problem = Problem((*PAIR, LATER), conflicts=frozenset({(0, 1)}))
    claim = Witness(WitnessKind.CLIQUE, 110, None, ("a", "b", "c"))
    assert check_claim(stacked(problem, claim)) is Finding.REFUTED


def test_several_memories_add_up() -> None:
    buffers = (replace(PAIR[0], spaces=("fast",)), replace(PAIR[1], spaces=("slow",)))
    problem = Problem(buffers, (Space("fast"), Space("slow")))
    plan = optimal(problem)
    assert plan.proof == lower_bound(problem)
    assert check_claim(plan) is Finding.HOLDS
    assert plan.proof is not None
    less = replace(plan.proof, buffers=("a",))
    assert check_claim(replace(plan, proof=less)) is Finding.REFUTED


@given(problem=small_problems(), off=st.integers(-2, 2))
@settings(max_examples=200)
def test_that_buffers_cannot_fit_is_judged_as_brute_force_does(problem: Problem, off: int) -> None:
    assume(all((b.offset or 0) % problem.alignment_of(b) == 0 for b in problem.buffers))
    least = least_peak(problem)
    assume(least is not None)
    capacity = (least or 0) + off
    expected = Finding.HOLDS if off < 0 else Finding.REFUTED
    assert check_infeasible(problem, capacity) is expected


def test_more_buffers_than_can_be_tried_are_not_checked() -> None:
    many = tuple(Buffer(f"b{n}", LiveRange(n, n + 2), 3) for n in range(12))
    assert check_infeasible(Problem(many), 6) is Finding.NOT_CHECKED
    assert check_infeasible(Problem(many), 5) is Finding.HOLDS
    assert check_infeasible(Problem(many), 6, ("b0", "b1")) is Finding.REFUTED
    assert check_infeasible(Problem(many), 5, ("b0", "b1", "nobody")) is Finding.REFUTED
