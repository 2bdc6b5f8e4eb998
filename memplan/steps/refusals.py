"""Holes that a planner looked at and passed over, a frame each."""

from __future__ import annotations

from memplan.plan import Buffer, Decision, Reason
from memplan.steps.frames import Block, Fact, Happening
from memplan.steps.recorder import Recorder
from memplan.steps.why import Why

__all__ = ["SHOWN", "refuse"]

SHOWN = 4
"""The most holes that are shown for one blob; the rest are counted."""

_WHY = {
    Reason.HOLE_TOO_SMALL: Why.HOLE_TOO_SMALL,
    Reason.MISALIGNED: Why.MISALIGNED,
    Reason.LEAVES_MORE: Why.LEAVES_MORE,
}


def refuse(
    recorder: Recorder, buffer: Buffer, decision: Decision, base: int, step: int | None = None
) -> None:
    """Show what was passed over for a buffer; lit is the line ``look``.

    Args:
        base: Where the picture has the first byte of the buffer's space.
        step: The op at which that happens, where the method goes through the ops.
    """
    known = [
        (rejection.reason, rejection.offset, rejection.size)
        for rejection in decision.rejected
        if rejection.reason in _WHY and rejection.offset is not None and rejection.size is not None
    ]
    blobs = (buffer.name,)
    for reason, offset, size in known[:SHOWN]:
        facts: dict[str, Fact] = {
            "blob": buffer.name,
            "bytes": buffer.size or 0,
            "hole_bytes": size,
            "offset_bytes": offset,
        }
        hole = Block("", buffer.live.begin, buffer.live.end, base + offset, size)
        why = _WHY[reason]
        recorder.add(Happening.REFUSE, "look", why, facts, step=step, blobs=blobs, hole=hole)
    more = len(known) + decision.omitted - SHOWN
    if more > 0:
        facts = {"blob": buffer.name, "count": more}
        recorder.add(Happening.REFUSE, "look", Why.MORE_REFUSED, facts, step=step, blobs=blobs)
