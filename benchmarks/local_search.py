"""Local search beside the complete one: height over bound after the same seconds for each.

    python -m benchmarks.local_search [--seconds 3] [FILE.csv | FOLDER] …

Three that improve plans: `optimal`, hill climbing over orders of first fit (as Arm's Vela does it,
in our own words), and guided ejection. Each starts from the plan of `best_of`. On the files given,
then on sheets cut into pieces, whose least height is known: plain ones; ones with buffers that are
joined from two pieces and occupy a part of themselves for a time; ones told as a conflict relation
to which pairs are added that lay apart; last on the buffers of long nets.

Measured once, with three seconds of the processor each:

                          best_of  optimal climbing ejection
    A.1048576              1.2900   1.0000   1.1709   1.0413
    C.1048576              1.3635   1.0000   1.1961   1.0612
    E.1048576              1.3691   1.0000   1.1504   1.0416
    G.1048576              1.1699   1.0000   1.1338   1.1001
    I.1048576              1.3877   1.0000   1.2637   1.0599
    K.1048576              1.2900   1.0000   1.2275   1.1072
    S_1                    1.0043   1.0043   1.0043   1.0029
    resnet50_somas         1.0022   1.0022   1.0022   1.0015
    sheet 100              1.1756   1.0000   1.1178   1.0024
    sheet 300              1.2795   1.0488   1.1541   1.0204
    sheet 1000             1.2602   1.2573   1.2552   1.1085
    joined 50              1.2078   1.2078   1.1206   1.0002
    joined 100             1.2105   1.2105   1.0884   1.0043
    joined 300             1.3118   1.3118   1.1459   1.0328
    hidden 30              1.2291   1.2291   1.0588   1.0000
    hidden 50              1.2581   1.2581   1.1929   1.0002
    hidden 100             1.5369   1.5369   1.3428   1.0050
    hidden 300             1.6584   1.6584   1.6080   1.1750
    long net 1,000         1.0145   1.0000   1.0143   1.0005
    long net 10,000        1.0042   1.0042   1.0042   1.0019
    long net 100,000       1.0042   1.0042   1.0042   1.0008

Hill climbing is not tried beyond 4,000 buffers. It loses to guided ejection wherever both are, and
is kept here alone. The complete search is ahead as long as it ends, mostly to some three hundred
buffers; it was given no relation and no windows to look through when this was measured.
"""

from __future__ import annotations

import argparse
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from random import Random
from types import MappingProxyType
from unittest.mock import patch

from benchmarks.packing import cut, cut_up, files, pinwheel
from benchmarks.packing_large import made, read
from memplan.bounds import lower_bound
from memplan.plan import Buffer, LiveRange, Plan, Problem, Window
from memplan.planners.best_of import best_of
from memplan.planners.forbidden import Forbidden
from memplan.planners.guided_ejection import lowered
from memplan.planners.optimal import optimal_within
from memplan.planners.search import Budget, Watch
from memplan.verify import verify

SEEDS = 3
MOST_CLIMBED = 4_000
"""Buffers beyond which one placing of all takes longer than hill climbing can wait for."""


def hidden(count: int, chance: Random, share: float = 0.3) -> Problem:
    """A sheet as a conflict relation: who is alive together, and some of those that lay apart."""
    pieces = cut_up(pinwheel(), count, chance)
    pairs = set()
    for j, (begin, end, low, high) in enumerate(pieces):
        for i, (born, dead, bottom, top) in enumerate(pieces[:j]):
            apart = high <= bottom or top <= low
            if (born < end and begin < dead) or (apart and chance.random() < share):
                pairs.add((i, j))
    buffers = (Buffer(f"p{n}", LiveRange(b, e), t - u) for n, (b, e, u, t) in enumerate(pieces))
    return Problem(tuple(buffers), conflicts=frozenset(pairs))


def joined(count: int, chance: Random, share: float = 0.5) -> Problem:
    """A sheet in which some pieces take in one that comes just before or after within their bytes.

    The buffer of both occupies only the smaller one's bytes while that is there.
    """
    pieces = cut_up(pinwheel(), count, chance)
    buffers, used = [], set()
    for n, (begin, end, low, high) in enumerate(pieces):
        if n in used:
            continue
        used.add(n)
        beside = [
            k
            for k, (born, dead, bottom, top) in enumerate(pieces)
            if k not in used and (born == end or dead == begin) and low <= bottom and top <= high
        ]
        if not beside or chance.random() >= share:
            buffers.append(Buffer(f"p{n}", LiveRange(begin, end), high - low))
            continue
        used.add(beside[0])
        born, dead, bottom, top = pieces[beside[0]]
        live = LiveRange(min(begin, born), max(end, dead))
        window = Window(LiveRange(born, dead), bottom - low, top - low)
        buffers.append(Buffer(f"p{n}", live, high - low, windows=(window,)))
    return Problem(tuple(buffers))


@dataclass(slots=True)
class Climb:
    """An order, where first fit puts the buffers in it, and the height of that."""

    sizes: Sequence[int]
    stretches: Sequence[Sequence[tuple[int, int, int]]]
    order: list[int]
    offsets: list[int] = field(default_factory=list)
    peak: int = 0

    def place_from(self, first: int, highest: int) -> bool:
        """Place what stands in the order from `first` on; False: one ends above `highest`."""
        for one in self.order[first:]:
            self.offsets[one] = -1
        for one in self.order[first:]:
            blocks = sorted(
                (self.offsets[other] + low, self.offsets[other] + high)
                for other, low, high in self.stretches[one]
                if self.offsets[other] >= 0
            )
            offset = 0
            for low, high in blocks:
                if low >= offset:
                    break
                offset = max(offset, high)
            self.offsets[one] = offset
            if offset + self.sizes[one] > highest:
                return False
        self.peak = max(map(sum, zip(self.offsets, self.sizes, strict=True)))
        return True

    def blamed(self, chance: Random) -> list[int]:
        """One that ends at the peak, and what it rests on, down to the bottom."""
        ends = enumerate(map(sum, zip(self.offsets, self.sizes, strict=True)))
        found, open_ = set(), [chance.choice([one for one, end in ends if end == self.peak])]
        while open_:
            one = open_.pop()
            if one not in found:
                found.add(one)
                open_ += (
                    other
                    for other, _, high in self.stretches[one]
                    if self.offsets[other] + high == self.offsets[one]
                )
        return sorted(found)

    def turn(self, chance: Random) -> None:
        """Move one to blame before a neighbour that was placed earlier; keep it if not worse."""
        place = {one: n for n, one in enumerate(self.order)}
        one = chance.choice(self.blamed(chance))
        before = sorted({place[o] for o, _, _ in self.stretches[one] if place[o] < place[one]})
        if not before:
            return
        first, old = chance.choice(before), (self.order[:], self.offsets[:])
        if chance.randrange(2):
            self.order.insert(first, self.order.pop(place[one]))
        else:
            self.order[place[one]], self.order[first] = self.order[first], one
        if not self.place_from(first, self.peak):
            self.order, self.offsets = old


def climbed(plan: Plan, seconds: float) -> Plan:
    """Hill climbing over orders; plain offsets only (none fixed, no alignment)."""
    problem, started = plan.problem, time.monotonic()
    bound, offsets = lower_bound(problem).bytes, plan.offsets or {}
    buffers = sorted(problem.buffers, key=lambda b: (b.live.begin, b.live.end, b.size, b.name))
    apart = Forbidden(problem, buffers)
    rows = [apart.of(n) for n in range(len(buffers))]
    climb = Climb(
        [b.size or 0 for b in buffers],
        [list(zip(*(column.tolist() for column in row), strict=True)) for row in rows],
        sorted(range(len(buffers)), key=lambda n: (offsets[buffers[n].name], n)),
        [-1] * len(buffers),
    )
    climb.place_from(0, 1 << 62)
    chance = Random(len(buffers))
    while climb.peak > bound and time.monotonic() - started < seconds:
        climb.turn(chance)
    found = {b.name: offset for b, offset in zip(buffers, climb.offsets, strict=True)}
    better = replace(plan, offsets=MappingProxyType(found), proof=None)
    return better if better.known_peak < plan.known_peak else plan


def heights(problem: Problem, seconds: float) -> list[float]:
    """The heights over the bound: best of several, and each of the three from there."""
    bound = lower_bound(problem).bytes
    first = best_of(problem)
    budget = Budget(deadline=seconds)
    plans = [first, optimal_within(problem, None, budget)]
    # Placing all in turn has to be quick for orders to be tried.
    plans.append(climbed(first, seconds) if len(problem.buffers) <= MOST_CLIMBED else first)
    plans.append(lowered(first, Watch(budget), bound))
    for plan in plans:
        verify(plan)
    return [plan.known_peak / bound for plan in plans]


def cases(words: Sequence[str]) -> Iterator[tuple[str, list[Problem]]]:
    """What is tried: a name, and problems of one kind."""
    for path in files(list(words)):
        yield path.stem, [read(path)]
    for count in (100, 300, 1000):
        yield f"sheet {count}", [cut(pinwheel(), count, Random(seed)) for seed in range(SEEDS)]
    for count in (50, 100, 300):
        yield f"joined {count}", [joined(count, Random(seed)) for seed in range(SEEDS)]
    for count in (30, 50, 100, 300):
        yield f"hidden {count}", [hidden(count, Random(seed)) for seed in range(SEEDS)]
    for count in (1_000, 10_000, 100_000):
        yield f"long net {count:,}", [made(count)]


def main() -> None:
    """Print a line for each kind: means over its problems."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("files", nargs="*")
    parser.add_argument("--seconds", type=float, default=3.0)
    asked = parser.parse_args()
    # Seconds of the processor: the machine may be busy with something else.
    with patch("time.monotonic", time.process_time):
        table(asked.files, asked.seconds)


def table(words: Sequence[str], seconds: float) -> None:
    """Print it, a line after each kind."""
    print(f"{'':<20} {'best_of':>8} {'optimal':>8} {'climbing':>8} {'ejection':>8}", flush=True)
    for name, problems in cases(words):
        rows = [heights(problem, seconds) for problem in problems]
        means = (sum(column) / len(column) for column in zip(*rows, strict=True))
        print(f"{name:<20} {' '.join(f'{mean:8.4f}' for mean in means)}", flush=True)


if __name__ == "__main__":
    main()
