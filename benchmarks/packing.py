"""The search on hard problems: nodes, seconds, height, whether it is proven.

    python -m benchmarks.packing [FILE.csv | FOLDER] …

After the files come sheets cut into pieces, whose least height is known: the pieces of a full
sheet fit together just so. `cut` goes edge to edge, `pinwheel` begins from a sheet that no such
cut divides. They show whether what solves the files solves others of the kind.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Iterator
from pathlib import Path
from random import Random

from benchmarks.packing_large import read
from memplan.bounds import lower_bound
from memplan.plan import Buffer, LiveRange, Problem
from memplan.planners.best_of import best_of
from memplan.planners.optimal import optimal_within
from memplan.planners.search import Budget
from memplan.verify import verify

SEEDS = 8
HEIGHT, STEPS = 4096, 1024
DEADLINE = 20.0  # seconds of the clock

Piece = tuple[int, int, int, int]
"""Steps [begin, end) and bytes [low, high)."""


def pinwheel() -> list[Piece]:
    """Five pieces around a middle one, which no straight cut parts."""
    a, b, c, d = STEPS // 3, 2 * STEPS // 3, HEIGHT // 3, 2 * HEIGHT // 3
    return [
        (0, b, 0, c), (b, STEPS, 0, d), (a, STEPS, d, HEIGHT), (0, a, c, HEIGHT), (a, b, c, d)
    ]  # fmt: skip


def cut_up(pieces: list[Piece], count: int, chance: Random) -> list[Piece]:
    """Cut a row of pieces until there are so many, and shuffle them."""
    while len(pieces) < count:
        begin, end, low, high = pieces.pop(chance.randrange(len(pieces)))
        if end - begin > 1 and (high - low < 2 or chance.random() < 0.5):
            at = chance.randrange(begin + 1, end)
            pieces += [(begin, at, low, high), (at, end, low, high)]
        elif high - low > 1:
            at = chance.randrange(low + 1, high)
            pieces += [(begin, end, low, at), (begin, end, at, high)]
        else:
            pieces.append((begin, end, low, high))
    chance.shuffle(pieces)
    return pieces


def cut(pieces: list[Piece], count: int, chance: Random) -> Problem:
    """Cut a row of pieces until there are so many; where they lay is forgotten."""
    return Problem(
        tuple(
            Buffer(f"p{n}", LiveRange(begin, end), high - low)
            for n, (begin, end, low, high) in enumerate(cut_up(pieces, count, chance))
        )
    )


def measured(problem: Problem) -> tuple[float, int, int, bool]:
    """Seconds of the processor, nodes, height, and whether that is proven the least."""
    started = time.process_time()
    plan = optimal_within(problem, budget=Budget(deadline=DEADLINE))
    seconds = time.process_time() - started
    verify(plan)
    return seconds, plan.nodes, plan.known_peak, plan.proven


def files(words: list[str]) -> Iterator[Path]:
    """The files named, and those of the folders named."""
    for word in words:
        path = Path(word)
        yield from sorted(path.glob("*.csv")) if path.is_dir() else [path]


def one_line(path: Path) -> str:
    """A file: greedy first, then the search."""
    problem = read(path)
    bound = lower_bound(problem).bytes
    greedy = best_of(problem).known_peak / bound
    seconds, nodes, height, proven = measured(problem)
    return (
        f"{path.stem:<22} {len(problem.buffers):>7,} buffers  greedy {greedy:.4f}  "
        f"search {height / bound:.4f}  {nodes:>8,} nodes  {seconds:7.2f} s  "
        f"{'proven' if proven else 'not proven'}"
    )


def sheets(name: str, start: list[Piece], count: int) -> str:
    """Sheets of one kind from several seeds."""
    rows = [measured(cut(list(start), count, Random(seed))) for seed in range(SEEDS)]
    proven = [row for row in rows if row[3]]
    return (
        f"{name:<10} {count:>4} pieces  proven {len(proven)} of {SEEDS}  most nodes "
        f"{max(row[1] for row in rows):>8,}  most {max(row[0] for row in rows):6.2f} s  worst "
        f"{max(row[2] for row in rows) / HEIGHT:.4f}"
    )


def main() -> None:
    """Print a line for each file, then one for each kind of sheet."""
    for path in files(sys.argv[1:]):
        print(one_line(path), flush=True)
    whole: list[Piece] = [(0, STEPS, 0, HEIGHT)]
    for count in (50, 100, 200, 300):
        print(sheets("cut", whole, count), flush=True)
        print(sheets("pinwheel", pinwheel(), count), flush=True)


if __name__ == "__main__":
    main()
