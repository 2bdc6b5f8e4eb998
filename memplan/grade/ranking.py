"""Many submissions on many problems, and the table of how they did."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import partial

from memplan.errors import MemplanError
from memplan.grade.asking import DEFAULT_LIMITS, Limits, Outcome, Status, ask
from memplan.grade.instances import Instance
from memplan.plan import Plan, Progress
from memplan.planners import PLANNERS, PackerEntry
from memplan.verify import verify

__all__ = ["BASELINES", "Row", "baselines", "grade", "grade_one", "ranked"]

BASELINES = ("naive", "greedy_by_size")
"""Planners of ours that stand in every table, besides the best of all of ours, and the bound."""

_LAST = frozenset({Status.TIME, Status.MEMORY, Status.REFUSED})


@dataclass(frozen=True, slots=True)
class Row:
    """How one planner did.

    Attributes:
        peaks: For each instance what its plan needs, in bytes; None where it made none.
        score: The mean of peak / bound over the instances; None unless each was solved.
        outcomes: Of the instances that were tried: the rest is not, once one took too long,
            too much memory, or what it may not have.
        ours: It is a planner of memplan, or the bound.
    """

    name: str
    status: Status
    peaks: tuple[int | None, ...]
    score: float | None
    complaint: str = ""
    outcomes: tuple[Outcome, ...] = ()
    ours: bool = False

    @property
    def solved(self) -> int:
        """The number of instances with a plan that was verified."""
        return sum(peak is not None for peak in self.peaks)


def grade(
    sources: Mapping[str, bytes],
    instances: Sequence[Instance],
    limits: Limits = DEFAULT_LIMITS,
    workers: int = 2,
    progress: Progress | None = None,
) -> tuple[Row, ...]:
    """Grade submissions by name, the best first, ours among them.

    Args:
        workers: How many run at the same time.

    Raises:
        Cancelled: `progress` asked to stop.
    """
    # Each child is waited for by a thread; what the callback raises there comes out here.
    one = partial(grade_one, instances=instances, limits=limits, progress=None)
    rows = []
    with ThreadPoolExecutor(workers) as pool:
        try:
            for row in pool.map(one, sources, sources.values()):
                rows.append(row)
                if progress is not None:
                    progress(len(rows) / len(sources), f"graded {len(rows)} of {len(sources)}")
        except BaseException:
            pool.shutdown(cancel_futures=True)
            raise
    return ranked([*rows, *baselines(instances)])


def grade_one(
    name: str,
    source: bytes,
    instances: Sequence[Instance],
    limits: Limits = DEFAULT_LIMITS,
    progress: Progress | None = None,
) -> Row:
    """Run one submission on each instance, each time in a process of its own."""
    outcomes: list[Outcome] = []
    for instance in instances:
        outcomes.append(ask(source, instance.problem, limits, progress))
        if outcomes[-1].status in _LAST:
            break
    peaks = [None if o.plan is None else o.plan.known_peak for o in outcomes]
    peaks += [None] * (len(instances) - len(outcomes))
    worst = next((n for n, o in enumerate(outcomes) if o.status is not Status.OK), None)
    if worst is None:
        return Row(name, Status.OK, tuple(peaks), _score(peaks, instances), "", tuple(outcomes))
    first = outcomes[worst]
    # What goes wrong whatever the problem needs no word on which it was.
    anywhere = worst == 0 and first.status is not Status.WRONG
    complaint = first.complaint if anywhere else f"{instances[worst].title}: {first.complaint}"
    return Row(name, first.status, tuple(peaks), None, complaint, tuple(outcomes))


def baselines(instances: Sequence[Instance]) -> tuple[Row, ...]:
    """Ours: some planners by name, the best of all packers on each instance, and the bound."""
    packers = [e for e in PLANNERS.values() if isinstance(e, PackerEntry)]
    tried = {entry.name: [_peak_of(entry, instance) for instance in instances] for entry in packers}
    rows = [_ours(name, tried[name], instances) for name in BASELINES]
    best = [min(p for p in column if p is not None) for column in zip(*tried.values(), strict=True)]
    rows.append(_ours("best of memplan", best, instances))
    rows.append(_ours("lower bound", [instance.bound for instance in instances], instances))
    return tuple(rows)


def ranked(rows: Sequence[Row]) -> tuple[Row, ...]:
    """The best score first; then what failed, by how many instances it solved; then by name."""
    return tuple(sorted(rows, key=_place))


def _place(row: Row) -> tuple[bool, float, int, bool, str]:
    # Ours come after a submission of the same score: it has done as well.
    return (row.score is None, round(row.score or 0.0, 9), -row.solved, row.ours, row.name)


def _ours(name: str, peaks: Sequence[int | None], instances: Sequence[Instance]) -> Row:
    return Row(name, Status.OK, tuple(peaks), _score(peaks, instances), ours=True)


def _peak_of(entry: PackerEntry, instance: Instance) -> int | None:
    """What one of our planners needs; None where its plan does not hold, as an engine's may."""
    try:
        plan: Plan = entry.pack(instance.problem)
        verify(plan)
    except MemplanError:
        return None
    return plan.known_peak


def _score(peaks: Sequence[int | None], instances: Sequence[Instance]) -> float | None:
    if not instances or None in peaks:
        return None
    pairs = zip(peaks, instances, strict=True)
    return sum((peak or 0) / instance.bound for peak, instance in pairs) / len(instances)
