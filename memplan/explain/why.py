"""Why a blob lies where it lies: its decision, who has its bytes when, what is in its way.

For a planner of offsets the holes that were passed over come with what lies below the blob and is
alive with it: each of those is a reason why it lies no lower.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import islice

from memplan.errors import InvalidNet, quoted
from memplan.explain.bytes_of import mates_of
from memplan.plan import Buffer, Decision, LiveRange, Reason, Rejection
from memplan.study import Study

__all__ = ["Why", "why"]

MOST = 64


@dataclass(frozen=True, slots=True)
class Why:
    """Where a blob lies, and why there.

    Attributes:
        buffer: The buffer that holds it; None: it is not planned, and the rest is empty.
        mates: Buffers that have some of its bytes at other times.
        decision: The planner's; None where it made none (a plan that was opened, a weight).
        reasons: The candidates that were not taken: those of the decision, then what lies below.
        omitted: How many more there are.
    """

    blob: str
    buffer: str | None
    live: LiveRange | None = None
    size: int | None = None
    offset: int | None = None
    slot: int | None = None
    space: str | None = None
    mates: tuple[str, ...] = ()
    decision: Decision | None = None
    reasons: tuple[Rejection, ...] = ()
    omitted: int = 0


def why(made: Study, blob: str) -> Why:
    """Tell why a blob lies where it does.

    Raises:
        InvalidNet: There is no such blob.
    """
    name = made.buffer_of(blob)
    buffers = {buffer.name: buffer for buffer in made.problem.buffers}
    if name is None and blob in buffers:
        name = blob  # scratch
    if name is None:
        if blob not in made.net.names():
            raise InvalidNet(f"{quoted(blob)} is no blob of the net; check its name")
        return Why(blob, None)
    plan, buffer = made.plan, buffers[name]
    decision = made.decisions.about(blob) or made.decisions.about(name)
    reasons = list(decision.rejected if decision is not None else ())
    below = [] if made.assignment is not None else _below(made, buffer)
    room = max(0, MOST - len(reasons))
    return Why(
        blob,
        name,
        buffer.live,
        buffer.size,
        (plan.offsets or {}).get(name),
        (plan.slots or {}).get(name),
        plan.space_name(name) if len(made.problem.spaces) > 1 else None,
        mates_of(plan, name),
        decision,
        (*reasons, *islice(below, room)),
        (decision.omitted if decision is not None else 0) + max(0, len(below) - room),
    )


def _below(made: Study, buffer: Buffer) -> list[Rejection]:
    """What lies lower and is alive at one time with a buffer, the lowest first."""
    plan = made.plan
    offsets = plan.offsets or {}
    own = offsets.get(buffer.name)
    if own is None:
        return []
    rivals = [
        b
        for b in made.problem.buffers
        if b.name != buffer.name and offsets.get(b.name, own) < own
        if plan.space_name(b.name) == plan.space_name(buffer.name)
        if any(x.meets(y) for x in buffer.alive() for y in b.alive())
    ]
    rivals.sort(key=lambda b: (offsets[b.name], b.name))
    return [Rejection(None, b.size, Reason.LIVE, b.name, b.live.end) for b in rivals]
