"""Proof that a plan is safe, or the two buffers that destroy one another.

Shares no code with the planners, and is dull on purpose: walk through time, and compare each
buffer that is born with those that are alive in its place. Cost: n log n for a safe plan.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from memplan.errors import CapacityExceeded, UnsafePlan, quoted
from memplan.plan import Buffer, Plan
from memplan.verify.alive import Alive

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
    for buffer in plan.problem.buffers if plan.offsets is not None else ():
        _check_place(plan, buffer)
    clash = next(clashes(plan), None)
    if clash is not None:
        where = "share a slot" if clash.low is None else f"lie on bytes [{clash.low}, {clash.high})"
        when = "they conflict" if clash.step is None else f"both are alive at step {clash.step}"
        raise UnsafePlan(
            f"{quoted(clash.first)} and {quoted(clash.second)} both {where}, and {when}"
        )


def clashes(plan: Plan) -> Iterator[Clash]:
    """Every pair of buffers that must not share bytes and does, in the order of steps."""
    pairs = _meeting_pairs(plan) if plan.problem.conflicts is None else _conflict_pairs(plan)
    slots, offsets = plan.slots or {}, plan.offsets or {}
    for a, b, step in pairs:
        if plan.space_name(a.name) != plan.space_name(b.name):
            continue
        if a.name in offsets and b.name in offsets:
            low = max(offsets[a.name], offsets[b.name])
            high = min(offsets[a.name] + (a.size or 0), offsets[b.name] + (b.size or 0))
            if low < high:
                yield Clash(a.name, b.name, low, high, step)
        elif a.name in slots and slots[a.name] == slots.get(b.name):
            yield Clash(a.name, b.name, None, None, step)


def _meeting_pairs(plan: Plan) -> Iterator[tuple[Buffer, Buffer, int | None]]:
    """Pairs that hold the same bytes or slot together, each once, with the first such step."""
    births: dict[int, list[int]] = {}
    deaths: dict[int, list[int]] = {}
    for index, buffer in enumerate(plan.problem.buffers):
        # A buffer of no bytes can share them with nobody; of an unknown size, a slot.
        for live in buffer.alive() if buffer.size != 0 else ():
            births.setdefault(live.begin, []).append(index)
            deaths.setdefault(live.end, []).append(index)
    alive, seen = Alive(plan), set[tuple[int, int]]()
    for step in sorted(births.keys() | deaths.keys()):
        for index in deaths.get(step, ()):
            alive.leave(index)
        for index in births.get(step, ()):
            for other in alive.enter(index):
                pair = (min(index, other), max(index, other))
                if pair not in seen:  # after a gap they meet again
                    seen.add(pair)
                    yield plan.problem.buffers[pair[0]], plan.problem.buffers[pair[1]], step


def _conflict_pairs(plan: Plan) -> Iterator[tuple[Buffer, Buffer, int | None]]:
    buffers = plan.problem.buffers
    for i, j in sorted(plan.problem.conflicts or ()):
        yield buffers[i], buffers[j], None


def _check_place(plan: Plan, buffer: Buffer) -> None:
    if buffer.size is None:
        return
    offset = (plan.offsets or {}).get(buffer.name)
    if offset is None:
        raise UnsafePlan(f"{quoted(buffer.name)} has a size but no offset")
    name = plan.space_name(buffer.name)
    if buffer.spaces and name not in buffer.spaces:
        raise UnsafePlan(f"{quoted(buffer.name)} lies in {quoted(name)}, where it may not lie")
    space = next(s for s in plan.problem.spaces if s.name == name)
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
