"""Several preorders in turn, each with a limit of nodes that doubles from round to round."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice

from memplan.planners.search.budget import Watch
from memplan.planners.search.canonical import search
from memplan.planners.search.orders import PREORDERS, preorder
from memplan.planners.search.puzzle import Puzzle

__all__ = ["Portfolio", "Verdict", "decide", "limits"]


@dataclass(frozen=True, slots=True)
class Verdict:
    """Whether a capacity is enough: offsets in units; or proven not to be; or neither is known."""

    offsets: tuple[int, ...] | None = None
    impossible: bool = False

    @property
    def decided(self) -> bool:
        """Whether it is known."""
        return self.impossible or self.offsets is not None


class Portfolio:
    """The preorders of one puzzle, sorted once."""

    def __init__(self, puzzle: Puzzle) -> None:
        self.puzzle = puzzle
        self._orders: list[list[int]] = []

    def round(self, capacity: int, limit: int, watch: Watch, orders: int | None = None) -> Verdict:
        """Search in each of the first `orders` preorders (None: all), until one decides it.

        Args:
            limit: Nodes after which each gives up.
        """
        for order in islice(self._sorted(), orders):
            answer = search(self.puzzle, order, capacity, watch.left(limit), watch)
            if answer.exhausted or answer.offsets is not None:
                return Verdict(answer.offsets, answer.exhausted)
            if watch.over:
                break
        return Verdict()

    def _sorted(self) -> Iterator[list[int]]:
        for number, keys in enumerate(PREORDERS):
            if number == len(self._orders):
                self._orders.append(preorder(self.puzzle, keys))
            yield self._orders[number]


def limits(puzzle: Puzzle) -> Iterator[int]:
    """The limits of the rounds: no search can end before every buffer is placed once."""
    limit = max(400, 2 * len(puzzle.sizes))
    while True:
        yield limit
        limit *= 2


def decide(puzzle: Puzzle, capacity: int, watch: Watch) -> Verdict:
    """Search until it is known whether `capacity` units are enough, or the budget is spent."""
    portfolio = Portfolio(puzzle)
    for limit in limits(puzzle):
        verdict = portfolio.round(capacity, limit, watch)
        if verdict.decided or watch.over:
            return verdict
    raise AssertionError("the limits have no end")
