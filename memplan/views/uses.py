"""Who makes each blob, and who reads it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from memplan.net import Net, made_names, reads_by_op

__all__ = ["Uses", "uses_of"]


@dataclass(frozen=True, slots=True)
class Uses:
    """Steps of the ops that write and read each name; a name that has none is not listed."""

    makers: Mapping[str, list[int]]
    readers: Mapping[str, list[int]]


def uses_of(net: Net) -> Uses:
    """Find the ops that make each name, and those that read it; nested nets count as their op."""
    makers: dict[str, list[int]] = {}
    readers: dict[str, list[int]] = {}
    for step, (op, reads) in enumerate(zip(net.ops, reads_by_op(net), strict=True)):
        inside = (name for nested in op.nets.values() for name in made_names(nested))
        for name in dict.fromkeys((*op.outputs, *inside)):
            makers.setdefault(name, []).append(step)
        for name in reads:
            readers.setdefault(name, []).append(step)
    return Uses(makers, readers)
