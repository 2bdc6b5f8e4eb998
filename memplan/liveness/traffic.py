"""How many bytes ops write to each piece of memory, and read from it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from types import MappingProxyType

from memplan.liveness.storages import Storage
from memplan.net import Net, reads_by_op

__all__ = ["traffic"]


def traffic(net: Net, found: Iterable[Storage]) -> Mapping[str, int]:
    """Bytes that are accessed in each storage: each op's every input once, every output once.

    A kernel may read an input many times over; what lies in its caches then is its own affair.
    A blob of unknown size counts as nothing. What the caller writes or reads is not counted.

    Returns:
        By the name of the storage, which is that of its buffer.
    """
    home = {name: storage.name for storage in found for name in storage.names}
    bytes_of: dict[str, int] = dict.fromkeys(home.values(), 0)
    for op, reads in zip(net.ops, reads_by_op(net), strict=True):
        for name in (*reads, *op.outputs):
            if name in home:
                bytes_of[home[name]] += net.blob(name).nbytes or 0
    return MappingProxyType(bytes_of)
