"""One search for offsets below a capacity, in one preorder, until it is decided or gives up.

Idea: a plan can be pushed down until every buffer lies at the bottom or on another one. Such a
plan is built from below: the first buffer in the preorder of those that can lie lowest is put
there, or else *skipped*, and then rests on a buffer that is still to be placed, no lower than
the lowest of these can end. A section in which more is left to place than fits above its floor
ends the branch. What is in nobody's way is placed without a choice, and so is what alone can
lie lowest in a section. Buffers that are alike in all are skipped together: where one of them
leads nowhere, no other leads further. Where no unplaced buffer crosses a cut, both sides are
solved apart.
Each failure is explained by the decisions that it needs, and a decision that is no part of it
is taken back without trying its other side (conflict-directed backjumping).
Reference: M. D. Moffitt, "MiniMalloc: A Lightweight Memory Allocator for Hardware-Accelerated
Machine Learning", ASPLOS 2023, for canonical plans, sections, the order by lowest offset and
the decomposition; P. Prosser, "Hybrid algorithms for the constraint satisfaction problem",
Computational Intelligence 9, 1993, for the backjumping. Skipping, its bound, the twins, and
forced and safe placements are ours.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from memplan.planners.search.budget import Watch
from memplan.planners.search.puzzle import Puzzle
from memplan.planners.search.state import NEVER, State

__all__ = ["Answer", "search"]

Agenda = tuple[int, int, int, "Agenda"] | None
"""Parts still to solve: sections [first, last), the decisions that are settled with it, more."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What one search came to: offsets in units; or none exist; or it gave up."""

    offsets: tuple[int, ...] | None
    exhausted: bool


def search(puzzle: Puzzle, order: Sequence[int], capacity: int, limit: int, watch: Watch) -> Answer:
    """Look for offsets at which no buffer ends above `capacity` units.

    Args:
        order: All buffers; of those that could be placed next, the first in it is.
        limit: Nodes after which to give up.

    Raises:
        Cancelled: As `watch` raises it.
    """
    run = _Run(State(puzzle, order, capacity))
    decided = run.to_the_end(limit, watch)
    if decided is None:
        return Answer(None, exhausted=False)
    if not decided:
        return Answer(None, exhausted=True)
    places = dict(zip(order, run.state.place, strict=True))
    return Answer(tuple(places[i] for i in range(len(order))), exhausted=False)


class _Run:
    """The decisions that are open, and the parts that are still to be solved."""

    def __init__(self, state: State) -> None:
        self.state = state
        self._open: list[tuple[int, int, Agenda]] = []
        self._agenda: Agenda = None

    def to_the_end(self, limit: int, watch: Watch) -> bool | None:
        """Whether all buffers found their place; None: the limit or the deadline came first."""
        fine = self.state.begin()
        self._agenda = self._parts(0, len(self.state.floor), 0, None)
        while True:
            if not fine:
                if not self._open_again():
                    return False
                fine = self._skip_last()
                continue
            if self._agenda is None:
                return True
            first, last, settled, rest = self._agenda
            lowest = min(self.state.floor[first:last])
            if lowest == NEVER:
                # Nothing in other parts depends on how this one was solved.
                del self._open[settled:]
                self._agenda = rest
                continue
            if limit <= 0 or watch.count():
                return None
            limit -= 1
            fine = self._step(lowest)

    def _step(self, lowest: int) -> bool:
        """Place the next buffer, by force or by choice; or lift what was skipped further up."""
        assert self._agenda is not None
        first, last = self._agenda[:2]
        state = self.state
        for buffer, section in self._alone(lowest).items():
            reason = state.why_forced(buffer, section)
            if reason is not None:
                return self._put(buffer, reason)
        buffer = state.low.index(lowest)
        while not first <= state.sections[buffer][0] < last:
            buffer = state.low.index(lowest, buffer + 1)
        if state.skipped[buffer] and state.rest(buffer) > lowest:
            return state.skip(buffer, 0)
        if state.is_safe(buffer):
            reason = state.why[buffer]
            for other in state.neighbours[buffer]:
                reason |= state.why[other]
            return self._put(buffer, reason)
        self._open.append((state.mark, buffer, self._agenda))
        return self._put(buffer, 1 << (len(self._open) - 1))

    def _alone(self, lowest: int) -> dict[int, int]:
        """What is alone somewhere at the lowest offset, and the fullest section where it is."""
        assert self._agenda is not None
        first, last = self._agenda[:2]
        low, total, found = self.state.low, self.state.total, dict[int, int]()
        for section, buffer in enumerate(self.state.alone[first:last], first):
            if buffer >= 0 and low[buffer] == lowest:
                best = found.setdefault(buffer, section)
                if total[section] > total[best]:
                    found[buffer] = section
        return found

    def _put(self, buffer: int, reason: int) -> bool:
        assert self._agenda is not None
        if not self.state.put(buffer, reason):
            return False
        self._agenda = self._parts(*self._agenda)
        return True

    def _open_again(self) -> bool:
        """Drop the decisions that the conflict does not need; whether one is left."""
        while self._open and not self.state.conflict >> (len(self._open) - 1) & 1:
            self._open.pop()
        return bool(self._open)

    def _skip_last(self) -> bool:
        """Take the last decision back, and go its other way."""
        mark, buffer, self._agenda = self._open.pop()
        self.state.undo(mark)
        return self.state.skip(buffer, self.state.conflict & ~(1 << len(self._open)))

    def _parts(self, first: int, last: int, settled: int, rest: Agenda) -> Agenda:
        """The stretch [first, last) of sections, cut where no unplaced buffer crosses."""
        floor, crossing = self.state.floor, self.state.crossing
        cuts = [c for c in range(first + 1, last) if not crossing[c]]
        agenda = rest
        for low, high in zip([first, *cuts], [*cuts, last], strict=True):
            if min(floor[low:high], default=NEVER) != NEVER:
                agenda = (low, high, settled, agenda)
                settled = len(self._open)
        return agenda
