"""The same question on a shorter clock: steps at which nothing is born and nothing dies left out.

Only the order of births and deaths matters to who is alive with whom. A clock of cycles, with a
million steps for a few hundred buffers, would cost the curve of live bytes its length.
"""

from __future__ import annotations

from dataclasses import replace

from memplan.errors import UnsafePlan
from memplan.plan import LiveRange, Plan, Problem, Space
from memplan.verify import verify

__all__ = ["fixed_contradict", "shrunk"]


def shrunk(problem: Problem) -> tuple[Problem, tuple[int, ...]]:
    """The problem by sections, and the step at which each section begins."""
    spans = [
        live for b in problem.buffers for live in (b.live, *b.gaps, *(w.live for w in b.windows))
    ]
    edges = sorted({step for r in spans for step in (r.begin, r.end)})
    at = {step: section for section, step in enumerate(edges)}

    def short(live: LiveRange) -> LiveRange:
        return LiveRange(at[live.begin], at[live.end])

    buffers = tuple(
        replace(
            b,
            live=short(b.live),
            gaps=tuple(map(short, b.gaps)),
            windows=tuple(replace(w, live=short(w.live)) for w in b.windows),
        )
        for b in problem.buffers
    )
    return replace(problem, buffers=buffers), tuple(edges)


def fixed_contradict(problem: Problem) -> bool:
    """Whether fixed offsets alone leave no plan: two overlap, or one is misaligned."""
    fixed = problem.only(b.name for b in problem.buffers if b.offset is not None and b.size)
    space = Space(alignment=problem.spaces[0].alignment)
    alone = Problem(tuple(replace(b, spaces=()) for b in fixed.buffers), (space,), fixed.conflicts)
    try:
        verify(Plan(alone, {b.name: b.offset or 0 for b in alone.buffers}, "fixed"))
    except UnsafePlan:
        return True
    return False
