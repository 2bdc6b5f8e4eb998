"""Storages: names that are one piece of memory by the net's own doing, and when each is alive."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from memplan.liveness.extents import device_of_reads, device_of_writes, extents_of, written_by
from memplan.liveness.groups import Groups
from memplan.liveness.sharing import SHARE_NOTHING, Sharing, share
from memplan.net import CPU, Device, Net, Role, reads_by_op
from memplan.ops import schema_of
from memplan.plan import Buffer, BufferKind, LiveRange

__all__ = ["Storage", "View", "live_ranges", "storages"]

# The first claim decides what a storage is, when its names have several roles.
_CLAIMS = {
    Role.WEIGHT: BufferKind.WEIGHT,
    Role.STATE: BufferKind.STATE,
    Role.INPUT: BufferKind.INPUT,
    Role.OUTPUT: BufferKind.OUTPUT,
    Role.ACTIVATION: BufferKind.ACTIVATION,
}


@dataclass(frozen=True, slots=True)
class View:
    """A value that is a part of a storage: `name` lies `offset` bytes into `source`."""

    source: str
    name: str
    offset: int


@dataclass(frozen=True, slots=True)
class Storage:
    """One piece of memory that the net itself shares between names.

    Attributes:
        name: The first of its names, in the order of the net; names its buffer too.
        names: A name written in place counts once; an alias and its source are two, and so are
            an input and the output that takes over its memory.
        live: From the first write of any name to the last read of any; outputs to the end, and
            state from run to run: always.
        size: Bytes of the largest of its names; None while any of them is unknown. Where some
            are parts of others, of the whole.
        kind: WEIGHT storages are not planned.
        device: Where it lies: with the op that first writes it, or first reads it from outside.
        gaps: Steps inside `live` between the last use of one content and the first write of the
            next: a name that is written anew holds nothing that anyone wants.
        touched: Whether the run has any use for it: an op reads or writes it, or it is an
            output. An input that nothing reads is declared, but takes no memory of the run.
        views: Of those names that do not fill it: where they lie in it.
    """

    name: str
    names: tuple[str, ...]
    live: LiveRange
    size: int | None
    kind: BufferKind
    device: Device = CPU
    touched: bool = True
    gaps: tuple[LiveRange, ...] = ()
    views: tuple[View, ...] = ()


def storages(net: Net, sharing: Sharing = SHARE_NOTHING) -> tuple[Storage, ...]:
    """Find the storages of `net`, in the order in which their first names appear.

    Args:
        sharing: What shares memory beyond what the net itself says.

    Cost: a few walks over the operands, nearly linear (union by path compression).
    """
    if net.given is not None:
        return tuple(_storage_of(buffer) for buffer in net.given.buffers)
    names = net.names()
    groups = _alias_groups(net, sharing.copies)
    outputs = _outputs(net, names)
    if sharing != SHARE_NOTHING:
        _share(net, sharing, groups, outputs)
    uses = _uses(net, frozenset(names), groups)
    members = groups.members(names).values()
    return tuple([_storage(net, found, groups, uses, outputs) for found in members])


def _storage_of(buffer: Buffer) -> Storage:
    """A buffer of a net without a graph: it shares nothing but by a plan."""
    return Storage(
        name=buffer.name,
        names=(buffer.name,),
        live=buffer.live,
        size=buffer.size,
        kind=buffer.kind,
        gaps=buffer.gaps,
    )


def _share(net: Net, sharing: Sharing, groups: Groups, outputs: set[str]) -> None:
    members = groups.members(net.names())
    kinds = {root: _kind(net, names) for root, names in members.items()}
    extents = extents_of(net, groups, kinds, outputs)
    for root, names in members.items():
        extents[root].size = _size(net, names, groups)
    share(net, sharing, groups, extents)


def live_ranges(net: Net) -> dict[str, LiveRange]:
    """The live range of each name: that of the storage it belongs to, weights too."""
    return {name: storage.live for storage in storages(net) for name in storage.names}


@dataclass(slots=True)
class _Uses:
    """When each storage (the root of its names) is in use, and where."""

    begins: dict[str, int]
    ends: dict[str, int] = field(default_factory=dict)
    gaps: dict[str, list[LiveRange]] = field(default_factory=dict)
    devices: dict[str, Device] = field(default_factory=dict)

    def read(self, key: str, step: int, device: Device) -> None:
        # Read before any op wrote it: it came from outside, before step 0.
        self.begins.setdefault(key, 0)
        self.ends[key] = step + 1
        self.devices.setdefault(key, device)

    def write(self, key: str, step: int, device: Device, *, anew: bool) -> None:
        """Note a write; `anew`: what was there before is of no more use."""
        last_use = self.ends.get(key, step)
        if anew and last_use < step:
            self.gaps.setdefault(key, []).append(LiveRange(last_use, step))
        self.begins.setdefault(key, step)
        self.ends[key] = step + 1
        self.devices.setdefault(key, device)


def _storage(
    net: Net, names: tuple[str, ...], groups: Groups, uses: _Uses, outputs: set[str]
) -> Storage:
    key = groups.root(names[0])
    begin, end = uses.begins.get(key, 0), uses.ends.get(key, 0)
    is_output = not outputs.isdisjoint(names)
    kind, size = _kind(net, names), _size(net, names, groups)
    views = () if groups.pieces.isdisjoint(names) else tuple(_views(net, names, groups, size))
    if kind is BufferKind.STATE:
        begin, end = 0, len(net.ops)
    # A part that is written leaves the others as they were, so that nothing is ever all gone.
    has_gaps = kind is not BufferKind.STATE and not views
    return Storage(
        name=names[0],
        names=names,
        live=LiveRange(begin, max(len(net.ops) if is_output else end, begin + 1)),
        size=size,
        kind=kind,
        device=uses.devices.get(key, CPU),
        touched=is_output or end > 0,
        gaps=tuple(uses.gaps.get(key, ())) if has_gaps else (),
        views=views,
    )


def _size(net: Net, names: Iterable[str], groups: Groups) -> int | None:
    """Bytes from the start of a group to the end of what reaches furthest."""
    most = 0
    for name in names:
        if name in groups.strided:
            continue  # what it shows, others hold
        size = net.blob(name).nbytes
        if size is None:
            return None
        most = max(most, groups.place_of(name)[1] + size)
    return most


def _views(net: Net, names: Iterable[str], groups: Groups, size: int | None) -> Iterator[View]:
    """The names that do not fill a group which pieces were joined to."""
    for name in names:
        root, offset = groups.place_of(name)
        if offset or net.blob(name).nbytes != size:
            yield View(root, name, offset)


def _outputs(net: Net, names: Iterable[str]) -> set[str]:
    """Names that live to the end, whatever else they are."""
    declared = {n for n in net.outputs if net.blob(n).role in (None, Role.INPUT, Role.WEIGHT)}
    return declared | {name for name in names if net.blob(name).role is Role.OUTPUT}


def _kind(net: Net, names: Iterable[str]) -> BufferKind:
    roles = {net.blob(name).role or _declared(net, name) for name in names}
    role = next(role for role in _CLAIMS if role in roles) if len(roles) > 1 else roles.pop()
    return _CLAIMS[role]


def _declared(net: Net, name: str) -> Role:
    """The role that the file alone gives a name, where `roles` has not been asked."""
    if name in net.inputs:
        return Role.INPUT
    return Role.OUTPUT if name in net.outputs else Role.ACTIVATION


def _uses(net: Net, known: frozenset[str], groups: Groups) -> _Uses:
    # What the caller feeds is there before step 0, even where an op writes over it unread.
    uses = _Uses({groups.root(name): 0 for name in net.inputs})
    for step, (op, reads) in enumerate(zip(net.ops, reads_by_op(net), strict=True)):
        read = [groups.root(name) for name in reads]
        device = device_of_reads(op)
        for key in read:
            uses.read(key, step, device)
        device = device_of_writes(op)
        for name in written_by(op, known):
            key = groups.root(name)
            # A nested net may run or not, so it may leave what was there before.
            uses.write(key, step, device, anew=key not in read and not op.nets)
    return uses


def _alias_groups(net: Net, copies: frozenset[str]) -> Groups:
    groups = Groups()
    for op in net.ops:
        schema = schema_of(net.dialect, op.type)
        if schema is None or not schema.aliases or _is_copied(op.type, copies):
            continue
        for source, view in schema.aliases:
            if source < len(op.inputs) and view < len(op.outputs):
                a, b = groups.root(op.inputs[source]), groups.root(op.outputs[view])
                if a != b:
                    groups.join(a, b)
                if schema.strided or op.inputs[source] in groups.strided:
                    groups.strided.add(op.outputs[view])
    return groups


def _is_copied(op_type: str, copies: frozenset[str]) -> bool:
    return bool(copies) and (op_type in copies or op_type.rpartition(".")[0] in copies)
