"""Cliques in place of sections, where an explicit relation says which buffers conflict.

A section's use to the search is that all buffers in it lie one above the other. So does any set
of buffers that conflict pairwise, and any choice of such sets serves in which every conflict is
found: the more and the heavier they are, the earlier a branch is seen to fail.
"""

from __future__ import annotations

from collections.abc import Sequence

from memplan.bits import numbers

__all__ = ["covering"]


def covering(sizes: Sequence[int], joined: Sequence[int]) -> list[tuple[int, ...]]:
    """Cliques, none of which can grow, with every pair that is joined in one of them.

    Each is begun by a buffer and one that it is in no clique with yet, the heaviest such, and
    grown by the heaviest that fits. A buffer without conflicts makes one by itself.

    >>> covering((4, 2, 2, 3), (0b0110, 0b0101, 0b1011, 0b0100))
    [(0, 1, 2), (2, 3)]

    Args:
        sizes: Of the buffers, which are known by number.
        joined: With whom each conflicts, as bits.

    Returns:
        Members ascending; in the order of their members, so that what is born early comes early.

    Cost: the pairs times the members of a clique.
    """
    heavy = sorted(range(len(sizes)), key=lambda i: (-sizes[i], i))
    place = {index: n for n, index in enumerate(heavy)}
    # By weight: the lowest bit of a set is then its heaviest member.
    by_weight = [sum(1 << place[j] for j in numbers(joined[index])) for index in heavy]
    open_ = list(by_weight)
    found: list[tuple[int, ...]] = []
    for first in range(len(heavy)):
        if not by_weight[first]:
            found.append((heavy[first],))
        while open_[first]:
            clique = _grown(first, open_[first] & -open_[first], by_weight)
            for n in numbers(clique):
                open_[n] &= ~clique
            found.append(tuple(sorted(heavy[n] for n in numbers(clique))))
    return sorted(found)


def _grown(first: int, second: int, joined: Sequence[int]) -> int:
    """The clique of one buffer, one more (its bit), and whoever fits, the heaviest first."""
    clique, following = 1 << first, second
    fitting = joined[first]
    while following:
        clique |= following
        fitting &= joined[following.bit_length() - 1]
        following = fitting & -fitting
    return clique
