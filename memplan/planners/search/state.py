"""What is known in the midst of a search, with its reasons, and how to take it back.

Reasons are sets of decisions, as bits of a whole number: bit d stands for the d-th decision
that is still open. The reason of a buffer's lowest offset is that of "it lies no lower", that
of a placed buffer is the one of "it lies just there".
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from operator import itemgetter
from typing import Any

from memplan.planners.search.puzzle import Puzzle
from memplan.planners.search.twins import twins_of

__all__ = ["NEVER", "State"]

NEVER = 1 << 62
"""Above every offset: the lowest offset of what is placed already."""


class State:
    """Buffers by their rank in a preorder, the lowest offset of each, and what follows of it.

    Attributes:
        low: The lowest offset that each unplaced buffer may still take.
        why: The reason of it; of a placed buffer the reason of its place.
        place: Where the placed ones lie; -1: not placed.
        floor: The least of `low` in each section: nothing unplaced lies below.
        total: Units that are not placed yet in each section.
        skipped: It does not lie at the top of any placed buffer, but on one still to be placed.
        alone: The buffer that must lie lowest in a section, since all others would end too high
            then; -1: none.
        watched: Two buffers of each section. While the first lies as low as its floor and the
            second low enough for the first not to be alone, nothing is to be worked out anew,
            whatever the others do. Stale ones do no harm, so `undo` leaves them.
        crossing: How many unplaced buffers are alive on both sides of the cut before a section.
        twins: The others that are like a buffer in size, alignment and the sections it is alive in.
        bearers: On whom it could rest while its twins are not placed: whom it meets, but for them.
        conflict: After a failure: decisions that cannot stand together.
    """

    def __init__(self, puzzle: Puzzle, order: Sequence[int], capacity: int) -> None:
        rank = {index: place for place, index in enumerate(order)}
        self.order, self.capacity = order, capacity
        self.sizes = [puzzle.sizes[i] for i in order]
        self.alignments = [puzzle.alignments[i] for i in order]
        self.fixed = [puzzle.fixed[i] is not None for i in order]
        self.sections = [puzzle.sections[i] for i in order]
        self.neighbours = [tuple(sorted(rank[j] for j in puzzle.neighbours[i])) for i in order]
        # From behind: whoever is placed last makes the best watch.
        self.alive = [tuple(sorted((rank[i] for i in a), reverse=True)) for a in puzzle.alive]
        # Twice the first: `itemgetter` of one index alone returns no tuple.
        self.read = [itemgetter(*(a or (0,))[:1], *(a or (0,))) for a in self.alive]
        self.low = [puzzle.fixed[i] or 0 for i in order]
        count, sections = len(order), len(self.alive)
        alike = twins_of(puzzle)
        self.twins = [tuple(sorted(rank[j] for j in alike[i])) for i in order]
        self.bearers = [
            tuple(j for j in others if j not in twins) if twins else others
            for others, twins in zip(self.neighbours, map(frozenset, self.twins), strict=True)
        ]
        self.why, self.place, self.skipped = [0] * count, [-1] * count, [False] * count
        self.total = [sum(self.sizes[i] for i in alive) for alive in self.alive]
        self.floor, self.alone = [0 if a else NEVER for a in self.alive], [-1] * sections
        self.watched = [(-1, -1)] * sections
        self.crossing = [0] * (sections + 1)
        for own in self.sections:
            for cut in range(own[0] + 1, own[-1] + 1):
                self.crossing[cut] += 1
        self.conflict = 0
        self._runs = [_runs(own) for own in self.sections]
        self._trail: list[tuple[list[Any], Any, Any]] = []

    def begin(self) -> bool:
        """Work out all floors; whether nothing is wrong from the first."""
        low, sizes = self.low, self.sizes
        if any(low[i] + sizes[i] > self.capacity for i in range(len(low))):
            return False
        return self._settle([s for s, alive in enumerate(self.alive) if alive], 0)

    @property
    def mark(self) -> int:
        """Where `undo` returns to."""
        return len(self._trail)

    def undo(self, mark: int) -> None:
        """Take everything back that was noted since `mark`."""
        trail = self._trail
        while len(trail) > mark:
            table, index, value = trail.pop()
            table[index] = value

    def put(self, buffer: int, reason: int) -> bool:
        """Place a buffer at its lowest offset; whether nothing is wrong then."""
        offset, own = self.low[buffer], self.sections[buffer]
        note, size = self._trail.append, self.sizes[buffer]
        note((self.place, buffer, -1))
        note((self.low, buffer, offset))
        note((self.why, buffer, self.why[buffer]))
        self.place[buffer], self.low[buffer], self.why[buffer] = offset, NEVER, reason
        for run in self._runs[buffer]:
            before = self.total[run]
            note((self.total, run, before))
            self.total[run] = [units - size for units in before]
        cuts = slice(own[0] + 1, own[-1] + 1)
        crossed = self.crossing[cuts]
        note((self.crossing, cuts, crossed))
        self.crossing[cuts] = [count - 1 for count in crossed]
        reach = self._lift(buffer, offset, reason)
        if reach is None:
            return False
        floor, top = self.floor, offset + size
        if not self._settle(own, top):
            return False
        return self._settle([s for s in range(*reach) if floor[s] < top], 0)

    def _lift(self, buffer: int, offset: int, reason: int) -> tuple[int, int] | None:
        """Lift what meets a placed buffer above it; the sections reached, None: a conflict."""
        low, why, sizes, skipped = self.low, self.why, self.sizes, self.skipped
        note, top = self._trail.append, offset + sizes[buffer]
        first, last = self.sections[buffer][0], self.sections[buffer][-1]
        for other in self.neighbours[buffer]:
            old = low[other]
            if old < top:
                note((why, other, why[other]))
                # What is too big for the room below needs no reason to lie above.
                why[other] = reason if sizes[other] > offset else why[other] | reason
                new = -(-top // self.alignments[other]) * self.alignments[other]
                if self.fixed[other] or new + sizes[other] > self.capacity:
                    self.conflict = why[other] | reason
                    return None
                note((low, other, old))
                low[other] = new
                own = self.sections[other]
                first, last = min(first, own[0]), max(last, own[-1])
            if skipped[other] and old != NEVER:
                note((skipped, other, True))
                skipped[other] = False
        return first, last + 1

    def skip(self, buffer: int, reason: int) -> bool:
        """Let a buffer rest on one that is still to be placed; whether nothing is wrong then.

        So do its twins: whatever holds for one of them holds for all that are not placed.
        """
        new = self.rest(buffer)
        reason |= self.why_rest(buffer, new)
        note, old = self._trail.append, self.low[buffer]
        if self.fixed[buffer] or new + self.sizes[buffer] > self.capacity:
            self.conflict = reason
            return False
        for twin in (buffer, *self.twins[buffer]):
            if self.low[twin] == old:
                note((self.skipped, twin, self.skipped[twin]))
                note((self.low, twin, old))
                note((self.why, twin, self.why[twin]))
                self.skipped[twin], self.low[twin], self.why[twin] = True, new, reason
        floor = self.floor
        return self._settle([s for s in self.sections[buffer] if floor[s] == old], 0)

    def rest(self, buffer: int) -> int:
        """The lowest offset on top of a neighbour that is still to be placed.

        The lowest of twins rests on none of them.
        """
        low, sizes = self.low, self.sizes
        top = min((low[o] + sizes[o] for o in self.bearers[buffer]), default=NEVER)
        alignment = self.alignments[buffer]
        return -(-top // alignment) * alignment

    def why_rest(self, buffer: int, offset: int) -> int:
        """The reason that nothing on which a buffer could rest ends below `offset`."""
        reason, why, sizes = self.why[buffer], self.why, self.sizes
        for other in self.bearers[buffer]:
            if sizes[other] < offset:
                reason |= why[other]
        return reason

    def is_safe(self, buffer: int) -> bool:
        """Whether a buffer is in nobody's way at its lowest offset: it may lie there untried."""
        top, low = self.low[buffer] + self.sizes[buffer], self.low
        return all(low[other] >= top for other in self.neighbours[buffer])

    def why_forced(self, buffer: int, section: int) -> int | None:
        """Why a buffer that is `alone` in a section cannot be skipped; None: it can be."""
        new = self.rest(buffer)
        if new <= self.capacity - self.total[section]:
            return None
        reason, low, why = self.why_rest(buffer, new), self.low, self.why
        for other in self.alive[section]:
            if low[other] != NEVER:
                reason |= why[other]
        return reason

    def _settle(self, sections: Iterable[int], least: int) -> bool:
        """Work out the floors of sections anew; False: one of them holds too much.

        Args:
            least: Nothing unplaced in them lies below it.
        """
        low, floor, total, alone = self.low, self.floor, self.total, self.alone
        watched, capacity, note = self.watched, self.capacity, self._trail.append
        for section in sections:
            was, highest = floor[section], capacity - total[section]
            now = max(was, least)
            first, second = watched[section]
            if least == 0 <= first == alone[section] and low[first] == was:
                continue
            if first == second or low[first] != now or low[second] > highest:
                now = self._watch(section, now, highest)
                if highest < now < NEVER:
                    self.conflict = self._overfull(section, now - highest)
                    return False
                first, second = watched[section]
            if now != was:
                note((floor, section, was))
                floor[section] = now
            only = first if first == second else -1
            if only != alone[section]:
                note((alone, section, alone[section]))
                alone[section] = only
        return True

    def _watch(self, section: int, least: int, highest: int) -> int:
        """Choose whom to watch in a section, one buffer twice if it is alone; the floor there."""
        alive, lows = self.alive[section], list(self.read[section](self.low))
        del lows[0]
        floor = least if least in lows else min(lows)
        if floor == NEVER:
            self.watched[section] = (-1, -1)
            return NEVER
        at = lows.index(floor)
        first, second = alive[at], self.watched[section][1]
        if second in (first, -1) or self.low[second] > highest:
            lows[at] = NEVER
            following = min(lows)
            second = first if following > highest else alive[lows.index(following)]
        self.watched[section] = (first, second)
        return floor

    def _overfull(self, section: int, excess: int) -> int:
        """Reasons enough that a section holds too much: without those that are not needed."""
        why, sizes, low, reason = self.why, self.sizes, self.low, 0
        held = [i for i in self.alive[section] if low[i] != NEVER]
        for buffer in sorted(held, key=why.__getitem__, reverse=True):
            if sizes[buffer] < excess:
                excess -= sizes[buffer]
            else:
                reason |= why[buffer]
        return reason


def _runs(sections: Sequence[int]) -> tuple[slice, ...]:
    """The same sections, in stretches without a gap."""
    edges = [k for k in range(1, len(sections)) if sections[k] != sections[k - 1] + 1]
    stretches = zip([0, *edges], [*edges, len(sections)], strict=True)
    return tuple(slice(sections[k], sections[m - 1] + 1) for k, m in stretches)
