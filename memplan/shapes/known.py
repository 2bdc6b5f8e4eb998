"""What is known before the walk: what the user gives, what the files tell; and what is legal."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from memplan.errors import InvalidNet, quoted
from memplan.net import Blob, Dim, DType, Role, RoleRule, Shape
from memplan.ops.dims import merged, shown
from memplan.ops.schema import TensorType, how_to_give

__all__ = [
    "check_declared",
    "check_given",
    "external_type",
    "flaw_of",
    "nbytes",
    "needed_by",
    "preferring",
]

_MOST_BYTES = 2**63


def nbytes(found: TensorType) -> int | None:
    """The bytes of a value; None where a dim or the type is unknown, or has no fixed size."""
    if found.shape is None or found.dtype is None or found.dtype.bits is None:
        return None
    count = 1
    for dim in found.shape:
        if not isinstance(dim, int):
            return None
        count *= dim
    return -(-count * found.dtype.bits // 8)


def flaw_of(shape: Shape, dtype: DType | None) -> str | None:
    """What is impossible about a shape: a negative dim, or more bytes than int64 counts."""
    if not shape:
        return None
    count = 1
    for dim in shape:
        if isinstance(dim, int):
            if dim < 0:
                return f"the shape {shown(shape)} has a negative dim"
            count *= dim
    bits = dtype.bits if dtype else None
    if count * (bits or 8) // 8 >= _MOST_BYTES:
        return f"the shape {shown(shape)} takes 2^63 bytes or more"
    return None


def check_given(given: Mapping[str, TensorType]) -> None:
    """Check the shapes that the user gives.

    Raises:
        InvalidNet: One is impossible.
    """
    _check(given)


def check_declared(blobs: Mapping[str, Blob]) -> None:
    """Check the shapes that a net's files declare.

    Raises:
        InvalidNet: One is impossible.
    """
    _check(blobs)


def _check(shaped: Mapping[str, TensorType] | Mapping[str, Blob]) -> None:
    for name, found in shaped.items():
        flaw = flaw_of(found.shape, found.dtype)
        if flaw:
            raise InvalidNet(f"{quoted(name)}: {flaw}; give a shape that a tensor can have")


def external_type(blob: Blob, given: TensorType | None) -> TensorType:
    """What is known of a blob that no op has made: the user's word before the file's.

    A one-element dummy that the init net puts in an input's place tells nothing.
    """
    dummy = blob.rule is RoleRule.DUMMY
    found = TensorType(
        None if dummy else blob.shape,
        blob.dtype or DType.FLOAT32,
        None if dummy else blob.values,
    )
    if given is not None:
        found = preferring(given, found)
    return found if found.complete else replace(found, reason=_missing(blob))


def _missing(blob: Blob) -> str:
    name = quoted(blob.name)
    if blob.rule is RoleRule.UNREAD:
        return f"no op reads {name}, and its shape is not in the file; {how_to_give(blob.name)}"
    return f"the shape of {name} is not in the file; {_remedy(blob)}"


def needed_by(who: str, blob: Blob) -> str:
    """The reason of what `who`, an op, makes of an external blob of unknown shape."""
    return f"{who} needs the shape of {quoted(blob.name)}; {_remedy(blob)}"


def _remedy(blob: Blob) -> str:
    give = how_to_give(blob.name)
    return f"open the init net too, or {give}" if blob.role is Role.WEIGHT else give


def preferring(given: TensorType, found: TensorType) -> TensorType:
    """What is given, and where that says nothing, what was found."""
    shape = given.shape if given.shape is not None else found.shape
    if given.shape is not None and found.shape is not None and len(given.shape) == len(found.shape):
        shape = _filled(given.shape, found.shape)
    values = given.values or (found.values if shape == found.shape else None)
    chosen = TensorType(shape, given.dtype or found.dtype or DType.FLOAT32, values)
    return chosen if chosen.complete else replace(chosen, reason=given.reason or found.reason)


def _filled(given: Sequence[Dim], found: Sequence[Dim]) -> tuple[Dim, ...]:
    return tuple(merged(a, b) for a, b in zip(given, found, strict=True))
