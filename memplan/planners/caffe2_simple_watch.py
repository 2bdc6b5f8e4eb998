"""What Caffe2's linear pass had before it at each output, for those who ask why.

step 3   out := b      pool: b, and below it nothing; alive: c, which op 3 reads
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import islice

from memplan.net import Net, Op
from memplan.ops import schema_of
from memplan.plan import Decision, Reason, Rejection, State, Trace, Turn, decided

__all__ = ["SimpleWatch", "own_input"]

Alive = tuple[tuple[str, str], ...]
"""Blobs alive, each with the blob whose memory it lies in; the one written last first."""


class SimpleWatch:
    """Follows one pass over the ops, beside it."""

    def __init__(
        self, net: Net, first: Mapping[str, int], last: Mapping[str, int], trace: Trace
    ) -> None:
        self.net = net
        self.first = first
        self.last = last
        self.trace = trace
        self._home: dict[str, str] = {}
        self._alive: dict[str, str] = {}

    def before_outputs(self, op: Op, step: int, pool: Sequence[str]) -> None:
        """Note what there is for each output of an op at its first write."""
        left = len(pool)
        for name in op.outputs:
            if name in self._home:
                continue  # written before: decided already
            takes = left > 0 and self.first.get(name) == step
            chosen = pool[left - 1] if takes else None
            self._note(name, step, chosen, pool[:left])
            left -= takes
            self._home[name] = self._alive[name] = name if chosen is None else chosen
        for name in op.inputs:
            if self.last.get(name) == step:
                self._alive.pop(name, None)  # in the pool for the next op

    def _note(self, name: str, step: int, chosen: str | None, pool: Sequence[str]) -> None:
        room = self.trace.room
        free = tuple(pool[: -room - 1 : -1]) if room else None
        alive = tuple(islice(reversed(self._alive.items()), room))
        counts = len(pool), len(self._alive)
        self.trace.note(name, step, _decision, self, chosen, (free, alive), counts)

    def until(self, name: str) -> int:
        """The op up to which a blob is wanted, as this pass sees it."""
        return self.last.get(name, len(self.net.ops) - 1) + 1


def _decision(
    place: Turn,
    watch: SimpleWatch,
    chosen: str | None,
    before: tuple[tuple[str, ...] | None, Alive],
    counts: tuple[int, int],
) -> Decision:
    _, blob, step = place
    free, alive = before
    if watch.first.get(blob) != step:
        static = (Rejection(None, None, Reason.STATIC, until=len(watch.net.ops)),)
        return decided(place, static)
    passed = sum(counts) - (chosen is not None)
    if free is None:  # too many decisions: what was passed over was counted alone
        return decided(place, (), passed, chosen=chosen)
    empty = [Rejection(None, None, Reason.POOL_EMPTY)] if chosen is None else []
    rest = [Rejection(None, None, Reason.ORDER, name, by=chosen) for name in free[1:]]
    found = (*empty, *rest, *_alive_ones(watch, step, alive))
    passed = max(len(found), passed)
    state = State(free, counts[0] - len(free))
    limit = watch.trace.limit
    return decided(place, found, passed, limit=limit, chosen=chosen, state=state)


def _alive_ones(watch: SimpleWatch, step: int, alive: Alive) -> Iterator[Rejection]:
    """Why nobody's memory was free who was alive; and who lies where a dead blob lay."""
    for name, home in alive:
        yield _alive_one(watch, step, name)
        if home != name:
            yield Rejection(None, None, Reason.TAKEN, home, watch.until(name), name)


def _alive_one(watch: SimpleWatch, step: int, name: str) -> Rejection:
    if name not in watch.last:
        return Rejection(None, None, Reason.STATIC, name, len(watch.net.ops))
    if watch.last[name] == watch.first[name]:
        return Rejection(None, None, Reason.NEVER_READ, name, len(watch.net.ops))
    op = watch.net.ops[step]
    if watch.last[name] == step and name in op.inputs:
        return own_input(watch.net, op, name, step)
    return Rejection(None, None, Reason.LIVE, name, watch.until(name))


def own_input(net: Net, op: Op, name: str, step: int) -> Rejection:
    """Why an op's output may not lie where an input lies that dies with it."""
    schema = schema_of(net.dialect, op.type)
    positions = {k for k, other in enumerate(op.inputs) if other == name}
    able = schema is not None and any(k in positions for k, _ in schema.in_place)
    reason = Reason.LIVE if able else Reason.IN_PLACE
    return Rejection(None, None, reason, name, step + 1)
