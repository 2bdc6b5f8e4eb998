"""Name scopes: ops whose names begin alike, as far as they can be one stretch of the net.

    res2_0_branch2a  Conv ─╮                          res2
    res2_0_branch2a  Relu  ├─ res2_0_branch2a         ├── res2_0
    res2_0_branch2b  Conv  │                          │   ├── res2_0_branch2a    2 ops
    res2_1_branch2a  Conv ─╯  …                       │   …

Idea: an op is called by its own name where the net's ops have such, else by the first blob that
    it writes. A name belongs to a scope for each mark (``/``, ``.``, ``_``, ``:``) in it, and to
    that of the whole name. The ops of a scope are put next to one another in an order in which
    every op comes after what it reads; where that cannot be, because ops of another scope stand
    between, the scope is cut into the parts that can.
Cost: O((V + E) D) for D levels, at most 12; scopes are cut at most 256 times, each in O(V), then
    what is left keeps the net's own order.
"""

from __future__ import annotations

import re
from collections.abc import Container, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from heapq import heapify, heappop, heappush

from memplan.views.fold_tree import Fold, Folding, OpLinks

__all__ = ["name_scopes"]

_MARK = re.compile(r"[/._:]+")
_DEPTH = 12
_CUTS = 256
_MOST = 0.5  # a scope of more than this share of all ops says nothing about them


@dataclass(slots=True)
class _Scope:
    """Ops, by their place in the net, whose names begin alike."""

    label: str
    ops: list[int] = field(default_factory=list)
    inner: dict[str, _Scope] = field(default_factory=dict)

    def within(self, part: Container[int]) -> _Scope:
        """The same scope of those of its ops that are in `part`."""
        return _Scope(self.label, [op for op in self.ops if op in part], self.inner)


def name_scopes(links: OpLinks) -> Folding:
    """The scopes of a net, one inside the other, and an order in which each is one stretch."""
    scopes = _without_most(_useful(_tree(links.names)), len(links.names))
    order, folds = _arranged(links, range(len(links.steps)), scopes)
    return Folding(tuple(folds), tuple(links.steps[op] for op in order))


def _tree(names: Sequence[str]) -> _Scope:
    root = _Scope("", list(range(len(names))))
    for op, name in enumerate(names):
        scope = root
        for prefix in _prefixes(name):
            scope = scope.inner.setdefault(prefix, _Scope(prefix))
            scope.ops.append(op)
    return root


def _prefixes(name: str) -> list[str]:
    """What a name begins with at each mark.

    >>> _prefixes("/res2/conv_1")
    ['/res2', '/res2/conv', '/res2/conv_1']
    """
    ends = [mark.start() for mark in _MARK.finditer(name) if mark.start()]
    return [name[:end] for end in (*ends[: _DEPTH - 1], len(name)) if end]


def _useful(scope: _Scope) -> list[_Scope]:
    """The scopes inside one that hold several ops, and not all the same as the one around."""
    found = []
    waiting = list(scope.inner.values())[::-1]
    while waiting:
        each = waiting.pop()
        if len(each.ops) < 2:
            continue
        only = [one for one in each.inner.values() if len(one.ops) == len(each.ops)]
        if len(each.ops) == len(scope.ops) or only:
            waiting += list(each.inner.values())[::-1]
        else:
            found.append(each)
    return found


def _without_most(scopes: list[_Scope], count: int) -> list[_Scope]:
    """Take the scopes inside in place of one that holds most of the net."""
    found = []
    waiting = scopes[::-1]
    while waiting:
        scope = waiting.pop()
        inner = _useful(scope)
        if len(scope.ops) > _MOST * count and len(inner) > 1:
            waiting += inner[::-1]
        else:
            found.append(scope)
    return found


def _arranged(
    links: OpLinks, ops: Sequence[int], scopes: Iterable[_Scope]
) -> tuple[list[int], list[Fold]]:
    """An order of `ops` in which each scope is one stretch, or a few; and a fold for each."""
    order: list[int] = []
    folds: list[Fold] = []
    for scope, part in _Queue(links, _groups(ops, scopes)).stretches():
        if scope is None or len(part) < 2:
            order += part
            continue
        there = set(part)
        inner = [one.within(there) for one in _useful(scope)]
        arranged, inside = _arranged(
            links, part, [one for one in inner if 1 < len(one.ops) < len(part)]
        )
        order += arranged
        folds.append(Fold(scope.label, tuple(links.steps[op] for op in arranged), tuple(inside)))
    return order, folds


@dataclass(slots=True, order=True)
class _Group:
    """Ops that shall come one after the other: those of a scope, or one of none."""

    ops: list[int]
    scope: _Scope | None = field(compare=False)
    waits: int = field(default=0, compare=False)


def _groups(ops: Sequence[int], scopes: Iterable[_Scope]) -> list[_Group]:
    owner = {op: scope for scope in scopes for op in scope.ops}
    groups: dict[str | int, _Group] = {}
    for op in sorted(ops):
        scope = owner.get(op)
        groups.setdefault(scope.label if scope else op, _Group([], scope)).ops.append(op)
    return list(groups.values())


class _Queue:
    """Groups of ops on their way into an order; a group waits for what its ops read from others.

    Where every group waits, each waits for another: then the one that begins first gives those
    of its ops that need not wait. There is one: what its first op reads is of earlier ops, and
    no group that is left has any.
    """

    def __init__(self, links: OpLinks, groups: list[_Group]) -> None:
        self.links, self.groups = links, groups
        self.group_of = {op: group for group in groups for op in group.ops}
        self.readers: dict[int, list[_Group]] = {op: [] for op in self.group_of}
        self.placed: set[int] = set()
        for op, group in self.group_of.items():
            for source in links.sources[op]:
                if self.group_of.get(source, group) is not group:
                    self.readers[source].append(group)
                    group.waits += 1

    def stretches(self) -> Iterator[tuple[_Scope | None, list[int]]]:
        """The ops, group by group, each after all that it reads; a group may come in parts."""
        ready = [group for group in self.groups if not group.waits]
        heapify(ready)
        for _ in range(_CUTS):
            while ready:
                group = heappop(ready)
                part, group.ops = group.ops, []
                yield group.scope, part
                self._place(part, ready)
            left = min((group for group in self.groups if group.ops), default=None)
            if left is None:
                return
            part = self._cut(left)
            yield left.scope, part
            self._place(part, ready)
        yield None, sorted(op for group in self.groups for op in group.ops)

    def _place(self, part: Iterable[int], ready: list[_Group]) -> None:
        """Note that ops have their place; groups that wait for nothing any more are ready."""
        self.placed.update(part)
        for op in part:
            for group in self.readers[op]:
                group.waits -= 1
                if not group.waits:
                    heappush(ready, group)

    def _cut(self, group: _Group) -> list[int]:
        """Take the ops out of a group that need not wait for another group."""
        part: dict[int, None] = {}
        for op in group.ops:
            before = (s for s in self.links.sources[op] if s in self.group_of)
            if all(source in self.placed or source in part for source in before):
                part[op] = None
        group.ops = [op for op in group.ops if op not in part]
        return list(part)
