"""The search for the best offsets, in parts: the puzzle, the orders, one search, the portfolio."""

from __future__ import annotations

from memplan.planners.search.budget import BY_ITSELF, Budget, Watch
from memplan.planners.search.found import plan_of
from memplan.planners.search.portfolio import Portfolio, Verdict, decide, limits
from memplan.planners.search.puzzle import Puzzle, puzzle_of

__all__ = [
    "BY_ITSELF",
    "Budget",
    "Portfolio",
    "Puzzle",
    "Verdict",
    "Watch",
    "decide",
    "limits",
    "plan_of",
    "puzzle_of",
]
