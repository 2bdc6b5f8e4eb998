"""Sets of small numbers as the bits of one: quick to join, to meet and to count."""

from __future__ import annotations

from collections.abc import Iterator

__all__ = ["numbers"]


def numbers(bits: int) -> Iterator[int]:
    """The places of the ones, from the lowest.

    >>> list(numbers(0b10110))
    [1, 2, 4]
    """
    while bits:
        lowest = bits & -bits
        yield lowest.bit_length() - 1
        bits ^= lowest
