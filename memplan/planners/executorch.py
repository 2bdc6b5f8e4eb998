"""ExecuTorch's greedy: shared objects that hold smaller tensors, one beside another where need be.

Idea: the largest tensor first; each goes to the first object in which nothing is alive with it,
at its start; else to the first in which it fits above all that is alive with it; else it is an
object of its own, as large as itself. The objects are then stacked.

    a 8 [0, 4)   b 4 [0, 2)   c 4 [2, 4)       object 0: a      object 1: b, then c

Faithful to: `greedy` of executorch.exir.memory_planning, overlapping allocations allowed as by
default; sizes are rounded up to 16 bytes first.
Differs: ties. ExecuTorch sorts a set, whose order changes from run to run; here the buffer that
stands later in the problem goes first. A live range there ends with the index of the last reader,
inclusive; that is the same. Gaps are not used, and no offset can be fixed beforehand.
Cost: the number of buffers times the number of those placed.
Reference: ExecuTorch's documentation, "Memory Planning"; compared with the package 1.5.1.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from types import MappingProxyType

from memplan.errors import InvalidProblem, quoted
from memplan.plan import Buffer, Decision, Plan, Problem, Reason, Rejection, Trace, Turn, decided
from memplan.planners.proof import proof_of
from memplan.planners.rounded import rounded
from memplan.planners.spaces import pack_each_space
from memplan.units import align_up

__all__ = ["EXECUTORCH_ALIGNMENT", "executorch"]

EXECUTORCH_ALIGNMENT = 16


def executorch(problem: Problem, trace: Trace | None = None) -> Plan:
    """Lay the buffers out; the plan's problem is the one given with its sizes rounded up.

    >>> from memplan.plan import LiveRange
    >>> row = [("a", 0, 4, 32), ("b", 0, 2, 16), ("c", 2, 4, 16)]
    >>> buffers = (Buffer(name, LiveRange(*live), size) for name, *live, size in row)
    >>> dict(executorch(Problem(tuple(buffers))).offsets)
    {'a': 0, 'c': 32, 'b': 32}

    Raises:
        InvalidProblem: A place is fixed beforehand, or an explicit relation says what conflicts.
    """
    if problem.conflicts is not None:
        raise InvalidProblem("the planner executorch needs an order of ops, not a relation")
    fixed = next((b for b in problem.buffers if b.offset is not None), None)
    if fixed is not None:
        raise InvalidProblem(
            f"{quoted(fixed.name)} must lie at {fixed.offset}, but the planner executorch chooses "
            "all places itself"
        )
    whole = rounded(problem, EXECUTORCH_ALIGNMENT)
    if len(whole.spaces) > 1:
        return proof_of(pack_each_space(whole, lambda part: _one_space(part, trace)))
    return proof_of(_one_space(whole, trace))


@dataclass(slots=True)
class _Object:
    """A stretch of memory that is never larger than its first buffer."""

    size: int
    alignment: int
    held: list[tuple[int, Buffer]] = field(default_factory=list)

    def top_beside(self, buffer: Buffer) -> int:
        """How far up it is taken by what is alive together with `buffer`."""
        tops = (at + (b.size or 0) for at, b in self.held if b.live.meets(buffer.live))
        return max(tops, default=0)

    def is_free_for(self, buffer: Buffer) -> bool:
        """Whether nothing in it is alive together with `buffer`."""
        return not any(b.live.meets(buffer.live) for _, b in self.held)


def _one_space(problem: Problem, trace: Trace | None) -> Plan:
    objects: list[_Object] = []
    number = {buffer.name: place for place, buffer in enumerate(problem.buffers)}
    known = [b for b in problem.buffers if b.size is not None]
    queue = sorted(known, key=lambda b: (-(b.size or 0), -number[b.name]))
    seen: list[tuple[tuple[_Object, int], ...]] = []
    for buffer in queue:
        if trace is not None:
            seen.append(tuple((each, len(each.held)) for each in objects[: trace.limit]))
        _place(objects, buffer, problem.alignment_of(buffer))
    offsets: dict[str, int] = {}
    top = 0
    for each in objects:
        base = align_up(top, each.alignment)
        top = base + each.size
        offsets.update((buffer.name, base + at) for at, buffer in each.held)
    if trace is not None:
        for buffer, looked_at in zip(queue, seen, strict=True):
            facts = (buffer, offsets[buffer.name], looked_at if trace.room else ())
            trace.note(buffer.name, buffer.live.begin, _decision, *facts)
    return Plan(problem, MappingProxyType(offsets), "executorch")


def _place(objects: list[_Object], buffer: Buffer, alignment: int) -> None:
    """Choose an object for a buffer, and its place in there."""
    size = buffer.size or 0
    # The queue descends: whatever comes later fits into every object there is.
    chosen = next((o for o in objects if o.is_free_for(buffer)), None)
    at = 0
    if chosen is None:
        for each in objects:
            at = align_up(each.top_beside(buffer), alignment)
            if at > 0 and at + size <= each.size:
                chosen = each
                break
        else:
            chosen, at = _Object(size, alignment), 0
            objects.append(chosen)
    chosen.alignment = max(chosen.alignment, alignment)
    chosen.held.append((at, buffer))


def _decision(
    place: Turn, buffer: Buffer, offset: int, seen: Sequence[tuple[_Object, int]]
) -> Decision:
    """What was wrong with each object there was; of one that is shared, who lies in it."""
    chosen, found = None, []
    for each, held in seen:
        if any(b is buffer for _, b in each.held):
            chosen = each.held[0][1].name
            continue
        alive = next((b for _, b in each.held[:held] if b.live.meets(buffer.live)), None)
        owner, size = each.held[0][1].name, each.size
        if alive is None:
            found.append(Rejection(None, size, Reason.ORDER, owner))
        else:
            by = None if alive.name == owner else alive.name
            found.append(Rejection(None, size, Reason.LIVE, owner, alive.live.end, by))
    return decided(place, found, offset=offset, chosen=chosen)
