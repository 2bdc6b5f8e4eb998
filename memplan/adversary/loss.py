"""The search for the smallest problem on which a planner loses."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from random import Random
from types import MappingProxyType

from memplan.adversary.best_plan import best_peak, best_plan, fullest
from memplan.adversary.small_problems import Rows, all_rows, classes, largest_below, one_less
from memplan.plan import Buffer, LiveRange, Plan, Problem, Progress
from memplan.planners import PLANNERS, Family, PackerEntry
from memplan.verify import verify

__all__ = ["BREAKABLE", "Extent", "Loss", "smallest_loss"]

BREAKABLE: Mapping[str, PackerEntry] = MappingProxyType(
    {
        name: entry
        for name, entry in PLANNERS.items()
        if isinstance(entry, PackerEntry)
        and entry.search is None
        and not entry.needs_plan
        and name != "naive"
    }
)
"""The planners of offsets that go by a rule; without a choice, or with a search, is no rule."""

_UNIT = 256
"""Engines round to up to so many bytes: their problems are made of these, so that it costs none."""

_DRAWN = 4000
_NAMES = "abcdefghijklmnopqrstuvwxyz"
_TOLD_EVERY = 200


class Extent(StrEnum):
    """How a problem was found: it loses no more when any buffer is left out in both."""

    ALL = "all smaller ones were tried"
    DRAWN = "drawn at random, then made smaller"


@dataclass(frozen=True, slots=True)
class Loss:
    """A problem on which a planner loses.

    Attributes:
        plan: The planner's.
        best: A plan with the lowest peak that there is.
        tried: Problems on which it was asked before this one was found.
        extent: How it was found.
    """

    plan: Plan
    best: Plan
    tried: int
    extent: Extent

    @property
    def problem(self) -> Problem:
        """The problem that both plans answer."""
        return self.plan.problem

    @property
    def sizes(self) -> int:
        """Up to which size all problems of fewer buffers were tried."""
        return largest_below(len(self.problem.buffers))

    @property
    def ratio(self) -> float:
        """The planner's peak over the best."""
        return self.plan.known_peak / self.best.known_peak


def smallest_loss(
    entry: PackerEntry, most: int = 5, progress: Progress | None = None, seed: int = 0
) -> Loss | None:
    """Find the smallest problem on which a planner loses; None when none was found.

    Of those with as few buffers, as small a largest size and as few steps it is the one with the
    greatest ratio.

    Args:
        most: Buffers at the most.
        seed: Of what is drawn at random, when no small one will do.

    Raises:
        Cancelled: `progress` asked to stop.
    """
    asked = _Asked(entry, _UNIT if entry.family is Family.ENGINES else 1)
    tried = 0
    for count in range(3, most + 1):
        for steps, largest in classes(count):
            losses = []
            for rows in all_rows(count, steps, largest):
                tried += 1
                _tell(progress, tried, count)
                if asked.loses(rows):
                    losses.append(rows)
            if losses:
                worst = min(losses, key=lambda rows: (-asked.ratio(rows), rows))
                return asked.loss(_smallest_of(asked, worst), tried, Extent.ALL)
    return _drawn(asked, most, Random(seed), tried, progress)  # noqa: S311  no secret


@dataclass(frozen=True, slots=True)
class _Asked:
    """A planner, and the bytes that stand for one."""

    entry: PackerEntry
    unit: int

    def problem(self, rows: Rows) -> Problem:
        named = zip(_NAMES, rows, strict=False)
        return Problem(tuple(Buffer(n, LiveRange(b, e), s * self.unit) for n, (b, e, s) in named))

    def peak(self, rows: Rows) -> int:
        return self.entry.pack(self.problem(rows)).known_peak

    def loses(self, rows: Rows) -> bool:
        peak = self.peak(rows)
        if peak == fullest(rows) * self.unit:
            return False
        return peak > best_peak(rows) * self.unit

    def ratio(self, rows: Rows) -> float:
        return self.peak(rows) / (best_peak(rows) * self.unit)

    def loss(self, rows: Rows, tried: int, extent: Extent) -> Loss:
        problem = self.problem(rows)
        plan = self.entry.pack(problem)
        verify(plan)
        return Loss(plan, best_plan(problem), tried, extent)


def _drawn(
    asked: _Asked, most: int, random: Random, tried: int, progress: Progress | None
) -> Loss | None:
    """Draw larger problems, make each on which it loses smaller, and take the smallest."""
    found: list[Rows] = []
    for _ in range(_DRAWN):
        count, steps = random.randint(5, max(most, 5) + 3), random.randint(3, 6)
        begins = [random.randrange(steps) for _ in range(count)]
        drawn = ((b, random.randint(b + 1, steps), random.randint(1, 6)) for b in begins)
        tried += 1
        _tell(progress, tried, count)
        rows = tuple(sorted(drawn))
        if asked.loses(rows):
            found.append(_smallest_of(asked, rows))
    fitting = [rows for rows in found if len(rows) <= most]
    if not fitting:
        return None
    least = min(fitting, key=lambda rows: (len(rows), sum(size for *_, size in rows), rows))
    return asked.loss(least, tried, Extent.DRAWN)


def _smallest_of(asked: _Asked, rows: Rows) -> Rows:
    """Take away a buffer, a byte or a step while the planner still loses."""
    while True:
        rest = next((less for less in one_less(rows) if less and asked.loses(less)), None)
        if rest is None:
            return rows
        rows = rest


def _tell(progress: Progress | None, tried: int, count: int) -> None:
    if progress is not None and tried % _TOLD_EVERY == 0:
        progress(min(0.99, tried / 200_000), f"{tried:,} problems tried, now of {count} buffers")
