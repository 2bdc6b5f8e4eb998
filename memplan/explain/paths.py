"""In a net whose ops run in parallel: which way from one op to another is missing.

l read by op 3, r2 made by op 4: op 4 does not wait for op 3. If it did, r2 could have l's memory
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from memplan.bits import numbers
from memplan.liveness import Storage
from memplan.net import Net
from memplan.plan import Problem
from memplan.wishes.waiting import Ordered

__all__ = ["MissingPath", "missing_path"]


@dataclass(frozen=True, slots=True)
class MissingPath:
    """Ops that use one blob, and the ops that write the other and do not wait for them.

    Attributes:
        first: The blob that is used up; `second` the one that would come after it.
        users: Ops that use `first`, for which nothing waits; the number of ops: the caller.
        writer: The op that writes `second` first.
        edges: The dependencies (from, to) that would make it safe: from each last user that no
            other user waits for.
    """

    first: str
    second: str
    users: tuple[int, ...]
    writer: int
    edges: tuple[tuple[int, int], ...]


def missing_path(
    problem: Problem, net: Net, found: Sequence[Storage], a: str, b: str
) -> MissingPath | None:
    """What is missing for two buffers to share, in the direction that needs the fewest edges.

    None where nothing is, or where no dependency could help: the ops wait the other way round.
    """
    ordered = Ordered.of(problem, net, found)
    ways = [way for pair in ((a, b), (b, a)) if (way := _way(ordered, net, *pair)) is not None]
    return min(ways, key=lambda way: (len(way.edges), way.writer), default=None)


def _way(ordered: Ordered, net: Net, first: str, second: str) -> MissingPath | None:
    late = ordered.uses[first] & ~ordered.after[second]
    if not late or late >> len(net.ops):
        return None  # nothing is missing; or the caller wants the first one, after all ops
    users = list(numbers(late))
    uses = ordered.uses[second]
    writer = (uses & -uses).bit_length() - 1
    # An edge to an op that comes before one of the users would make them wait in a circle.
    if any(user == writer or ordered.earlier[user] >> writer & 1 for user in users):
        return None
    last = [u for u in users if not any(ordered.earlier[v] >> u & 1 for v in users)]
    return MissingPath(first, second, tuple(users), writer, tuple((u, writer) for u in last))
