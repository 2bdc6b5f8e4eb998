"""Storages: names that are one piece of memory by the net's own doing, and when each is alive."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from memplan.liveness.extents import Extent, extents_of
from memplan.liveness.groups import Groups
from memplan.liveness.sharing import SHARE_NOTHING, Sharing, share
from memplan.liveness.uses import Uses, uses_of
from memplan.net import CPU, Device, Net, Role
from memplan.ops import schema_of
from memplan.plan import Buffer, BufferKind, LiveRange

__all__ = ["Storage", "Unshared", "View", "live_ranges", "storages"]

# The strongest claim decides what a storage is, when its names have several roles.
_CLAIMS = (
    (Role.WEIGHT, BufferKind.WEIGHT),
    (Role.STATE, BufferKind.STATE),
    (Role.INPUT, BufferKind.INPUT),
    (Role.OUTPUT, BufferKind.OUTPUT),
)

_KIND = dict.fromkeys(Role, BufferKind.ACTIVATION) | dict(_CLAIMS)


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
    return Unshared(net, sharing.copies).shared(sharing)


class Unshared:
    """A net before an engine shares anything: for whoever tries several `Sharing`s of it.

    What one of them leaves as it was is worked out once.
    """

    def __init__(
        self, net: Net, copies: frozenset[str] = frozenset(), found: Iterable[Storage] = ()
    ) -> None:
        """Look at a net.

        Args:
            found: Its storages where nothing is shared, as far as they are known.
        """
        assert net.given is None, "buffers without a graph share nothing"
        self.net = net
        self.names = net.names()
        self.groups = _alias_groups(net, copies)
        self.outputs = _outputs(net, self.names)
        self.members = _members(self.names, self.groups)
        self._found = {self.groups.root(storage.name): storage for storage in found}

    def shared(self, sharing: Sharing) -> tuple[Storage, ...]:
        """The storages where that is shared, in the order in which their first names appear."""
        if not (sharing.in_place or sharing.views or sharing.pieces):
            return tuple(self._plain(root) for root in self.members)
        groups = self.groups.copy()
        share(self.net, sharing, groups, dict(self.extents))
        if len(groups.above) == len(self.groups.above):
            return tuple(self._plain(root) for root in self.members)
        uses = uses_of(self.net, frozenset(self.names), groups)
        return tuple(
            self._plain(root)
            if names is self.members.get(root)
            else _storage(self.net, self._sorted(names), groups, uses, self.outputs)
            for root, names in _joined(self.members, groups).items()
        )

    @cached_property
    def extents(self) -> dict[str, Extent]:
        """When each group is in use, as far as sharing has to know, by its root."""
        kinds = {root: _kind(self.net, names) for root, names in self.members.items()}
        found = extents_of(self.net, self.groups, kinds, self.outputs)
        for root, names in self.members.items():
            found[root].size = _size(self.net, names, self.groups)
        return found

    @cached_property
    def uses(self) -> Uses:
        """When each group is in use, by its root."""
        return uses_of(self.net, frozenset(self.names), self.groups)

    def _sorted(self, names: tuple[str, ...]) -> tuple[str, ...]:
        return tuple(sorted(names, key=self._place.__getitem__))

    @cached_property
    def _place(self) -> dict[str, int]:
        return {name: place for place, name in enumerate(self.names)}

    def _plain(self, root: str) -> Storage:
        found = self._found.get(root)
        if found is None:
            names = self.members[root]
            found = _storage(self.net, names, self.groups, self.uses, self.outputs)
            self._found[root] = found
        return found


def _members(names: Iterable[str], groups: Groups) -> dict[str, tuple[str, ...]]:
    members: dict[str, list[str]] = {}
    for name in names:
        members.setdefault(groups.root(name), []).append(name)
    return {root: tuple(found) for root, found in members.items()}


def _joined(members: Mapping[str, tuple[str, ...]], groups: Groups) -> dict[str, tuple[str, ...]]:
    """The members of the groups after joins; of those that were left alone the very same tuples.

    Groups stand where the first of their names does.
    """
    several = {root for root in members if root in groups.above}
    several |= {groups.root(root) for root in several}
    result: dict[str, tuple[str, ...]] = {}
    for root, names in members.items():
        if root in several:
            whole = groups.root(root)
            result[whole] = (*result.get(whole, ()), *names)
        else:
            result[root] = names
    return result


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


def live_ranges(net: Net) -> dict[str, LiveRange]:
    """The live range of each name: that of the storage it belongs to, weights too."""
    return {name: storage.live for storage in storages(net) for name in storage.names}


def _storage(
    net: Net, names: tuple[str, ...], groups: Groups, uses: Uses, outputs: set[str]
) -> Storage:
    key = groups.root(names[0])
    begin, end = uses.begins.get(key, 0), uses.ends.get(key, 0)
    is_output = names[0] in outputs if len(names) == 1 else not outputs.isdisjoint(names)
    kind, size = _kind(net, names), _size(net, names, groups)
    views = tuple(_views(net, names, groups, size)) if groups.pieces else ()
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


def _size(net: Net, names: Sequence[str], groups: Groups) -> int | None:
    """Bytes from the start of a group to the end of what reaches furthest."""
    if len(names) == 1 and not groups.strided:
        return net.blob(names[0]).nbytes
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
    if groups.pieces.isdisjoint(names):
        return
    for name in names:
        root, offset = groups.place_of(name)
        if offset or net.blob(name).nbytes != size:
            yield View(root, name, offset)


def _outputs(net: Net, names: Iterable[str]) -> set[str]:
    """Names that live to the end, whatever else they are."""
    declared = {n for n in net.outputs if net.blob(n).role in (None, Role.INPUT, Role.WEIGHT)}
    return declared | {name for name in names if net.blob(name).role is Role.OUTPUT}


def _kind(net: Net, names: Sequence[str]) -> BufferKind:
    if len(names) == 1:
        return _KIND[net.blob(names[0]).role or _declared(net, names[0])]
    roles = {net.blob(name).role or _declared(net, name) for name in names}
    return next((kind for role, kind in _CLAIMS if role in roles), BufferKind.ACTIVATION)


def _declared(net: Net, name: str) -> Role:
    """The role that the file alone gives a name, where `roles` has not been asked."""
    if name in net.inputs:
        return Role.INPUT
    return Role.OUTPUT if name in net.outputs else Role.ACTIVATION


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
