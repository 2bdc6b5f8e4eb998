"""What goes from a fast memory to a slow one: as a sentence, and as values for a program."""

from __future__ import annotations

from typing import Any

from memplan.errors import quoted
from memplan.liveness.traffic import traffic
from memplan.plan import Space
from memplan.planners.spilling import Spill, spill
from memplan.study import Study
from memplan.units import format_bytes

__all__ = ["spill_of", "spill_rows", "spill_sentence"]

_NAMES = 5


def spill_of(study: Study, capacity: int) -> Spill:
    """Choose what of a net goes to a slow memory, where the fast one holds `capacity` bytes.

    Raises:
        InvalidProblem: The net has several memories, or a size is unknown.
    """
    alignment = study.problem.spaces[0].alignment
    fast = Space("fast", capacity, alignment)
    uses = None if study.net.given is not None else traffic(study.net, study.storages)
    return spill(study.problem, fast, Space("slow", alignment=alignment), uses)


def spill_sentence(study: Study, found: Spill) -> str:
    """How much goes to the slow memory, what that costs, and whether less is possible."""
    capacity = format_bytes(found.plan.problem.spaces[0].capacity)
    if not found.spilled:
        return f"Fast memory of {capacity}: all fits in it; nothing goes to the slow one."
    names = ", ".join(quoted(name, 40) for name in found.spilled[:_NAMES])
    more = f" and {len(found.spilled) - _NAMES:,} more" if len(found.spilled) > _NAMES else ""
    cost = "of buffers" if study.net.given is not None else "written to them and read by ops"
    word = "the least there is" if found.least else "there may be a cheaper choice"
    return (
        f"Fast memory of {capacity}: {len(found.spilled):,} of {len(found.plan.problem.buffers):,} "
        f"go to the slow one ({names}{more}), {found.moved:,} B {cost}; {word}."
    )


def spill_rows(found: Spill) -> dict[str, Any]:
    """The same as JSON values."""
    return {
        "capacity": found.plan.problem.spaces[0].capacity,
        "spilled": list(found.spilled),
        "moved_bytes": found.moved,
        "least": found.least,
        "offsets": dict(found.plan.offsets or {}),
    }
