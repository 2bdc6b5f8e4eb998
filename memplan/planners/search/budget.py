"""How much a search may spend, and the watch that is kept on it while it runs."""

from __future__ import annotations

import time
from dataclasses import dataclass

from memplan.plan import Progress

__all__ = ["BY_ITSELF", "Budget", "Watch"]

_LOOKED_EVERY = 64  # nodes between two looks at the clock: some milliseconds


@dataclass(frozen=True, slots=True)
class Budget:
    """What a planner that searches may spend; it stops at whichever comes first.

    Attributes:
        deadline: Seconds from now. It only chooses where one and the same sequence of improving
            plans stops.
        nodes: Search nodes: the bound that gives one answer on every machine.
        progress: Told how far the search is; may raise `Cancelled`.

    With neither deadline nor nodes each planner has a bound of its own, in nodes.
    """

    deadline: float | None = None
    nodes: int | None = None
    progress: Progress | None = None


BY_ITSELF = Budget()
"""Nothing is said: a planner stops by a bound of its own."""


class Watch:
    """Counts nodes, looks at the clock now and then, and tells of progress."""

    def __init__(self, budget: Budget) -> None:
        self.nodes = 0
        self.best: int | None = None
        self.bound = 0
        self._most = budget.nodes
        self._started = time.monotonic()
        self._seconds = budget.deadline
        self._progress = budget.progress
        self._late = False

    @property
    def over(self) -> bool:
        """Whether nothing is left to spend."""
        return self._late or (self._most is not None and self.nodes >= self._most)

    def allow(self, nodes: int) -> None:
        """Bound the nodes where nothing else is bounded: seconds, always the same plan."""
        if self._most is None and self._seconds is None:
            self._most = nodes

    def left(self, nodes: int) -> int:
        """How many of `nodes` more may be spent."""
        return nodes if self._most is None else max(0, min(nodes, self._most - self.nodes))

    def count(self) -> bool:
        """Count one node; whether the search must stop now.

        Raises:
            Cancelled: The progress callback asked for it.
        """
        self.nodes += 1
        if self.nodes % _LOOKED_EVERY == 0:
            self.look()
        return self._late

    def look(self) -> None:
        """Look at the clock, and tell how far the search is."""
        spent = time.monotonic() - self._started
        shares = [0.0]
        if self._seconds is not None:
            self._late = spent >= self._seconds
            shares.append(1.0 if self._late else spent / self._seconds)
        if self._most:
            shares.append(self.nodes / self._most)
        if self._progress is not None:
            self._progress(min(1.0, max(shares)), self._words())

    def _words(self) -> str:
        found = "" if self.best is None else f", best {self.best:,} B, at least {self.bound:,} B"
        return f"{self.nodes:,} nodes{found}"
