"""Storages: names that are one piece of memory by the net's own doing, and when each is alive."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from memplan.net import CPU, Device, Net, Op, Role, made_names, reads_by_op
from memplan.ops import schema_of
from memplan.plan import BufferKind, LiveRange

__all__ = ["Storage", "live_ranges", "storages"]

# The strongest claim decides what a storage is, when its names have several roles.
_CLAIMS = (
    (Role.WEIGHT, BufferKind.WEIGHT),
    (Role.STATE, BufferKind.STATE),
    (Role.INPUT, BufferKind.INPUT),
    (Role.OUTPUT, BufferKind.OUTPUT),
)


# Ops that run on one device and have an operand on the host (Caffe2's copy_ops).
_WRITES_ON_CPU = frozenset({"CopyGPUToCPU"})
_READS_ON_CPU = frozenset({"CopyCPUToGPU"})


@dataclass(frozen=True, slots=True)
class Storage:
    """One piece of memory that the net itself shares between names.

    Attributes:
        name: The first of its names, in the order of the net; names its buffer too.
        names: A name written in place counts once; an alias and its source are two.
        live: From the first write of any name to the last read of any; outputs to the end, and
            state from run to run: always.
        size: Bytes of the largest of its names; None while any of them is unknown.
        kind: WEIGHT storages are not planned.
        device: Where it lies: with the op that first writes it, or first reads it from outside.
        gaps: Steps inside `live` between the last use of one content and the first write of the
            next: a name that is written anew holds nothing that anyone wants.
        touched: Whether the run has any use for it: an op reads or writes it, or it is an
            output. An input that nothing reads is declared, but takes no memory of the run.
    """

    name: str
    names: tuple[str, ...]
    live: LiveRange
    size: int | None
    kind: BufferKind
    device: Device = CPU
    touched: bool = True
    gaps: tuple[LiveRange, ...] = ()


def storages(net: Net) -> tuple[Storage, ...]:
    """Find the storages of `net`, in the order in which their first names appear.

    Cost: one walk over the operands, nearly linear (union by path halving).
    """
    parent = _alias_groups(net)
    names = net.names()
    groups: dict[str, list[str]] = {}
    for name in names:
        groups.setdefault(_root(parent, name), []).append(name)
    uses = _uses(net, frozenset(names), parent)
    outputs = _outputs(net, names)
    return tuple(_storage(net, key, tuple(group), uses, outputs) for key, group in groups.items())


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


def _storage(net: Net, key: str, names: tuple[str, ...], uses: _Uses, outputs: set[str]) -> Storage:
    begin, end = uses.begins.get(key, 0), uses.ends.get(key, 0)
    is_output = not outputs.isdisjoint(names)
    sizes = [net.blob(name).nbytes for name in names]
    kind = _kind(net, names)
    if kind is BufferKind.STATE:
        begin, end = 0, len(net.ops)
    return Storage(
        name=names[0],
        names=names,
        live=LiveRange(begin, max(len(net.ops) if is_output else end, begin + 1)),
        size=None if None in sizes else max(size for size in sizes if size is not None),
        kind=kind,
        device=uses.devices.get(key, CPU),
        touched=is_output or end > 0,
        gaps=() if kind is BufferKind.STATE else tuple(uses.gaps.get(key, ())),
    )


def _outputs(net: Net, names: Iterable[str]) -> set[str]:
    """Names that live to the end, whatever else they are."""
    declared = {n for n in net.outputs if net.blob(n).role in (None, Role.INPUT, Role.WEIGHT)}
    return declared | {name for name in names if net.blob(name).role is Role.OUTPUT}


def _kind(net: Net, names: Iterable[str]) -> BufferKind:
    roles = {net.blob(name).role or _declared(net, name) for name in names}
    return next((kind for role, kind in _CLAIMS if role in roles), BufferKind.ACTIVATION)


def _declared(net: Net, name: str) -> Role:
    """The role that the file alone gives a name, where `roles` has not been asked."""
    if name in net.inputs:
        return Role.INPUT
    return Role.OUTPUT if name in net.outputs else Role.ACTIVATION


def _uses(net: Net, known: frozenset[str], parent: dict[str, str]) -> _Uses:
    # What the caller feeds is there before step 0, even where an op writes over it unread.
    uses = _Uses({_root(parent, name): 0 for name in net.inputs})
    for step, (op, reads) in enumerate(zip(net.ops, reads_by_op(net), strict=True)):
        source = CPU if op.type in _READS_ON_CPU else op.device
        target = CPU if op.type in _WRITES_ON_CPU else op.device
        read = [_root(parent, name) for name in reads]
        for key in read:
            uses.read(key, step, source)
        for name in (*op.outputs, *_written_inside(op, known)) if op.nets else op.outputs:
            key = _root(parent, name)
            # A nested net may run or not, so it may leave what was there before.
            uses.write(key, step, target, anew=key not in read and not op.nets)
    return uses


def _written_inside(op: Op, known: frozenset[str]) -> Iterable[str]:
    """Outer blobs that the op's nested nets write."""
    return (name for nested in op.nets.values() for name in made_names(nested) if name in known)


def _alias_groups(net: Net) -> dict[str, str]:
    parent: dict[str, str] = {}
    for op in net.ops:
        schema = schema_of(net.dialect, op.type)
        for source, view in schema.aliases if schema else ():
            if source < len(op.inputs) and view < len(op.outputs):
                a, b = _root(parent, op.inputs[source]), _root(parent, op.outputs[view])
                if a != b:
                    parent[b] = a
    return parent


def _root(parent: dict[str, str], name: str) -> str:
    while name in parent:
        above = parent[name]
        parent[name] = parent.get(above, above)
        name = above
    return name
