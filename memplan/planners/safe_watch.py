"""Why blobs share as the safe planners laid them: told by the facts that they went by.

They search, and lay all blobs together in the end. So a blob is looked at beside what lies there
in the end: whose memory it follows, and of every other piece of memory what keeps it out.

    b born at op 1   memory of a: still live until op 2      chosen: none
    c born at op 2   memory of b: still live until op 3      chosen: a
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator, Mapping, Sequence
from functools import cached_property
from itertools import islice

from memplan.net import Net, made_names, reads_by_op
from memplan.plan import Decision, Reason, Rejection, Trace, Turn, decided
from memplan.planners.caffe2_simple_watch import own_input
from memplan.planners.fixed_names import views_of
from memplan.planners.recycling import RecyclingOptions
from memplan.planners.shareable import Facts, Kind, shareable_items
from memplan.planners.slots import Item, Span, in_order

__all__ = ["SafeWatch"]

Times = tuple[list[int], list[tuple[str, Span]]]
"""Where the spans of a piece of memory begin; and each with the blob that lies there then."""


class SafeWatch:
    """One answer: the ops in its order, the names, and what was known of the blobs."""

    def __init__(
        self,
        net: Net,
        options: RecyclingOptions,
        facts: Facts,
        names: Mapping[str, str],
        *,
        parallel: bool,
    ) -> None:
        self.net = net
        self.options = options
        self.facts = facts
        self.names = names
        self.parallel = parallel

    def tell(self, trace: Trace) -> None:
        """Note a decision for each blob that an op makes, in the order of their births."""
        born = {name: step for step, op in reversed(list(enumerate(self.net.ops)))
                for name in op.outputs}  # fmt: skip
        for name in made_names(self.net):
            trace.note(name, born[name], _decision, self, trace.room)
        trace.settled(self.names)

    @cached_property
    def items(self) -> dict[str, tuple[Kind, Item]]:
        """The blobs that may share, each with what it may share with and when it is alive."""
        kinds = shareable_items(self.net, self.options, self.facts, parallel=self.parallel)
        return {item.name: (kind, item) for kind, items in kinds.items() for item in items}

    @cached_property
    def groups(self) -> dict[str, list[str]]:
        """The blobs of each piece of memory, by the name that it has, in the order of births."""
        found: dict[str, list[str]] = {}
        for name in made_names(self.net):
            found.setdefault(self.names.get(name, name), []).append(name)
        return found

    @cached_property
    def times(self) -> dict[str, Times]:
        """When each piece of memory is in use, and by whom, in the order of the ops."""
        return {memory: _times(self, group) for memory, group in self.groups.items()}

    @cached_property
    def births(self) -> list[int]:
        """When each piece of memory is used first, among the births of blobs."""
        return [self.place[group[0]] for group in self.groups.values()]

    @cached_property
    def read(self) -> set[str]:
        """Names that some op reads."""
        return {name for reads in reads_by_op(self.net) for name in reads}

    @cached_property
    def place(self) -> dict[str, int]:
        """When each blob is born, among the others."""
        return {name: place for place, name in enumerate(made_names(self.net))}

    @cached_property
    def views(self) -> set[str]:
        """Names that have no memory of their own."""
        return views_of(self.net)

    def barred(self, name: str) -> Reason:
        """Why a blob that may not share at all may not."""
        if name in self.views:
            return Reason.ALIAS
        if name in self.options.dont_share:
            return Reason.DONT_SHARE
        if self.parallel and name in self.options.shareable - self.options.static:
            return Reason.BRANCH
        return Reason.STATIC

    def size(self, name: str) -> int:
        """Bytes of the largest of the blobs that lie where a blob lies."""
        group = self.groups[self.names.get(name, name)]
        return max(self.facts.size[other] or 0 for other in group)


def _times(watch: SafeWatch, group: Sequence[str]) -> Times:
    found = ((name, span) for name in group if name in watch.items
             for span in watch.items[name][1].spans)  # fmt: skip
    rows = sorted(found, key=lambda row: row[1].begin)
    return [span.begin for _, span in rows], rows


def _decision(place: Turn, watch: SafeWatch, room: int) -> Decision:
    _, name, step = place
    own = watch.names.get(name, name)
    group = watch.groups[own]
    # A group stands in the order of births, and so do the groups, by their first.
    number = bisect_left(group, watch.place[name], key=watch.place.__getitem__)
    chosen = group[number - 1] if number else None
    if name not in watch.items:
        return decided(place, (Rejection(None, None, watch.barred(name)),), chosen=chosen)
    earlier = bisect_left(watch.births, watch.place[name])
    found = list(islice(_others(watch, name, own, step, chosen), room))
    if not found and chosen is None:
        found = [Rejection(None, None, Reason.POOL_EMPTY)]
    return decided(place, found, max(earlier - (chosen is not None), len(found)), chosen=chosen)


def _others(
    watch: SafeWatch, name: str, own: str, step: int, chosen: str | None
) -> Iterator[Rejection]:
    """Of each other piece of memory in use before a blob is born what keeps the blob out."""
    for memory, group in watch.groups.items():
        if watch.place[group[0]] > watch.place[name]:
            return
        if memory != own:
            found = _block(watch, name, memory, step)
            yield _by_size(watch, name, group[0], chosen) if found is None else found


def _block(watch: SafeWatch, name: str, memory: str, step: int) -> Rejection | None:
    """Why a blob may not lie in a piece of memory; None: it may."""
    other = watch.groups[memory][0]
    if other not in watch.items:
        return Rejection(None, None, watch.barred(other), other, len(watch.net.ops))
    (kind, item), (theirs, _) = watch.items[name], watch.items[other]
    if kind != theirs:
        reason = Reason.DEVICE if kind[0] != theirs[0] else Reason.CONTENT
        return Rejection(None, None, reason, other)
    begins, rows = watch.times[memory]
    for span in item.spans:
        # What lies there is in order, and order is transitive: the two beside it decide.
        after = bisect_left(begins, span.begin)
        for held, theirs_span in rows[max(0, after - 1) : after + 1]:
            if not (in_order(theirs_span, span) or in_order(span, theirs_span)):
                return _meeting(watch, held, (theirs_span, span), step)
    return None


def _meeting(watch: SafeWatch, other: str, clash: tuple[Span, Span], step: int) -> Rejection:
    theirs, ours = clash
    end = len(watch.net.ops)
    if other not in watch.read:
        return Rejection(None, None, Reason.NEVER_READ, other, end)
    if theirs.begin > ours.begin:
        return Rejection(None, None, Reason.TAKEN, other, min(theirs.end, end), other)
    if theirs.end <= ours.begin:
        return Rejection(None, None, Reason.BRANCH, other, theirs.end)
    op = watch.net.ops[step]
    if theirs.end == step + 1 and other in op.inputs:
        return own_input(watch.net, op, other, step)
    return Rejection(None, None, Reason.LIVE, other, min(theirs.end, end))


def _by_size(watch: SafeWatch, name: str, other: str, chosen: str | None) -> Rejection:
    """Why memory that could have been shared was not."""
    size, wanted = watch.size(other), watch.facts.size[name] or 0
    taken = None if chosen is None else watch.size(chosen)
    reason = Reason.COSTS_MORE
    if taken is not None and abs(taken - wanted) < abs(size - wanted):
        reason = Reason.TOO_SMALL if size < wanted else Reason.TOO_LARGE
        if (taken < wanted) == (size < wanted) and taken != wanted:
            reason = Reason.CLOSER_FIT
    elif taken == size:
        reason = Reason.ORDER
    return Rejection(None, size, reason, other, by=chosen)
