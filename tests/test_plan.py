import pytest

from memplan.errors import InvalidProblem
from memplan.plan import Buffer, LiveRange, Problem, Space, Trace


@pytest.mark.parametrize(("begin", "end"), [(-1, 2), (2, 2), (3, 1)])
def test_a_live_range_is_never_empty(begin: int, end: int) -> None:
    with pytest.raises(InvalidProblem):
        LiveRange(begin, end)


def test_a_buffer_is_not_alive_in_its_gaps() -> None:
    buffer = Buffer("a", LiveRange(0, 10), 4, gaps=(LiveRange(2, 4), LiveRange(4, 6)))
    assert buffer.alive() == (LiveRange(0, 2), LiveRange(6, 10))


@pytest.mark.parametrize(
    "wrong",
    [{"size": -1}, {"alignment": 0}, {"offset": -8}, {"gaps": (LiveRange(8, 12),)}],
)
def test_a_buffer_that_contradicts_itself_is_refused(wrong: dict[str, object]) -> None:
    with pytest.raises(InvalidProblem, match="'a'"):
        Buffer(**{"name": "a", "live": LiveRange(0, 10), "size": 4, **wrong})  # type: ignore[arg-type]


def test_a_problem_that_contradicts_itself_is_refused() -> None:
    a = Buffer("a", LiveRange(0, 1), 4)
    with pytest.raises(InvalidProblem, match="two buffers"):
        Problem((a, a))
    with pytest.raises(InvalidProblem, match="at least one space"):
        Problem((a,), ())
    with pytest.raises(InvalidProblem, match="conflict"):
        Problem((a,), conflicts=frozenset({(0, 1)}))
    with pytest.raises(InvalidProblem, match="alignment"):
        Space(alignment=0)


def test_a_trace_keeps_64_candidates_and_counts_the_rest() -> None:
    from memplan.plan import Reason, Rejection

    trace = Trace()
    trace.record("a", 0, 8, tuple(Rejection(i, 1, Reason.HOLE_TOO_SMALL) for i in range(70)))
    assert len(trace.decisions[0].rejected) == 64
    assert trace.decisions[0].omitted == 6
