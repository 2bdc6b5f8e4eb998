"""Every buffer where a file has it: somebody's plan, laid out to be looked at and checked.

Idea: none. A buffer that the plan leaves out stays without a place, which `verify` says.
Faithful to: the file. Two buffers that overlap stay where they are.
Cost: linear.
"""

from __future__ import annotations

from types import MappingProxyType

from memplan.errors import InvalidProblem
from memplan.plan import Plan, Problem, Trace
from memplan.planners.proof import proof_of

__all__ = ["given"]


def given(problem: Problem, trace: Trace | None = None) -> Plan:
    """Lay out the buffers whose offsets are fixed, and no other.

    Raises:
        InvalidProblem: No buffer of known size has a place.
    """
    offsets = {
        b.name: b.offset for b in problem.buffers if b.offset is not None and b.size is not None
    }
    if not offsets and any(b.size is not None for b in problem.buffers):
        raise InvalidProblem(
            "no plan came with this net: give one (a plan as JSON, or a CSV with offsets) or "
            "choose another planner"
        )
    if trace is not None:
        for buffer in problem.buffers:
            if buffer.name in offsets:
                trace.record(buffer.name, buffer.live.begin, offsets[buffer.name])
    homes = {b.name: b.spaces[0] for b in problem.buffers if b.spaces}
    plan = Plan(problem, MappingProxyType(offsets), "given", space_of=MappingProxyType(homes))
    return proof_of(plan)
