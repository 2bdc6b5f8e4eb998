"""One decision of a planner: where a blob went, and each candidate passed over with its reason."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from itertools import islice

__all__ = ["Decision", "Reason", "Rejection", "State", "Turn", "decided"]


class Reason(StrEnum):
    """Why a candidate was not taken; or, without one, why no memory of another's could be."""

    HOLE_TOO_SMALL = "hole too small"
    MISALIGNED = "too small once aligned"
    LEAVES_MORE = "more would be left over"
    LIVE = "still live"
    DEVICE = "on another device"
    BRANCH = "another branch may still read it"
    DONT_SHARE = "not to be shared"
    STATIC = "keeps its own memory"
    NEVER_READ = "never read, so never free"
    POOL_EMPTY = "nothing was free"
    TOO_SMALL = "too small"
    TOO_LARGE = "too large"
    CLOSER_FIT = "a closer fit was there"
    TAKEN = "taken by another before"
    IN_PLACE = "the op does not work in place"
    ALIAS = "a view of other memory"
    ORDER = "another came before it"
    CONTENT = "holds another kind of content"
    NOT_REACHED = "the planner's walk does not come there"
    COSTS_MORE = "the whole would cost more"


@dataclass(frozen=True, slots=True)
class Rejection:
    """A candidate that was looked at and not taken.

    Attributes:
        offset: Where the free stretch [offset, offset + size) began, for planners of offsets; a
            candidate that is a blob has none.
        candidate: The blob whose memory it was; None for a stretch, and where the reason holds
            for whatever memory there is.
        until: Its memory is wanted by the ops before this one; the number of ops: to the end.
        by: Who took it, or was taken in its place.
    """

    offset: int | None
    size: int | None
    reason: Reason
    candidate: str | None = None
    until: int | None = None
    by: str | None = None


@dataclass(frozen=True, slots=True)
class State:
    """What one of Caffe2's planners had before it as it decided.

    Attributes:
        free: The blobs whose memory was free, in the order of the planner's list; as many as a
            decision keeps candidates.
        more: How many more there were.
        tokens: What the op holds that it has seen, as bits; None for planners without tokens.
        required: What an op must hold that takes each of `free`.
        shares: How often the memory of each of `free` had been shared when it became free.
    """

    free: tuple[str, ...] = ()
    more: int = 0
    tokens: int | None = None
    required: tuple[int, ...] = ()
    shares: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Decision:
    """One step of a planner: where it put a blob, and the candidates it passed over.

    Attributes:
        turn: The how-manieth decision of the planner, from 0.
        step: The op at which the blob is born, in the order of ops that the plan is for.
        offset: Where it lies; None for planners of names, whose memory is laid out afterwards.
        rejected: At most 64; `omitted` counts the rest.
        chosen: The blob whose memory it takes over; None: it gets a place of its own.
        name: The name that it gets, where the planner gives it one.
        state: For Caffe2's planners what they had before them; None once too many were kept.
    """

    turn: int
    blob: str
    step: int
    offset: int | None
    rejected: tuple[Rejection, ...] = ()
    omitted: int = 0
    chosen: str | None = None
    name: str | None = None
    state: State | None = None


Turn = tuple[int, str, int]
"""Which decision: the how-manieth, of which blob, at which step."""


def decided(
    place: Turn,
    found: Iterable[Rejection],
    total: int | None = None,
    *,
    limit: int = 64,
    offset: int | None = None,
    chosen: str | None = None,
    state: State | None = None,
) -> Decision:
    """A decision with as many of its rejected candidates as are kept.

    Args:
        place: Turn, blob and step.
        found: The rejected candidates that are known.
        total: How many there were; None: as many as are found.
    """
    walk = iter(found)
    kept = tuple(islice(walk, limit))
    count = len(kept) + sum(1 for _ in walk) if total is None else total
    return Decision(*place, offset, kept, max(0, count - len(kept)), chosen, None, state)
