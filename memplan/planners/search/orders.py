"""Preorders: which of the buffers that could be placed next comes first.

A search that goes wrong early seldom recovers, and which order goes wrong where cannot be told
beforehand; so several are run in turn. Each sorts by its keys in descending order.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from memplan.planners.search.puzzle import Puzzle

__all__ = ["PREORDERS", "preorder"]

PREORDERS: tuple[tuple[str, ...], ...] = (
    ("total", "width", "area"),
    ("total", "size"),
    ("end", "width"),
    ("total", "degree"),
    ("begin", "width"),
    ("width", "area", "total"),
    ("total", "area", "width"),
    ("end", "size"),
)
"""total: most units alive in any of its sections; width: steps; area: width times size; degree:
how many it meets; end: who dies last; begin: who is born first. The first, sixth and seventh
are those of MiniMalloc."""


def preorder(puzzle: Puzzle, keys: Sequence[str]) -> list[int]:
    """The buffers of a puzzle in the order of `keys`, the first to be placed first."""
    tables = [_KEYS[key](puzzle) for key in keys]
    order = range(len(puzzle.sizes))
    return sorted(order, key=lambda i: (*(-table[i] for table in tables), i))


def _total(puzzle: Puzzle) -> list[int]:
    full = [sum(puzzle.sizes[i] for i in alive) for alive in puzzle.alive]
    return [max(full[s] for s in own) for own in puzzle.sections]


_KEYS: dict[str, Callable[[Puzzle], Sequence[int]]] = {
    "total": _total,
    "width": lambda puzzle: puzzle.widths,
    "size": lambda puzzle: puzzle.sizes,
    "area": lambda puzzle: [w * s for w, s in zip(puzzle.widths, puzzle.sizes, strict=True)],
    "degree": lambda puzzle: [len(others) for others in puzzle.neighbours],
    "begin": lambda puzzle: [-own[0] for own in puzzle.sections],
    "end": lambda puzzle: [own[-1] for own in puzzle.sections],
}
