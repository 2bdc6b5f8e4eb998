"""Ops that run in parallel: nodes and peak of the search where a relation says what conflicts.

    python -m benchmarks.packing_relations

Nets of blocks whose branches are chains side by side, joined at the end of each block: two
values conflict unless all that use the one come before the other in every order. Then relations
of no kind, where each pair conflicts by chance.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from random import Random

from memplan.bounds import lower_bound
from memplan.plan import Buffer, LiveRange, Problem
from memplan.planners.best_of import best_of
from memplan.planners.optimal import optimal_within
from memplan.planners.search import Budget
from memplan.verify import verify

SEEDS = 8
NODES = 20_000


def branched(blocks: int, chance: Random) -> Problem:
    """Blocks of four branches of one to five ops each; every op makes one value."""
    inputs: list[list[int]] = [[]]
    for _ in range(blocks):
        start, ends = len(inputs) - 1, []
        for _ in range(4):
            last = start
            for _ in range(chance.randrange(1, 6)):
                inputs.append([last])
                last = len(inputs) - 1
            ends.append(last)
        inputs.append(ends)
    before = [0] * len(inputs)
    users = [1 << op for op in range(len(inputs))]
    for op, read in enumerate(inputs):
        for value in read:
            before[op] |= before[value] | 1 << value
            users[value] |= 1 << op

    def over(value: int, op: int) -> bool:
        return users[value] & ~before[op] == 0

    count = len(inputs)
    sizes = [chance.randrange(16, 129) for _ in range(count)]
    pairs = ((i, j) for i in range(count) for j in range(i + 1, count))
    return Problem(
        tuple(Buffer(f"b{i}", LiveRange(i, i + 1), size) for i, size in enumerate(sizes)),
        conflicts=frozenset((i, j) for i, j in pairs if not over(i, j) and not over(j, i)),
    )


def by_chance(count: int, chance: Random) -> Problem:
    """So many buffers, each in conflict with some four others."""
    pairs = ((i, j) for i in range(count) for j in range(i + 1, count))
    return Problem(
        tuple(Buffer(f"b{i}", LiveRange(0, 1), chance.randrange(1, 20)) for i in range(count)),
        conflicts=frozenset(pair for pair in pairs if chance.random() < 4 / count),
    )


def row(name: str, make: Callable[[int, Random], Problem], size: int) -> str:
    """Problems of one kind from several seeds."""
    greedy, found, nodes, seconds, proven = 0.0, 0.0, 0, 0.0, 0
    for seed in range(SEEDS):
        problem = make(size, Random(seed))
        bound = lower_bound(problem).bytes
        greedy = max(greedy, best_of(problem).known_peak / bound)
        started = time.process_time()
        plan = optimal_within(problem, budget=Budget(nodes=NODES))
        seconds = max(seconds, time.process_time() - started)
        verify(plan)
        found, nodes = max(found, plan.known_peak / bound), max(nodes, plan.nodes)
        proven += plan.proven
    return (
        f"{name:<10} {size:>4}  proven {proven} of {SEEDS}  over the heaviest clique: greedy at "
        f"worst {greedy:.4f}, search {found:.4f}  most nodes {nodes:>6,}  most {seconds:.2f} s"
    )


def main() -> None:
    """Print a line for each kind and size."""
    for blocks in (5, 10, 20, 40):
        print(row("branched", branched, blocks), flush=True)
    for count in (10, 20, 40, 80):
        print(row("by chance", by_chance, count), flush=True)


if __name__ == "__main__":
    main()
