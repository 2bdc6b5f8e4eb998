"""The same problem for an engine that hands out memory in whole multiples of an alignment."""

from __future__ import annotations

from dataclasses import replace
from math import lcm

from memplan.plan import Problem
from memplan.units import align_up

__all__ = ["rounded"]


def rounded(problem: Problem, alignment: int) -> Problem:
    """Round every size up, and ask for offsets that are multiples too.

    >>> from memplan.plan import Buffer, LiveRange
    >>> rounded(Problem((Buffer("a", LiveRange(0, 1), 100),)), 64).buffers[0].size
    128
    """
    buffers = (
        b if b.size is None else replace(b, size=align_up(b.size, alignment))
        for b in problem.buffers
    )
    spaces = (replace(s, alignment=lcm(s.alignment, alignment)) for s in problem.spaces)
    return Problem(tuple(buffers), tuple(spaces), problem.conflicts)
