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
        crossing: How many unplaced buffers are alive on both sides of the cut before a section.
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
        self.alive = [tuple(sorted(rank[i] for i in alive)) for alive in puzzle.alive]
        # Twice the first: `itemgetter` of one index alone returns no tuple.
        self.read = [itemgetter(*(a or (0,))[:1], *(a or (0,))) for a in self.alive]
        self.low = [puzzle.fixed[i] or 0 for i in order]
        count, sections = len(order), len(self.alive)
        self.why, self.place, self.skipped = [0] * count, [-1] * count, [False] * count
        self.total = [sum(self.sizes[i] for i in alive) for alive in self.alive]
        self.floor, self.alone = [NEVER] * sections, [-1] * sections
        self.crossing = [0] * (sections + 1)
        for own in self.sections:
            for cut in range(own[0] + 1, own[-1] + 1):
                self.crossing[cut] += 1
        self.conflict = 0
        self._trail: list[tuple[list[Any], int, Any]] = []

    def begin(self) -> bool:
        """Work out all floors; whether nothing is wrong from the first."""
        low, sizes = self.low, self.sizes
        if any(low[i] + sizes[i] > self.capacity for i in range(len(low))):
            return False
        return self._settle(s for s, alive in enumerate(self.alive) if alive)

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
        total, crossing = self.total, self.crossing
        for section in own:
            note((total, section, total[section]))
            total[section] -= size
        for cut in range(own[0] + 1, own[-1] + 1):
            note((crossing, cut, crossing[cut]))
            crossing[cut] -= 1
        reach = self._lift(buffer, offset, reason)
        if reach is None:
            return False
        floor, top = self.floor, offset + size
        changed = set(own)
        changed.update(s for s in range(*reach) if floor[s] < top)
        return self._settle(sorted(changed))

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
        """Let a buffer rest on one that is still to be placed; whether nothing is wrong then."""
        new = self.rest(buffer)
        reason |= self.why_rest(buffer, new)
        note, old = self._trail.append, self.low[buffer]
        if self.fixed[buffer] or new + self.sizes[buffer] > self.capacity:
            self.conflict = reason
            return False
        note((self.skipped, buffer, self.skipped[buffer]))
        note((self.low, buffer, old))
        note((self.why, buffer, self.why[buffer]))
        self.skipped[buffer], self.low[buffer], self.why[buffer] = True, new, reason
        floor = self.floor
        return self._settle([s for s in self.sections[buffer] if floor[s] == old])

    def rest(self, buffer: int) -> int:
        """The lowest offset on top of a neighbour that is still to be placed."""
        low, sizes = self.low, self.sizes
        top = min((low[o] + sizes[o] for o in self.neighbours[buffer]), default=NEVER)
        alignment = self.alignments[buffer]
        return -(-top // alignment) * alignment

    def why_rest(self, buffer: int, offset: int) -> int:
        """The reason that nothing on which a buffer could rest ends below `offset`."""
        reason, why, sizes = self.why[buffer], self.why, self.sizes
        for other in self.neighbours[buffer]:
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

    def _settle(self, sections: Iterable[int]) -> bool:
        """Work out the floors of sections anew; False: one of them holds too much."""
        floor, total, alone, note = self.floor, self.total, self.alone, self._trail.append
        for section in sections:
            lows = list(self.read[section](self.low))
            del lows[0]
            least = min(lows)
            if least != floor[section]:
                note((floor, section, floor[section]))
                floor[section] = least
            if least == NEVER:
                continue
            highest = self.capacity - total[section]
            if least > highest:
                self.conflict = self._overfull(section, least - highest)
                return False
            at = lows.index(least)
            lows[at] = NEVER
            only = self.alive[section][at] if min(lows) > highest else -1
            if only != alone[section]:
                note((alone, section, alone[section]))
                alone[section] = only
        return True

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
