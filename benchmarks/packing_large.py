"""Large problems: seconds and peak over max-live for each planner of offsets and of slots.

    python -m benchmarks.packing_large [NUMBER | FILE.csv] …

A number makes so many buffers, in the manner of a long net (10,000 and 100,000 unless something
is given); a file is MiniMalloc's CSV. Planners that look at each pair alive together are left out
where there are more pairs than they do in some minutes.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Iterator
from pathlib import Path
from random import Random

from memplan.formats import InputFile, load
from memplan.liveness import max_live
from memplan.plan import Buffer, LiveRange, Problem
from memplan.planners import PLANNERS, Family, PackerEntry
from memplan.verify import verify

PAIRS = 200_000_000
NEAR_LINEAR = ("online_best_fit",)


def made(count: int, seed: int = 6) -> Problem:
    """A buffer for each step: most live for some steps, one in ten for hundreds; 64 B to 1 MiB."""
    chance = Random(seed)
    buffers = []
    for step in range(count):
        mean = 4 if chance.random() < 0.9 else 300
        life = 1 + int(chance.expovariate(1 / mean))
        size = 64 * max(1, int(2 ** chance.uniform(0, 14)))
        buffers.append(Buffer(f"b{step}", LiveRange(step, step + 1 + life), size))
    return Problem(tuple(buffers))


def read(path: Path) -> Problem:
    """The buffers of a CSV."""
    net = load([InputFile(path.name, path.read_bytes())])
    assert net.given is not None
    return net.given


def pairs(problem: Problem) -> int:
    """How many pairs are alive together, about."""
    alive = sum(b.live.end - b.live.begin for b in problem.buffers) / max(1, problem.horizon)
    return int(len(problem.buffers) * alive)


def asked(problem: Problem) -> Iterator[PackerEntry]:
    """The planners that are tried on a problem."""
    for entry in PLANNERS.values():
        if not isinstance(entry, PackerEntry) or entry.needs_plan:
            continue
        if entry.family not in (Family.OFFSETS, Family.SLOTS) or entry.name == "naive":
            continue
        if pairs(problem) <= PAIRS or entry.name in NEAR_LINEAR:
            yield entry


def main() -> None:
    """Print a table for each problem."""
    for word in sys.argv[1:] or ("10000", "100000"):
        problem = made(int(word)) if word.isdigit() else read(Path(word))
        bound = max_live(problem).bytes
        print(f"\n{word}: {len(problem.buffers):,} buffers, max-live {bound:,} B", flush=True)
        for entry in asked(problem):
            started = time.process_time()
            plan = entry.pack(problem)
            seconds = time.process_time() - started
            verify(plan)
            won = f"  {plan.found_by}" if plan.found_by else ""
            ratio = plan.known_peak / bound
            print(f"  {entry.name:<20} {seconds:8.2f} s   {ratio:.4f}{won}", flush=True)


if __name__ == "__main__":
    main()
