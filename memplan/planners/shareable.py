"""Which blobs of a Caffe2 net may share memory, and when each of them holds something.

A blob is alive by values, not by its name: from a write to the last read of what was written,
in place or through an Alias too; between a last read and the next write its memory is free.

    op      0    1    2    3    4        Relu a → b; Sum b, c → …; FC … → a
    a      [─────────)     [────)        two spans: written at 0 and anew at 3
    b           [─────────)              its reader, op 2, is inside: outputs never get its memory

A blob keeps its name, and so its memory, when somebody else relies on the name: the caller, an
argument that holds it as text, a nested net that the rules of renaming do not follow, an Alias.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

from memplan.net import Device, DType, Net, Op, Role, free_reads, made_names
from memplan.ops import schema_of
from memplan.ops.schema import arg_texts
from memplan.planners.reachability import earlier_ops
from memplan.planners.recycling import RecyclingOptions
from memplan.planners.slots import Item, Span, in_order

__all__ = [
    "Facts",
    "Kind",
    "facts_of",
    "held_names",
    "homes",
    "kept_names",
    "shareable_items",
    "views_of",
]

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
        for name in (*op.outputs, *(n for inner in op.nets.values() for n in _all_names(inner))):
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
    sources, stay = _views(net, results)
    fixed = kept_names(net, options) | held_names(net) | results | stay
    earlier = earlier_ops(uses) if parallel else None
    kinds: dict[Kind, list[Item]] = defaultdict(list)
    devices = homes(net)
    nested = frozenset(index for index, op in enumerate(net.ops) if op.nets)
    for name, spans in _spans(uses, fixed, sources, nested).items():
        if earlier is None:
            cleared = spans
        else:
            cleared = tuple(Span(s.begin, s.end, s.uses, earlier[s.begin]) for s in spans)
            if not all(in_order(a, b) for a, b in pairwise(cleared)):
                continue
        size, home = facts.size[name], devices[name]
        if len(home) == 1:
            kind = (home[0], facts.content[name], size is not None)
            item = Item(name, 1 if size is None else size, cleared)
            kinds[kind].append(item)
    return dict(kinds)


def _spans(
    uses: Sequence[Used],
    fixed: set[str],
    sources: Mapping[str, str],
    nested: frozenset[int],
) -> dict[str, tuple[Span, ...]]:
    """When each blob that is not fixed holds something; one read before it is written is fixed."""
    spans: dict[str, list[Span]] = {}
    unfit = set(fixed)
    for index, (reads, writes) in enumerate(uses):
        read = dict.fromkeys(sources.get(name, name) for name in reads)
        # A write through a view changes what its source holds.
        read.update((sources[name], None) for name in writes if name in sources)
        for name in read:
            if name in spans:
                last = spans[name][-1]
                spans[name][-1] = Span(last.begin, index + 1, last.uses | 1 << index)
            else:
                unfit.add(name)
        for name in writes:
            if name in spans and index in nested:
                # As if it were left as it was: liveness does not look into nested nets either.
                last = spans[name][-1]
                spans[name][-1] = Span(last.begin, index + 1, last.uses | 1 << index)
            elif name not in read and name not in sources:
                spans.setdefault(name, []).append(Span(index, index + 1, 1 << index))
    for name in _made_for_nobody(uses):
        if name in spans:
            last = spans[name][-1]
            spans[name][-1] = Span(last.begin, len(uses), last.uses | 1 << len(uses))
    return {name: tuple(found) for name, found in spans.items() if name not in unfit}


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
            inner = [n for nested in op.nets.values() for n in _all_names(nested)]
            free = {n for nested in op.nets.values() for n in free_reads(nested)}
            made = {n for nested in op.nets.values() for n in _made_inside(nested)}
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


def kept_names(net: Net, options: RecyclingOptions) -> set[str]:
    """Names that nobody asked to change."""
    chosen = range(len(net.ops)) if options.op_indices is None else options.op_indices
    elsewhere = sorted(set(range(len(net.ops))).difference(chosen))
    outside = {Role.INPUT, Role.WEIGHT, Role.OUTPUT}
    kept = {*net.inputs, *net.outputs, *options.static, *options.dont_share}
    kept.update(n for n in made_names(net) if n not in options.shareable)
    kept.update(n for n, b in net.blobs.items() if b.role in outside or b.initialized)
    kept.update(n for index in elsewhere for n in net.ops[index].outputs)
    return kept


def held_names(net: Net) -> set[str]:
    """Names on which something relies where the rules of renaming do not reach."""
    held: set[str] = set()
    for op in net.ops:
        held.update(_named_in_arguments(op))
        if op.type.startswith("RecurrentNetwork"):
            held.update((*op.inputs, *op.outputs))
        held.update(_not_followed(op))
    return held


def _results(net: Net, uses: Sequence[Used]) -> set[str]:
    """What the net is run for: where it declares nothing, the blobs whose last value is unread."""
    declared = {*net.outputs, *(n for n, blob in net.blobs.items() if blob.role is Role.OUTPUT)}
    if declared:
        return declared
    unread: set[str] = set()
    for reads, writes in uses:
        unread.difference_update(reads)
        unread.update(writes)
    return unread


def _named_in_arguments(op: Op) -> Iterator[str]:
    """Texts in arguments, any of which may be a blob's name; nested nets included."""
    for name in op.args:
        yield from arg_texts(op, name)
        yield name.removesuffix(".rename")
    for nested in op.nets.values():
        for inner in nested.ops:
            yield from _named_in_arguments(inner)


def _not_followed(op: Op) -> Iterator[str]:
    """Names in nested nets where the rules of renaming do not follow, or not to the end."""
    for arg, nested in op.nets.items():
        if op.type == "AsyncIf" and arg in {"then_net", "else_net"}:
            for inner in nested.ops:
                yield from _not_followed(inner)
        else:
            yield from _all_names(nested)


def _all_names(net: Net) -> Iterator[str]:
    yield from net.inputs
    yield from net.outputs
    for op in net.ops:
        yield from op.inputs
        yield from op.outputs
        for nested in op.nets.values():
            yield from _all_names(nested)


def _made_inside(net: Net) -> Iterator[str]:
    for op in net.ops:
        yield from op.outputs
        for nested in op.nets.values():
            yield from _made_inside(nested)


def _views(net: Net, results: set[str]) -> tuple[dict[str, str], set[str]]:
    """The source of each view that can be followed; and names that stay because of views.

    A view stays always. It is followed when it is made once, by an op of the net itself, and is
    no link in a chain of views: then whoever uses it uses its source. Else the source stays too.
    """
    pairs = [pair for op in _every_op(net.ops) for pair in _aliases(net.dialect, op)]
    times = Counter(view for _, view in pairs)
    viewed = {source for source, _ in pairs}
    stay = {name for pair in pairs for name in pair}
    sources: dict[str, str] = {}
    seen = {*net.inputs, *results}
    for op in net.ops:
        sources |= {
            view: source
            for source, view in _aliases(net.dialect, op)
            if times[view] == 1 and view not in seen | viewed and source not in times
        }
        seen.update((*op.inputs, *op.outputs))
        seen.update(n for nested in op.nets.values() for n in _all_names(nested))
    inside = [op for outer in net.ops for nested in outer.nets.values() for op in nested.ops]
    nested_too = {n for op in _every_op(inside) for p in _aliases(net.dialect, op) for n in p}
    followed = {s for s in sources.values() if s not in nested_too}
    lost = {source for source, view in pairs if view not in sources}
    return sources, stay - (followed - lost)


def views_of(net: Net) -> set[str]:
    """Names that are views of other memory, and so have none of their own to share."""
    pairs = (pair for op in _every_op(net.ops) for pair in _aliases(net.dialect, op))
    recurrent = (op for op in _every_op(net.ops) if op.type == "RecurrentNetwork")
    return {view for _, view in pairs}.union(*(arg_texts(op, "alias_dst") for op in recurrent))


def _every_op(ops: Iterable[Op]) -> Iterator[Op]:
    for op in ops:
        yield op
        for nested in op.nets.values():
            yield from _every_op(nested.ops)


def _aliases(dialect: str, op: Op) -> Iterator[tuple[str, str]]:
    schema = schema_of(dialect, op.type)
    for source, view in schema.aliases if schema else ():
        if source < len(op.inputs) and view < len(op.outputs):
            yield op.inputs[source], op.outputs[view]
