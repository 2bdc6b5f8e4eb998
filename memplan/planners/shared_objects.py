"""Shared objects for whole buffers: who may join which, and their places one above the other.

A buffer lies at the start of its object, which is as large as its largest buffer.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator
from math import lcm
from types import MappingProxyType

from memplan.bits import numbers
from memplan.errors import InvalidProblem, quoted
from memplan.plan import Buffer, Decision, Plan, Problem, Reason, Rejection, Trace, Turn, decided
from memplan.planners.proof import proof_of
from memplan.planners.slot_index import SlotIndex
from memplan.planners.slots import Item, Span
from memplan.planners.spaces import pack_each_space
from memplan.units import align_up

__all__ = ["Objects", "share_objects"]


def share_objects(
    assign: Callable[[Objects], None], planner: str, problem: Problem, trace: Trace | None
) -> Plan:
    """Let `assign` put the buffers of each space into objects, and stack those.

    Raises:
        InvalidProblem: A buffer's place is fixed beforehand: objects are stacked, one and all.
    """
    fixed = next((b for b in problem.buffers if b.offset is not None), None)
    if fixed is not None:
        raise InvalidProblem(
            f"{quoted(fixed.name)} must lie at {fixed.offset}, but the planner {planner} chooses "
            "all places itself"
        )

    def pack(part: Problem) -> Plan:
        objects = Objects(part)
        assign(objects)
        return objects.stacked(planner, trace)

    return proof_of(pack_each_space(problem, pack))


class Objects:
    """The objects of one space, by number, and what is in them.

    Attributes:
        sizes: Of each object, in bytes.
        order: The buffers that have an object, in the order in which they got it.
        slot_of: The object of each.
    """

    def __init__(self, problem: Problem) -> None:
        self.problem = problem
        self.sizes: list[int] = []
        self.order: list[Buffer] = []
        self.slot_of: dict[str, int] = {}
        self._index = SlotIndex(problem.horizon)
        self._rivals: dict[str, list[str]] = defaultdict(list)
        for i, j in sorted(problem.conflicts or ()):
            a, b = problem.buffers[i].name, problem.buffers[j].name
            self._rivals[a].append(b)
            self._rivals[b].append(a)

    def known(self) -> list[Buffer]:
        """The buffers of known size, the biggest first; ties go by birth, then name."""
        known = (b for b in self.problem.buffers if b.size is not None)
        return sorted(known, key=lambda b: (-(b.size or 0), b.live.begin, b.name))

    def free_for(self, buffer: Buffer) -> Iterator[int]:
        """The objects in which nothing is that conflicts with `buffer`, by number."""
        return numbers(self.free_bits(buffer))

    def free_bits(self, buffer: Buffer) -> int:
        """The same objects as bits: which is the lowest or the highest is then told at once."""
        taken = 0
        if self.problem.conflicts is None:
            taken = self._index.taken(_item(buffer))
        else:
            for name in self._rivals[buffer.name]:
                if name in self.slot_of:
                    taken |= 1 << self.slot_of[name]
        return (1 << len(self.sizes)) - 1 & ~taken

    def put(self, buffer: Buffer, number: int | None) -> int:
        """Put a buffer into an object, which grows if need be; None: into a new one."""
        if number is None:
            number = len(self.sizes)
            self.sizes.append(0)
        self.sizes[number] = max(self.sizes[number], buffer.size or 0)
        self.slot_of[buffer.name] = number
        self.order.append(buffer)
        if self.problem.conflicts is None:
            self._index.take(number, _item(buffer))
        return number

    def stacked(self, planner: str, trace: Trace | None) -> Plan:
        """Lay the objects one above the other, in the order in which they were begun."""
        alignment = [1] * len(self.sizes)
        for buffer in self.order:
            number = self.slot_of[buffer.name]
            alignment[number] = lcm(alignment[number], self.problem.alignment_of(buffer))
        bases: list[int] = []
        top = 0
        for size, unit in zip(self.sizes, alignment, strict=True):
            bases.append(align_up(top, unit))
            top = bases[-1] + size
        offsets = {buffer.name: bases[self.slot_of[buffer.name]] for buffer in self.order}
        if trace is not None:
            for turn, buffer in enumerate(self.order):
                facts = (self, turn, offsets[buffer.name])
                trace.note(buffer.name, buffer.live.begin, _decision, *facts)
        slots = MappingProxyType(dict(self.slot_of))
        return Plan(self.problem, MappingProxyType(offsets), planner, slots)


def _decision(turn: Turn, objects: Objects, place: int, offset: int) -> Decision:
    """What kept a buffer out of each object that there was, by what lay in it by then."""
    buffer, own = objects.order[place], objects.slot_of[turn[1]]
    members: dict[int, list[Buffer]] = {}
    for other in objects.order[:place]:
        members.setdefault(objects.slot_of[other.name], []).append(other)
    mates = members.pop(own, [])
    chosen = mates[-1].name if mates else None
    found = (_kept_out(objects.problem, buffer, held, chosen) for held in members.values())
    return decided(turn, found, len(members), offset=offset, chosen=chosen)


def _kept_out(
    problem: Problem, buffer: Buffer, held: list[Buffer], chosen: str | None
) -> Rejection:
    size, wanted = max(other.size or 0 for other in held), buffer.size or 0
    for other in held:
        if any(a.meets(b) for a in buffer.alive() for b in other.alive()):
            by = None if other is held[0] else other.name
            return Rejection(None, size, Reason.LIVE, held[0].name, other.live.end, by)
    if problem.conflicts is not None:
        return Rejection(None, size, Reason.BRANCH, held[0].name)
    reason = Reason.ORDER
    if size != wanted:
        reason = Reason.TOO_SMALL if size < wanted else Reason.TOO_LARGE
    return Rejection(None, size, reason, held[0].name, by=chosen)


def _item(buffer: Buffer) -> Item:
    spans = tuple(Span(part.begin, part.end) for part in buffer.alive())
    return Item(buffer.name, buffer.size or 0, spans)
