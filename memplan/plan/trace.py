"""How a planner came to its answer, and how long work is watched and stopped.

A planner that is given a `Trace` hands it the facts of each decision, as they lie before it; the
`Decision` with its reasons is made of them when somebody looks at it. So a trace costs the planner
a few copies of short lists, and reasons cost only whom they are told.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from enum import StrEnum
from functools import cached_property
from itertools import islice
from typing import Any, overload

__all__ = [
    "Again",
    "Decision",
    "Decisions",
    "Progress",
    "Reason",
    "Rejection",
    "State",
    "Trace",
    "Turn",
    "decided",
    "noted_again",
]

Progress = Callable[[float, str], None]
"""Called with a share from 0 to 1 and what is being done; may raise `Cancelled` to stop it."""


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
Told = tuple[str, int, Callable[..., Decision], tuple[Any, ...]]
"""The blob, the step, and what makes the decision, of its place and of facts."""


class Decisions(Sequence[Decision]):
    """The decisions of a planner in their order, each made when it is looked at.

    What a planner deferred is worked out when somebody looks for the first time.
    """

    def __init__(
        self,
        told: Sequence[Told] = (),
        names: Mapping[str, str] | None = None,
        deferred: Sequence[Callable[[Trace], object]] = (),
    ) -> None:
        self._noted = told
        self._names = dict(names or {})
        self._deferred = deferred
        self._made: dict[int, Decision] = {}
        self._turns: dict[str, list[int]] = {}

    @cached_property
    def _told(self) -> Sequence[Told]:
        if not self._deferred:
            return self._noted
        again = Trace()
        for work in self._deferred:
            work(again)
        self._names |= again.names
        return (*self._noted, *again.told)

    def __len__(self) -> int:
        return len(self._told)

    @overload
    def __getitem__(self, turn: int) -> Decision: ...
    @overload
    def __getitem__(self, turn: slice) -> tuple[Decision, ...]: ...
    def __getitem__(self, turn: int | slice) -> Decision | tuple[Decision, ...]:
        if isinstance(turn, slice):
            return tuple(self[k] for k in range(*turn.indices(len(self._told))))
        place = range(len(self._told))[turn]
        if place not in self._made:
            self._made[place] = self._make(place)
        return self._made[place]

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Decisions) and tuple(self) == tuple(other)

    def __hash__(self) -> int:
        return hash(tuple(blob for blob, *_ in self._told))

    def blobs(self) -> Iterator[tuple[str, int]]:
        """The blob and the step of each decision, without its reasons."""
        return ((blob, step) for blob, step, *_ in self._told)

    def about(self, blob: str) -> Decision | None:
        """The decision on a blob; None where there was none."""
        if not self._turns:
            for turn, (name, *_) in enumerate(self._told):
                self._turns.setdefault(name, []).append(turn)
        turns = self._turns.get(blob)
        return self[turns[0]] if turns else None

    def _make(self, turn: int) -> Decision:
        blob, step, make, facts = self._told[turn]
        made = make((turn, blob, step), *facts)
        new = self._names.get(blob)
        return made if new is None else replace(made, name=new)


@dataclass(slots=True)
class Trace:
    """Collects the decisions of a planner that is given one.

    Attributes:
        limit: Candidates that a decision keeps.
        most: Decisions that keep candidates: after so many the rest are counted alone.
        names: The new name of each blob that gets one.
        deferred: What notes the rest of the decisions, in a trace of its own.
    """

    limit: int = 64
    most: int = 20_000
    told: list[Told] = field(default_factory=list)
    names: dict[str, str] = field(default_factory=dict)
    deferred: list[Callable[[Trace], object]] = field(default_factory=list)

    @property
    def decisions(self) -> Decisions:
        """What was decided so far."""
        return Decisions(tuple(self.told), self.names, tuple(self.deferred))

    @property
    def room(self) -> int:
        """How many candidates the next decision may keep."""
        return self.limit if len(self.told) < self.most else 0

    def record(
        self, blob: str, step: int, offset: int, rejected: tuple[Rejection, ...] = ()
    ) -> None:
        """Note the next decision, with at most `limit` of the rejected candidates."""
        kept = rejected[: self.room]
        self.note(blob, step, _recorded, offset, kept, len(rejected) - len(kept))

    def note(self, blob: str, step: int, make: Callable[..., Decision], *facts: Any) -> None:
        """Note the facts of the next decision, of which `make` makes it when it is looked at."""
        self.told.append((blob, step, make, facts))

    def defer(self, work: Callable[[Trace], object]) -> None:
        """Have the decisions noted when somebody looks at them, by planning once more.

        A planner is pure: it decides the same again, and this time it is watched.
        """
        self.deferred.append(work)

    def forget(self) -> None:
        """Forget what was noted: the planner is asked anew."""
        self.told.clear()
        self.names.clear()
        self.deferred.clear()

    def settled(self, names: Mapping[str, str], *, changed: bool = True) -> None:
        """Note the names that blobs get in the end; a net that was left alone has no decisions."""
        self.names.update(names)
        if not changed:
            self.told.clear()


class Again:
    """What a planner decides when it is watched, found out when somebody asks.

    For planners that note each decision as it falls, so that they can be stopped between two,
    but leave its reasons for later.
    """

    def __init__(self, work: Callable[[Trace], object]) -> None:
        self._work = work

    @cached_property
    def decisions(self) -> Decisions:
        """All of them."""
        trace = Trace()
        self._work(trace)
        return trace.decisions

    def decision(self, turn: Turn) -> Decision:
        """The one on a blob."""
        found = self.decisions.about(turn[1])
        assert found is not None, "a planner decides the same again"
        return replace(found, turn=turn[0])


def noted_again(turn: Turn, again: Again) -> Decision:
    """Make a decision that was noted without its reasons."""
    return again.decision(turn)


def _recorded(place: Turn, offset: int, rejected: tuple[Rejection, ...], omitted: int) -> Decision:
    return Decision(*place, offset, rejected, omitted)


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
