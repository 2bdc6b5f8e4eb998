"""Which blobs dependencies alone keep apart: sharing between them makes no op wait.

0 ─▶ 1 ─▶ 3      what op 1 alone uses and what op 2 makes: op 2 may run before op 1 is over,
└▶ 2 ─┘        so whoever lets them share bytes must let op 2 wait for op 1
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from memplan.errors import TooLarge
from memplan.liveness import Storage
from memplan.net import Net, made_names, reads_by_op
from memplan.plan import BufferKind, Problem
from memplan.planners.reachability import earlier_ops

__all__ = ["MOST_BUFFERS", "Ordered", "ordered_conflicts"]

MOST_BUFFERS = 6_000
"""Beyond so many the pairs are too many to look at one by one."""


@dataclass(frozen=True, slots=True)
class Ordered:
    """Who uses each buffer, and what is over by dependencies alone when it is first written.

    Attributes:
        uses: By buffer the ops that use it, as bits; bit number-of-ops: the caller, at the end.
        after: By buffer the ops that come before each of its writes.
        earlier: For each op those that it waits for.
    """

    uses: dict[str, int]
    after: dict[str, int]
    earlier: list[int]

    def follows(self, first: str, second: str) -> bool:
        """Whether every use of `first` is over before `second` is written."""
        return not self.uses[first] & ~self.after[second]

    @classmethod
    def of(cls, problem: Problem, net: Net, found: Sequence[Storage]) -> Ordered:
        """Look at the storages of a net; what is no storage (scratch) belongs to its steps."""
        written = [_written(net, step) for step in range(len(net.ops))]
        reads = reads_by_op(net)
        earlier = earlier_ops(list(zip(reads, written, strict=True)))
        owner = {name: s.name for s in found for name in s.names}
        fed = {owner.get(name, name) for name in net.inputs}
        uses: dict[str, int] = {}
        after: dict[str, int] = {}
        for step in range(len(net.ops)):
            for name in (*reads[step], *written[step]):
                key = owner.get(name, name)
                # Read before it is written: it comes from outside, and nothing is over by then.
                new = key not in after and (name in reads[step] or key in fed)
                after[key] = 0 if new else after.get(key, -1)
                if name in written[step] and name not in reads[step]:
                    after[key] &= earlier[step]
                uses[key] = uses.get(key, 0) | 1 << step
        for buffer in problem.buffers:
            if buffer.name not in uses:
                steps = range(buffer.live.begin, min(buffer.live.end, len(net.ops)))
                uses[buffer.name] = sum(1 << step for step in steps)
                first = buffer.live.begin
                after[buffer.name] = earlier[first] if first < len(earlier) else 0
            if buffer.live.end >= len(net.ops) and buffer.kind in _KEPT:
                uses[buffer.name] |= 1 << len(net.ops)
        return cls(uses, after, earlier)


_KEPT = (BufferKind.OUTPUT, BufferKind.STATE)


def _written(net: Net, step: int) -> tuple[str, ...]:
    op = net.ops[step]
    inside = [name for nested in op.nets.values() for name in made_names(nested)]
    return (*op.outputs, *inside)


def ordered_conflicts(
    problem: Problem, net: Net, found: Sequence[Storage]
) -> frozenset[tuple[int, int]]:
    """Pairs of buffers, by index, that nothing but the order of the list keeps apart.

    Cost: the pairs of buffers.

    Raises:
        TooLarge: There are too many.
    """
    count = len(problem.buffers)
    if count > MOST_BUFFERS:
        raise TooLarge(
            f"{count:,} buffers have too many pairs to look at: at most {MOST_BUFFERS:,}; plan "
            "for ops that run one by one"
        )
    ordered = Ordered.of(problem, net, found)
    rows = [(ordered.uses[b.name], ordered.after[b.name]) for b in problem.buffers]
    return frozenset(
        (i, j)
        for j in range(count)
        for i in range(j)
        if rows[i][0] & ~rows[j][1] and rows[j][0] & ~rows[i][1]
    )
