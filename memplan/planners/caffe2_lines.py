"""Blobs laid end to end in lines, as Caffe2's interference does, and why each stands where it does.

lines    [a 0-1, c 2-3]  [b 1-2]      d 3-4: behind b, not behind c, which op 3 reads
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from typing import NamedTuple

from memplan.net import Net, made_names
from memplan.plan import Decision, Reason, Rejection, State, Trace, Turn, decided

__all__ = ["LineWatch", "LiveRange", "Named", "note_static"]


class LiveRange(NamedTuple):
    """Caffe2's live range: both ends are ops, and both are included.

    Attributes:
        defined: The first op that writes the blob; None: no op does.
        used: The last op that reads it; None: no op does.
        size: In any one unit; None where it is unknown.
    """

    defined: int | None
    used: int | None
    size: int | None


Named = tuple[str, LiveRange]
Lines = Sequence[Sequence[Named]]
Ends = tuple[tuple[Sequence[Named], int, int], ...]
"""Lines as they were: each with how many blobs it had, and the largest size among them."""


class LineWatch:
    """Follows one line-up, beside it; ops are in the order that the plan is for."""

    def __init__(self, net: Net, trace: Trace) -> None:
        self.made = frozenset(made_names(net))
        self.read = frozenset(name for op in net.ops for name in op.inputs)
        self.end = len(net.ops)
        self.trace = trace

    def decides(self, named: Named, lines: Lines, most: Sequence[int], best: int | None) -> None:
        """Note what lines there are for a blob, and which of them it joins.

        Args:
            most: The largest size in each line.
            best: Which one it joins; None: it opens one.
        """
        name, live = named
        if name not in self.made:
            return
        room = self.trace.room
        ends = tuple([(line, len(line), m) for line, m in zip(lines[:room], most, strict=False)])
        chosen = None if best is None else (lines[best][-1][0], most[best])
        facts = (live, ends, chosen, len(lines))
        self.trace.note(name, max(live.defined or 0, 0), _decision, self, facts)

    def lined_up(self, lines: Lines) -> None:
        """Note the decisions that lines amount to which were found all at once."""
        named = [(item, k) for k, line in enumerate(lines) for item in line]
        for item, own in sorted(named, key=lambda entry: _last_read(entry[0])):
            before = [[other for other in line if _is_before(other, item)] for line in lines]
            open_ones = [k for k, line in enumerate(before) if line]
            most = [max(live.size or 0 for _, live in before[k]) for k in open_ones]
            best = open_ones.index(own) if own in open_ones else None
            self.decides(item, [before[k] for k in open_ones], most, best)


def note_static(net: Net, lines: Lines, static: Collection[str], trace: Trace) -> None:
    """Note that static blobs keep their own memory."""
    made = frozenset(made_names(net))
    for line in lines:
        for name, live in line:
            if name in static and name in made:
                trace.note(name, max(live.defined or 0, 0), _static)


def _static(place: Turn) -> Decision:
    return decided(place, (Rejection(None, None, Reason.STATIC),))


def _last_read(named: Named) -> tuple[int, str]:
    return named[1].used or 0, named[0]


def _is_before(one: Named, other: Named) -> bool:
    return _last_read(one) < _last_read(other)


def _decision(
    place: Turn,
    watch: LineWatch,
    facts: tuple[LiveRange, Ends, tuple[str, int] | None, int],
) -> Decision:
    live, ends, chosen, total = facts
    name = None if chosen is None else chosen[0]
    found: list[Rejection] = []
    if not total:
        found.append(Rejection(None, None, Reason.POOL_EMPTY))
    free = []
    for line, length, most in ends:
        last, of = line[length - 1]
        if (live.defined or 0) <= (of.used or 0):
            found += _busy(watch, line[:length])
            continue
        free.append(last)
        if last != name:
            found.append(_other(last, most, live.size or 0, chosen))
    passed = max(total - (chosen is not None), len(found))
    state = State(tuple(free)) if ends or not total else None
    limit = watch.trace.limit
    return decided(place, found, passed, limit=limit, chosen=name, state=state)


def _busy(watch: LineWatch, line: Sequence[Named]) -> Iterator[Rejection]:
    """The last of a line is alive; who stood before it was followed by it."""
    name, live = line[-1]
    is_read = name in watch.read
    end = (live.used or 0) + 1 if is_read else watch.end
    reason = Reason.LIVE if is_read else Reason.NEVER_READ
    yield Rejection(None, live.size, reason, name, end)
    if len(line) > 1:
        yield Rejection(None, line[-2][1].size, Reason.TAKEN, line[-2][0], end, name)


def _other(name: str, most: int, size: int, chosen: tuple[str, int] | None) -> Rejection:
    """Why a line that is free was not joined."""
    if chosen is None:
        return Rejection(None, most, Reason.COSTS_MORE, name)
    better = abs(chosen[1] - size) < abs(most - size)
    if not better:
        return Rejection(None, most, Reason.ORDER, name, by=chosen[0])
    if chosen[1] != size and (chosen[1] < size) == (most < size):
        return Rejection(None, most, Reason.CLOSER_FIT, name, by=chosen[0])
    reason = Reason.TOO_SMALL if most < size else Reason.TOO_LARGE
    return Rejection(None, most, reason, name, by=chosen[0])
