"""How a planner came to its answer, and how long work is watched and stopped."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from enum import StrEnum

__all__ = ["Decision", "Progress", "Reason", "Rejection", "Trace"]

Progress = Callable[[float, str], None]
"""Called with a share from 0 to 1 and what is being done; may raise `Cancelled` to stop it."""


class Reason(StrEnum):
    """Why a candidate was not taken."""

    HOLE_TOO_SMALL = "hole too small"
    MISALIGNED = "too small once aligned"
    LEAVES_MORE = "more would be left over"


@dataclass(frozen=True, slots=True)
class Rejection:
    """A candidate that was looked at and not taken: a hole [offset, offset + size)."""

    offset: int
    size: int
    reason: Reason


@dataclass(frozen=True, slots=True)
class Decision:
    """One step of a planner: where it put a blob, and the candidates it passed over.

    Attributes:
        turn: The how-manieth decision of the planner, from 0.
        step: The op at which the blob is born.
        rejected: At most 64; `omitted` counts the rest.
    """

    turn: int
    blob: str
    step: int
    offset: int
    rejected: tuple[Rejection, ...] = ()
    omitted: int = 0


@dataclass(slots=True)
class Trace:
    """Collects the decisions of a planner that is given one."""

    decisions: list[Decision] = field(default_factory=list)
    limit: int = 64

    def record(
        self, blob: str, step: int, offset: int, rejected: tuple[Rejection, ...] = ()
    ) -> None:
        """Note the next decision, with at most `limit` of the rejected candidates."""
        kept, omitted = rejected[: self.limit], max(0, len(rejected) - self.limit)
        self.decisions.append(Decision(len(self.decisions), blob, step, offset, kept, omitted))
