"""Storages: names that are one piece of memory by the net's own doing, and when each is alive."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from memplan.net import Blob, Net, Op, Role, made_names, reads_by_op
from memplan.ops import schema_of
from memplan.plan import BufferKind, LiveRange

__all__ = ["Storage", "live_ranges", "storages"]

# The strongest claim decides what a storage is, when its names have several roles.
_CLAIMS = (
    (Role.WEIGHT, BufferKind.WEIGHT),
    (Role.INPUT, BufferKind.INPUT),
    (Role.OUTPUT, BufferKind.OUTPUT),
)


@dataclass(frozen=True, slots=True)
class Storage:
    """One piece of memory that the net itself shares between names.

    Attributes:
        name: The first of its names, in the order of the net; names its buffer too.
        names: A name written in place counts once; an alias and its source are two.
        live: From the first write of any name to the last read of any; outputs to the end.
        size: Bytes of the largest of its names; None while any of them is unknown.
        kind: WEIGHT storages are not planned.
        touched: Whether the run has any use for it: an op reads or writes it, or it is an
            output. An input that nothing reads is declared, but takes no memory of the run.
    """

    name: str
    names: tuple[str, ...]
    live: LiveRange
    size: int | None
    kind: BufferKind
    touched: bool = True


def storages(net: Net) -> tuple[Storage, ...]:
    """Find the storages of `net`, in the order in which their first names appear.

    Cost: one walk over the operands, nearly linear (union by path halving).
    """
    parent = _alias_groups(net)
    groups: dict[str, list[str]] = {}
    for name in net.names():
        groups.setdefault(_root(parent, name), []).append(name)
    begins, ends = _first_and_last_steps(net)
    return tuple(_storage(net, tuple(names), begins, ends) for names in groups.values())


def live_ranges(net: Net) -> dict[str, LiveRange]:
    """The live range of each name: that of the storage it belongs to, weights too."""
    return {name: storage.live for storage in storages(net) for name in storage.names}


def _storage(
    net: Net, names: tuple[str, ...], begins: dict[str, int], ends: dict[str, int]
) -> Storage:
    blobs = [net.blob(name) for name in names]
    begin = min(begins[name] for name in names)
    end = max(ends[name] for name in names)
    touched = end > 0
    if any(_is_output(net, blob) for blob in blobs):
        end, touched = len(net.ops), True
    sizes = [blob.nbytes for blob in blobs]
    return Storage(
        name=names[0],
        names=names,
        live=LiveRange(begin, max(end, begin + 1)),
        size=None if None in sizes else max(size for size in sizes if size is not None),
        kind=_kind(net, blobs),
        touched=touched,
    )


def _is_output(net: Net, blob: Blob) -> bool:
    return blob.role is Role.OUTPUT or (
        blob.name in net.outputs and blob.role in (None, Role.INPUT, Role.WEIGHT)
    )


def _kind(net: Net, blobs: Iterable[Blob]) -> BufferKind:
    roles = {blob.role or _declared(net, blob.name) for blob in blobs}
    return next((kind for role, kind in _CLAIMS if role in roles), BufferKind.ACTIVATION)


def _declared(net: Net, name: str) -> Role:
    """The role that the file alone gives a name, where `roles` has not been asked."""
    if name in net.inputs:
        return Role.INPUT
    return Role.OUTPUT if name in net.outputs else Role.ACTIVATION


def _first_and_last_steps(net: Net) -> tuple[dict[str, int], dict[str, int]]:
    """By name: the step at which it first holds something, and the step after its last use."""
    # What the caller feeds is there before step 0, even where an op writes over it unread.
    begins: dict[str, int] = dict.fromkeys(net.inputs, 0)
    ends: dict[str, int] = {}
    known = set(net.names())
    for step, (op, reads) in enumerate(zip(net.ops, reads_by_op(net), strict=True)):
        for name in reads:
            # Read before any op wrote it: it came from outside, before step 0.
            begins.setdefault(name, 0)
            ends[name] = step + 1
        for name in (*op.outputs, *_written_inside(op, known)):
            begins.setdefault(name, step)
            ends[name] = step + 1
    for name in known:
        begins.setdefault(name, 0)
        ends.setdefault(name, 0)
    return begins, ends


def _written_inside(op: Op, known: set[str]) -> Iterable[str]:
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
