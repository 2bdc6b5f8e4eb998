"""Whether a claim that a plan is the best holds; dull on purpose, and apart from who made it.

Each kind of witness is checked by its meaning, buffer by buffer, not by making the bound again.
That a search left nothing out is checked by a search of another kind, for a few buffers only: in
every order, each as low as it may lie on top of those before it.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from enum import StrEnum
from itertools import combinations, permutations
from math import gcd

from memplan.errors import CapacityExceeded, UnsafePlan
from memplan.plan import Buffer, Plan, Problem, Witness, WitnessKind
from memplan.units import align_up
from memplan.verify.clashes import verify

__all__ = ["Finding", "check_claim", "check_infeasible"]

MOST_TRIED = 8
"""Buffers whose orders are all tried: 40,320."""


class Finding(StrEnum):
    """What an independent look at a claim says."""

    HOLDS = "holds"
    REFUTED = "does not hold"
    NOT_CHECKED = "not checked: too many buffers to try every order"


def check_claim(plan: Plan) -> Finding:
    """Look at a plan that is called the best: it must be safe, as low as it says, and none lower.

    A plan that claims nothing holds when it is safe.
    """
    try:
        verify(plan)
    except (UnsafePlan, CapacityExceeded):
        return Finding.REFUTED
    claim = plan.proof
    if claim is None:
        return Finding.HOLDS
    if plan.peak is None or plan.peak > claim.bytes:
        return Finding.REFUTED
    if claim.kind is WitnessKind.EXHAUSTED:
        return check_infeasible(plan.problem, claim.bytes - 1)
    if claim.kind is WitnessKind.NOTHING:
        return _found(claim.bytes == 0)
    return _found(_bytes_of(plan.problem, claim) >= claim.bytes)


def check_infeasible(
    problem: Problem, capacity: int, names: Sequence[str] | None = None
) -> Finding:
    """Look at a claim that buffers cannot lie in `capacity` bytes of one space.

    Args:
        names: The buffers that alone are said not to fit; None: all.
    """
    wanted = None if names is None else frozenset(names)
    buffers = [b for b in problem.buffers if b.size and (wanted is None or b.name in wanted)]
    if wanted is not None and wanted - {b.name for b in problem.buffers}:
        return Finding.REFUTED
    if problem.conflicts is None and any(
        sum(b.bytes_at(step) for b in buffers) > capacity for step in _steps(buffers)
    ):
        return Finding.HOLDS
    if len(buffers) > MOST_TRIED or len(problem.spaces) > 1 or any(b.windows for b in buffers):
        return Finding.NOT_CHECKED
    return _found(not any(top <= capacity for top in _tops(problem, buffers)))


def _found(holds: bool) -> Finding:  # noqa: FBT001  # the one thing there is to say
    return Finding.HOLDS if holds else Finding.REFUTED


def _bytes_of(problem: Problem, claim: Witness) -> int:
    """The bytes that the named buffers do make necessary, in the way the claim names."""
    by_name = {b.name: b for b in problem.buffers}
    if any(name not in by_name for name in claim.buffers):
        return -1
    buffers = [by_name[name] for name in dict.fromkeys(claim.buffers)]
    sizes = (b.size or 0 for b in buffers)
    fixed = (b.offset + (b.size or 0) for b in buffers if b.offset is not None)
    bytes_ = -1  # SLOTS is about slots, and says nothing of offsets
    match claim.kind:
        case WitnessKind.MAX_LIVE if claim.step is not None:
            bytes_ = _alive_at(problem, buffers, claim.step)
        case WitnessKind.MAX_LIVE_EACH:
            bytes_ = _each_space(problem, buffers)
        case WitnessKind.LARGEST:
            bytes_ = max(sizes, default=-1)
        case WitnessKind.FIXED:
            bytes_ = max(fixed, default=-1)
        case WitnessKind.CLIQUE:
            bytes_ = _clique(problem, buffers)
    return bytes_


def _alive_at(problem: Problem, buffers: Sequence[Buffer], step: int) -> int:
    """What these take at one step, one above the other, with what alignment leaves between."""
    if problem.conflicts is not None or any(not b.bytes_at(step) for b in buffers):
        return -1
    plain = sum(b.bytes_at(step) for b in buffers)
    if any(b.windows for b in buffers):
        return plain
    unit = gcd(*(problem.alignment_of(b) for b in problem.buffers if b.size)) or 1
    high = [align_up(b.size or 0, unit) for b in buffers]
    # Whichever lies on top is the only one whose rest nobody needs.
    tops = (sum(high) - h + (b.size or 0) for h, b in zip(high, buffers, strict=True))
    return max(plain, min(tops, default=0))


def _each_space(problem: Problem, buffers: Sequence[Buffer]) -> int:
    """Of each space what its own of them take together, at the step where that is most."""
    total = 0
    for part in problem.by_space():
        own = {b.name for b in part.buffers}
        here = [b for b in buffers if b.name in own]
        fixed = (b.offset + (b.size or 0) for b in here if b.offset is not None)
        rows = (([b for b in here if b.bytes_at(step)], step) for step in _steps(here))
        total += max((0, *fixed, *(_alive_at(part, row, step) for row, step in rows)))
    return total


def _clique(problem: Problem, buffers: Sequence[Buffer]) -> int:
    places = {b.name: index for index, b in enumerate(problem.buffers)}
    pairs = combinations(sorted(places[b.name] for b in buffers), 2)
    joined = problem.conflicts is not None and all(pair in problem.conflicts for pair in pairs)
    return sum(b.size or 0 for b in buffers) if joined else -1


def _steps(buffers: Sequence[Buffer]) -> list[int]:
    """The steps at which something begins: what is alive together is so at one of them."""
    begins = {live.begin for b in buffers for live in b.alive()}
    return sorted(begins | {w.live.begin for b in buffers for w in b.windows})


def _tops(problem: Problem, buffers: Sequence[Buffer]) -> Iterator[int]:
    """The height that every order of placement reaches; one that breaks a fixed place is none.

    Some order, that of the offsets from below, builds a plan no higher than the lowest.
    """
    index = {b.name: place for place, b in enumerate(problem.buffers)}
    for order in permutations(buffers):
        placed: list[tuple[Buffer, int]] = []
        for buffer in order:
            below = (top for b, top in placed if _conflict(problem, index, b, buffer))
            least = align_up(max(below, default=0), problem.alignment_of(buffer))
            if buffer.offset is not None and least > buffer.offset:
                break
            offset = least if buffer.offset is None else buffer.offset
            placed.append((buffer, offset + (buffer.size or 0)))
        else:
            yield max((top for _, top in placed), default=0)


def _conflict(problem: Problem, index: dict[str, int], a: Buffer, b: Buffer) -> bool:
    if problem.conflicts is None:
        return any(x.meets(y) for x in a.alive() for y in b.alive())
    i, j = sorted((index[a.name], index[b.name]))
    return (i, j) in problem.conflicts
