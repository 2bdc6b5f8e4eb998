"""An order of the ops in which less is alive at the fullest step.

    a ─▶ wide ─▶ b ─▶ end      both wide ones made first, both are alive; one branch after the
    └──▶ wide ─▶ c ─▶┘         other, one of them at a time

Idea: go forward from nothing done, op by op, keeping the most promising sets of done ops (a beam):
of two ways to one set only that of the lower peak matters. An op that lifts nothing, neither what
is alive nor the peak, is run at once: to wait with it never helps. The beam is widened until
nothing was left out, or the nodes are spent.
Differs: from what is planned in that bytes of several devices are added up, and that a blob which
is written anew counts as alive in between; so whoever uses the order plans with it and looks.
Cost: nodes (a set of done ops, with an op that may come next) times what such an op touches.
Reference: Ahn et al. 2020, Ordering Chaos, arXiv:2003.02369, for the sets; the beam is ours.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

from memplan.bits import numbers
from memplan.liveness import Storage, storages
from memplan.net import Net, Op, made_names, reads_by_op
from memplan.plan import BufferKind, Problem

__all__ = ["NODES", "lowest_peak_order"]

NODES = 50_000
"""Nodes of search by default: some tenths of a second."""

_WIDER = 4
_FROM_THE_START = (BufferKind.INPUT, BufferKind.STATE, BufferKind.PERSISTENT)
_TO_THE_END = (BufferKind.OUTPUT, BufferKind.STATE, BufferKind.PERSISTENT)

_Link = tuple["_Link", int] | None
"""The ops that were done, the last first."""

_State = tuple[int, int, int, tuple[int, ...], _Link]
"""Peak so far, bytes alive, ops done as bits, ops that were ready before the last, all ops done."""


def lowest_peak_order(
    net: Net, problem: Problem, found: Sequence[Storage], nodes: int = NODES
) -> tuple[int, ...]:
    """The ops of a net, by index, so that as little as can be found is alive at the fullest step.

    The order of the list, where nothing better is found. The same on every machine.

    Args:
        problem: That the net poses as it stands, and `found`, its storages.
        nodes: How far the search may go.
    """
    task = _Task.of(net, problem, found)
    best = tuple(range(len(net.ops)))
    least, left, width = task.peak(best), nodes, 1
    while left > 0:
        order, peak, spent, whole = _beam(task, width, left, least)
        if order is not None:
            best, least = order, peak
        if whole:
            break
        left, width = left - spent, width * _WIDER
    return best


@dataclass(frozen=True, slots=True)
class _Touched:
    """A buffer beside an op that uses it: all ops that do, as bits, and its bytes."""

    uses: int
    size: int
    begins: bool
    ends: bool


@dataclass(frozen=True, slots=True)
class _Task:
    """What an order is judged by.

    Attributes:
        before: For each op the ops that it must come after, as bits; `after` the other way round.
        touches: For each op the buffers that it uses.
        extra: Bytes that each op needs while it runs.
        always: Bytes that are alive from the start.
    """

    before: list[int]
    after: list[list[int]]
    touches: list[list[_Touched]]
    extra: list[int]
    always: int

    @classmethod
    def of(cls, net: Net, problem: Problem, found: Sequence[Storage]) -> _Task:
        count = len(net.ops)
        before = _before(net)
        after: list[list[int]] = [[] for _ in range(count)]
        for op, bits in enumerate(before):
            for earlier in numbers(bits):
                after[earlier].append(op)
        users = _users(net, found)
        touches: list[list[_Touched]] = [[] for _ in range(count)]
        extra, always = [0] * count, 0
        for buffer in problem.buffers:
            size, ops = buffer.size or 0, users.get(buffer.name)
            if not ops:
                for step in range(buffer.live.begin, min(buffer.live.end, count)):
                    extra[step] += size
                continue
            begins, ends = buffer.kind not in _FROM_THE_START, buffer.kind not in _TO_THE_END
            touched = _Touched(sum(1 << op for op in ops), size, begins, ends)
            always += 0 if begins else size
            for op in ops:
                touches[op].append(touched)
        return cls(before, after, touches, extra, always)

    def run(self, op: int, done: int, alive: int) -> tuple[int, int]:
        """The bytes alive while an op runs, and after it."""
        now, top, freed = done | 1 << op, alive, 0
        for buffer in self.touches[op]:
            if buffer.begins and not buffer.uses & done:
                top += buffer.size
            if buffer.ends and not buffer.uses & ~now:
                freed += buffer.size
        return top + self.extra[op], top - freed

    def peak(self, order: Sequence[int]) -> int:
        """The most that is alive at one time in an order."""
        done, alive, peak = 0, self.always, self.always
        for op in order:
            top, alive = self.run(op, done, alive)
            done, peak = done | 1 << op, max(peak, top)
        return peak

    def ready(self, ready: Sequence[int], link: _Link, done: int) -> tuple[int, ...]:
        """The ops that may come next: those of before but the last, and what waited for that."""
        if link is None:
            return tuple(op for op, bits in enumerate(self.before) if not bits)
        last = link[1]
        new = [op for op in self.after[last] if not self.before[op] & ~done]
        return tuple(sorted([*(op for op in ready if op != last), *new]))


def _beam(
    task: _Task, width: int, nodes: int, least: int
) -> tuple[tuple[int, ...] | None, int, int, bool]:
    """An order with a peak below `least`, its peak, the nodes spent, whether all were looked at."""
    level: list[_State] = [(task.always, task.always, 0, (), None)]
    spent, whole = 0, True
    for _ in task.before:
        following: dict[int, _State] = {}
        for state in level:
            spent += _expand(task, state, least, following)
            if spent > nodes:
                return None, least, spent, False
        level = list(following.values())
        if len(level) > width:
            whole = False
            level = sorted(level, key=lambda state: state[:2])[:width]
    if not level:
        return None, least, spent, whole
    peak, _, _, _, link = min(level, key=lambda state: state[0])
    order = []
    while link is not None:
        link, op = link
        order.append(op)
    return (
        (tuple(reversed(order)), peak, spent, whole)
        if peak < least
        else (None, least, spent, whole)
    )


def _expand(task: _Task, state: _State, least: int, following: dict[int, _State]) -> int:
    """Note where one more op leads; the number of ops that were looked at."""
    peak, alive, done, before, link = state
    ready = task.ready(before, link, done)
    moves = []
    for op in ready:
        top, left = task.run(op, done, alive)
        if top <= peak and left <= alive:
            moves = [(op, peak, left)]
            break
        if top < least:
            moves.append((op, max(peak, top), left))
    for op, top, left in moves:
        now = done | 1 << op
        if now not in following or top < following[now][0]:
            following[now] = top, left, now, ready, (link, op)
    return len(ready)


def _before(net: Net) -> list[int]:
    """For each op those that it must come after so that all read what they read now.

    By pieces of memory, so that a write through another name counts. Ops that make nothing act on
    what the net does not tell, and keep their order.
    """
    owner = {name: s.name for s in storages(net) for name in s.names}
    writer: dict[str, int] = {}
    readers: dict[str, int] = defaultdict(int)
    found, silent = [], 0
    for step, (op, names) in enumerate(zip(net.ops, reads_by_op(net), strict=True)):
        reads = dict.fromkeys(owner.get(name, name) for name in names)
        writes = dict.fromkeys(owner.get(name, name) for name in _written(op))
        bits = 0
        for key in (*reads, *writes):
            bits |= 1 << writer[key] if key in writer else 0
        for key in writes:
            bits |= readers.pop(key, 0)
            writer[key] = step
        for key in reads:
            readers[key] |= 0 if key in writes else 1 << step
        if not op.outputs:
            bits, silent = bits | silent, 1 << step
        found.append(bits)
    return found


def _written(op: Op) -> tuple[str, ...]:
    inside = (name for nested in op.nets.values() for name in made_names(nested))
    return (*op.outputs, *inside)


def _users(net: Net, found: Sequence[Storage]) -> dict[str, list[int]]:
    """For each storage the ops that read or write it."""
    owner = {name: s.name for s in found for name in s.names}
    users: dict[str, list[int]] = defaultdict(list)
    for step, (op, names) in enumerate(zip(net.ops, reads_by_op(net), strict=True)):
        for key in dict.fromkeys(owner.get(name, name) for name in (*names, *_written(op))):
            users[key].append(step)
    return users
