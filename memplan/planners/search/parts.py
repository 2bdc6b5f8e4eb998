"""What buffers with windows need at the least: their parts, each free to lie where it likes.

A plan of the buffers is one of the parts too. So where the parts do not fit, neither do the
buffers: that is how a search proves something about them, which it takes as whole otherwise.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from memplan.plan import Buffer, Problem

__all__ = ["parts_apart"]


def parts_apart(problem: Problem) -> Problem:
    """The same problem, with a buffer for each part that a buffer occupies for a time.

    >>> from memplan.plan import LiveRange, Window
    >>> b = Buffer("b", LiveRange(0, 4), 8, windows=(Window(LiveRange(1, 3), 0, 2),))
    >>> [(part.live.begin, part.size) for part in parts_apart(Problem((b,))).buffers]
    [(0, 8), (1, 2), (3, 8)]

    Args:
        problem: Of one space, without an explicit conflict relation.
    """
    whole = (b for b in problem.buffers if not b.windows)
    parts = (part for n, b in enumerate(problem.buffers) if b.windows for part in _parts(b, n))
    named = (replace(b, name=f"whole {n}", hint=None) for n, b in enumerate(whole))
    return replace(problem, buffers=(*named, *parts))


def _parts(buffer: Buffer, number: int) -> Iterator[Buffer]:
    """Of a fixed buffer the parts are fixed; one that begins within an alignment has none."""
    for count, part in enumerate(buffer.occupied()):
        if part.high > part.low:
            yield Buffer(
                f"part {number} {count}",
                part.live,
                part.high - part.low,
                1 if part.low else buffer.alignment,
                offset=None if buffer.offset is None else buffer.offset + part.low,
            )
