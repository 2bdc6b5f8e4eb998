"""A plan that was read, put to the net that it was made for, or made a net of its own."""

from __future__ import annotations

from dataclasses import replace

from memplan.errors import FormatError, InvalidProblem, quoted
from memplan.formats.buffers_net import net_of_buffers
from memplan.formats.plan_json import PlanFile
from memplan.net import Net
from memplan.plan import BufferKind

__all__ = ["net_of_plan", "with_plan"]


def with_plan(net: Net, plan: PlanFile) -> Net:
    """The same net with somebody's plan beside it, to be looked at and checked.

    Raises:
        FormatError: It places what the net has not: it was made for another.
    """
    known = set(net.names())
    for buffer in plan.buffers:
        # Scratch is no blob of the net, and has a name that memplan made.
        if buffer.name not in known and buffer.kind is not BufferKind.SCRATCH:
            raise FormatError(
                f"{quoted(plan.file)} places {quoted(buffer.name)}, which is no blob of this net: "
                "it is a plan of another net; open it alone, or export it again"
            )
    return replace(net, placed=plan.placed)


def net_of_plan(plan: PlanFile) -> Net:
    """The plan's buffers as a net without a graph.

    Raises:
        FormatError: It has none, or two of one name.
    """
    if not plan.buffers:
        raise FormatError(f"{quoted(plan.file)} is a plan without a buffer")
    buffers = plan.buffers
    if len(plan.spaces) < 2:
        buffers = tuple(replace(buffer, spaces=()) for buffer in buffers)
    try:
        return net_of_buffers(
            buffers, plan.net or plan.file, spaces=plan.spaces, placed=plan.placed
        )
    except InvalidProblem as error:
        raise FormatError(f"{quoted(plan.file)} is no plan: {error}") from None
