"""Wishes for planners of names: the net and the question are changed, and the names changed back.

Two that are to lie together have one name before the planner sees the net. Two that are to lie
apart: if the planner joins them, it is asked again with the second as a static blob.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from memplan.errors import InvalidProblem, UnsafePlan, quoted
from memplan.net import Net, made_names
from memplan.planners.recycling import RecyclingOptions
from memplan.planners.renaming import renamed
from memplan.rewrite import Assignment
from memplan.verify import broken_read, same_dataflow
from memplan.wishes import Wishes

__all__ = ["joined", "recycled_as_wished"]

Recycle = Callable[[Net, RecyclingOptions], Assignment]


def recycled_as_wished(
    net: Net, options: RecyclingOptions, wishes: Wishes, recycle: Recycle, *, parallel: bool
) -> Assignment:
    """Ask a planner of names so that wishes are kept to.

    Raises:
        InvalidProblem: A place is wished for, which names do not have.
        UnsafePlan: Two that are to lie together cannot.
    """
    if wishes.pins:
        raise InvalidProblem(
            f"{quoted(wishes.pins[0][0])} is pinned to a place, but this planner gives "
            "names; choose a planner of offsets"
        )
    keep = wishes.alone
    options = replace(
        options,
        static=options.static | keep,
        dont_share=options.dont_share | (keep & options.shareable),
    )
    first = _joined_first(net, options, wishes, parallel=parallel)
    one = renamed(net, Assignment(first)) if first else net
    asked = _renamed(options, first)
    answer = recycle(one, asked)
    for a, b in wishes.apart:
        if _meet(answer, first, a, b):
            alone = first.get(b, b)
            asked = replace(
                asked, static=asked.static | {alone}, shareable=asked.shareable - {alone}
            )
            answer = recycle(one, asked)
    if not first:
        return answer
    names = {n: answer.mapping.get(first.get(n, n), first.get(n, n)) for n in made_names(net)}
    changed = {n: new for n, new in names.items() if n != new or n in answer.mapping}
    return replace(answer, mapping=changed, unchanged=None)


def joined(net: Net, a: str, b: str, fixed: frozenset[str] = frozenset()) -> dict[str, str]:
    """One name for two blobs: that of the one that must keep its own, else of the first.

    Args:
        fixed: Names that somebody outside relies on.
    """
    outside = {*net.inputs, *net.outputs, *fixed}
    return {a: b} if b in outside and a not in outside else {b: a}


def _joined_first(
    net: Net, options: RecyclingOptions, wishes: Wishes, *, parallel: bool
) -> dict[str, str]:
    names: dict[str, str] = {}
    for a, b in wishes.together:
        one, other = names.get(a, a), names.get(b, b)
        if one == other:
            continue
        step = joined(net, one, other, options.static)
        names = {name: step.get(new, new) for name, new in names.items()} | step
    if not names:
        return names
    wrong = same_dataflow(net, renamed(net, Assignment(names)), parallel=parallel)
    if wrong is not None:
        a, b = wishes.together[0]
        raise UnsafePlan(f"{quoted(a)} and {quoted(b)} cannot have one name: {broken_read(wrong)}")
    return names


def _renamed(options: RecyclingOptions, names: dict[str, str]) -> RecyclingOptions:
    if not names:
        return options

    def new(found: frozenset[str]) -> frozenset[str]:
        return frozenset(names.get(name, name) for name in found)

    static = new(options.static)
    return replace(
        options,
        static=static,
        shareable=new(options.shareable) - static,
        dont_share=new(options.dont_share),
        shapes={},
        sizes={},
    )


def _meet(answer: Assignment, first: dict[str, str], a: str, b: str) -> bool:
    one, other = first.get(a, a), first.get(b, b)
    return answer.mapping.get(one, one) == answer.mapping.get(other, other)
