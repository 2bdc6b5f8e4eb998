"""Below a lid: what does not fit is put where it costs least, and throws out what lies there.

     lid ───────────────────      x was above the lid. Two places would take it: one throws out c,
         │ a │ b ┌───┐            the other a and b. Each time that one finds no free place, its
         │   │   │ c │   x ──▶    weight grows, so that what is hard to place stays where it is,
         └───┴───┴───┘            and what is easy goes elsewhere.

Once everything lies below it, the lid is lowered. Between, a buffer by chance slides up or down
as far as it is free, so that the search does not tread in one place.
"""

from __future__ import annotations

from collections.abc import Sequence
from random import Random

import numpy as np

from memplan.plan import Buffer, Problem
from memplan.planners.forbidden import Forbidden, Numbers
from memplan.planners.search import Watch

__all__ = ["Ejection"]

_OUT = -(1 << 62)  # the offset of what has no place at present
_NEVER = 1 << 46  # the weight of what is fixed: more than all that could be ejected at once
_HEAVIEST = 1 << 14  # of anything else at first; it grows to no more than 2 * _FADES times as much
_FADES = 500  # steps after which half of what the weights have grown by is forgotten
_SHARE = 30  # the lid is lowered by this share of what is left to gain


class Ejection:
    """Where the buffers lie, which are out, and the lowest plan so far.

    Attributes:
        best: Offsets of the lowest plan.
        peak: Its height.
        least: No lid below this is tried: none can hold the buffers.
    """

    def __init__(
        self, problem: Problem, buffers: Sequence[Buffer], offsets: Sequence[int], least: int
    ) -> None:
        """Begin with a plan.

        Args:
            buffers: Those of the problem, of one space, that take room, sorted by birth.
            offsets: Theirs.
        """
        self.apart = Forbidden(problem, buffers)
        self.best: Numbers = np.array(offsets, np.int64)
        self._sizes: Numbers = np.array([b.size for b in buffers], np.int64)
        # Of windows nobody knows here: a buffer is whole when its top is told.
        self.least = max(least, int(self._sizes.max()))
        self.peak = int((self.best + self._sizes).max())
        self._alignments = [problem.alignment_of(b) for b in buffers]
        self._fixed = [b.offset is not None for b in buffers]
        self._first = self._weights()
        self._weight = self._first.copy()
        # By chance, but the same chance for the same problem on every machine.
        self._chance = Random(len(buffers))  # noqa: S311  no secret
        self._place = self.best.copy()
        self._out: list[int] = []
        self._lid = 0

    def _weights(self) -> Numbers:
        """What is big and has many neighbours is hard to place: dear from the first."""
        hard = np.sqrt(self._sizes * np.maximum(1.0, self.apart.counts()))
        weights: Numbers = 1 + (hard * (_HEAVIEST / hard.max())).astype(np.int64)
        weights[self._fixed] = _NEVER
        return weights

    def run(self, watch: Watch, nodes: int | None = None) -> None:
        """Lower the lid as often as the watch allows; `best` is a plan whenever this is left.

        Args:
            nodes: The most to spend of what the watch allows; None: all.

        Raises:
            Cancelled: As the watch does.
        """
        self._lower()
        end = None if nodes is None else watch.nodes + nodes
        while self.least < self.peak and not watch.over and watch.nodes != end:
            watch.best, watch.bound = self.peak, self.least
            if watch.count():
                return
            if not self._step():
                self.least = self._lid + 1
                self._lower()
            elif not self._out:
                self.best = self._place.copy()
                self.peak = int((self.best + self._sizes).max())
                self._lower()
            if watch.nodes % _FADES == 0:
                self._weight = self._first + (self._weight - self._first) // 2

    def _lower(self) -> None:
        """Start from the lowest plan under a lower lid: what reaches above it is out."""
        gain = self.peak - self.least
        self._lid = self.peak - max(1, gain // _SHARE)
        self._place = self.best.copy()
        self._out = np.flatnonzero(self._place + self._sizes > self._lid).tolist()
        self._place[self._out] = _OUT

    def _step(self) -> bool:
        """Give something that is out a place; False: what is fixed leaves it none below the lid."""
        which = self._chance.randrange(len(self._out))
        self._out[which], self._out[-1] = self._out[-1], self._out[which]
        one = self._out.pop()
        others, lows, highs = self._near(one)
        offsets = self._offsets(one, lows, highs)
        costs = _costs(offsets, self._weight[others], lows, highs)
        least = int(costs.min())
        if least >= _NEVER:
            return False
        same = offsets[costs == least]
        offset = int(same[self._chance.randrange(len(same))])
        if least > 0:
            self._weight[one] += self._first[one]
            ejected = others[(lows < offset) & (highs > offset)]
            self._place[ejected] = _OUT
            self._out += ejected.tolist()
        elif self._chance.randrange(2):
            offset = int(same.min())
        self._place[one] = offset
        self._slide(self._chance.randrange(len(self._fixed)))
        return True

    def _near(self, one: int) -> tuple[Numbers, Numbers, Numbers]:
        """What has a place among those to keep off, and between which offsets `one` may not be.

        Both ends are left out, and may lie below the bottom.
        """
        others, lows, highs = self.apart.of(one)
        places = self._place[others]
        placed = places != _OUT
        places = places[placed]
        return others[placed], places + lows[placed], places + highs[placed]

    def _offsets(self, one: int, lows: Numbers, highs: Numbers) -> Numbers:
        """Where it could lie: at the bottom, just above or just below another, under the lid."""
        alignment, room = self._alignments[one], self._lid - int(self._sizes[one])
        ends = ([0], -(-highs // alignment), lows // alignment, [room // alignment])
        found = np.concatenate(ends) * alignment
        return found[(found >= 0) & (found <= room)]

    def _slide(self, one: int) -> None:
        """Up or down as far as it is free."""
        here = int(self._place[one])
        if here == _OUT or self._fixed[one]:
            return
        alignment, room = self._alignments[one], self._lid - int(self._sizes[one])
        _, lows, highs = self._near(one)
        if self._chance.randrange(2):
            below = int(highs[highs <= here].max(initial=0))
            self._place[one] = -(-below // alignment) * alignment
        else:
            above = int(lows[lows >= here].min(initial=room))
            self._place[one] = above // alignment * alignment


def _costs(offsets: Numbers, weights: Numbers, lows: Numbers, highs: Numbers) -> Numbers:
    """The weight of all that would be ejected at each offset.

    That of all stretches that begin below it, less that of those that have ended by then.
    """
    by_low, by_high = np.argsort(lows, kind="stable"), np.argsort(highs, kind="stable")
    begun = np.concatenate(([0], np.cumsum(weights[by_low])))
    ended = np.concatenate(([0], np.cumsum(weights[by_high])))
    begins = np.searchsorted(lows[by_low], offsets, "left")
    return begun[begins] - ended[np.searchsorted(highs[by_high], offsets, "right")]
