"""How large a problem the search is begun on, and for how long when nobody says."""

from __future__ import annotations

from memplan.plan import Problem
from memplan.planners.search.puzzle import Puzzle

__all__ = ["default_nodes", "within_reach"]

_MOST_PLACES = 1_000_000  # buffers times the sections in which each is alive: some 25 MB
_MOST_CONFLICTS = 100_000  # pairs, each of which may need a clique of its own
_MOST_NODES = 60_000  # some seconds for a few hundred buffers
_MOST_LOOKS = 2_000_000_000  # nodes times pairs alive together: fewer nodes where each is dear


def within_reach(problem: Problem) -> bool:
    """Whether the search is begun at all: beyond, one node takes longer than a greedy plan."""
    if problem.conflicts is not None:
        return len(problem.conflicts) <= _MOST_CONFLICTS
    spans = [live for b in problem.buffers if b.size for live in b.alive()]
    edges = sorted({step for r in spans for step in (r.begin, r.end)})
    at = {step: section for section, step in enumerate(edges)}
    return sum(at[r.end] - at[r.begin] for r in spans) <= _MOST_PLACES


def default_nodes(puzzle: Puzzle) -> int:
    """The nodes to spend when neither nodes nor a deadline are given: seconds, always the same."""
    pairs = sum(map(len, puzzle.neighbours))
    return max(2 * len(puzzle.sizes), min(_MOST_NODES, _MOST_LOOKS // max(1, pairs)))
