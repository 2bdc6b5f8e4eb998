"""How a plan grows with a dim that the net leaves free, and one plan for all its values.

Each value gives sizes of its own, and so a plan of its own. Live ranges are the same for all of
them, because the order of the ops is. So a plan for the largest size that each buffer ever has is
safe for every value: it may be set up once, and serve a batch of 1 as well as one of 32.

    batch = 1   a 10, b 40 ┐                       batch = 1      peak 50
    batch = 2   a 80, b 20 ┴ largest: a 80, b 40   batch = 2      peak 100
                                                   one for both   peak 120
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from types import MappingProxyType

from memplan.errors import InvalidProblem
from memplan.net import Net, Role
from memplan.ops.schema import TensorType
from memplan.plan import Plan, Problem, Progress
from memplan.planners import PLANNERS, PackerEntry, planner_named
from memplan.study import Settings, Study, prepare, study
from memplan.verify import verify

__all__ = ["VALUES", "Point", "Said", "Sweep", "plan_for_all", "sweep"]

VALUES = (1, 2, 4, 8, 16, 32)
"""Values to try when nobody says which."""

_ANY_PACKER = "greedy_by_size"


@dataclass(frozen=True, slots=True)
class Said:
    """What the user says beside the file, as `prepare` takes it: shapes, roles, other dims."""

    given: Mapping[str, TensorType] = field(default_factory=lambda: MappingProxyType({}))
    roles: Mapping[str, Role] = field(default_factory=lambda: MappingProxyType({}))
    dims: Mapping[str, int] = field(default_factory=lambda: MappingProxyType({}))


@dataclass(frozen=True, slots=True)
class Point:
    """One value of the dim: what the plan for it needs, in bytes over the known sizes.

    Attributes:
        unknown: How many blobs have no size even so.
    """

    value: int
    peak: int
    max_live: int
    naive: int
    unknown: int


@dataclass(frozen=True, slots=True)
class Sweep:
    """A dim, what each of its values needs, and one plan that is safe for all of them."""

    dim: str
    points: tuple[Point, ...]
    shared: Plan


_NOTHING = Said()
_DEFAULTS = Settings()


def sweep(
    net: Net,
    dim: str,
    values: Sequence[int] = VALUES,
    settings: Settings = _DEFAULTS,
    said: Said = _NOTHING,
    *,
    progress: Progress | None = None,
) -> Sweep:
    """Plan `net`, as it was loaded, for each of `values` of the free dim `dim`, and for all.

    Offsets are planned, by `settings.planner` where that is what it does, else by size: whole
    blobs that share names have no one plan for several sizes.

    Raises:
        InvalidNet: There is no such dim, or one of the values is none.
        InvalidProblem: There is no value.
        Cancelled: `progress` asked to stop.
    """
    packer = _packer(settings.planner)
    settings = replace(settings, planner=packer.name)
    studies: list[Study] = []
    for number, value in enumerate(values):
        within = _within(progress, number, values)
        sized = prepare(net, said.given, said.roles, within, {**said.dims, dim: value})
        studies.append(study(sized, settings))
    points = (_point(value, each) for value, each in zip(values, studies, strict=True))
    return Sweep(dim, tuple(points), plan_for_all([each.problem for each in studies], packer))


def _packer(planner: str) -> PackerEntry:
    """The planner of that name, or one of offsets where it shares names: like beside like."""
    entry = planner_named(planner)
    packs = isinstance(entry, PackerEntry) and not entry.needs_plan
    packer = entry if packs else PLANNERS[_ANY_PACKER]
    assert isinstance(packer, PackerEntry)
    return packer


def _within(progress: Progress | None, number: int, values: Sequence[int]) -> Progress | None:
    """Tell how far one value is as how far all are."""
    if progress is None:
        return None
    return lambda share, step: progress((number + share) / len(values), step)


def _point(value: int, found: Study) -> Point:
    figures = found.metrics
    return Point(
        value,
        figures.peak_bytes,
        figures.max_live.bytes,
        figures.naive_bytes,
        len(figures.unknown),
    )


def plan_for_all(problems: Sequence[Problem], packer: PackerEntry) -> Plan:
    """One plan that is safe for each of `problems`, whose buffers differ in size alone.

    A buffer whose size is unknown in one of them is not placed.

    Raises:
        InvalidProblem: There are none, or they differ in more than sizes.
        UnsafePlan: The planner's answer is wrong for one of them: a bug of ours.
    """
    largest = _largest(problems)
    plan = packer.pack(largest)
    verify(plan)
    for problem in problems:
        known = {b.name for b in largest.buffers if b.size is not None}
        buffers = tuple(b if b.name in known else replace(b, size=None) for b in problem.buffers)
        verify(replace(plan, problem=replace(problem, buffers=buffers), proof=None))
    return plan


def _largest(problems: Sequence[Problem]) -> Problem:
    if not problems:
        raise InvalidProblem("a plan for a range of values needs at least one value")
    first = problems[0]
    alike = [replace(b, size=None, dims=None) for b in first.buffers]
    sizes: list[int | None] = [b.size for b in first.buffers]
    for problem in problems[1:]:
        if [replace(b, size=None, dims=None) for b in problem.buffers] != alike:
            raise InvalidProblem(
                "the values give nets whose buffers differ in more than their sizes; "
                "plan for each of them"
            )
        for place, buffer in enumerate(problem.buffers):
            before = sizes[place]
            known = before is not None and buffer.size is not None
            sizes[place] = max(before or 0, buffer.size or 0) if known else None
    buffers = (replace(b, size=size) for b, size in zip(alike, sizes, strict=True))
    return replace(first, buffers=tuple(buffers))
