"""No sharing: every buffer has bytes of its own.

Idea: stack the buffers in the order of the problem; each is a slot of its own.
Faithful to: a framework that allocates each blob once and frees none.
Cost: linear.
"""

from __future__ import annotations

from types import MappingProxyType

from memplan.plan import Plan, Problem, Trace
from memplan.planners.proof import proof_of
from memplan.planners.spaces import pack_each_space
from memplan.units import align_up

__all__ = ["naive"]


def naive(problem: Problem, trace: Trace | None = None) -> Plan:
    """Give every buffer of known size bytes of its own.

    >>> from memplan.plan import Buffer, LiveRange
    >>> a, b = Buffer("a", LiveRange(0, 2), 8), Buffer("b", LiveRange(2, 4), 4)
    >>> dict(naive(Problem((a, b))).offsets)
    {'a': 0, 'b': 8}
    """
    if len(problem.spaces) > 1:
        return proof_of(pack_each_space(problem, lambda part: naive(part, trace)))
    offsets = {b.name: b.offset for b in problem.buffers if b.offset is not None}
    # What must lie somewhere keeps its place; the others are stacked above all of it.
    top = max(
        (offsets[b.name] + (b.size or 0) for b in problem.buffers if b.name in offsets), default=0
    )
    for buffer in problem.buffers:
        if buffer.size is None:
            continue
        if buffer.name not in offsets:
            offsets[buffer.name] = align_up(top, problem.alignment_of(buffer))
            top = offsets[buffer.name] + buffer.size
        if trace is not None:
            trace.record(buffer.name, buffer.live.begin, offsets[buffer.name])
    slots = {buffer.name: slot for slot, buffer in enumerate(problem.buffers)}
    return proof_of(Plan(problem, MappingProxyType(offsets), "naive", MappingProxyType(slots)))
