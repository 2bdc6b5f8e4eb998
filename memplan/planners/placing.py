"""Placing buffers one by one, each in a hole among those that are placed: first fit and best fit.

    bytes  0         100       180                   b wants 60:
           ┌────┐     ┌────┐    ┌────────            first fit takes the lowest hole, [50, 100) is
           │ a  │     │ c  │    │ d                  too small, so [150, 180) is looked at, and …
           └────┘     └────┘    └────────

A planner is then no more than an order. Which buffers are in a new one's way is looked up in
`Neighbours`; whoever has a fixed offset is placed before all others.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from operator import itemgetter
from types import MappingProxyType

from memplan.plan import (
    Again,
    Buffer,
    Decision,
    Plan,
    Problem,
    Reason,
    Rejection,
    Trace,
    Turn,
    decided,
    noted_again,
)
from memplan.planners.dense_neighbours import DenseNeighbours, is_dense
from memplan.planners.neighbours import Hole, Neighbours
from memplan.planners.proof import proof_of
from memplan.planners.spaces import pack_each_space
from memplan.planners.waves import (
    ChooseHoles,
    in_waves,
    jumps_about,
    lowest_holes,
    suits_waves,
    tightest_holes,
)
from memplan.units import align_up

__all__ = [
    "Key",
    "best_fit_in_turn",
    "first_fit",
    "in_turn",
    "packed_by",
    "rejections",
    "tightest",
]

Key = tuple[int | str, ...]
"""By what buffers are sorted; it ends in the name, so that no two are equal."""

Place = Callable[[Problem, Sequence[Buffer], str, Trace | None], Plan]


def packed_by(
    order: Callable[[Problem], Sequence[Buffer]],
    place: Place,
    planner: str,
    problem: Problem,
    trace: Trace | None,
) -> Plan:
    """Place the buffers of each space in the order that `order` gives those of one space."""
    if len(problem.spaces) == 1:
        return place(problem, order(problem), planner, trace)
    plan = pack_each_space(problem, lambda part: place(part, order(part), planner, trace))
    return proof_of(plan)


def in_turn(problem: Problem, turn: Callable[[Buffer], Key]) -> list[Buffer]:
    """The buffers of known size, sorted; what has a fixed offset comes first."""
    known = (b for b in problem.buffers if b.size is not None)
    return sorted(known, key=lambda buffer: (buffer.offset is None, *turn(buffer)))


def first_fit(
    problem: Problem, queue: Iterable[Buffer], planner: str, trace: Trace | None = None
) -> Plan:
    """Place the buffers of `queue` in turn, each in the lowest hole that fits.

    Args:
        problem: Of one space.
        queue: Its buffers of known size; one with a fixed offset lies there.
        planner: Who put them into this order.
    """
    return _placed(problem, queue, planner, trace, _FIRST)


def best_fit_in_turn(
    problem: Problem, queue: Iterable[Buffer], planner: str, trace: Trace | None = None
) -> Plan:
    """Place the buffers of `queue` in turn, each in the hole that it fills best, the lower of two.

    Only where no hole fits does it go on top of all that is in its way.
    """
    return _placed(problem, queue, planner, trace, _BEST)


def _placed(
    problem: Problem,
    queue: Iterable[Buffer],
    planner: str,
    trace: Trace | None,
    rule: _Rule,
) -> Plan:
    queue = tuple(queue)
    offsets = None
    if suits_waves(problem) and jumps_about(queue):
        offsets = in_waves(problem, queue, rule.many)
    if offsets is None:
        return _one_by_one(problem, queue, planner, trace, rule)
    if trace is not None:
        # In waves nobody looks at what is passed over: who wants to know has it done once more.
        again = Again(lambda watched: _one_by_one(problem, queue, planner, watched, rule))
        for buffer in queue:
            trace.note(buffer.name, buffer.live.begin, noted_again, again)
    return proof_of(Plan(problem, MappingProxyType(offsets), planner))


def _one_by_one(
    problem: Problem,
    queue: Sequence[Buffer],
    planner: str,
    trace: Trace | None,
    rule: _Rule,
) -> Plan:
    offsets: dict[str, int] = {}
    placed = DenseNeighbours(problem) if is_dense(problem) else Neighbours(problem)
    for buffer in queue:
        size, alignment = buffer.size or 0, problem.alignment_of(buffer)
        holes: list[Hole] = []
        offset = buffer.offset
        if offset is None:
            # What is too small is looked at only where somebody wants to know why.
            holes = placed.holes(buffer, 1 if trace is not None else size)
            offset = rule.one(size, holes, alignment)
        offsets[buffer.name] = offset
        placed.add(buffer, offset)
        if trace is not None:
            passed = _passed(holes, offset, all_of_them=rule is _BEST)
            kept = passed[: trace.room], len(passed)
            facts = ((size, alignment), offset, *kept)
            trace.note(buffer.name, buffer.live.begin, _decision, *facts)
    return proof_of(Plan(problem, MappingProxyType(offsets), planner))


def _lowest(size: int, holes: Sequence[Hole], alignment: int) -> int:
    for low, high in holes:
        offset = align_up(low, alignment)
        if high is None or offset + size <= high:
            return offset
    raise AssertionError("the last hole has no end")


def tightest(size: int, holes: Sequence[Hole], alignment: int) -> int:
    """The offset in the smallest hole that fits, the lower of two; in the last one if none does."""
    fitting = [
        (high - low, low)
        for low, high in holes
        if high is not None and align_up(low, alignment) + size <= high
    ]
    low = min(fitting)[1] if fitting else holes[-1][0]
    return align_up(low, alignment)


@dataclass(frozen=True, slots=True)
class _Rule:
    """Which hole is taken: by one buffer, and by many at once."""

    one: Callable[[int, Sequence[Hole], int], int]
    many: ChooseHoles


_FIRST, _BEST = _Rule(_lowest, lowest_holes), _Rule(tightest, tightest_holes)


def _passed(holes: Sequence[Hole], offset: int, *, all_of_them: bool) -> Sequence[Hole]:
    """The holes that were looked at and not taken; first fit looks at none above its own."""
    if len(holes) < 2:
        return ()
    taken = bisect_right(holes, offset, key=itemgetter(0)) - 1
    passed = list(holes[: max(taken, 0)])
    if all_of_them:
        passed += (hole for hole in holes[taken + 1 :] if hole[1] is not None)
    return passed


def _decision(
    turn: Turn, wanted: tuple[int, int], offset: int, passed: Sequence[Hole], total: int
) -> Decision:
    size, alignment = wanted
    return decided(turn, rejections(size, passed, alignment, offset), total, offset=offset)


def rejections(
    size: int, holes: Iterable[Hole], alignment: int, offset: int
) -> Iterator[Rejection]:
    """The holes that were passed over, each with what was wrong with it."""
    for low, high in holes:
        at = align_up(low, alignment)
        if high is None or at == offset:
            continue
        if at + size <= high:
            reason = Reason.LEAVES_MORE
        else:
            reason = Reason.MISALIGNED if high - low >= size else Reason.HOLE_TOO_SMALL
        yield Rejection(low, high - low, reason)
