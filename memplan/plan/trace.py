"""How a planner came to its answer, and how long work is watched and stopped.

A planner that is given a `Trace` hands it the facts of each decision, as they lie before it; the
`Decision` with its reasons is made of them when somebody looks at it. So a trace costs the planner
a few copies of short lists, and reasons cost only whom they are told.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any, overload

from memplan.plan.decision import Decision, Rejection, Turn

__all__ = ["Again", "Decisions", "Progress", "Trace", "noted_again"]

Progress = Callable[[float, str], None]
"""Called with a share from 0 to 1 and what is being done; may raise `Cancelled` to stop it."""

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
