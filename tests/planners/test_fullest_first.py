"""Fullest step first: what it is there for."""

from memplan.plan import Buffer, LiveRange, Problem
from memplan.planners.fullest_first import fullest_first
from memplan.planners.greedy_by_size import greedy_by_size


def test_where_the_biggest_first_leaves_a_hole_this_leaves_none() -> None:
    rows = [("a", 0, 3, 3), ("b", 1, 3, 7), ("c", 2, 5, 4), ("d", 3, 6, 8)]
    problem = Problem(tuple(Buffer(n, LiveRange(b, e), s) for n, b, e, s in rows))
    plan = fullest_first(problem)
    assert (plan.peak, plan.proven) == (14, True)
    assert greedy_by_size(problem).peak == 15


def test_the_order_of_the_buffers_is_no_part_of_the_question() -> None:
    rows = [("a", 0, 2, 4), ("b", 0, 2, 4), ("c", 1, 3, 4), ("d", 2, 5, 7)]
    buffers = tuple(Buffer(n, LiveRange(b, e), s) for n, b, e, s in rows)
    assert fullest_first(Problem(buffers)).offsets == fullest_first(Problem(buffers[::-1])).offsets
