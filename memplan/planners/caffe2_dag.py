"""Caffe2's recycling for nets whose ops run in parallel (`ComputeBlobRecyclingForDag`).

Idea: walk the net depth first from its heads. An op is entered when the last of its producers
has been, and hands the list of free blobs on to what it enters. Where the walk forks, each
branch gets a token of its own; a blob may be taken only by an op that holds every token that
the blob has seen, and so comes after all ops that used it, in whatever order they run.

        ┌▶ l ─▶ l2 ┐      {1} at a; {1,2} at l, l2; {1,3} at r, r2
    a ──┤          ├▶ s   s holds {1,2,3}: it may take l, which only the left branch was done with;
        └▶ r ─▶ r2 ┘      r2, with {1,3}, may not

Of the blobs that may be taken, without shapes that one comes first whose memory has been
shared most often, then the first by name. With shapes the list is climbed, in the order in
which a binary heap happens to lie in memory, until a blob is as large as what is wanted; after
that an equal size replaces what was found, and nothing smaller does.

Faithful to: memonger.cc as of November 2020: the numbers in the names too, which follow the
walk through a hash map. With it come its faults: a blob that is written again after it was
read makes false edges, and wrong sharing; a reader of an unshared blob alone is never entered,
one of an unshared and a shared blob too early; a blob not to be shared still takes a free
one's memory; readers outside `op_indices` and in nested nets do not count; existing names are
not looked at when new ones are given; sizes are elements, 32 bits wide; which candidate fits
best depends on the order of the list. No recorded answer covers sizes that wrap, an op listed
twice, two blobs of one memory freed by one op, and a root that lies in another blob itself.
Differs: does not recurse (Caffe2 overflows its stack at some 20,000 ops in a chain), and says
InvalidNet to an index that is that of no op (Caffe2 crashes). Token sets are bits of integers.
Cost: ops times free blobs in the worst case; a token set takes a bit a fork. See
benchmarks/memonger.py.
Reference: PyTorch, caffe2/core/memonger.cc, ComputeBlobRecyclingForDag.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from itertools import count

from memplan.errors import OutOfOrder, quoted
from memplan.net import CPU, Net
from memplan.ops.caffe2_schema import check_schemas
from memplan.plan import Trace
from memplan.planners.caffe2_dag_watch import DagWatch
from memplan.planners.caffe2_free_blobs import FreeBlobs, infer_blob_size
from memplan.planners.hash_order import HashOrder
from memplan.planners.recycling import RecyclingOptions, check_indices
from memplan.rewrite import Assignment

__all__ = ["ComputeBlobRecyclingForDag", "caffe2_dag", "infer_blob_size"]

Frame = tuple[int, bool, Iterator[int]]
"""An op that was entered: its tokens, whether the walk forks there, the readers yet to visit."""


def caffe2_dag(net: Net, options: RecyclingOptions, trace: Trace | None = None) -> Assignment:
    """Share blobs along the dependencies of the ops; of the options it reads all but `static`.

    Raises:
        SchemaError: An op is not one that its schema allows.
        OutOfOrder: A shareable blob is read before it is written.
        InvalidNet: An index is that of no op.
    """
    if trace is not None:
        trace.defer(lambda again: _watched(net, options, again))
    return ComputeBlobRecyclingForDag(net, options).optimize_net()


def _watched(net: Net, options: RecyclingOptions, trace: Trace) -> None:
    walk = ComputeBlobRecyclingForDag(net, options)
    walk.watch = watch = DagWatch(net, walk, trace)
    watch.ends(walk.optimize_net().mapping)


class ComputeBlobRecyclingForDag:
    """One walk through one net: its state, and the rules by which it goes on."""

    def __init__(self, net: Net, options: RecyclingOptions) -> None:
        if net.dialect == "caffe2":  # ops of other formats have the names, not the schemas
            check_schemas(net.ops)
        check_indices(net, options)
        self.ops = net.ops
        self.options = options
        chosen = options.op_indices
        self.op_indices: Sequence[int] = range(len(net.ops)) if chosen is None else chosen
        self.users: dict[str, list[int]] = defaultdict(list)
        self.in_degree = [0] * len(net.ops)
        self.arrived = [0] * len(net.ops)
        self.entered = [False] * len(net.ops)
        self.deposit = [0] * len(net.ops)  # tokens left at an op by the producers before the last
        self.next_token = 1
        self.made = self._made_here()
        self.blobs = FreeBlobs(options.shapes)
        self.reads: dict[str, int] = defaultdict(int)
        self.mapping: dict[str, str] = {}
        self.handled: set[str] = set()
        self.watch: DagWatch | None = None

    def optimize_net(self) -> Assignment:
        """Walk from each head whose readers wait for nothing else, then give names."""
        self._count_edges()
        for head in self.options.heads:
            for op in self.users.get(head, ()):
                if not self.entered[op] and not self.in_degree[op]:
                    self.blobs.clear()
                    self.process_op(op, self._new_token())
        return Assignment(self.give_names())

    def _made_here(self) -> frozenset[str]:
        """Blobs whose writes are waited for, and whose memory gets a new name."""
        may_share = self.options.shareable - self.options.dont_share
        return frozenset(
            name for op in self.op_indices for name in self.ops[op].outputs if name in may_share
        )

    def _count_edges(self) -> None:
        followed = self.options.shareable.union(self.options.heads)
        writes: dict[str, int] = defaultdict(int)
        for index in self.op_indices:
            op = self.ops[index]
            for name in op.inputs:
                if name not in followed:
                    continue
                if name not in self.made:
                    self.blobs.share_count[name] = 1
                elif name in writes:
                    self.in_degree[index] += writes[name]
                else:
                    raise OutOfOrder(
                        f"op {index} ({quoted(op.type)}) reads {quoted(name)} too early: it was "
                        "not output by an op before; put the ops into an order that can run"
                    )
                self.users[name].append(index)
            # A copy to the CPU carries the device that it copies from.
            device = CPU if op.type == "CopyGPUToCPU" else op.device
            for name in op.outputs:
                writes[name] += 1
                self.blobs.device[name] = device

    def process_op(self, op: int, tokens: int) -> None:
        """Enter an op, and depth first every op that becomes ready."""
        stack = [self._enter(op, tokens)]
        while stack:
            tokens, forks, readers = stack[-1]
            for reader in readers:
                self.arrived[reader] += 1
                if self.arrived[reader] == self.in_degree[reader]:
                    branch = tokens | self._new_token() if forks else tokens
                    stack.append(self._enter(reader, branch))
                    break
                if not self.entered[reader]:
                    self.deposit[reader] |= tokens
            else:
                stack.pop()

    def _enter(self, index: int, tokens: int) -> Frame:
        """Run the rules on one op: what it frees, what its outputs take."""
        if self.deposit[index]:
            tokens |= self.deposit[index]
        self.entered[index] = True
        op = self.ops[index]
        for name in (*op.inputs, *op.outputs):
            self._require(name, tokens)
        freed = self._freed_by(op.inputs)
        names = {name for _, name in freed}
        if self.watch is not None:
            self.watch.enters(index, tokens)
        for name in op.outputs:
            if name in self.options.shareable and name not in self.handled and name not in names:
                self.handled.add(name)
                self._take(name, tokens)
        self.blobs.release(freed)
        readers = [user for name in op.outputs for user in self.users.get(name, ())]
        return tokens, len(readers) > 1, iter(readers)

    def _require(self, name: str, tokens: int) -> None:
        actual = self.mapping.get(name, name)
        for blob in (name,) if actual == name else (name, actual):
            self.blobs.require(blob, tokens)

    def _freed_by(self, inputs: Sequence[str]) -> list[tuple[int, str]]:
        """Blobs whose last reader this is, each with how often its memory was shared so far."""
        freed: list[tuple[int, str]] = []
        for name in inputs:
            if name not in self.options.shareable:
                continue
            self.reads[name] += 1
            if self.reads[name] == len(self.users[name]):
                actual = self.get_blob_or_mapped_blob(name)
                if actual not in self.options.dont_share:
                    freed.append((-self.blobs.share_count[actual], actual))
        return freed

    def _take(self, name: str, tokens: int) -> None:
        if self.watch is not None:
            self.watch.before(self.blobs.free)
        found = self.blobs.take(name, tokens)
        if self.watch is not None:
            self.watch.after(name, found)
        if found:
            self.mapping[name] = found

    def get_blob_or_mapped_blob(self, name: str) -> str:
        """The blob whose memory `name` takes, one step away; else itself."""
        return self.mapping.get(name, name)

    def _new_token(self) -> int:
        self.next_token += 1
        return 1 << self.next_token - 2

    def give_names(self) -> dict[str, str]:
        """The mapping, with new names for the roots, numbered as Caffe2's hash map is walked."""
        walked = HashOrder(self.mapping)
        roots = dict.fromkeys(self.mapping[name] for name in walked)
        numbers = count()
        renamed = {
            root: f"{self.options.namescope}__m{next(numbers)}_shared"
            if root in self.made
            else root
            for root in roots
        }
        names = dict(self.mapping)
        for root in HashOrder(renamed):
            walked.insert(root)
            names.setdefault(root, renamed[root])
        # One pass alone: a root that lies in another blob itself is resolved or not by the order.
        for name in walked:
            new = renamed.get(names[name], names[name])
            if new != names[name]:
                renamed[name] = names[name] = new
        return names
