"""Slots by size takes the smallest free slot, whichever way it finds it."""

from hypothesis import given
from hypothesis import strategies as st
from strategies import problems

from memplan.plan import Problem
from memplan.planners.slots_by_size import slots_by_size


@given(
    problem=problems(max_buffers=40, max_steps=20, max_size=6, unknown=True), related=st.booleans()
)
def test_the_smallest_free_slot_is_taken(problem: Problem, *, related: bool) -> None:
    if related:
        pairs = frozenset((i, i + 1) for i in range(len(problem.buffers) - 1))
        problem = Problem(problem.buffers, problem.spaces, pairs)
    known = sorted(
        (k for k, b in enumerate(problem.buffers) if b.size is not None),
        key=lambda k: (-(problem.buffers[k].size or 0), *_tie(problem, k)),
    )
    slots: list[list[int]] = []
    expected = {}
    for k in known:
        free = [n for n, held in enumerate(slots) if not any(_meet(problem, k, o) for o in held)]
        size = {n: max(problem.buffers[o].size or 0 for o in slots[n]) for n in free}
        number = min(free, key=lambda n: (size[n], n), default=len(slots))
        if number == len(slots):
            slots.append([])
        slots[number].append(k)
        expected[problem.buffers[k].name] = number
    assert slots_by_size(problem).slots == expected


def _tie(problem: Problem, k: int) -> tuple[int, str]:
    return problem.buffers[k].live.begin, problem.buffers[k].name


def _meet(problem: Problem, one: int, other: int) -> bool:
    if problem.conflicts is not None:
        return (min(one, other), max(one, other)) in problem.conflicts
    return problem.buffers[one].live.meets(problem.buffers[other].live)
