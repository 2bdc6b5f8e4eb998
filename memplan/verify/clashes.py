"""Proof that a plan is safe, or the two buffers that destroy one another.

Shares no code with the planners, and is dull on purpose: walk through time, and compare each
buffer that is born with those that are alive in its place. Cost: n log n for a safe plan.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from memplan.errors import CapacityExceeded, UnsafePlan, quoted
from memplan.plan import Buffer, Plan, Space
from memplan.verify.alive import Alive, Piece, pieces_of, whole_piece

__all__ = ["Clash", "clashes", "verify"]


@dataclass(frozen=True, slots=True)
class Clash:
    """Two buffers that are alive together and share the bytes [low, high) of a space.

    Attributes:
        low, high: None for two buffers of one slot whose sizes are not both known.
        step: The first step at which both are alive; None under an explicit conflict relation.
    """

    first: str
    second: str
    low: int | None
    high: int | None
    step: int | None


def verify(plan: Plan) -> None:
    """Accept a plan, or say what is wrong with it.

    Raises:
        UnsafePlan: Two buffers clash, a buffer of known size has no offset, or an offset is
            negative, misaligned, or not the one that was fixed.
        CapacityExceeded: A buffer ends above what its space holds.
    """
    spaces = {space.name: space for space in reversed(plan.problem.spaces)}
    for buffer in plan.problem.buffers if plan.offsets is not None else ():
        _check_place(plan, buffer, spaces)
    clash = next(clashes(plan), None)
    if clash is not None:
        where = "share a slot" if clash.low is None else f"lie on bytes [{clash.low}, {clash.high})"
        when = "they conflict" if clash.step is None else f"both are alive at step {clash.step}"
        raise UnsafePlan(
            f"{quoted(clash.first)} and {quoted(clash.second)} both {where}, and {when}"
        )


def clashes(plan: Plan) -> Iterator[Clash]:
    """Every pair of buffers that must not share bytes and does, in the order of steps.

    Under an explicit conflict relation no time is known, so that a buffer counts as whole.
    """
    if plan.problem.conflicts is None:
        yield from _clashes_in_time(plan)
        return
    buffers = [whole_piece(buffer) for buffer in plan.problem.buffers]
    for i, j in sorted(plan.problem.conflicts):
        clash = _clash(plan, buffers[i], buffers[j], None)
        if clash is not None:
            yield clash


def _clash(plan: Plan, a: Piece, b: Piece, step: int | None) -> Clash | None:
    first, second = a.buffer.name, b.buffer.name
    if plan.space_name(first) != plan.space_name(second):
        return None
    slots, offsets = plan.slots or {}, plan.offsets or {}
    if first in offsets and second in offsets:
        low = max(offsets[first] + a.low, offsets[second] + b.low)
        high = min(offsets[first] + a.high, offsets[second] + b.high)
        return Clash(first, second, low, high, step) if low < high else None
    if first in slots and slots[first] == slots.get(second):
        return Clash(first, second, None, None, step)
    return None


def _clashes_in_time(plan: Plan) -> Iterator[Clash]:
    """Pairs that hold the same bytes or slot together, each once, at the first such step."""
    births: dict[int, list[Piece]] = {}
    deaths: dict[int, list[Piece]] = {}
    for index, buffer in enumerate(plan.problem.buffers):
        # A buffer of no bytes can share them with nobody; of an unknown size, a slot.
        for live, low, high in pieces_of(buffer) if buffer.size != 0 else ():
            piece = Piece(index, buffer, low, high)
            births.setdefault(live.begin, []).append(piece)
            deaths.setdefault(live.end, []).append(piece)
    alive, seen = Alive(plan), set[tuple[int, int]]()
    for step in sorted(births.keys() | deaths.keys()):
        for piece in deaths.get(step, ()):
            alive.leave(piece)
        for piece in births.get(step, ()):
            for other in alive.enter(piece):
                a, b = sorted((piece, other), key=lambda each: each.number)
                clash = _clash(plan, a, b, step)
                if clash is not None and (a.number, b.number) not in seen:
                    seen.add((a.number, b.number))  # after a gap they meet again
                    yield clash


def _check_place(plan: Plan, buffer: Buffer, spaces: Mapping[str, Space]) -> None:
    if buffer.size is None:
        return
    offset = (plan.offsets or {}).get(buffer.name)
    if offset is None:
        raise UnsafePlan(f"{quoted(buffer.name)} has a size but no offset")
    name = plan.space_name(buffer.name)
    if buffer.spaces and name not in buffer.spaces:
        raise UnsafePlan(f"{quoted(buffer.name)} lies in {quoted(name)}, where it may not lie")
    space = spaces[name]
    if offset < 0 or offset % buffer.alignment or offset % space.alignment:
        raise UnsafePlan(
            f"{quoted(buffer.name)} lies at offset {offset}, which is no multiple of its "
            f"alignment of {max(buffer.alignment, space.alignment)} bytes"
        )
    if buffer.offset is not None and offset != buffer.offset:
        raise UnsafePlan(
            f"{quoted(buffer.name)} must lie at offset {buffer.offset}, not at {offset}"
        )
    if space.capacity is not None and offset + buffer.size > space.capacity:
        raise CapacityExceeded(
            f"{quoted(buffer.name)} ends at byte {offset + buffer.size}, and space "
            f"{quoted(space.name)} holds {space.capacity}"
        )
