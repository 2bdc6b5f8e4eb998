"""A problem on which a planner loses: its two plans as maps of letters, as a sentence, as JSON."""

from __future__ import annotations

from typing import Any

from memplan.adversary import Extent, Loss
from memplan.plan import Plan
from memplan.planners import PackerEntry

__all__ = ["loss_json", "loss_sentence", "text_map"]

_FREE = "·"


def loss_sentence(entry: PackerEntry, loss: Loss) -> str:
    """How much it loses on how many buffers, and how the problem was found."""
    fewer = f"; with fewer, of sizes up to {loss.sizes}, it never loses" if loss.sizes else ""
    told = f"of {loss.tried:,} tried{fewer}"
    if loss.extent is Extent.DRAWN:
        told = loss.extent.value
    return (
        f"{entry.title} needs {loss.plan.known_peak:,} B where {loss.best.known_peak:,} B are "
        f"enough: {loss.ratio:.2f} times as much, on {len(loss.problem.buffers)} buffers "
        f"({told})."
    )


def text_map(plan: Plan, top: int) -> list[str]:
    r"""The memory, the highest unit first; a column for each step; a letter for whose it is.

    >>> from memplan.plan import Buffer, LiveRange, Problem
    >>> problem = Problem((Buffer("a", LiveRange(0, 1), 1), Buffer("b", LiveRange(0, 2), 1)))
    >>> print("\n".join(text_map(Plan(problem, {"a": 1, "b": 0}, "mine"), 3)))
     2 │ · ·
     1 │ a ·
     0 │ b b
       └────
         0 1
    """
    unit, steps = _unit(plan), plan.problem.horizon
    rows = [[_FREE] * steps for _ in range(top // unit)]
    for buffer in plan.problem.buffers:
        low = (plan.offsets or {})[buffer.name] // unit
        for row in rows[low : low + (buffer.size or 0) // unit]:
            for step in range(buffer.live.begin, buffer.live.end):
                row[step] = buffer.name
    wide = len(str(top - unit)) + 1
    lines = [f"{n * unit:>{wide}} │ {' '.join(row)}" for n, row in enumerate(rows)]
    foot = [f"{'':{wide}} └{'──' * steps}", f"{'':{wide}}   {' '.join(map(str, range(steps)))}"]
    return [*reversed(lines), *foot]


def _unit(plan: Plan) -> int:
    """Bytes that one line stands for: what engines round to, in a problem made of such."""
    sizes = [buffer.size or 0 for buffer in plan.problem.buffers]
    return 256 if all(size % 256 == 0 for size in sizes) else 1


def loss_json(entry: PackerEntry, loss: Loss) -> dict[str, Any]:
    """The problem, the two plans and their ratio."""
    plan, best = loss.plan.offsets or {}, loss.best.offsets or {}
    return {
        "planner": entry.name,
        "peak": loss.plan.known_peak,
        "best": loss.best.known_peak,
        "ratio": loss.ratio,
        "tried": loss.tried,
        "found": loss.extent.value,
        "buffers": [
            {
                "name": b.name,
                "begin": b.live.begin,
                "end": b.live.end,
                "size": b.size,
                "offset": plan[b.name],
                "best_offset": best[b.name],
            }
            for b in loss.problem.buffers
        ],
    }
