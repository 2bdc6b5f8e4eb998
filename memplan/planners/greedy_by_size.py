"""Greedy by size: the biggest buffer first, each in the lowest hole that fits.

Idea: big buffers decide the peak, so they choose while everything is free; small ones fill the
holes that are left between those that are alive at the same time.
Differs: buffers with a fixed offset come first; ties break by birth, then name.
Cost: the number of pairs alive together, and one sort; n log n for a chain.
Reference: Y. Pisarchyk, J. Lee, "Efficient Memory Management for Deep Neural Net Inference",
2020, arXiv:2001.03288, section 5.2; TensorFlow Lite's default.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from types import MappingProxyType

from memplan.plan import Buffer, Decision, Place, Plan, Problem, Reason, Rejection, Trace, decided
from memplan.planners.neighbours import Neighbours
from memplan.planners.proof import proof_of
from memplan.planners.spaces import pack_each_space
from memplan.units import align_up

__all__ = ["first_fit", "greedy_by_size"]

Block = tuple[int, int]
"""Bytes [offset, top) that a placed buffer takes."""


def greedy_by_size(problem: Problem, trace: Trace | None = None) -> Plan:
    """Place the biggest buffer first, each in the lowest hole that fits.

    >>> from memplan.plan import LiveRange
    >>> a, b = Buffer("a", LiveRange(0, 2), 8), Buffer("b", LiveRange(2, 4), 4)
    >>> dict(greedy_by_size(Problem((a, b))).offsets)
    {'a': 0, 'b': 0}
    """
    if len(problem.spaces) > 1:
        return proof_of(pack_each_space(problem, lambda part: greedy_by_size(part, trace)))
    queue = sorted((b for b in problem.buffers if b.size is not None), key=_turn)
    return first_fit(problem, queue, "greedy_by_size", trace)


def first_fit(
    problem: Problem, queue: Iterable[Buffer], planner: str, trace: Trace | None = None
) -> Plan:
    """Place the buffers of `queue` in turn, each in the lowest hole that fits.

    Args:
        problem: Of one space.
        queue: Its buffers of known size; one with a fixed offset lies there.
        planner: Who put them into this order.
    """
    offsets: dict[str, int] = {}
    placed = Neighbours(problem)
    for buffer in queue:
        alignment = problem.alignment_of(buffer)
        blocks = placed.blocks_in_the_way(buffer)
        holes = [] if buffer.offset is not None else list(_holes(blocks))
        fixed = (buffer.offset, 0) if buffer.offset is not None else None
        offset, passed = fixed or _lowest(buffer, holes, alignment)
        offsets[buffer.name] = offset
        placed.add(buffer, offset)
        if trace is not None:
            facts = (buffer.size or 0, offset, holes[: min(passed, trace.room)], passed)
            trace.note(buffer.name, buffer.live.begin, _decision, *facts)
    return proof_of(Plan(problem, MappingProxyType(offsets), planner))


def _turn(buffer: Buffer) -> tuple[bool, int, int, str]:
    # A total order: a plan never depends on the order in which the buffers were listed.
    return (buffer.offset is None, -(buffer.size or 0), buffer.live.begin, buffer.name)


def _holes(blocks: Sequence[Block]) -> Iterator[tuple[int, int | None]]:
    """The free stretches between blocks, from below; the last one has no end."""
    top = 0
    for low, high in sorted(blocks):
        if low > top:
            yield top, low
        top = max(top, high)
    yield top, None


def _lowest(
    buffer: Buffer, holes: Sequence[tuple[int, int | None]], alignment: int
) -> tuple[int, int]:
    """Where a buffer goes, and how many holes were too small for it."""
    for passed, (low, high) in enumerate(holes):
        offset = align_up(low, alignment)
        if high is None or offset + (buffer.size or 0) <= high:
            return offset, passed
    raise AssertionError("the last hole has no end")


def _decision(
    place: Place, size: int, offset: int, holes: Sequence[Block], passed: int
) -> Decision:
    """The holes below the one that was taken, each with what was wrong with it."""
    found = (
        Rejection(
            low, high - low, Reason.MISALIGNED if high - low >= size else Reason.HOLE_TOO_SMALL
        )
        for low, high in holes
    )
    return decided(place, found, passed, offset=offset)
