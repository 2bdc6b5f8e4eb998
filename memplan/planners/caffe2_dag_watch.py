"""What Caffe2's DAG pass had before it at each output, for those who ask why.

r2 := memory of l?   l needs {1,2}, r2 holds {1,3}: another branch may still read it
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import islice
from typing import Protocol

from memplan.net import CPU, Net
from memplan.plan import Decision, Reason, Rejection, State, Trace, Turn, decided
from memplan.planners.caffe2_free_blobs import FreeBlobs
from memplan.planners.caffe2_simple_watch import own_input
from memplan.planners.recycling import RecyclingOptions

__all__ = ["DagWatch", "Walk"]

Free = tuple[tuple[int, str], ...]
"""The list of free blobs: how often the memory of each was shared, negative, and its name."""
Before = tuple[Free, tuple[int, ...], int]
"""The list as far as it is kept, the tokens that each asks for, and how long the list was."""


class Walk(Protocol):
    """As much of a walk as is looked at."""

    options: RecyclingOptions
    users: dict[str, list[int]]
    reads: dict[str, int]
    blobs: FreeBlobs
    entered: list[bool]

    def get_blob_or_mapped_blob(self, name: str) -> str:
        """The blob whose memory `name` takes."""
        ...


class DagWatch:
    """Follows one walk, beside it."""

    def __init__(self, net: Net, walk: Walk, trace: Trace) -> None:
        self.net = net
        self.walk = walk
        self.trace = trace
        self._alive: dict[str, str] = {}
        self._dying: list[str] = []
        self._told: set[str] = set()
        self._step = 0
        self._tokens = 0
        self._before: Before | None = None

    def enters(self, step: int, tokens: int) -> None:
        """Note the op that the walk has come to, after it has freed what dies there."""
        for name in self._dying:
            self._alive.pop(name, None)
        walk, op = self.walk, self.net.ops[step]
        self._step, self._tokens = step, tokens
        self._dying = [n for n in op.inputs if self._is_read_out(n)]
        for name in op.outputs:
            if name not in walk.options.shareable and name not in self._told:
                self._bar(name, step, Reason.STATIC)
                self._alive[name] = name

    def before(self, free: Sequence[tuple[int, str]]) -> None:
        """Note the list of free blobs before one is looked for."""
        room = self.trace.room
        if not room:
            self._before = None
            return
        kept = tuple(free[:room])
        required = self.walk.blobs.required_tokens
        self._before = kept, tuple([required[name] for _, name in kept]), len(free)

    def after(self, name: str, chosen: str | None) -> None:
        """Note what was found for an output."""
        self._told.add(name)
        alive = tuple(islice(reversed(self._alive.items()), self.trace.room))
        facts = (chosen, self._tokens, self._before, (alive, len(self._alive)))
        self.trace.note(name, self._step, _decision, self, facts)
        self._alive[name] = name if chosen is None else chosen

    def ends(self, names: Mapping[str, str]) -> None:
        """Note the names that were given, and the blobs at which the walk never was."""
        for step, op in enumerate(self.net.ops):
            for name in op.outputs:
                if name not in self._told:
                    met = self.walk.entered[step] or name not in self.walk.options.shareable
                    self._bar(name, step, Reason.STATIC if met else Reason.NOT_REACHED)
        self.trace.settled(names)

    def _bar(self, name: str, step: int, reason: Reason) -> None:
        self._told.add(name)
        self.trace.note(name, step, _barred, reason)

    def _is_read_out(self, name: str) -> bool:
        walk = self.walk
        if name not in walk.options.shareable or walk.reads[name] != len(walk.users[name]):
            return False
        return walk.get_blob_or_mapped_blob(name) not in walk.options.dont_share


def _barred(place: Turn, reason: Reason) -> Decision:
    return decided(place, (Rejection(None, None, reason),))


def _decision(
    place: Turn,
    watch: DagWatch,
    facts: tuple[str | None, int, Before | None, tuple[tuple[tuple[str, str], ...], int]],
) -> Decision:
    chosen, tokens, before, (alive, alive_in_all) = facts
    if before is None:  # too many decisions: what was passed over was not kept
        return decided(place, (), alive_in_all, chosen=chosen)
    free, required, length = before
    found: list[Rejection] = []
    if chosen is None:
        found += [Rejection(None, None, Reason.POOL_EMPTY)] * (not length)
    for (_, name), needs in zip(free, required, strict=True):
        if name != chosen:
            found.append(_free_one(watch.walk, place[1], name, needs & ~tokens, chosen))
    found += _alive_ones(watch, place[2], alive)
    passed = length + alive_in_all - (chosen is not None)
    state = State(
        free=tuple(name for _, name in free),
        more=length - len(free),
        tokens=tokens,
        required=required,
        shares=tuple(-shares for shares, _ in free),
    )
    limit = watch.trace.limit
    return decided(place, found, max(passed, len(found)), limit=limit, chosen=chosen, state=state)


def _free_one(walk: Walk, blob: str, name: str, missing: int, chosen: str | None) -> Rejection:
    """Why a free blob's memory was not taken."""
    blobs = walk.blobs
    reason, by, size = Reason.ORDER, chosen, blobs.size.get(name)
    if blobs.device[blob] != blobs.device.get(name, CPU):
        reason, by = Reason.DEVICE, None
    elif missing:
        reason, by = Reason.BRANCH, None
    elif walk.options.shapes and size is not None:
        reason = _by_size(size, None if chosen is None else blobs.size[chosen], blobs.wanted(blob))
    return Rejection(None, size, reason, name, by=by)


def _by_size(size: int, chosen: int | None, wanted: int) -> Reason:
    """What was wrong with a size, in elements, beside that which was taken."""
    if chosen is None:
        return Reason.TOO_SMALL  # below nothing: a product that wrapped
    if size < chosen:
        # Once something large enough is met, what is smaller is passed over, fit or not.
        below = Reason.TOO_SMALL if chosen >= wanted else Reason.CLOSER_FIT
        return below if size < wanted else Reason.ORDER
    if size > chosen:
        return Reason.TOO_LARGE if chosen == wanted else Reason.CLOSER_FIT
    return Reason.ORDER


def _alive_ones(
    watch: DagWatch, step: int, alive: Sequence[tuple[str, str]]
) -> Iterator[Rejection]:
    """Why nobody's memory was free who was alive; and who lies where a dead blob lay."""
    for name, home in alive:
        held = _alive_one(watch, step, name, home)
        yield held
        if home != name:
            yield Rejection(None, None, Reason.TAKEN, home, held.until, name)


def _alive_one(watch: DagWatch, step: int, name: str, home: str) -> Rejection:
    walk, end = watch.walk, len(watch.net.ops)
    users = walk.users.get(name, ())
    if name not in walk.options.shareable:
        return Rejection(None, None, Reason.STATIC, name, end)
    if not users:
        return Rejection(None, None, Reason.NEVER_READ, name, end)
    op = watch.net.ops[step]
    if name in op.inputs and max(users) <= step:
        return own_input(watch.net, op, name, step)
    if home in walk.options.dont_share:
        return Rejection(None, None, Reason.DONT_SHARE, name, end)
    return Rejection(None, None, Reason.LIVE, name, max(users) + 1)
