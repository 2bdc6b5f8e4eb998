"""Concat, Split and Slice as views: which operand is which piece of which, told by the shapes.

A piece lies in one stretch of the whole when all dims before the axis are 1:

    Concat a [1, 2, 4], b [1, 3, 4] → c [1, 5, 4], along axis 1       c  [─────────────────)
                                                                      a  [───────)
                                                                      b          [─────────)

The axis is the one dim in which piece and whole differ, so it is not asked of each dialect's
arguments. Where along it a Slice begins they do tell.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from memplan.net import Net, Op
from memplan.ops.schema import Pieces, arg_ints, dims_known

__all__ = ["Piece", "pieces_of"]


@dataclass(frozen=True, slots=True)
class Piece:
    """`name` would lie `offset` bytes into `whole`."""

    whole: str
    name: str
    offset: int


def pieces_of(net: Net, op: Op, kind: Pieces) -> tuple[Piece, ...]:
    """The pieces of one op; none where they do not lie in one stretch each, or sizes are unknown.

    Args:
        net: In which the op stands.
        kind: What the op does.
    """
    if not op.inputs or not op.outputs:
        return ()
    if kind is Pieces.SLICE:
        return _slice(net, op)
    joined = kind is Pieces.JOINED
    whole = op.outputs[0] if joined else op.inputs[0]
    names = op.inputs if joined else op.outputs
    return _in_a_row(net, whole, names)


def _in_a_row(net: Net, whole: str, names: Sequence[str]) -> tuple[Piece, ...]:
    """The pieces `names` one after another, if they make up the whole."""
    axes = {name: _axis(net, whole, name) for name in names}
    found, offset = [], 0
    for name in names:
        # Caffe2's Split may read the lengths, which are no piece.
        if axes[name] is not None:
            found.append(Piece(whole, name, offset))
            offset += net.blob(name).nbytes or 0
    one_axis = len({axis for axis in axes.values() if axis is not None}) == 1
    return tuple(found) if one_axis and offset == net.blob(whole).nbytes else ()


def _axis(net: Net, whole: str, name: str) -> int | None:
    """The axis along which a piece was cut, if all dims before it are 1; None if it is none."""
    large, small = net.blob(whole), net.blob(name)
    outer, inner = dims_known(large.shape or ()), dims_known(small.shape or ())
    if not outer or not inner or len(outer) != len(inner) or large.dtype != small.dtype:
        return None
    differ = [k for k, (a, b) in enumerate(zip(outer, inner, strict=True)) if a != b]
    if len(differ) != 1 or any(dim != 1 for dim in outer[: differ[0]]):
        return None
    bits = large.dtype.bits if large.dtype else None
    # Types of under eight bits: a piece may end within a byte.
    return differ[0] if bits and bits % 8 == 0 else None


def _slice(net: Net, op: Op) -> tuple[Piece, ...]:
    """The one piece of a Slice with known bounds and no steps."""
    whole, name = net.blob(op.inputs[0]), net.blob(op.outputs[0])
    axis, shape = _axis(net, whole.name, name.name), dims_known(whole.shape or ())
    if axis is None or not shape or not shape[axis]:
        return ()
    start = _start(net, op, axis, len(shape))
    if start is None or whole.nbytes is None or name.nbytes is None:
        return ()
    offset = start * (whole.nbytes // shape[axis])
    return (Piece(whole.name, name.name, offset),) if offset + name.nbytes <= whole.nbytes else ()


def _start(net: Net, op: Op, axis: int, rank: int) -> int | None:
    """Where along `axis` a Slice begins; None where that is not plain."""
    starts = _numbers(net, op, "starts", 1)
    axes = _numbers(net, op, "axes", 3)
    steps = _numbers(net, op, "steps", 4)
    if starts is None or any(step != 1 for step in steps or ()):
        return None
    if len(op.inputs) == 4:
        return None  # an operand was left out, or not: these may be the axes or the steps
    along = [a % rank for a in axes] if axes else list(range(len(starts)))
    if axis not in along or len(along) != len(starts):
        return None
    start = starts[along.index(axis)]
    return start if start >= 0 else None  # what counts from the end differs between dialects


def _numbers(net: Net, op: Op, argument: str, position: int) -> tuple[int, ...] | None:
    if argument in op.args:
        return arg_ints(op, argument)
    return net.blob(op.inputs[position]).values if position < len(op.inputs) else None
