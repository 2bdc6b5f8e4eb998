"""What a planner looked at and passed over, a frame each: holes, or memory of other blobs."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from memplan.plan import Buffer, Decision, Reason
from memplan.steps.frames import Block, Fact, Happening
from memplan.steps.ground import Ground
from memplan.steps.recorder import Recorder
from memplan.steps.why import Why

__all__ = ["SHOWN", "refuse", "refuse_memory", "token_set"]

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


_MEMORY = {
    Reason.BRANCH: Why.OTHER_BRANCH,
    Reason.DEVICE: Why.OTHER_DEVICE,
    Reason.TOO_SMALL: Why.LINE_TOO_SMALL,
    Reason.TOO_LARGE: Why.CLOSER_FIT,
    Reason.CLOSER_FIT: Why.CLOSER_FIT,
    Reason.COSTS_MORE: Why.COSTS_MORE,
}


def refuse_memory(
    recorder: Recorder,
    ground: Ground,
    decision: Decision,
    holder: Mapping[str, str],
    *,
    step: int | None = None,
    needs: Mapping[str, str] = MappingProxyType({}),
) -> None:
    """Show whose memory was passed over for a blob; lit is the line ``look``.

    Args:
        holder: Who lies in the memory of each blob now.
        needs: The tokens that each memory asks for, where there are any.
    """
    known = [r for r in decision.rejected if r.reason in _MEMORY and r.candidate is not None]
    for rejection in known[: SHOWN - 1]:
        root = rejection.candidate or ""
        before = holder.get(root, root)
        facts: dict[str, Fact] = {"blob": decision.blob, "before": before}
        why = _MEMORY[rejection.reason]
        if rejection.reason is Reason.BRANCH and needs.get(root):
            tokens = None if decision.state is None else decision.state.tokens
            facts |= {"needs": needs[root], "tokens": token_set(tokens)}
            why = Why.MISSES_TOKENS
        here = ground.buffer_of.get(before)
        blobs = () if here is None else (here,)
        recorder.add(Happening.REFUSE, "look", why, facts, step=step, blobs=blobs)


def token_set(bits: int | None) -> str:
    """Tokens by their numbers.

    >>> token_set(5), token_set(None)
    ('{1, 3}', '')
    """
    if bits is None:
        return ""
    found = [str(place + 1) for place in range(bits.bit_length()) if bits >> place & 1]
    return f"{{{', '.join(found)}}}"
