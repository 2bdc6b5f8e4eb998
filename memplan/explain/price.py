"""The price of sharing where ops run in parallel: who has to wait for whom because of it.

0 ─▶ 1 ─▶ 3      a blob that op 2 makes on bytes that op 1 still reads: op 2 waits for op 1,
└▶ 2 ─┘        and what was three steps deep is four: 0, 1, 2, 3
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from memplan.bits import numbers
from memplan.errors import TooLarge
from memplan.net import Net
from memplan.plan import Buffer
from memplan.study import Study
from memplan.wishes.waiting import MOST_BUFFERS, Ordered

__all__ = ["AddedEdge", "Price", "price"]


@dataclass(frozen=True, slots=True)
class AddedEdge:
    """`after` must wait for `before`, since `second` lies on bytes of `first`; ops by index."""

    before: int
    after: int
    first: str
    second: str


@dataclass(frozen=True, slots=True)
class Price:
    """What sharing adds.

    Attributes:
        edges: Waits that no dependency asks for, of which none follows from the others at once.
        path: Ops on the longest path without and with them.
        width: The most ops that may run side by side, counting ops of equal depth, without and
            with them.
    """

    edges: tuple[AddedEdge, ...]
    path: tuple[int, int]
    width: tuple[int, int]


def price(made: Study) -> Price:
    """Tell which waits the sharing of a plan adds to those that dependencies ask for.

    Ops are taken to run as soon as they may, whatever the net's type. Cost: the pairs of buffers
    that share, and a bit for each pair of ops.

    Raises:
        TooLarge: There are too many buffers.
    """
    if len(made.problem.buffers) > MOST_BUFFERS:
        raise TooLarge(
            f"the plan has {len(made.problem.buffers):,} buffers, and who waits for whom is told "
            f"of at most {MOST_BUFFERS:,}"
        )
    ordered = Ordered.of(made.problem, made.net, made.storages)
    edges = tuple(dict.fromkeys(_edges(made, ordered)))
    parents = _parents(made.net, ordered.earlier)
    before = _depths(parents)
    with_edges = [[*own] for own in parents]
    for edge in edges:
        with_edges[edge.after].append(edge.before)
    after = _depths(with_edges)
    paths = max(before, default=0), max(after, default=0)
    return Price(edges, paths, (_width(before), _width(after)))


def _edges(made: Study, ordered: Ordered) -> Iterator[AddedEdge]:
    ops = len(made.net.ops)
    for first, second in _followers(made):
        late = ordered.uses[first] & ~ordered.after[second] & ~(1 << ops)
        uses = ordered.uses[second]
        writer = (uses & -uses).bit_length() - 1
        users = [step for step in numbers(late) if step < writer]
        for user in users:
            if not any(ordered.earlier[other] >> user & 1 for other in users):
                yield AddedEdge(user, writer, first, second)


def _followers(made: Study) -> Iterator[tuple[str, str]]:
    """Buffers that share bytes, the one that comes first in the list first.

    Of those that follow one another on the same bytes each is held against the nearest before it
    alone where that covers all of its bytes: who came before waits already.
    """
    plan = made.plan
    offsets = plan.offsets or {}
    for space in made.problem.spaces:
        here = [b for b in made.problem.buffers
                if plan.space_name(b.name) == space.name
                and (b.name in offsets or b.name in (plan.slots or {}))]  # fmt: skip
        here.sort(key=lambda b: (b.live.begin, b.live.end, b.name))
        for place, second in enumerate(here):
            yield from _before(made, here[:place], second)


def _before(made: Study, earlier: Sequence[Buffer], second: Buffer) -> Iterator[tuple[str, str]]:
    for first in reversed(earlier):
        if first.live.end <= second.live.begin and _overlap(made, first, second):
            yield first.name, second.name
            if _covers(made, first, second):
                return


def _place(made: Study, buffer: Buffer) -> tuple[int, int] | None:
    low = (made.plan.offsets or {}).get(buffer.name)
    return None if low is None else (low, low + (buffer.size or 0))


def _overlap(made: Study, a: Buffer, b: Buffer) -> bool:
    slots = made.plan.slots or {}
    if a.name in slots and slots[a.name] == slots.get(b.name):
        return True
    one, other = _place(made, a), _place(made, b)
    return one is not None and other is not None and max(one[0], other[0]) < min(one[1], other[1])


def _covers(made: Study, first: Buffer, second: Buffer) -> bool:
    slots = made.plan.slots or {}
    if first.name in slots and slots[first.name] == slots.get(second.name):
        return True
    one, other = _place(made, first), _place(made, second)
    return one is not None and other is not None and one[0] <= other[0] and other[1] <= one[1]


def _parents(net: Net, earlier: Sequence[int]) -> list[list[int]]:
    """For each op those that it waits for and that wait for one another through none between."""
    found = []
    for step in range(len(net.ops)):
        parents, left = [], earlier[step]
        while left:
            last = left.bit_length() - 1
            parents.append(last)
            left &= ~(earlier[last] | 1 << last)
        found.append(parents)
    return found


def _depths(parents: Sequence[Sequence[int]]) -> list[int]:
    """How many ops stand on the longest path that ends with each op."""
    depth: list[int] = []
    for own in parents:
        depth.append(1 + max((depth[parent] for parent in own), default=0))
    return depth


def _width(depths: Sequence[int]) -> int:
    counts: dict[int, int] = {}
    for depth in depths:
        counts[depth] = counts.get(depth, 0) + 1
    return max(counts.values(), default=0)
