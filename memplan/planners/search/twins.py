"""Twins: buffers that are alike in all, so that any plan stays one when two of them are swapped.

What is tried with one of them, and fails, need not be tried with another.
"""

from __future__ import annotations

from memplan.planners.search.puzzle import Puzzle

__all__ = ["twins_of"]


def twins_of(puzzle: Puzzle) -> tuple[tuple[int, ...], ...]:
    """For each buffer the others of its size, alignment and sections; what is fixed has none."""
    alike: dict[tuple[tuple[int, ...], int, int], list[int]] = {}
    kinds = list(zip(puzzle.sections, puzzle.sizes, puzzle.alignments, strict=True))
    for index, kind in enumerate(kinds):
        if puzzle.fixed[index] is None:
            alike.setdefault(kind, []).append(index)
    return tuple(
        tuple(other for other in alike.get(kind, ()) if other != index)
        if puzzle.fixed[index] is None
        else ()
        for index, kind in enumerate(kinds)
    )
