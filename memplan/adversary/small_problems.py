"""All small problems in the order of their size, and what is left of one that is made smaller."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import combinations_with_replacement, pairwise, product
from math import gcd
from types import MappingProxyType

__all__ = ["Rows", "all_rows", "classes", "largest_below", "one_less"]

Rows = tuple[tuple[int, int, int], ...]
"""Buffers as (begin, end, size), ascending."""

_LARGEST = MappingProxyType({3: 8, 4: 8, 5: 4, 6: 2})
"""Up to which size all problems of so many buffers are tried."""


def classes(count: int) -> Iterator[tuple[int, int]]:
    """Numbers of steps and largest sizes, in the order in which they are tried.

    >>> list(classes(4))[:3], list(classes(7))
    ([(2, 2), (3, 2), (2, 3)], [])
    """
    for largest in range(2, _LARGEST.get(count, 0) + 1):
        for steps in range(2, count):
            yield steps, largest


def largest_below(count: int) -> int:
    """Up to which size all problems of fewer buffers are tried."""
    return min((largest for n, largest in _LARGEST.items() if n < count), default=0)


def all_rows(count: int, steps: int, largest: int) -> Iterator[Rows]:
    """All problems of so many buffers and steps whose largest size is `largest`."""
    lives = [(b, e) for b in range(steps) for e in range(b + 1, steps + 1)]
    for pattern in combinations_with_replacement(lives, count):
        if not _is_tight(pattern, steps):
            continue
        for sizes in product(range(1, largest + 1), repeat=count):
            if max(sizes) == largest and gcd(*sizes) == 1:
                rows = tuple((b, e, s) for (b, e), s in zip(pattern, sizes, strict=True))
                if all(x <= y for x, y in pairwise(rows)):
                    yield rows


def _is_tight(pattern: Sequence[tuple[int, int]], steps: int) -> bool:
    """At each border of steps something ends, something begins, and something lives on."""
    return all(
        any(e == t for _, e in pattern)
        and any(b == t for b, _ in pattern)
        and any(b < t < e for b, e in pattern)
        for t in range(1, steps)
    )


def one_less(rows: Rows) -> Iterator[Rows]:
    """The same without a buffer, or with one smaller by a byte or a step."""
    for index in range(len(rows)):
        yield rows[:index] + rows[index + 1 :]
    for index, (begin, end, size) in enumerate(rows):
        for changed in ((begin, end, size - 1), (begin + 1, end, size), (begin, end - 1, size)):
            if changed[0] < changed[1] and changed[2] > 0:
                yield tuple(sorted((*rows[:index], changed, *rows[index + 1 :])))
