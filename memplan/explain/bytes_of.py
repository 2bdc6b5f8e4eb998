"""Who has which bytes of a plan."""

from __future__ import annotations

from memplan.plan import Plan

__all__ = ["mates_of", "shares_bytes"]


def shares_bytes(plan: Plan, a: str, b: str) -> bool:
    """Whether two buffers have a byte in common, or a slot."""
    if plan.space_name(a) != plan.space_name(b):
        return False
    slots, offsets = plan.slots or {}, plan.offsets or {}
    if a in slots and b in slots and slots[a] == slots[b]:
        return True
    if a not in offsets or b not in offsets:
        return False
    sizes = {x.name: x.size or 0 for x in plan.problem.buffers if x.name in (a, b)}
    low, high = max(offsets[a], offsets[b]), min(offsets[a] + sizes[a], offsets[b] + sizes[b])
    return low < high


def mates_of(plan: Plan, name: str) -> tuple[str, ...]:
    """The buffers that have some of a buffer's bytes, in the order of their births."""
    slots, offsets = plan.slots or {}, plan.offsets or {}
    size = next((b.size for b in plan.problem.buffers if b.name == name), None) or 0
    home, low, slot = plan.space_name(name), offsets.get(name), slots.get(name)
    found = []
    for b in sorted(plan.problem.buffers, key=lambda b: (b.live, b.name)):
        if b.name == name or plan.space_name(b.name) != home:
            continue
        at = offsets.get(b.name)
        same_slot = slot is not None and slots.get(b.name) == slot
        meets = low is not None and at is not None and low < at + (b.size or 0) and at < low + size
        if same_slot or meets:
            found.append(b.name)
    return tuple(found)
