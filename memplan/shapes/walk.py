"""The walk over a net's ops: what is known of each name, from op to op."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from types import MappingProxyType

from memplan.errors import quoted
from memplan.net import Blob, DType, Net, Op, made_names
from memplan.ops import DIALECTS
from memplan.ops.schema import TensorType, how_to_give, label
from memplan.plan import Progress
from memplan.shapes.known import (
    check_declared,
    check_given,
    external_type,
    nbytes,
    needed_by,
    preferring,
)
from memplan.shapes.nested import nested_types
from memplan.shapes.rules import outputs_of

__all__ = ["infer_shapes"]

_NOTHING: Mapping[str, TensorType] = MappingProxyType({})
_OPS_A_REPORT = 4096

Lookup = Callable[[str], TensorType | None]


def infer_shapes(
    net: Net, given: Mapping[str, TensorType] = _NOTHING, progress: Progress | None = None
) -> Net:
    """Return `net` with everything that can be known of its blobs, nested nets included.

    Start from the net as it was loaded: what an earlier inference found is kept where this one
    finds nothing.

    Args:
        given: Shapes that the user supplies, by blob, nested ones too. They win over the
            files: for a blob from outside, and for the first write of a blob that an op makes.
            Where a later write of it stays unknown they stand in as well.
        progress: Called now and then; may raise `Cancelled`.

    Returns:
        The net whose `blobs` have an entry for every name: the shape and type of the last
        write, `largest` where an earlier write was larger, `unknown` with one sentence where
        the size is not known. A dim that is unknown is None, a shape whose rank is unknown too.

    Raises:
        InvalidNet: A shape that the user or a file declares is impossible. Operands that
            contradict one another raise nothing: their ops' outputs are unknown.
        Cancelled: `progress` asked to stop.

    >>> net = Net(ops=(Op("FC", ("x", "w", "b"), ("y",)),), inputs=("x", "w", "b"))
    >>> sized = infer_shapes(net, {"x": TensorType((2, 8)), "w": TensorType((5, 8))})
    >>> sized.blob("y").shape, sized.blob("y").nbytes
    ((2, 5), 40)
    >>> infer_shapes(net).blob("y").unknown
    "FC 'y' needs the shape of 'x'; give it with --input x=… or in the sidebar"
    """
    check_given(given)
    return _Walk(net, given, lambda _name: None).run(progress)


class _Walk:
    """What is known while walking; one for each net, nested ones see the one around them."""

    def __init__(self, net: Net, given: Mapping[str, TensorType], around: Lookup) -> None:
        check_declared(net.blobs)
        self.net = net
        self.given = given
        self.around = around
        self.table = DIALECTS.get(net.dialect, {})
        # Names that hold something before any op runs; roles give made names an entry as well.
        made = set(made_names(net))
        known = (n for n, blob in net.blobs.items() if blob.initialized or n not in made)
        self.external = {*net.inputs, *known}
        self.types: dict[str, TensorType] = {}
        # States of recurrent networks: in the workspace, but no operand of any op.
        self.states: dict[str, TensorType] = {}
        # By the reason of an unknown external blob: the blob, to say who needs it.
        self.roots: dict[str, Blob] = {}
        self.most: dict[str, int] = {}
        self.unsized: dict[str, TensorType] = {}

    def run(self, progress: Progress | None = None) -> Net:
        ops: list[Op] = []
        for index, op in enumerate(self.net.ops):
            if progress is not None and index % _OPS_A_REPORT == 0:
                progress(index / len(self.net.ops), "shapes")
            ops.append(self.pass_op(op))
        blobs = dict(self.net.blobs)
        for name in dict.fromkeys((*self.net.names(), *self.types)):
            blobs[name] = self.blob(name)
        changed = any(new is not old for new, old in zip(ops, self.net.ops, strict=True))
        net = replace(self.net, ops=tuple(ops)) if changed else self.net
        return net.with_blobs(blobs)

    def pass_op(self, op: Op) -> Op:
        """Work out what `op` makes; returns it with its nested nets filled in."""
        inputs = [self.read(name) for name in op.inputs]
        if not op.nets:
            for name, found in zip(
                op.outputs, outputs_of(op, self.table.get(op.type), inputs), strict=True
            ):
                self.write(op, name, found)
            return op
        nested = nested_types(op, self.table.get(op.type), inputs, self)
        self.states.update(nested.states)
        for name, found in nested.made.items():
            self.write(op, name, found)
        return replace(op, nets=MappingProxyType(nested.nets))

    def read(self, name: str) -> TensorType:
        """What is known of `name` where it is read now."""
        found = self.types.get(name)
        if found is None:
            found = self.around(name)
            if found is None:
                found = self._from_outside(name)
            self.note(name, found)
        return found

    def lookup(self, name: str) -> TensorType | None:
        """The same for a nested net: None where this net does not know the name."""
        if name in self.types or name in self.external:
            return self.read(name)
        return self.states.get(name) or self.around(name)

    def nested(self, net: Net, around: Lookup) -> tuple[Net, Mapping[str, TensorType]]:
        """A nested net filled in, and what is known of its names after it ran."""
        walk = _Walk(net, self.given, around)
        return walk.run(), walk.types

    def _from_outside(self, name: str) -> TensorType:
        blob = self.net.blob(name)
        found = external_type(blob, self.given.get(name))
        if found.reason:
            self.roots[found.reason] = blob
        return found

    def write(self, op: Op, name: str, found: TensorType) -> None:
        """Note that `op` makes `name` so."""
        if not found.complete:
            declared = self.net.blobs.get(name)
            if declared is not None and declared.shape is not None and name not in self.given:
                found = preferring(found, TensorType(declared.shape, declared.dtype))
        given = self.given.get(name)
        if given is not None and (not found.complete or name not in self.types):
            found = preferring(given, found)
        root = self.roots.get(found.reason or "")
        if root is not None:
            found = replace(found, reason=needed_by(label(op), root))
        self.note(name, found)

    def note(self, name: str, found: TensorType) -> None:
        self.types[name] = found
        size = nbytes(found)
        if size is None:
            self.unsized.setdefault(name, found)
        elif size > self.most.get(name, -1):
            self.most[name] = size

    def blob(self, name: str) -> Blob:
        """All that is known of a name after the walk."""
        last = self.types.get(name) or self.read(name)
        # An earlier write of unknown size makes the blob's size unknown, whatever came last.
        found = self.unsized.get(name, last)
        unsized = name in self.unsized
        old = self.net.blob(name)
        most, size = self.most.get(name), None if unsized else nbytes(found)
        return Blob(
            name,
            found.shape,
            found.dtype,
            role=old.role,
            rule=old.rule,
            initialized=old.initialized,
            values=last.values,
            largest=None if unsized or most == size else most,
            unknown=_reason(name, found) if unsized else None,
            offset=old.offset,
        )


def _reason(name: str, found: TensorType) -> str:
    if found.dtype is DType.STRING and found.complete:
        return f"{quoted(name)} holds strings, whose bytes depend on the data"
    give = how_to_give(name, f"the shape of {quoted(name)}")
    return found.reason or f"the shape of {quoted(name)} is not known; {give}"
