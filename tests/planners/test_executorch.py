"""ExecuTorch's greedy: cases by hand, and answers of the package itself (executorch 1.5.1)."""

import pytest

from memplan.errors import InvalidProblem
from memplan.plan import Buffer, LiveRange, Problem
from memplan.planners.executorch import executorch
from memplan.verify import verify

# Each row: begin and end of the live range, bytes; then the offsets and the size of the whole,
# as `greedy` of executorch.exir.memory_planning gives them for that list.
ANSWERS = (
    (
        ((1, 4, 32), (9, 10, 80), (8, 10, 208), (0, 1, 16), (6, 10, 16), (1, 3, 128)),
        (208, 208, 0, 0, 288, 0),
        304,
    ),
    (
        ((5, 10, 294), (2, 8, 15), (7, 14, 148), (6, 10, 420), (1, 5, 548)),
        (560, 1024, 864, 0, 0),
        1040,
    ),
    (
        (
            (2, 7, 173),
            (5, 10, 128),
            (1, 8, 346),
            (9, 13, 620),
            (10, 13, 53),
            (9, 12, 97),
            (1, 2, 1),
            (7, 11, 577),
        ),
        (624, 1216, 0, 0, 1216, 1344, 624, 624),
        1456,
    ),
    (((4, 8, 16), (2, 7, 32), (0, 2, 16), (8, 11, 208), (2, 8, 48)), (80, 48, 0, 0, 0), 208),
    (
        (
            (8, 13, 208),
            (0, 7, 128),
            (7, 14, 128),
            (2, 7, 80),
            (0, 7, 128),
            (2, 4, 32),
            (2, 6, 128),
            (9, 15, 32),
        ),
        (0, 336, 208, 128, 208, 464, 0, 336),
        496,
    ),
    (
        (
            (2, 8, 32),
            (6, 11, 208),
            (6, 9, 16),
            (6, 8, 80),
            (5, 8, 80),
            (1, 7, 32),
            (5, 6, 208),
            (5, 10, 32),
        ),
        (432, 0, 464, 288, 208, 400, 0, 368),
        480,
    ),
    (
        (
            (8, 9, 461),
            (3, 4, 734),
            (4, 7, 31),
            (2, 5, 396),
            (6, 13, 344),
            (6, 8, 529),
            (5, 6, 632),
            (0, 7, 299),
        ),
        (0, 0, 640, 736, 736, 0, 0, 1136),
        1440,
    ),
    (
        ((9, 16, 16), (3, 4, 48), (4, 11, 16), (1, 5, 208), (0, 3, 16), (8, 12, 48), (4, 9, 16)),
        (48, 208, 224, 0, 208, 0, 208),
        256,
    ),
    (
        ((1, 3, 16), (0, 6, 48), (4, 7, 16), (5, 6, 48), (6, 10, 48), (9, 10, 80)),
        (0, 80, 48, 0, 80, 0),
        128,
    ),
    (
        ((1, 2, 439), (10, 12, 777), (4, 8, 278), (3, 10, 869), (6, 7, 52), (8, 13, 906)),
        (0, 912, 0, 912, 288, 0),
        1792,
    ),
)


def problem_of(rows: tuple[tuple[int, int, int], ...]) -> Problem:
    return Problem(
        tuple(Buffer(f"b{k}", LiveRange(b, e), size) for k, (b, e, size) in enumerate(rows))
    )


@pytest.mark.parametrize(("rows", "offsets", "size"), ANSWERS)
def test_it_answers_as_the_package_does(rows, offsets, size) -> None:
    plan = executorch(problem_of(rows))
    verify(plan)
    assert tuple((plan.offsets or {}).values()) != ()
    assert tuple((plan.offsets or {})[f"b{k}"] for k in range(len(rows))) == offsets
    assert plan.peak == size


def test_a_smaller_tensor_lies_beside_what_is_alive_in_a_larger_object() -> None:
    """The first object has room above the short-lived one that took its start."""
    plan = executorch(problem_of(((0, 1, 96), (1, 5, 64), (2, 4, 32))))
    assert plan.offsets == {"b0": 0, "b1": 0, "b2": 64}
    assert plan.peak == 96


def test_sizes_are_rounded_up_and_unknown_ones_are_left_out() -> None:
    plan = executorch(
        Problem((Buffer("a", LiveRange(0, 1), 1), Buffer("b", LiveRange(0, 1), None)))
    )
    assert plan.problem.buffers[0].size == 16
    assert plan.offsets == {"a": 0}
    assert plan.known_peak == 16
    assert plan.peak is None


def test_what_it_does_not_know_is_refused() -> None:
    with pytest.raises(InvalidProblem, match="'a' must lie at 64"):
        executorch(Problem((Buffer("a", LiveRange(0, 1), 1, offset=64),)))
    pair = (Buffer("a", LiveRange(0, 1), 1), Buffer("b", LiveRange(0, 1), 1))
    with pytest.raises(InvalidProblem, match="order of ops"):
        executorch(Problem(pair, conflicts=frozenset({(0, 1)})))
