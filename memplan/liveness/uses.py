"""When each storage is in use, and where: one walk over the ops."""

from __future__ import annotations

from dataclasses import dataclass, field

from memplan.liveness.extents import device_of_reads, device_of_writes, written_by
from memplan.liveness.groups import Groups
from memplan.net import Device, Net, reads_by_op
from memplan.plan import LiveRange

__all__ = ["Uses", "uses_of"]


@dataclass(slots=True)
class Uses:
    """When each storage (the root of its names) is in use, and where."""

    begins: dict[str, int]
    ends: dict[str, int] = field(default_factory=dict)
    gaps: dict[str, list[LiveRange]] = field(default_factory=dict)
    devices: dict[str, Device] = field(default_factory=dict)

    def read(self, key: str, step: int, device: Device) -> None:
        """Note a read."""
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


def uses_of(net: Net, known: frozenset[str], groups: Groups) -> Uses:
    """When each group of names is in use, by its root."""
    # What the caller feeds is there before step 0, even where an op writes over it unread.
    uses = Uses({groups.root(name): 0 for name in net.inputs})
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
