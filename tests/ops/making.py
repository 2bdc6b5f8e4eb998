"""One op of a net, sized: what the tests of the operators have in common."""

from __future__ import annotations

from types import MappingProxyType

from memplan.net import Blob, Net, Op
from memplan.ops.schema import TensorType
from memplan.shapes import infer_shapes

__all__ = ["made", "shape_of", "sized", "typed"]


def sized(op_type, inputs, args=None, outputs=1) -> tuple[Blob, ...]:
    """The blobs that an op of that type makes of inputs with these shapes.

    An input is its dims, a TensorType, or None where nothing is known of it.
    """
    names = tuple(f"in{i}" for i in range(len(inputs)))
    made_names = tuple(f"out{i}" for i in range(outputs))
    op = Op(op_type, names, made_names, args=MappingProxyType(args or {}))
    given = {
        name: x if isinstance(x, TensorType) else TensorType(tuple(x))
        for name, x in zip(names, inputs, strict=True)
        if x is not None
    }
    net = infer_shapes(Net(ops=(op,), inputs=names), given)
    return tuple(net.blob(name) for name in made_names)


def made(op_type, inputs, args=None, outputs=1) -> list[tuple]:
    """Shape and type of each output, as (dims, label)."""
    return [
        (blob.shape, blob.dtype.label if blob.dtype else None)
        for blob in sized(op_type, inputs, args, outputs)
    ]


def shape_of(op_type, inputs, args=None):
    """The dims of the first output."""
    return sized(op_type, inputs, args)[0].shape


def typed(shape, dtype, values=None) -> TensorType:
    return TensorType(tuple(shape), dtype, values)
