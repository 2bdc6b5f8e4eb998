"""Outputs that lie where an input lay: in place of it, as a view of it, as a piece of it.

The net says what is one piece of memory by itself (one name, an alias). Engines share more, and
not the same: `Sharing` says what one does. Nothing is shared unless the values stay what they
were:

- in place: the op's rule allows it, nobody reads the input afterwards, under any of its names;
  sizes are equal, elements too; never over what the caller or the file owns;
- a view: as long as both are in use, nobody writes to either;
- Concat, Split, Slice: the parts lie in one stretch each, and the same holds for them.

    op   0: Conv data → a     1: Relu a → b     2: Reshape b → c     3: FC c → out
    a    [0 ──────────────────────────────────────────────────────── 4)   one storage: a, b, c
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from copy import copy
from dataclasses import dataclass

from memplan.liveness.extents import Extent
from memplan.liveness.groups import Groups
from memplan.liveness.pieces import Piece, pieces_of
from memplan.net import Net, Op
from memplan.ops import schema_of
from memplan.ops.schema import Pieces
from memplan.plan import BufferKind

__all__ = ["SHARE_ALL", "SHARE_NOTHING", "Sharing", "share"]

_OWNED_OUTSIDE = (BufferKind.INPUT, BufferKind.WEIGHT, BufferKind.STATE)


@dataclass(frozen=True, slots=True)
class Sharing:
    """What an engine lets share memory, beyond what the net itself does.

    Attributes:
        in_place: An output may be written over an input that dies there.
        views: Reshape, Flatten and the like cost nothing.
        pieces: Concat, Split and Slice cost nothing where their parts lie in one stretch.
        inputs: The net's inputs may be written over: the caller does not want them back.
        outputs: The net's outputs may lie where a blob of the net lay; else in memory of their
            own, as where the caller brings it.
        ops: The only types of ops that share so; None: all that the dialect's table allows.
        copies: Types of ops (of torch.export: without the overload) whose outputs are views by the
            net's own rules, but which the engine copies.
    """

    in_place: bool = False
    views: bool = False
    pieces: bool = False
    inputs: bool = False
    outputs: bool = True
    ops: frozenset[str] | None = None
    copies: frozenset[str] = frozenset()


SHARE_NOTHING = Sharing()
SHARE_ALL = Sharing(in_place=True, views=True, pieces=True)


def share(net: Net, sharing: Sharing, groups: Groups, extents: dict[str, Extent]) -> None:
    """Join the groups of `net` that may be one piece of memory by `sharing`.

    Args:
        groups: Names that are one already; changed.
        extents: When each group is in use, by its root; changed, but not what it holds.

    Cost: nearly linear in the operands.
    """
    if not (sharing.in_place or sharing.views or sharing.pieces):
        return
    draft = _Draft(net, sharing, groups, extents, frozenset(_reshaped(net)))
    # What lies in one place costs nothing; that pieces lie in one stretch may cost something,
    # since the whole is then there from the first of them on: so they come last.
    for step, op in enumerate(net.ops):
        draft.overlay(step, op)
    if sharing.pieces:
        for step, op in enumerate(net.ops):
            draft.put_together(step, op)


def _reshaped(net: Net) -> Iterator[str]:
    """Names that may have had other dims before: a blob has those of its last write alone."""
    seen: set[str] = set()
    for op in net.ops:
        schema = schema_of(net.dialect, op.type)
        for name in op.outputs:
            kept = schema is not None and not schema.views and name in op.inputs
            if name in seen and not kept:
                yield name
        seen.update(op.outputs)


@dataclass(slots=True)
class _Draft:
    """The groups in the making.

    Attributes:
        reshaped: Names whose dims at a step nobody knows.
    """

    net: Net
    sharing: Sharing
    groups: Groups
    extents: dict[str, Extent]
    reshaped: frozenset[str]

    def overlay(self, step: int, op: Op) -> None:
        """Let the outputs of an op be views of its inputs, or else be written over them."""
        schema = schema_of(self.net.dialect, op.type)
        if schema is None or not self._takes_part(op):
            return
        for source, target in schema.views if self.sharing.views else ():
            if source < len(op.inputs) and target < len(op.outputs):
                self._view(step, op.inputs[source], op.outputs[target])
        for source, target in sorted(schema.in_place) if self.sharing.in_place else ():
            if source < len(op.inputs) and target < len(op.outputs):
                self._in_place(step, op, source, target, schema.in_place)

    def put_together(self, step: int, op: Op) -> None:
        """Let the parts of a Concat, Split or Slice be pieces of the whole."""
        schema = schema_of(self.net.dialect, op.type)
        if schema is None or schema.pieces is None or not self._takes_part(op):
            return
        pieces = pieces_of(self.net, op, schema.pieces)
        if self._may_be_pieces(step, pieces, joined=schema.pieces is Pieces.JOINED):
            for piece in pieces:
                self._join(piece.whole, piece.name, piece.offset)

    def _takes_part(self, op: Op) -> bool:
        if op.nets or not (self.sharing.ops is None or op.type in self.sharing.ops):
            return False
        return self.reshaped.isdisjoint(op.inputs) and self.reshaped.isdisjoint(op.outputs)

    def _extent(self, name: str) -> Extent:
        return self.extents[self.groups.root(name)]

    def _is_whole(self, name: str) -> bool:
        """Whether a value takes up all of its group."""
        size = self.net.blob(name).nbytes
        return self.groups.place_of(name)[1] == 0 and size == self._extent(name).size

    def _view(self, step: int, source: str, target: str) -> None:
        same_size = self.net.blob(source).nbytes == self.net.blob(target).nbytes
        if same_size and self._is_whole(target) and self._may_view(step, source, target):
            self._join(source, target)

    def _may_view(self, step: int, source: str, target: str) -> bool:
        """Whether `target`, made at `step` of what is in `source`, may be the same memory."""
        of, view = self._extent(source), self._extent(target)
        if of is view or not self._is_new(step, view) or of.device != view.device:
            return False
        owned = of.kind in _OWNED_OUTSIDE
        if of.kind is BufferKind.STATE or (owned and view.kind is BufferKind.OUTPUT):
            return False  # what the caller gets does not lie in what it gave
        if of.written >= step:
            return False
        may_write = of.last <= step and self._may_write_over(of)
        return view.written <= step or may_write

    def _is_new(self, step: int, extent: Extent) -> bool:
        """Whether a group begins at `step`, with a write, and the net may say where it lies."""
        made = extent.made and extent.first == step
        allowed = extent.kind is BufferKind.ACTIVATION or (
            extent.kind is BufferKind.OUTPUT and self.sharing.outputs
        )
        return made and allowed

    def _may_write_over(self, extent: Extent) -> bool:
        if extent.kind is BufferKind.INPUT:
            return self.sharing.inputs
        return extent.kind is BufferKind.ACTIVATION

    def _in_place(
        self, step: int, op: Op, source: int, target: int, allowed: frozenset[tuple[int, int]]
    ) -> None:
        name, made = op.inputs[source], op.outputs[target]
        of, new = self._extent(name), self._extent(made)
        if of is new or not self._is_new(step, new) or of.device != new.device:
            return
        if of.last != step or of.written >= step or not self._may_write_over(of):
            return
        if of.kind is BufferKind.INPUT and new.kind is BufferKind.OUTPUT:
            return
        root = self.groups.root(name)
        reads = (k for k, other in enumerate(op.inputs) if self.groups.root(other) == root)
        if all((k, target) in allowed for k in reads) and self._same_size(name, made):
            self._join(name, made)

    def _same_size(self, name: str, made: str) -> bool:
        source, target = self.net.blob(name), self.net.blob(made)
        if source.dtype is None or target.dtype is None or not source.nbytes:
            return False
        same = source.dtype.bits == target.dtype.bits and source.nbytes == target.nbytes
        return same and self._is_whole(name) and self._is_whole(made)

    def _may_be_pieces(self, step: int, pieces: Sequence[Piece], *, joined: bool) -> bool:
        """Whether each part may lie in the whole; `joined`: the whole is what is new."""
        for piece in pieces:
            of, new = (piece.name, piece.whole) if joined else (piece.whole, piece.name)
            if not (self._is_whole(piece.name) and self._may_view(step, of, new)):
                return False
            # The whole is there from its first part on, so that must not be a caller's.
            owned = self._extent(of).kind is not BufferKind.ACTIVATION
            if joined and (owned or not self._is_whole(new)):
                return False
        roots = {self.groups.root(piece.name) for piece in pieces}
        return len(roots) == len(pieces)  # one blob cannot lie at two places

    def _join(self, source: str, target: str, offset: int | None = None) -> None:
        """Put the group of `target` into that of `source`: as a piece, `offset` bytes on."""
        root, place = self.groups.place_of(source)
        below = self.groups.root(target)
        # A new one: others may look at the groups as they were.
        above, under = copy(self.extents[root]), self.extents.pop(below)
        self.extents[root] = above
        above.take_in(under)
        if under.kind is BufferKind.OUTPUT and above.kind is BufferKind.ACTIVATION:
            above.kind = BufferKind.OUTPUT
        if place and offset is None:
            offset = 0  # a piece of a piece
        self.groups.join(root, below, None if offset is None else place + offset)
