"""Recyclers: planners that share whole blobs, by giving several one name.

A recycler answers with a renaming, not with offsets. Whether a renaming is safe is for others
to say (`rewrite.plan_from`, `verify`): Caffe2's own planners are kept bug for bug.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Protocol

from memplan.errors import InvalidNet, quoted
from memplan.net import Net, made_names
from memplan.plan import Trace
from memplan.rewrite import Assignment

__all__ = ["Recycler", "RecyclingOptions", "check_indices", "check_options", "default_options"]

_NOTHING: Mapping[str, int] = MappingProxyType({})
_NO_SHAPES: Mapping[str, tuple[int, ...]] = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class RecyclingOptions:
    """What a recycler may touch; each planner reads the parts that its original has.

    Attributes:
        heads: Blobs at which a walk through the net starts, in that order: external inputs, or
            the losses when gradients are recycled.
        op_indices: Which ops are looked at, in the order of the net; None: all of them.
        shareable: Blobs that may share.
        static: Blobs that keep their name and their memory.
        dont_share: Shareable blobs whose memory is not handed on.
        namescope: Stands before every name that is given, with its own slash.
        shapes: Dims by blob, in elements; without any the choice is by use counts.
        sizes: Sizes by blob in any one unit; without any every blob counts 1.
    """

    heads: tuple[str, ...] = ()
    op_indices: tuple[int, ...] | None = None
    shareable: frozenset[str] = frozenset()
    static: frozenset[str] = frozenset()
    dont_share: frozenset[str] = frozenset()
    namescope: str = ""
    shapes: Mapping[str, tuple[int, ...]] = field(default_factory=lambda: _NO_SHAPES)
    sizes: Mapping[str, int] = field(default_factory=lambda: _NOTHING)

    def __hash__(self) -> int:
        # Read-only mappings have no hash of their own; their names tell questions apart.
        names = tuple(sorted(self.shapes)), tuple(sorted(self.sizes))
        return hash((self.heads, self.op_indices, self.shareable, self.static, *names))


class Recycler(Protocol):
    """A planner of names: the same net and options give the same answer, on every machine."""

    def __call__(
        self, net: Net, options: RecyclingOptions, trace: Trace | None = None
    ) -> Assignment:
        """Choose new names for blobs of `net`, and the order in which its ops then run.

        A decision for each blob that an op makes is noted in `trace`, if there is one.
        """
        ...


def default_options(net: Net) -> RecyclingOptions:
    """What is meant when nothing is said.

    External blobs stay as they are, the walk starts at the external inputs in file order, and
    every blob that an op makes and nobody outside waits for may share.

    >>> from memplan.net import Op
    >>> relu = Op("Relu", ("data",), ("a",)), Op("Relu", ("a",), ("out",))
    >>> sorted(default_options(Net(ops=relu, inputs=("data",), outputs=("out",))).shareable)
    ['a']
    """
    external = frozenset((*net.inputs, *net.outputs))
    return RecyclingOptions(
        heads=net.inputs,
        shareable=frozenset(name for name in made_names(net) if name not in external),
        static=external,
    )


def check_options(net: Net, options: RecyclingOptions) -> None:
    """Refuse options that name what is not there; Caffe2 itself passes over such names.

    Raises:
        InvalidNet: A head, a static or unshared blob is nowhere in the net, or an index is that
            of no op.
    """
    known = {*net.inputs, *net.outputs, *(n for op in net.ops for n in (*op.inputs, *op.outputs))}
    for what, names in (
        ("head", options.heads),
        ("static blob", sorted(options.static)),
        ("blob not to be shared", sorted(options.dont_share)),
        ("shareable blob", sorted(options.shareable)),
    ):
        for name in names:
            if name not in known:
                raise InvalidNet(f"the {what} {quoted(name)} is nowhere in the net; check its name")
    check_indices(net, options)


def check_indices(net: Net, options: RecyclingOptions) -> None:
    """Refuse an index that is that of no op, at which Caffe2 reads past the end and crashes.

    Raises:
        InvalidNet: There is no such op.
    """
    for index in options.op_indices or ():
        if not 0 <= index < len(net.ops):
            raise InvalidNet(
                f"there is no op {index}: the net has {len(net.ops)} ops, counted from 0; "
                "correct the op indices"
            )
