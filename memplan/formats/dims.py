"""Dims from outside (JSON, the command line, fill ops): checked before anybody multiplies."""

from __future__ import annotations

from collections.abc import Sequence

from memplan.errors import FormatError, quoted
from memplan.formats.limits import MAX_RANK
from memplan.net import Dim, DType

__all__ = ["checked_dims"]

_MAX_BYTES = 2**63 - 1


def checked_dims(dims: Sequence[object], dtype: DType | None, what: str) -> tuple[Dim, ...]:
    """Return the dims of one blob, each a positive number or None (unknown).

    Args:
        dims: As the file or the user has them.
        dtype: None: reckoned as one byte an element.
        what: The blob and where its dims stand, for the message; already quoted.

    Raises:
        FormatError: A dim is no whole number of 1 or more, there are too many, or the tensor
            has more bytes than fit into 64 bits.

    >>> checked_dims([1, 3, None], None, "'data'")
    (1, 3, None)
    """
    if len(dims) > MAX_RANK:
        raise FormatError(f"{what} has {len(dims)} dims; at most {MAX_RANK} are read")
    size = (dtype.bits or 8) // 8 if dtype else 1
    good: list[Dim] = []
    for dim in dims:
        if dim is None:
            good.append(None)
            continue
        if isinstance(dim, bool) or not isinstance(dim, int):
            raise FormatError(f"{what} has the dim {quoted(str(dim), 20)}; write a whole number")
        if dim < 1:
            raise FormatError(f"{what} has the dim {_shown(dim)}; every dim must be 1 or more")
        size *= dim
        if size > _MAX_BYTES:
            raise FormatError(
                f"{what} has huge dims: more bytes than fit into 64 bits; correct them"
            )
        good.append(dim)
    return tuple(good)


def _shown(dim: int) -> str:
    return str(dim) if dim.bit_length() <= 64 else "below -2^64"
