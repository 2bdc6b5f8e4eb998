"""From when to when each group of names is in use, as far as sharing has to know."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from memplan.liveness.groups import Groups
from memplan.net import CPU, Device, Net, Op, made_names, reads_by_op
from memplan.plan import BufferKind

__all__ = ["Extent", "device_of_reads", "device_of_writes", "extents_of", "written_by"]

# Ops that run on one device and have an operand on the host (Caffe2's copy_ops).
_WRITES_ON_CPU = frozenset({"CopyGPUToCPU"})
_READS_ON_CPU = frozenset({"CopyCPUToGPU"})


@dataclass(slots=True)
class Extent:
    """One group of names while groups are still being joined.

    Attributes:
        first: The step of its first use, `last` that of its last; the number of ops for what is
            still wanted after the run.
        written: The step at which it was last written; -1: never.
        made: It begins with a write: nothing in it comes from outside.
        size: Bytes of the whole group; None: unknown.
    """

    first: int = 0
    last: int = -1
    written: int = -1
    made: bool = False
    size: int | None = None
    kind: BufferKind = BufferKind.ACTIVATION
    device: Device = CPU

    def use(self, step: int, device: Device, *, writes: bool) -> None:
        """Note one use, in the order of steps and reads before writes."""
        if self.last < 0:
            self.first, self.made, self.device = step, writes, device
        self.last = max(self.last, step)
        self.written = step if writes else self.written

    def take_in(self, other: Extent) -> None:
        """Note that another group is part of this one from now on."""
        if other.first < self.first:
            self.first, self.made, self.device = other.first, other.made, other.device
        self.last = max(self.last, other.last)
        self.written = max(self.written, other.written)


def extents_of(
    net: Net, groups: Groups, kinds: dict[str, BufferKind], outputs: Iterable[str]
) -> dict[str, Extent]:
    """The extent of each group, by its root.

    Args:
        kinds: Of each group, by its root.
        outputs: Names that are wanted after the run.
    """
    found = {root: Extent(kind=kind) for root, kind in kinds.items()}
    known = frozenset(net.names())
    for step, (op, reads) in enumerate(zip(net.ops, reads_by_op(net), strict=True)):
        for name in reads:
            found[groups.root(name)].use(step, device_of_reads(op), writes=False)
        for name in written_by(op, known):
            found[groups.root(name)].use(step, device_of_writes(op), writes=True)
        if op.type.startswith("RecurrentNetwork"):
            # Its arguments bind names to one another, which nobody here looks into.
            for name in (*reads, *op.outputs):
                found[groups.root(name)].last = len(net.ops)
    for name in net.inputs:
        # What the caller feeds is there before step 0.
        extent = found[groups.root(name)]
        extent.first, extent.made = 0, False
    for name in outputs:
        found[groups.root(name)].last = len(net.ops)
    return found


def device_of_reads(op: Op) -> Device:
    """Where the operands of an op lie that it reads."""
    return CPU if op.type in _READS_ON_CPU else op.device


def device_of_writes(op: Op) -> Device:
    """Where the operands of an op lie that it writes."""
    return CPU if op.type in _WRITES_ON_CPU else op.device


def written_by(op: Op, known: frozenset[str]) -> tuple[str, ...]:
    """What an op writes, and the blobs of the net around that its nested nets write."""
    if not op.nets:
        return op.outputs
    inside = (name for nested in op.nets.values() for name in made_names(nested))
    return (*op.outputs, *(name for name in inside if name in known))
