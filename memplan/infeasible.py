"""Why it does not fit: buffers that alone cannot, and none of which can be left out.

Idea: whatever contains buffers that cannot fit cannot fit either, so buffers are left out in
runs, halved each time, as long as the rest is still proven not to fit; what stays at the end is
irreducible. One test is a look at the bounds, else a complete search with a limit of nodes.
Differs: the buffers that meet least beside them go first, for they matter least.
Cost: for k of n buffers some k log n tests.
Reference: A. Zeller, R. Hildebrandt, "Simplifying and Isolating Failure-Inducing Input", 2002;
MiniMalloc computes such a subset too (M. D. Moffitt, ASPLOS 2023).
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from memplan.bounds import lower_bound
from memplan.plan import Problem, Progress
from memplan.planners.search import Budget, Watch, decide, puzzle_of
from memplan.planners.search.reach import within_reach
from memplan.planners.search.shrunk import shrunk

__all__ = ["NODES_EACH", "NO_SUBSET", "Subset", "infeasible_subset"]

NODES_EACH = 4_000
"""Nodes that one test may spend by itself: a fraction of a second for some hundred buffers."""

_MOST_TESTED = 3_000  # buffers; beyond, a test takes seconds, and the bound's own buffers must do


@dataclass(frozen=True, slots=True)
class Subset:
    """Buffers that alone cannot fit.

    Attributes:
        names: In the order of the problem; empty where none smaller than the problem is known.
        minimal: Without any one of them the rest is proven to fit.
    """

    names: tuple[str, ...] = ()
    minimal: bool = False


NO_SUBSET = Subset()


def infeasible_subset(
    problem: Problem,
    capacity: int,
    nodes: int = NODES_EACH,
    progress: Progress | None = None,
) -> Subset:
    """Leave out of a problem that is proven not to fit what it does not take for that.

    Args:
        problem: Of one space, every size known, without windows.
        capacity: Bytes, fewer than any plan needs.
        nodes: The most that one test may spend: the same for all, so that the answer is the
            same on every machine.

    Raises:
        Cancelled: `progress` asked for it.
    """
    if any(b.windows for b in problem.buffers):
        return NO_SUBSET
    kept = _by_bound(problem, capacity)
    names = [b.name for b in problem.buffers if b.size] if kept is None else kept
    if len(names) > _MOST_TESTED:
        return Subset(_listed(problem, kept or ()))
    test = _Test(shrunk(problem)[0], capacity, nodes, progress)
    return _irreducible(problem, test, names)


def _by_bound(problem: Problem, capacity: int) -> list[str] | None:
    """Of the buffers that a bound names, as few as add up to too much; None: no bound says so."""
    witness = lower_bound(problem)
    sizes = {b.name: b.size or 0 for b in problem.buffers}
    if sum(sizes[name] for name in witness.buffers) <= capacity:
        # Rounding or a fixed place made it too much: then it takes a look at all of them.
        return list(witness.buffers) if witness.bytes > capacity and witness.buffers else None
    kept: list[str] = []
    for name in sorted(witness.buffers, key=lambda name: (-sizes[name], name)):
        kept.append(name)
        if sum(sizes[each] for each in kept) > capacity:
            break
    return kept  # the last was needed, and the others are no smaller


class _Test:
    """Whether some of the buffers are proven not to fit (True), to fit (False), or neither."""

    def __init__(
        self, problem: Problem, capacity: int, nodes: int, progress: Progress | None
    ) -> None:
        self.problem, self.capacity = problem, capacity
        self.nodes, self.progress = nodes, progress

    def __call__(self, names: Iterable[str]) -> bool | None:
        part = self.problem.only(names)
        if lower_bound(part).bytes > self.capacity:
            return True
        if not within_reach(part):
            return None
        puzzle = puzzle_of(part)
        if not puzzle.sizes:
            return False
        units = self.capacity // puzzle.unit
        if puzzle.tallest() > units:
            return True
        verdict = decide(puzzle, units, Watch(Budget(nodes=self.nodes, progress=self.progress)))
        return verdict.impossible if verdict.decided else None


def _irreducible(problem: Problem, test: _Test, names: list[str]) -> Subset:
    """Leave out runs of buffers, halved each time, while the rest still cannot fit."""
    kept = _least_first(test.problem, names)
    if test(kept) is not True:
        return NO_SUBSET
    run = max(1, len(kept) // 2)
    while True:
        sure = True
        place = 0
        while place < len(kept):
            rest = kept[:place] + kept[place + run :]
            verdict = test(rest)
            if verdict:
                kept = rest
                continue
            # What fits without these fits without them and less, too: no need to look again.
            sure = sure and verdict is False
            place += run
        if run == 1:
            return Subset(_listed(problem, kept), minimal=sure)
        run = max(1, run // 2)


def _least_first(problem: Problem, names: Iterable[str]) -> list[str]:
    """Those that meet the fewest bytes first: they are the likeliest to be of no account."""
    wanted = frozenset(names)
    puzzle = puzzle_of(problem)
    load = [sum(puzzle.sizes[i] for i in alive) for alive in puzzle.alive]
    most = {
        name: (max(load[s] for s in sections), size, name)
        for name, sections, size in zip(puzzle.names, puzzle.sections, puzzle.sizes, strict=True)
        if name in wanted
    }
    return sorted(most, key=lambda name: most[name])


def _listed(problem: Problem, names: Iterable[str]) -> tuple[str, ...]:
    kept = frozenset(names)
    return tuple(b.name for b in problem.buffers if b.name in kept)
