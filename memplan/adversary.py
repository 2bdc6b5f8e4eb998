"""Break it: the smallest problem on which a planner of offsets needs more than the best plan.

Idea: try all problems in the order of their size, and stop at the first on which the planner
loses. Most need no search for the best plan: the planner meets a bound. Left out are problems
that say nothing new: of two steps with nothing that ends and begins between them one is enough;
where nothing spans two steps the problem is two problems; sizes with a common factor are a
smaller problem; buffers of the same life are alike. If none of those will do, larger ones are drawn
at random, and what is found is made smaller while the planner still loses.
Cost: grows as steeply as it sounds: some thousand problems of four buffers, some hundred
thousand of five.
Reference: none; the order of the search is ours.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from itertools import combinations_with_replacement, pairwise, product
from math import gcd
from random import Random
from types import MappingProxyType

from memplan.plan import Buffer, LiveRange, Plan, Problem, Progress
from memplan.planners import PLANNERS, Family, PackerEntry
from memplan.verify import verify

__all__ = ["BREAKABLE", "Extent", "Loss", "best_plan", "smallest_loss"]

Rows = tuple[tuple[int, int, int], ...]
"""Buffers as (begin, end, size), ascending."""

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

_LARGEST = MappingProxyType({3: 8, 4: 8, 5: 4, 6: 2})
"""Up to which size all problems of so many buffers are tried."""
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
        return min((_LARGEST[n] for n in _LARGEST if n < len(self.problem.buffers)), default=0)

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
    for count in range(3, min(most, max(_LARGEST)) + 1):
        for steps, largest in _classes(count):
            losses = []
            for rows in _all_rows(count, steps, largest):
                tried += 1
                _tell(progress, tried, count)
                if asked.loses(rows):
                    losses.append(rows)
            if losses:
                worst = min(losses, key=lambda rows: (-asked.ratio(rows), rows))
                return asked.loss(_smaller(asked, worst), tried, Extent.ALL)
    return _drawn(asked, most, Random(seed), tried, progress)  # noqa: S311  no secret


def best_plan(problem: Problem) -> Plan:
    """A plan with the lowest peak there is, for a few buffers without alignment.

    Some order in which each buffer goes to the lowest free offset gives it: all are tried, but
    for those that begin no lower than the best one so far.
    """
    rows = tuple((b.live.begin, b.live.end, b.size or 0) for b in problem.buffers)
    offsets = _best_offsets(rows)
    named = {b.name: o for b, o in zip(problem.buffers, offsets, strict=True)}
    plan = Plan(problem, MappingProxyType(named), "best")
    verify(plan)
    return plan


def _classes(count: int) -> Iterator[tuple[int, int]]:
    """Numbers of steps and largest sizes, in the order in which they are tried."""
    for largest in range(2, _LARGEST[count] + 1):
        for steps in range(2, count):
            yield steps, largest


def _all_rows(count: int, steps: int, largest: int) -> Iterator[Rows]:
    """All problems of so many buffers and steps whose largest size is `largest`."""
    lives = [(b, e) for b in range(steps) for e in range(b + 1, steps + 1)]
    for pattern in combinations_with_replacement(lives, count):
        if not _is_tight(pattern, steps):
            continue
        for sizes in product(range(1, largest + 1), repeat=count):
            if max(sizes) == largest and gcd(*sizes) == 1:
                rows = tuple((b, e, s) for (b, e), s in zip(pattern, sizes, strict=True))
                if all(x <= y for x, y in pairwise(rows)):
                    yield rows


def _is_tight(pattern: Sequence[tuple[int, int]], steps: int) -> bool:
    """At each border of steps something ends, something begins, and something lives on."""
    return all(
        any(e == t for _, e in pattern)
        and any(b == t for b, _ in pattern)
        and any(b < t < e for b, e in pattern)
        for t in range(1, steps)
    )


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
        if peak == _max_live(rows) * self.unit:
            return False
        return peak > _peak(rows, _best_offsets(rows)) * self.unit

    def ratio(self, rows: Rows) -> float:
        return self.peak(rows) / (_peak(rows, _best_offsets(rows)) * self.unit)

    def loss(self, rows: Rows, tried: int, extent: Extent) -> Loss:
        problem = self.problem(rows)
        plan = self.entry.pack(problem)
        verify(plan)
        return Loss(plan, best_plan(problem), tried, extent)


def _max_live(rows: Rows) -> int:
    return max(sum(s for b, e, s in rows if b <= t < e) for t, _, _ in rows)


def _peak(rows: Rows, offsets: Sequence[int]) -> int:
    return max(o + s for (_, _, s), o in zip(rows, offsets, strict=True))


def _best_offsets(rows: Rows) -> list[int]:
    """The offsets of the lowest peak, by depth first, each buffer as low as it goes."""
    bound = _max_live(rows)
    best: list[int] = []
    lowest = sum(s for _, _, s in rows) + 1
    offsets = [-1] * len(rows)

    def place(left: int, peak: int, floor: int) -> None:
        nonlocal lowest, best
        if left == 0:
            lowest, best = peak, offsets.copy()
            return
        for index, (begin, end, size) in enumerate(rows):
            if offsets[index] >= 0:
                continue
            offset = _lowest(rows, offsets, begin, end, size)
            # In the order of their offsets each arrangement is met once.
            if offset < floor or max(peak, offset + size) >= lowest:
                continue
            offsets[index] = offset
            place(left - 1, max(peak, offset + size), offset)
            offsets[index] = -1
            if lowest == bound:
                return

    place(len(rows), 0, 0)
    return best


def _lowest(rows: Rows, offsets: Sequence[int], begin: int, end: int, size: int) -> int:
    taken = sorted(
        (o, o + s)
        for (b, e, s), o in zip(rows, offsets, strict=True)
        if o >= 0 and b < end and begin < e
    )
    offset = 0
    for low, high in taken:
        if low >= offset + size:
            break
        offset = max(offset, high)
    return offset


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
            found.append(_smaller(asked, rows))
    fitting = [rows for rows in found if len(rows) <= most]
    if not fitting:
        return None
    least = min(fitting, key=lambda rows: (len(rows), sum(size for *_, size in rows), rows))
    return asked.loss(least, tried, Extent.DRAWN)


def _smaller(asked: _Asked, rows: Rows) -> Rows:
    """Take away a buffer, a byte or a step while the planner still loses."""
    while True:
        rest = next((less for less in _less(rows) if less and asked.loses(less)), None)
        if rest is None:
            return rows
        rows = rest


def _less(rows: Rows) -> Iterator[Rows]:
    for index in range(len(rows)):
        yield rows[:index] + rows[index + 1 :]
    for index, (begin, end, size) in enumerate(rows):
        for changed in ((begin, end, size - 1), (begin + 1, end, size), (begin, end - 1, size)):
            if changed[0] < changed[1] and changed[2] > 0:
                yield tuple(sorted((*rows[:index], changed, *rows[index + 1 :])))


def _tell(progress: Progress | None, tried: int, count: int) -> None:
    if progress is not None and tried % _TOLD_EVERY == 0:
        progress(min(0.99, tried / 200_000), f"{tried:,} problems tried, now of {count} buffers")
