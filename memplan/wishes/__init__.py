"""What a plan is wished to keep to beyond being safe: places, pairs, blobs that stay alone.

    pins       (a, 128)      a lies at byte 128
    apart      (a, b)        never on the same bytes, whatever their times
    together   (a, b)        on the same bytes; refused where both are alive at one time
    alone      {a}           on bytes of its own for the whole run
    no_waiting               sharing makes no op wait for one that it could run beside

Planners know nothing of it: the problem or the net that they are given is changed, and their
answer is changed back and verified as an answer to the question as it was.
"""

from __future__ import annotations

from dataclasses import dataclass

__all__ = ["NO_WISHES", "Wishes"]

Pair = tuple[str, str]


@dataclass(frozen=True, slots=True)
class Wishes:
    """Wishes, by names of blobs or of buffers.

    Attributes:
        pins: Blobs, each with where it is to lie: bytes from the start of its space.
        no_waiting: Bytes are shared only where dependencies alone keep the users apart.
    """

    pins: tuple[tuple[str, int], ...] = ()
    apart: tuple[Pair, ...] = ()
    together: tuple[Pair, ...] = ()
    alone: frozenset[str] = frozenset()
    no_waiting: bool = False

    def __bool__(self) -> bool:
        return bool(self.pins or self.apart or self.together or self.alone or self.no_waiting)


NO_WISHES = Wishes()
