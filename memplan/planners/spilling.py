"""A fast memory that is too small, and a slow one: which buffers must go to the slow one.

    fast, 64 bytes       slow, no limit          of all choices after which the rest fits in the
    ┌────┬───┐           ┌──────────┐            fast memory, one that moves the fewest bytes to
    │ a  │ b │           │    c     │            and from the slow one
    └────┴───┘           └──────────┘

Idea: at a step where more is alive than the fast memory holds, some buffer there must go. Best
first: of all partial choices the one is taken up that costs least, with what the fullest step
still costs at least (its cheapest bytes, by parts of buffers); so the first whole choice that
fits is the cheapest. Where the live bytes fit and no plan is found, yet another buffer must go.
Beyond a number of partial choices, buffer by buffer: the cheapest byte at the fullest step goes.
A buffer lies in one memory for its whole life; nothing is copied to and fro.
Cost: exponential at worst, bounded by the number of partial choices.
Reference: knapsack with time windows by branch and bound; the order is that of A*, P. E. Hart,
N. J. Nilsson, B. Raphael 1968.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from heapq import heappop, heappush
from types import MappingProxyType

from memplan.bounds import lower_bound
from memplan.errors import CapacityExceeded, InvalidProblem, quoted
from memplan.liveness import live_bytes
from memplan.plan import Buffer, Plan, Problem, Space
from memplan.planners.best_of import best_of
from memplan.planners.greedy_by_size import greedy_by_size

__all__ = ["Spill", "spill"]

_CHOICES = 3_000
_BRANCHED = 60  # buffers at one step that are tried each; beyond, the choice is no longer exact

Fits = Callable[[Problem], Plan | None]


@dataclass(frozen=True, slots=True)
class Spill:
    """What goes to the slow memory, and where all lies.

    Attributes:
        plan: Of a problem with the two spaces.
        spilled: The names of the buffers in the slow memory, in the order of the problem.
        moved: What that costs, in bytes: see `spill`.
        least: Whether no other choice costs less.
    """

    plan: Plan
    spilled: tuple[str, ...]
    moved: int
    least: bool


def spill(
    problem: Problem, fast: Space, slow: Space, traffic: Mapping[str, int] | None = None
) -> Spill:
    """Choose what goes to `slow`, so that the rest has a plan in `fast` and few bytes are moved.

    Args:
        problem: Of one space. A buffer whose `spaces` name the fast one alone must stay there;
            one that names the slow one alone goes there.
        fast: With a capacity; `slow` has none.
        traffic: Bytes that ops write to and read from each buffer: what it costs to have it in
            the slow memory. None: each costs its size.

    Raises:
        CapacityExceeded: What must stay in the fast memory does not fit there.
        InvalidProblem: There is no time (an explicit relation), a size is unknown, there are
            other spaces, or the fast memory has no capacity.

    >>> from memplan.plan import LiveRange
    >>> row = [("a", 0, 3, 8), ("b", 1, 3, 8), ("c", 2, 4, 4)]
    >>> buffers = tuple(Buffer(name, LiveRange(*live), size) for name, *live, size in row)
    >>> found = spill(Problem(buffers), Space("sram", 16), Space("dram"))
    >>> found.spilled, found.moved, found.least
    (('c',), 4, True)
    """
    if fast.capacity is None or slow.capacity is not None or fast.name == slow.name:
        raise InvalidProblem("spilling needs a fast memory with a capacity, and a slow one without")
    if problem.conflicts is not None or len(problem.spaces) > 1 or problem.unknown:
        raise InvalidProblem("spilling needs one memory, all sizes, and ops that run one by one")
    search = _Search(problem, fast, slow, traffic)
    away, least = search.cheapest()
    return search.answer(away, least)


class _Search:
    """One question, and what is known of its partial choices."""

    def __init__(
        self, problem: Problem, fast: Space, slow: Space, traffic: Mapping[str, int] | None
    ) -> None:
        self._fast, self._slow = fast, slow
        self._buffers = tuple(replace(b, spaces=_homes(b, fast, slow)) for b in problem.buffers)
        self._capacity = fast.capacity or 0
        sizes = {b.name: b.size or 0 for b in self._buffers}
        self._cost = {**sizes, **(traffic or {})}
        self._whole = True

    def cheapest(self) -> tuple[frozenset[str], bool]:
        """The names that go, and whether none cost less."""
        gone = frozenset(b.name for b in self._buffers if b.spaces == (self._slow.name,))
        kept = frozenset(b.name for b in self._buffers if b.spaces == (self._fast.name,))
        # Cost that is certain; a number that makes the order total; who goes, who stays.
        heap: list[tuple[int, int, frozenset[str], frozenset[str]]] = []
        heappush(heap, (self._total(gone) + self._at_least(gone, kept), 0, gone, kept))
        for number in range(1, _CHOICES):
            if not heap:
                break
            _, _, away, stay = heappop(heap)
            step = self._overfull(away)
            if step is None and self._plan(away) is not None:
                return away, self._whole
            for place, (more, stays) in enumerate(self._branches(away, stay, step)):
                certain = self._total(more) + self._at_least(more, stays)
                heappush(heap, (certain, number * 1_000_000 + place, more, stays))
        return self._one_by_one(gone, kept), False

    def answer(self, away: frozenset[str], least: bool) -> Spill:  # noqa: FBT001  a record's part
        """Where all lies, once it is chosen."""
        near = self._plan(away)
        assert near is not None
        far = greedy_by_size(Problem(tuple(self._those(away)), (self._slow,)))
        spilled = tuple(b.name for b in self._buffers if b.name in away)
        space_of = {
            b.name: self._slow.name if b.name in away else self._fast.name for b in self._buffers
        }
        plan = Plan(
            Problem(self._buffers, (self._fast, self._slow)),
            MappingProxyType({**(near.offsets or {}), **(far.offsets or {})}),
            near.planner,
            space_of=MappingProxyType(space_of),
            found_by=near.found_by,
        )
        return Spill(plan, spilled, self._total(away), least)

    def _total(self, names: frozenset[str]) -> int:
        return sum(self._cost[name] for name in names)

    def _those(self, names: frozenset[str]) -> Iterator[Buffer]:
        return (b for b in self._buffers if b.name in names)

    def _rest(self, away: frozenset[str]) -> Problem:
        return Problem(tuple(b for b in self._buffers if b.name not in away), (self._fast,))

    def _overfull(self, away: frozenset[str]) -> int | None:
        """The step at which most is alive, if that is too much."""
        curve = live_bytes(self._rest(away))
        step = max(range(len(curve)), key=lambda t: (curve[t], -t), default=None)
        return None if step is None or curve[step] <= self._capacity else step

    def _at_least(self, away: frozenset[str], stay: frozenset[str]) -> int:
        """What the fullest step still costs: its cheapest bytes, were buffers cut in pieces."""
        step = self._overfull(away)
        if step is None:
            return 0
        here = [(b, b.bytes_at(step)) for b in self._buffers if b.name not in away]
        excess = sum(size for _, size in here) - self._capacity
        loose = [(self._cost[b.name], size) for b, size in here if size and b.name not in stay]
        total = 0.0
        for cost, size in sorted(loose, key=lambda each: each[0] / each[1]):
            if excess <= 0:
                break
            total += cost * min(1.0, excess / size)
            excess -= size
        return int(total)

    def _branches(
        self, away: frozenset[str], stay: frozenset[str], step: int | None
    ) -> Iterator[tuple[frozenset[str], frozenset[str]]]:
        """Each buffer that may go now, where those before it stay: so no choice comes up twice."""
        rest = (b for b in self._buffers if b.name not in away and b.name not in stay)
        able = [b for b in rest if b.size and (step is None or b.bytes_at(step))]
        able.sort(key=lambda b: (self._cost[b.name] / (b.size or 1), b.name))
        if len(able) > _BRANCHED:
            self._whole = False
        for buffer in able[:_BRANCHED]:
            yield away | {buffer.name}, stay
            stay |= {buffer.name}

    def _plan(self, away: frozenset[str]) -> Plan | None:
        """A plan of what is left in the fast memory; None where none was found."""
        rest = self._rest(away)
        plan = best_of(rest)
        if plan.known_peak <= self._capacity:
            return plan
        if lower_bound(rest).bytes <= self._capacity:
            self._whole = False  # there may be one
        return None

    def _one_by_one(self, away: frozenset[str], stay: frozenset[str]) -> frozenset[str]:
        """The cheapest byte at the fullest step goes, until what is left has a plan."""
        while True:
            step = self._overfull(away)
            if step is None and self._plan(away) is not None:
                return away
            following = next(self._branches(away, stay, step), None)
            if following is None:
                raise CapacityExceeded(
                    f"what must lie in {quoted(self._fast.name)} does not fit in its "
                    f"{self._capacity:,} bytes"
                )
            away = following[0]


def _homes(buffer: Buffer, fast: Space, slow: Space) -> tuple[str, ...]:
    both = (fast.name, slow.name)
    wanted = tuple(name for name in buffer.spaces if name in both)
    return wanted or both
