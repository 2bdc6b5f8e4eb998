"""Which blobs of a Caffe2 net may share memory, and when each of them holds something.

A blob is alive by values, not by its name: from a write to the last read of what was written,
in place or through an Alias too; between a last read and the next write its memory is free.

    op      0    1    2    3    4        Relu a → b; Sum b, c → …; FC … → a
    a      [─────────)     [────)        two spans: written at 0 and anew at 3
    b           [─────────)              its reader, op 2, is inside: outputs never get its memory

Which names stay, whatever the blobs hold, `fixed_names` tells.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import pairwise

from memplan.net import Device, DType, Net, Op, Role, free_reads, made_names
from memplan.planners.fixed_names import (
    all_names,
    followed_views,
    held_names,
    kept_names,
    made_inside,
)
from memplan.planners.reachability import earlier_ops
from memplan.planners.recycling import RecyclingOptions
from memplan.planners.slots import Item, Span, in_order

__all__ = ["Facts", "Kind", "facts_of", "homes", "shareable_items", "undeclared_results"]

Kind = tuple[Device, str, bool]
"""Blobs share only with their like: one device, one kind of content, sizes known or not."""


Used = tuple[dict[str, None], dict[str, None]]
"""What an op reads, and what it writes."""


@dataclass(frozen=True, slots=True)
class Facts:
    """What is known of a net's blobs, by name.

    Attributes:
        size: Bytes; None where unknown.
        content: ``tensor``, ``string``, or ``unknown``.
    """

    size: Mapping[str, int | None]
    content: Mapping[str, str]


def facts_of(net: Net, options: RecyclingOptions) -> Facts:
    """Sizes by the options (`sizes`, else `shapes`), else by the net's blobs."""
    size: dict[str, int | None] = {}
    content: dict[str, str] = {}
    for name in made_names(net):
        blob = net.blob(name)
        content[name] = _content(blob.dtype)
        if name in options.sizes:
            known: int | None = options.sizes[name]
        elif name in options.shapes:
            known = (blob.dtype or DType.FLOAT32).bits  # Caffe2's shapes are of floats, if need be
            for dim in options.shapes[name]:
                known = None if known is None else known * dim
            known = None if known is None else -(-known // 8)
        else:
            known = blob.nbytes
        size[name] = known if known is None or known >= 0 else None
    return Facts(size, content)


def _content(dtype: DType | None) -> str:
    if dtype is None:
        return "unknown"
    return "string" if dtype is DType.STRING else "tensor"


def homes(net: Net) -> dict[str, tuple[Device, ...]]:
    """The devices on which each blob is written, in order."""
    found: dict[str, dict[Device, None]] = defaultdict(dict)
    for op in net.ops:
        # A copy to the CPU carries the device that it copies from.
        device = Device() if op.type == "CopyGPUToCPU" else op.device
        for name in (*op.outputs, *(n for inner in op.nets.values() for n in all_names(inner))):
            found[name][device] = None
    return {name: tuple(devices) for name, devices in found.items()}


def shareable_items(
    net: Net, options: RecyclingOptions, facts: Facts, *, parallel: bool
) -> dict[Kind, list[Item]]:
    """The blobs that may share, by kind; each kind in the order of first writes.

    Args:
        parallel: Whether ops run as soon as what they read is made. A blob that is written anew
            while nothing but its place in the list holds the write back is then left out.
    """
    uses = _uses(net)
    results = _results(net, uses)
    sources, stay = followed_views(net, results)
    fixed = kept_names(net, options) | held_names(net) | results | stay
    lives = _lives(net, uses, sources, parallel=parallel)
    earlier = earlier_ops(uses) if parallel else None
    kinds: dict[Kind, list[Item]] = defaultdict(list)
    devices = homes(net)
    for name, life in lives.items():
        spans = tuple(life.spans)
        size, home = facts.size[name], devices[name]
        if name in fixed or not life.complete or len(home) > 1:
            continue
        if earlier is not None:
            if any(used & ~earlier[index] for index, used in life.held_back):
                continue
            spans = tuple(Span(s.begin, s.end, s.uses, earlier[s.begin]) for s in spans)
            if not all(in_order(a, b) for a, b in pairwise(spans)):
                continue
        kind = (home[0], facts.content[name], size is not None)
        kinds[kind].append(Item(name, 1 if size is None else size, spans))
    return dict(kinds)


@dataclass(slots=True)
class _Life:
    """When a blob holds something.

    Attributes:
        noted: Whether the ops that use it are noted, as bits: nobody asks where ops run one by
            one, and in long nets the bits of all blobs are many.
        complete: It was never read before it was written.
        held_back: Ops that write into a span without reading, with the ops before them there.
    """

    noted: bool
    spans: list[Span] = field(default_factory=list)
    complete: bool = True
    held_back: list[tuple[int, int]] = field(default_factory=list)

    def use(self, index: int) -> None:
        """An op reads the blob, or writes over what it read."""
        if not self.spans:
            self.complete = False
            return
        last = self.spans[-1]
        self.spans[-1] = Span(last.begin, index + 1, last.uses | self.bit(index))

    def bit(self, index: int) -> int:
        """An op among the uses of a span."""
        return 1 << index if self.noted else 0

    def write(self, index: int, *, nested: bool) -> None:
        """An op writes the blob without reading it."""
        if nested and self.spans:
            # As if it might be left as it was: liveness does not look into nested nets either.
            self.held_back.append((index, self.spans[-1].uses))
            self.use(index)
        else:
            self.spans.append(Span(index, index + 1, self.bit(index)))


def _lives(
    net: Net, uses: Sequence[Used], sources: Mapping[str, str], *, parallel: bool
) -> dict[str, _Life]:
    """When each blob that is no view holds something, in the order of first uses."""
    lives: dict[str, _Life] = defaultdict(lambda: _Life(parallel))
    known = set(made_names(net))
    for index, (reads, writes) in enumerate(uses):
        read = dict.fromkeys(sources.get(name, name) for name in reads)
        # A write through a view changes what its source holds.
        read.update((sources[name], None) for name in writes if name in sources)
        for name in read:
            if name in known:
                lives[name].use(index)
        for name in writes:
            if name not in read and name not in sources:
                lives[name].write(index, nested=bool(net.ops[index].nets))
    end = len(uses)
    for name in _made_for_nobody(uses):
        if name not in sources and lives[name].spans:
            last = lives[name].spans[-1]
            lives[name].spans[-1] = Span(last.begin, end, last.uses | 1 << end)
    return lives


def _made_for_nobody(uses: Sequence[Used]) -> Iterator[str]:
    """What is left in the end of the outputs of each op of whose outputs nobody reads one.

    Such a blob stays to the end, as if used by an op after the last. To write over it would do
    no harm to the run, but an op all of whose work is written over looks like a mistake in the
    net, and is refused as one when the net is opened again (`validity`).
    """
    maker: dict[str, int] = {}
    of_use: set[int] = set()
    for index, (reads, writes) in enumerate(uses):
        of_use.update(maker[name] for name in reads if name in maker)
        maker.update(dict.fromkeys(writes, index))
    yield from (name for name, index in maker.items() if index not in of_use)


def _uses(net: Net) -> list[Used]:
    """For each op what it reads and what it writes, for its nested nets too.

    What a nested net may write, or may leave as it was, counts as read and written.
    """
    known = set(made_names(net))
    found = []
    for op in net.ops:
        reads, writes = dict.fromkeys(op.inputs), dict.fromkeys(op.outputs)
        if op.nets:
            inner = [n for nested in op.nets.values() for n in all_names(nested)]
            free = {n for nested in op.nets.values() for n in free_reads(nested)}
            made = {n for nested in op.nets.values() for n in made_inside(nested)}
            always = _always_made(op)
            reads.update((n, None) for n in inner if n in known and n in free)
            reads.update((n, None) for n in inner if n in known and n in made - always)
            writes.update((n, None) for n in inner if n in known and n in made)
        found.append((reads, writes))
    return found


def _always_made(op: Op) -> set[str]:
    """Names that an op's nested nets write whichever of them runs."""
    branches = [op.nets.get(arg) for arg in ("then_net", "else_net")]
    if op.type not in {"If", "AsyncIf"} or None in branches:
        return set()
    made = [set(made_names(branch)) for branch in branches if branch is not None]
    return set.intersection(*made)


def undeclared_results(net: Net) -> set[str]:
    """What a net that declares no outputs is run for: the blobs whose last value is unread."""
    return set() if _declared(net) else _results(net, _uses(net))


def _declared(net: Net) -> set[str]:
    return {*net.outputs, *(n for n, blob in net.blobs.items() if blob.role is Role.OUTPUT)}


def _results(net: Net, uses: Sequence[Used]) -> set[str]:
    declared = _declared(net)
    if declared:
        return declared
    unread: set[str] = set()
    for reads, writes in uses:
        unread.difference_update(reads)
        unread.update(writes)
    return unread
