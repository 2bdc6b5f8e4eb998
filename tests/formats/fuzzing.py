"""What the fuzz tests of all formats share: small damage, and what is asked of what reads it."""

from __future__ import annotations

import random
from collections.abc import Callable

from memplan.errors import MemplanError

__all__ = ["mutated", "survives"]

INTERESTING = (b"\0", b"\xff", b"\x12\0", b"\x0b", b"{", b"}", b'"', b"\\", b"\x80" * 9, b"op {")


def mutated(data: bytes, rng: random.Random) -> bytes:
    """One to eight small changes: a bit, a piece cut, doubled, moved or put in, a cut end."""
    work = bytearray(data)
    for _ in range(rng.randint(1, 8)):
        place = rng.randrange(len(work) + 1)
        piece = slice(place, place + rng.choice((1, 2, 8, 100)))
        match rng.randrange(6):
            case 0 if place < len(work):
                work[place] ^= 1 << rng.randrange(8)
            case 1:
                del work[piece]
            case 2:
                work[place:place] = work[piece]
            case 3:
                work[place:place] = rng.choice(INTERESTING)
            case 4 if place < len(work):
                work[place] = rng.randrange(256)
            case 5 if rng.random() < 0.2:
                del work[place:]
    return bytes(work)


def survives(work: Callable[[], object], which: str, longest: int = 600) -> bool:
    """Whether the work is done; anything but that and a sentence of ours is a failure."""
    try:
        work()
    except MemplanError as error:
        said = str(error)
    except Exception as error:
        raise AssertionError(f"{which}: {error!r}") from error
    else:
        return True
    assert "\n" not in said, which
    assert len(said) < longest, which
    return False
