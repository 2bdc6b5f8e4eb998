"""Memory mates: the buffers that lie on the same bytes, before a buffer's time and after it."""

from __future__ import annotations

from dataclasses import dataclass

from memplan.plan import Buffer, Plan
from memplan.study import Study

__all__ = ["Mates", "memory_mates"]


@dataclass(frozen=True, slots=True)
class Mates:
    """Who has a buffer's bytes, or some of them, at other times.

    Attributes:
        before: Those that are dead when it is born; the last one first.
        after: Those that are born when it is dead; the first one first.
        others: Those that are alive with it: only an unsafe plan, or one of buffers that hold
            nothing for a while, has any.
    """

    before: tuple[str, ...] = ()
    after: tuple[str, ...] = ()
    others: tuple[str, ...] = ()


def memory_mates(study: Study, name: str) -> Mates:
    """Find the mates of a buffer; one that has no place has none. Cost: one pass."""
    plan = study.plan
    own = next((buffer for buffer in plan.problem.buffers if buffer.name == name), None)
    if own is None:
        return Mates()
    mates = [b for b in plan.problem.buffers if b.name != name and _share(plan, own, b)]
    before = [b for b in mates if b.live.end <= own.live.begin]
    after = [b for b in mates if b.live.begin >= own.live.end]
    before.sort(key=lambda b: (-b.live.end, b.name))
    after.sort(key=lambda b: (b.live, b.name))
    known = {b.name for b in (*before, *after)}
    others = tuple(b.name for b in mates if b.name not in known)
    return Mates(tuple(b.name for b in before), tuple(b.name for b in after), others)


def _share(plan: Plan, a: Buffer, b: Buffer) -> bool:
    """Whether two buffers have a byte in common, or a slot where sizes are not known."""
    if plan.space_name(a.name) != plan.space_name(b.name):
        return False
    if plan.slots is not None and a.name in plan.slots and b.name in plan.slots:
        return plan.slots[a.name] == plan.slots[b.name]
    offsets = plan.offsets or {}
    if a.name not in offsets or b.name not in offsets:
        return False
    low = max(offsets[a.name], offsets[b.name])
    high = min(offsets[a.name] + (a.size or 0), offsets[b.name] + (b.size or 0))
    return low < high
