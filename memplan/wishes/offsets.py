"""Wishes for planners of offsets: the problem is changed, and the plan changed back."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace
from itertools import pairwise
from math import lcm
from types import MappingProxyType

from memplan.errors import InvalidNet, InvalidProblem, quoted
from memplan.liveness import Storage
from memplan.net import Net
from memplan.plan import Buffer, Decision, LiveRange, Plan, Problem, Trace, Turn
from memplan.wishes import Wishes
from memplan.wishes.waiting import ordered_conflicts

__all__ = ["Pack", "by_buffer", "conflicting_pairs", "packed_as_wished", "pinned"]

Pack = Callable[[Problem, Trace | None], Plan]
Pairs = frozenset[tuple[int, int]]


def by_buffer(wishes: Wishes, found: Iterable[Storage], problem: Problem) -> Wishes:
    """The same wishes by the names of buffers: blobs of one storage are one.

    Raises:
        InvalidNet: A name is that of no planned blob; or two that are one are to lie apart.
    """
    owner = {name: s.name for s in found for name in s.names}
    known = {buffer.name for buffer in problem.buffers}

    def of(name: str) -> str:
        buffer = name if name in known else owner.get(name, name)
        if buffer not in known:
            raise InvalidNet(f"{quoted(name)} is no blob that is planned; check its name")
        return buffer

    for a, b in wishes.apart:
        if of(a) == of(b):
            raise InvalidNet(
                f"{quoted(a)} and {quoted(b)} are one piece of memory by the net's own doing: "
                "they cannot lie apart"
            )
    return Wishes(
        tuple((of(name), offset) for name, offset in wishes.pins),
        tuple((of(a), of(b)) for a, b in wishes.apart),
        tuple((of(a), of(b)) for a, b in wishes.together if of(a) != of(b)),
        frozenset(map(of, wishes.alone)),
        wishes.no_waiting,
    )


def packed_as_wished(
    problem: Problem,
    wishes: Wishes,
    pack: Pack,
    trace: Trace | None,
    *,
    where: tuple[Net, Sequence[Storage]],
    takes_relation: bool,
) -> Plan:
    """Pack a problem so that wishes, by buffer, are kept to.

    Args:
        where: The net that poses the problem, and its storages.
        takes_relation: The planner can be told what conflicts with what. Else the first of two
            that are to lie apart is given as alive until the second is born.

    Raises:
        InvalidProblem: A wish cannot be kept: two are alive together, or lie in two memories.
    """
    asked = replace(problem, buffers=tuple(_alone(problem, wishes)))
    exact = takes_relation and len(problem.spaces) == 1
    if wishes.no_waiting and not exact:
        why = "several memories" if takes_relation else "a planner that needs an order of ops"
        raise InvalidProblem(
            f"with {why} sharing cannot be kept from making ops wait; plan with greedy_by_size on "
            "one device, or with safe_parallel"
        )
    if exact and (wishes.apart or wishes.no_waiting):
        asked = replace(asked, conflicts=_relation(asked, wishes, where))
    elif wishes.apart:
        asked = replace(asked, buffers=tuple(_lengthened(asked, wishes.apart)))
    asked, homes = _together(asked, wishes.together)
    plan = pack(asked, trace)
    # A planner that rounds sizes up answers to a problem of its own: is asked for that one too.
    plain = problem if plan.problem == asked else pack(problem, None).problem
    offsets = plan.offsets or {}
    for name, home in homes.items():
        if trace is not None:
            begin = next(b.live.begin for b in problem.buffers if b.name == name)
            trace.note(name, begin, _follows, offsets.get(home), home)
    places = {b.name: offsets[homes.get(b.name, b.name)] for b in plain.buffers
              if homes.get(b.name, b.name) in offsets}  # fmt: skip
    space_of = {n: plan.space_name(homes.get(n, n)) for n in places}
    restored = replace(plain, buffers=tuple(pinned(plain.buffers, wishes)))
    return Plan(
        restored, MappingProxyType(places), plan.planner, space_of=MappingProxyType(space_of),
        nodes=plan.nodes, found_by=plan.found_by,
    )  # fmt: skip


def pinned(buffers: Iterable[Buffer], wishes: Wishes) -> Iterator[Buffer]:
    """The buffers with the places that are wished for."""
    places = dict(wishes.pins)
    for buffer in buffers:
        offset = places.get(buffer.name)
        yield buffer if offset is None else replace(buffer, offset=offset)


def _follows(turn: Turn, offset: int | None, home: str) -> Decision:
    return Decision(*turn, offset, chosen=home)


def _alone(problem: Problem, wishes: Wishes) -> Iterator[Buffer]:
    for buffer in pinned(problem.buffers, wishes):
        if buffer.name in wishes.alone:
            whole = LiveRange(0, max(problem.horizon, 1))
            yield replace(buffer, live=whole, gaps=(), windows=())
        else:
            yield buffer


def _relation(problem: Problem, wishes: Wishes, where: tuple[Net, Sequence[Storage]]) -> Pairs:
    number = {buffer.name: k for k, buffer in enumerate(problem.buffers)}
    pairs = set(conflicting_pairs(problem))
    if wishes.no_waiting:
        pairs |= ordered_conflicts(problem, *where)
        alone = [number[name] for name in sorted(wishes.alone)]
        pairs |= {(min(a, b), max(a, b)) for a in alone for b in number.values() if a != b}
    for a, b in wishes.apart:
        pairs.add((min(number[a], number[b]), max(number[a], number[b])))
    return frozenset(pairs)


def conflicting_pairs(problem: Problem) -> Pairs:
    """The pairs that conflict, whether they are told or follow from live ranges."""
    if problem.conflicts is not None:
        return problem.conflicts
    pairs = set()
    order = sorted(range(len(problem.buffers)), key=lambda k: problem.buffers[k].live)
    alive: list[int] = []
    for k in order:
        buffer = problem.buffers[k]
        alive = [j for j in alive if problem.buffers[j].live.end > buffer.live.begin]
        for j in alive:
            if _meet(problem.buffers[j], buffer):
                pairs.add((min(j, k), max(j, k)))
        alive.append(k)
    return frozenset(pairs)


def _meet(a: Buffer, b: Buffer) -> bool:
    return any(x.meets(y) for x in a.alive() for y in b.alive())


def _lengthened(problem: Problem, apart: Sequence[tuple[str, str]]) -> Iterator[Buffer]:
    """The first of each two alive until the second is born."""
    live = {buffer.name: buffer.live for buffer in problem.buffers}
    until: dict[str, int] = {}
    for a, b in apart:
        first, second = sorted((a, b), key=lambda name: (live[name], name))
        until[first] = max(until.get(first, 0), live[second].begin + 1)
    for buffer in problem.buffers:
        end = max(buffer.live.end, until.get(buffer.name, 0))
        if buffer.name not in until:
            yield buffer
        else:
            longer = LiveRange(buffer.live.begin, end)
            yield replace(buffer, live=longer, gaps=(), windows=())


def _together(problem: Problem, pairs: Sequence[tuple[str, str]]) -> tuple[Problem, dict[str, str]]:
    """Two as one buffer, under the name of the one that is born first."""
    homes: dict[str, str] = {}
    for a, b in pairs:
        while a in homes:
            a = homes[a]  # noqa: PLW2901  to the one that stands for it by now
        while b in homes:
            b = homes[b]  # noqa: PLW2901
        if a == b:
            continue
        number = {buffer.name: k for k, buffer in enumerate(problem.buffers)}
        first, second = sorted((number[a], number[b]),
                               key=lambda k: (problem.buffers[k].live, k))  # fmt: skip
        problem = _merged(problem, first, second)
        homes[b if first == number[a] else a] = a if first == number[a] else b
    return problem, {name: _root(homes, name) for name in homes}


def _root(homes: dict[str, str], name: str) -> str:
    while name in homes:
        name = homes[name]
    return name


def _merged(problem: Problem, first: int, second: int) -> Problem:
    a, b = problem.buffers[first], problem.buffers[second]
    _check_pair(problem, first, second)
    lives = sorted((*a.alive(), *b.alive()))
    gaps = tuple(LiveRange(x.end, y.begin) for x, y in pairwise(lives)
                 if x.end < y.begin)  # fmt: skip
    live = LiveRange(lives[0].begin, max(part.end for part in lives))
    one = Buffer(a.name, live, max(a.size or 0, b.size or 0), lcm(a.alignment, b.alignment),
                 a.kind, a.offset if a.offset is not None else b.offset,
                 gaps, a.spaces)  # fmt: skip
    buffers = tuple(one if k == first else other for k, other in enumerate(problem.buffers)
                    if k != second)  # fmt: skip
    if problem.conflicts is None:
        return replace(problem, buffers=buffers)

    def moved(k: int) -> int:
        k = first if k == second else k
        return k - (k > second)

    pairs = ((moved(i), moved(j)) for i, j in problem.conflicts)
    return replace(problem, buffers=buffers, conflicts=frozenset((min(p), max(p)) for p in pairs))


def _check_pair(problem: Problem, first: int, second: int) -> None:
    a, b = problem.buffers[first], problem.buffers[second]
    names = f"{quoted(a.name)} and {quoted(b.name)}"
    if problem.conflicts is not None:
        if (min(first, second), max(first, second)) in problem.conflicts:
            raise InvalidProblem(f"{names} conflict: they cannot share bytes")
    elif _meet(a, b):
        step = max(a.live.begin, b.live.begin)
        raise InvalidProblem(f"{names} are both alive at step {step}: they cannot share bytes")
    if a.size is None or b.size is None:
        raise InvalidProblem(f"{names}: a size is unknown, so that no place can be given")
    if a.spaces != b.spaces:
        raise InvalidProblem(f"{names} lie in two memories: they cannot share bytes")
    if None not in (a.offset, b.offset) and a.offset != b.offset:
        raise InvalidProblem(f"{names} have two places that are fixed")
