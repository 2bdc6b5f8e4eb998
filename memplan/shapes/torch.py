"""Shapes of a program of torch.export: the file tells them all, as expressions of its free dims."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from types import MappingProxyType

from memplan.errors import InvalidNet, quoted
from memplan.net import Blob, Net
from memplan.ops.dims import shown
from memplan.ops.schema import TensorType
from memplan.shapes.free_dims import fixed
from memplan.shapes.known import check_given, flaw_of, preferring
from memplan.shapes.reasons import with_reasons

__all__ = ["examples", "size_torch"]


def examples(net: Net, given: Mapping[str, TensorType]) -> dict[str, int]:
    """The numbers that the file gives as examples for its free dims, but for those given else.

    Raises:
        InvalidNet: A given shape is not one that the program was exported for.
    """
    told = _told_by(net, given)
    return {n: hint for n, hint in net.symbols.items() if hint is not None and n not in told}


def size_torch(net: Net, given: Mapping[str, TensorType], dims: Mapping[str, int]) -> Net:
    """Return `net`, as it was loaded from such a file, with numbers for its free dims.

    A shape that is given for an input fixes the free dims that stand in it.

    Raises:
        InvalidNet: A given shape is impossible, or not one that the program was exported for.
    """
    check_given(given)
    numbers = _told_by(net, given)
    for name, number in dims.items():
        if numbers.setdefault(name, number) != number:
            raise InvalidNet(
                f"the dim {quoted(name)} is {number} as set, and {numbers[name]} in the shapes "
                "that are given; leave one of them out"
            )
    return with_reasons(_possible(_filled(fixed(net, numbers), given)), None)


def _told_by(net: Net, given: Mapping[str, TensorType]) -> dict[str, int]:
    """Free dims that given shapes fix."""
    found: dict[str, int] = {}
    for name, told in given.items():
        declared = net.blob(name).shape
        if declared is None or told.shape is None:
            continue
        if len(declared) != len(told.shape):
            raise _other_shape(net, name, told)
        for dim, number in zip(declared, told.shape, strict=True):
            if not isinstance(number, int) or dim is None or number == dim:
                continue
            if not isinstance(dim, str) or found.setdefault(dim, number) != number:
                raise _other_shape(net, name, told)
    return {name: number for name, number in found.items() if name in net.symbols}


def _other_shape(net: Net, name: str, told: TensorType) -> InvalidNet:
    declared = shown(net.blob(name).shape or ())
    return InvalidNet(
        f"{quoted(name)} is {declared} in the program, which fits no {shown(told.shape or ())}: "
        "a program of torch.export holds for the shapes that it was exported with; "
        "export it again, with dynamic_shapes for dims that change"
    )


def _filled(net: Net, given: Mapping[str, TensorType]) -> Net:
    """What is given fills what the file leaves open."""
    blobs = dict(net.blobs)
    for name, told in given.items():
        blob = blobs.get(name, Blob(name))
        found = preferring(told, TensorType(blob.shape, blob.dtype))
        blobs[name] = replace(blob, shape=found.shape, dtype=blob.dtype or found.dtype)
    return net.with_blobs(blobs)


def _possible(net: Net) -> Net:
    """The net without shapes that no tensor can have, which large numbers for dims make."""
    blobs = {name: _checked(blob) for name, blob in net.blobs.items()}
    ops = tuple(
        replace(op, nets=MappingProxyType({key: _possible(n) for key, n in op.nets.items()}))
        if op.nets
        else op
        for op in net.ops
    )
    return replace(net, ops=ops, blobs=MappingProxyType(blobs))


def _checked(blob: Blob) -> Blob:
    flaw = flaw_of(blob.shape, blob.dtype)
    return blob if flaw is None else replace(blob, shape=None, unknown=flaw)
