"""Problems to grade planners on, drawn from a seed: nobody knows them before the seed is chosen.

There are three kinds, in turn:

    net      the live ranges of a bundled net; each size is varied by up to a quarter
    random   live ranges and sizes at random, some of them with an alignment
    tight    a rectangle of memory and time that was cut into pieces: a plan without any hole
             exists, and so the bound can be reached
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cache
from random import Random

from memplan.bounds import lower_bound
from memplan.formats import load
from memplan.plan import Buffer, LiveRange, Problem
from memplan.samples import open_sample
from memplan.study import prepare, study

__all__ = ["Instance", "draw"]

NETS = (
    *("residual", "inception_block", "gradients", "recurrent", "lenet"),
    *("alexnet", "squeezenet", "resnet50", "mobilenet_v2", "inception_v1"),
)
_FRACTION = 4  # of its size that a net's blob may gain or lose


@dataclass(frozen=True, slots=True)
class Instance:
    """A problem to grade on.

    Attributes:
        title: What it was made of, for people.
        bound: Bytes that no plan can be below.
    """

    title: str
    problem: Problem
    bound: int


def draw(seed: int, count: int = 9) -> tuple[Instance, ...]:
    """Draw `count` problems: the same for the same seed, on every machine.

    >>> [instance.title for instance in draw(7, 3)]
    ['residual, sizes varied', 'random, 16 buffers', 'tight, 12 buffers']
    """
    nets = Random(f"memplan {seed} nets").sample(NETS, len(NETS))  # noqa: S311  no secret
    drawn = []
    for turn, place in (divmod(n, 3) for n in range(count)):
        random = Random(f"memplan {seed} {turn} {place}")  # noqa: S311
        if place == 0:
            drawn.append(_net(random, nets[turn % len(nets)]))
        else:
            drawn.append((_random if place == 1 else _tight)(random, turn))
    return tuple(drawn)


def _instance(title: str, buffers: list[Buffer]) -> Instance:
    problem = Problem(tuple(sorted(buffers, key=lambda b: (b.live, b.name))))
    return Instance(title, problem, lower_bound(problem).bytes)


def _net(random: Random, name: str) -> Instance:
    varied = [replace(b, size=_varied(random, b.size or 1)) for b in _problem_of(name).buffers]
    return _instance(f"{name}, sizes varied", varied)


@cache
def _problem_of(name: str) -> Problem:
    """The problem of a bundled net (a cache of ten at the most)."""
    return study(prepare(load(open_sample(name)))).problem


def _varied(random: Random, size: int) -> int:
    spread = size // _FRACTION
    return max(1, size + random.randint(-spread, spread))


def _random(random: Random, turn: int) -> Instance:
    """Buffers that live for a few steps, sizes over three decades; every other one aligned."""
    count = random.randint(12, 30) * (turn + 1)
    alignment = 16 if turn % 2 else 1
    buffers = []
    for index in range(count):
        begin = random.randrange(count)
        end = begin + 1 + min(int(random.expovariate(0.25)), count)
        size = int(10 ** random.uniform(1, 4))
        buffers.append(Buffer(f"b{index}", LiveRange(begin, end), size, alignment))
    return _instance(f"random, {count} buffers", buffers)


def _tight(random: Random, turn: int) -> Instance:
    """Cut the largest piece again and again, across time or across memory."""
    count = random.randint(10, 24) * (turn + 1)
    pieces = [(0, 2 * count, 0, 64 * count)]
    while len(pieces) < count:
        pieces.sort(key=lambda p: ((p[1] - p[0]) * (p[3] - p[2]), p))
        begin, end, low, high = pieces.pop()
        if random.random() < 0.5 and end - begin > 1:
            cut = random.randint(begin + 1, end - 1)
            pieces += [(begin, cut, low, high), (cut, end, low, high)]
        else:
            cut = random.randint(low + 1, high - 1)
            pieces += [(begin, end, low, cut), (begin, end, cut, high)]
    random.shuffle(pieces)
    rows = ((f"b{i}", LiveRange(p[0], p[1]), p[3] - p[2]) for i, p in enumerate(pieces))
    return _instance(f"tight, {count} buffers", [Buffer(*row) for row in rows])
