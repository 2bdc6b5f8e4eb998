"""Dims that a file leaves free: what they are called, where they stand, and fixing them.

x [batch, 3, 224, 224], mask [batch, seq]      two free dims; batch stands at two places

In a program of torch.export a size may be an expression of free dims (``2*s0``).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from types import MappingProxyType

from memplan.errors import InvalidNet, quoted
from memplan.net import Blob, Dim, Net, Op
from memplan.ops.torch.sizes import size_in, symbols_in

__all__ = ["MAX_DIM", "FreeDim", "check_dims", "fixed", "free_dims"]

MAX_DIM = 2**31 - 1


@dataclass(frozen=True, slots=True)
class FreeDim:
    """A dim that is a symbol.

    Attributes:
        name: The symbol: the file's, or the input's name with the place of the dim.
        places: (blob, axis) of each input, or else output, that has it; of any blob, where it is
            neither's.
    """

    name: str
    places: tuple[tuple[str, int], ...]


def free_dims(net: Net) -> tuple[FreeDim, ...]:
    """The free dims of a net as it was loaded: of its inputs, then those of its outputs alone.

    >>> x = Blob("x", ("batch", 3, "seq"))
    >>> [(dim.name, dim.places) for dim in free_dims(Net(blobs={"x": x}, inputs=("x",)))]
    [('batch', (('x', 0),)), ('seq', (('x', 2),))]
    """
    places = _places(net, (*net.inputs, *net.outputs))
    if any(name not in places for name in net.symbols):
        inside = _places(net, tuple(net.blobs))
        places |= {name: inside.get(name, []) for name in net.symbols if name not in places}
    return tuple(FreeDim(name, tuple(found)) for name, found in places.items())


def _places(net: Net, names: tuple[str, ...]) -> dict[str, list[tuple[str, int]]]:
    places: dict[str, list[tuple[str, int]]] = {}
    for name in dict.fromkeys(names):
        for axis, dim in enumerate(net.blob(name).shape or ()):
            if isinstance(dim, str):
                for symbol in symbols_in(dim) if net.dialect == "torch" else (dim,):
                    places.setdefault(symbol, []).append((name, axis))
    return places


def check_dims(net: Net, dims: Mapping[str, int]) -> None:
    """Check numbers that the user gives to the free dims of a net as it was loaded.

    Raises:
        InvalidNet: There is no such dim, or the number is none that a dim can be.
    """
    known = [dim.name for dim in free_dims(net)]
    for name, number in dims.items():
        if name not in known:
            there = ", ".join(quoted(dim) for dim in known[:20]) or "none"
            raise InvalidNet(f"the net has no free dim {quoted(name)}; its free dims: {there}")
        if not 1 <= number <= MAX_DIM:
            raise InvalidNet(f"the dim {quoted(name)} must be from 1 to {MAX_DIM:,}, not {number}")


def fixed(net: Net, dims: Mapping[str, int]) -> Net:
    """The net with numbers in place of symbols, in the nets nested in it too."""
    if not dims:
        return net
    sizes = net.dialect == "torch"
    blobs = {name: _fixed_blob(blob, dims, sizes=sizes) for name, blob in net.blobs.items()}
    ops = tuple(_fixed_op(op, dims) if op.nets else op for op in net.ops)
    return replace(net, ops=ops, blobs=MappingProxyType(blobs))


def _fixed_blob(blob: Blob, dims: Mapping[str, int], *, sizes: bool) -> Blob:
    """The blob with numbers in place of symbols; `sizes`: also of expressions of them."""
    if not any(isinstance(dim, str) for dim in blob.shape or ()):
        return blob
    return replace(blob, shape=tuple(_fixed_dim(d, dims, sizes) for d in blob.shape or ()))


def _fixed_dim(dim: Dim, dims: Mapping[str, int], sizes: bool) -> Dim:  # noqa: FBT001  as above
    if not isinstance(dim, str):
        return dim
    number = dims.get(dim)
    if number is None and sizes:
        number = size_in(dim, dims)
    return dim if number is None else number


def _fixed_op(op: Op, dims: Mapping[str, int]) -> Op:
    nets = {arg: fixed(nested, dims) for arg, nested in op.nets.items()}
    return replace(op, nets=MappingProxyType(nets))
