"""Local search beside the complete one: height over bound after the same seconds for each.

    python -m benchmarks.local_search [--seconds 3] [FILE.csv | FOLDER] …

Three that improve plans: `optimal`, hill climbing over orders of first fit (as Arm's Vela does it,
in our own words), and guided ejection. Each starts from the plan of `best_of`. On the files given,
then on sheets cut into pieces, whose least height is known: plain ones; ones with buffers that are
joined from two pieces and occupy a part of themselves for a time; ones told as a conflict relation
to which pairs are added that lay apart; last on the buffers of long nets.

Measured once, with three seconds of the processor each:

                          best_of  optimal climbing ejection
    A.1048576              1.2705   1.0000   1.1914   1.0107
    C.1048576              1.3635   1.0000   1.1961   1.0414
    E.1048576              1.3652   1.0000   1.2285   1.0234
    G.1048576              1.1699   1.0000   1.1338   1.0723
    I.1048576              1.3359   1.0000   1.2656   1.0449
    K.1048576              1.2900   1.0000   1.2256   1.0879
    S_1                    1.0043   1.0167   1.0043   1.0029
    resnet50_somas         1.0022   1.0000   1.0022   1.0003
    sheet 100              1.1756   1.0000   1.1178   1.0011
    sheet 300              1.2327   1.0050   1.1144   1.0192
    sheet 1000             1.2573   1.1029   1.2393   1.0942
    joined 50              1.1883   1.0002   1.1038   1.0002
    joined 100             1.2105   1.0006   1.0884   1.0037
    joined 300             1.2794   1.0300   1.1451   1.0206
    hidden 30              1.2291   1.0000   1.0591   1.0000
    hidden 50              1.2581   1.0000   1.1929   1.0002
    hidden 100             1.4174   1.0098   1.2996   1.0057
    hidden 300             1.5903   1.2120   1.5675   1.0272
    long net 1,000         1.0145   1.0000   1.0143   1.0000
    long net 10,000        1.0042   1.0001   1.0042   1.0001
    long net 100,000       1.0042   1.0042   1.0042   1.0000

Hill climbing is not tried beyond 4,000 buffers. It loses to guided ejection wherever both are, and
is kept here alone. `optimal` takes turns between a complete search and guided ejection: it is ahead
as long as the complete one ends, and behind where a round of that takes seconds. On S_1 and on the
longest net its three seconds go to the first greedy plans.
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
