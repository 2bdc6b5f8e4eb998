"""What a stepper shows: a run of a planner, cut into frames that each stand on their own.

A frame is absolute: it says all that is on the screen at that moment, so that any frame can be
shown after any other, forwards and backwards. Frames next to one another share most of their
parts, which costs nothing: they are tuples.

    frame 0   LOOK   the biggest blob is next        blocks: -
    frame 1   NEW    it gets bytes [0, 256)          blocks: a
    frame 2   REFUSE the hole below b is too small   blocks: a     hole: [256, 300)
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from types import MappingProxyType

from memplan.plan import Plan
from memplan.steps.why import Why
from memplan.study import Study

__all__ = ["EVENTS", "Block", "Cell", "CellKind", "Fact", "Frame", "Happening", "Method", "Picture"]
__all__ += ["Run", "pairs_cell"]

Fact = str | int | tuple[str, ...]
"""A name or a word, or several; or a number: of bytes where its key says so, else a count."""


class Happening(StrEnum):
    """What a frame shows."""

    LOOK = "look"  # nothing changes: the algorithm turns to something
    READ = "read"
    WRITE = "write"
    NEW = "alloc"
    REUSE = "reuse"
    REFUSE = "refuse"
    KEEP = "keep"  # nobody needs it any more, and its memory stays its own
    FREE = "free"
    DONE = "done"


EVENTS = frozenset({Happening.REUSE, Happening.REFUSE})
"""What the scrub bar marks, beside each new peak."""


class Picture(StrEnum):
    """What the memory's picture has from below to above: bytes, slots, or a row for each blob."""

    ARENA = "arena"
    SLOTS = "slots"
    RANGES = "ranges"


class CellKind(StrEnum):
    """How a part of an algorithm's state is written down."""

    LIST = "list"
    TABLE = "table"


@dataclass(frozen=True, slots=True)
class Block:
    """A rectangle: steps [begin, end), and `size` bytes or rows from `offset`.

    Attributes:
        name: Of the buffer there; "" for a hole.
    """

    name: str
    begin: int
    end: int
    offset: int
    size: int


@dataclass(frozen=True, slots=True)
class Cell:
    """One part of an algorithm's state, in its order: names alone, or names with what they have."""

    title: str
    kind: CellKind
    items: tuple[tuple[str, str], ...]


def pairs_cell(title: str, table: Mapping[str, object]) -> Cell:
    """A table as it stands now."""
    return Cell(title, CellKind.TABLE, tuple((key, str(value)) for key, value in table.items()))


@dataclass(frozen=True, slots=True)
class Frame:
    """One moment.

    Attributes:
        line: Key of the line of the method's code that is lit.
        why: What one plain sentence says, with `facts` for its gaps.
        step: The op at which the run is; None for what belongs to no op.
        blobs: The buffers that it is about.
        alive: Buffers that hold something now; where the method knows no time, those alive
            together with the one it is about.
        blocks: What lies where, up to here.
        curve: Bytes alive at each step, as far as they are known.
        peak: The most memory so far, in bytes; of slots without sizes, their number.
        hole: The place that is being looked at.
    """

    happening: Happening
    line: str
    why: Why
    facts: Mapping[str, Fact] = field(default_factory=lambda: MappingProxyType({}))
    step: int | None = None
    blobs: tuple[str, ...] = ()
    alive: tuple[str, ...] = ()
    blocks: tuple[Block, ...] = ()
    curve: tuple[int, ...] = ()
    peak: int = 0
    state: tuple[Cell, ...] = ()
    hole: Block | None = None


@dataclass(frozen=True, slots=True)
class Method:
    """What is stepped through: a planner, or the analysis before all planners.

    Attributes:
        name: A key of `PLANNERS`, or ``liveness``.
        code: Lines of pseudo code by key, in their order; indented by spaces.
        timed: It goes through the ops in their order; else through blobs in one of its own.
    """

    name: str
    title: str
    line: str
    code: Mapping[str, str]
    picture: Picture
    timed: bool = True


@dataclass(frozen=True, slots=True)
class Run:
    """A method's way to its answer for one net; its last frame is that answer."""

    method: Method
    study: Study
    frames: tuple[Frame, ...]

    @property
    def plan(self) -> Plan:
        """Where it ends."""
        return self.study.plan

    def peaks(self) -> tuple[int, ...]:
        """Frames at which more memory was needed than ever before."""
        rows = zip(self.frames, self.frames[1:], strict=False)
        return tuple(at for at, (a, b) in enumerate(rows, 1) if b.peak > a.peak)
