"""The question: buffers that want memory, each for a time, and the spaces they may lie in."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from enum import StrEnum
from math import lcm

from memplan.errors import InvalidProblem, quoted

__all__ = ["Buffer", "BufferKind", "LiveRange", "Problem", "ScratchRequest", "Space", "Window"]


@dataclass(frozen=True, slots=True, order=True)
class LiveRange:
    """Steps during which a buffer holds something: `begin` is inclusive, `end` is exclusive.

    Raises:
        InvalidProblem: `begin` is negative or not below `end`.
    """

    begin: int
    end: int

    def __post_init__(self) -> None:
        if not 0 <= self.begin < self.end:
            raise InvalidProblem(f"a live range must have 0 <= begin < end, not {self}")

    def __str__(self) -> str:
        return f"[{self.begin}, {self.end})"

    def meets(self, other: LiveRange) -> bool:
        """Whether some step lies in both.

        >>> LiveRange(0, 2).meets(LiveRange(2, 4)), LiveRange(0, 3).meets(LiveRange(2, 4))
        (False, True)
        """
        return self.begin < other.end and other.begin < self.end


@dataclass(frozen=True, slots=True, order=True)
class Window:
    """Steps during which a buffer occupies only bytes [low, high) of itself.

    Raises:
        InvalidProblem: `low` is negative or above `high`.
    """

    live: LiveRange
    low: int
    high: int

    def __post_init__(self) -> None:
        if not 0 <= self.low <= self.high:
            raise InvalidProblem(f"a window must have 0 <= low <= high, not {self}")

    def __str__(self) -> str:
        return f"{self.live} of bytes [{self.low}, {self.high})"


class BufferKind(StrEnum):
    """What a buffer is for; decides whether it is counted, and how it is shown."""

    ACTIVATION = "activation"
    INPUT = "input"
    OUTPUT = "output"
    STATE = "state"
    SCRATCH = "scratch"
    PERSISTENT = "persistent"
    WEIGHT = "weight"


@dataclass(frozen=True, slots=True)
class Buffer:
    """One stretch of memory that is wanted for a time.

    Attributes:
        name: Unique in its problem.
        live: The steps from the first write to the last read.
        size: Bytes; None where it is unknown.
        alignment: Its offset is a multiple of this many bytes.
        offset: Where it must lie, if that is fixed beforehand.
        gaps: Steps inside `live` in which it holds nothing; disjoint and ascending.
        spaces: Names of the spaces it may lie in; empty: any.
        dims: Of the blob that it was made for: some engines hand memory on by its shape alone.
        hint: An offset to try first, for `best_of` and planners that search; it binds nobody.
        windows: Times inside `live` in which it occupies a part of itself; ascending, disjoint,
            and apart from the gaps. A planner that knows none may take it as whole all along.

    Raises:
        InvalidProblem: A negative size, offset or hint, an alignment below one, a gap or a window
            outside `live`, a window beyond the size.
    """

    name: str
    live: LiveRange
    size: int | None
    alignment: int = 1
    kind: BufferKind = BufferKind.ACTIVATION
    offset: int | None = None
    gaps: tuple[LiveRange, ...] = ()
    spaces: tuple[str, ...] = ()
    dims: tuple[int, ...] | None = None
    hint: int | None = None
    windows: tuple[Window, ...] = ()

    def __post_init__(self) -> None:
        if self.size is not None and self.size < 0:
            raise InvalidProblem(f"buffer {quoted(self.name)} has a negative size: {self.size}")
        if self.alignment < 1:
            raise InvalidProblem(f"buffer {quoted(self.name)}: alignment {self.alignment} < 1")
        if self.offset is not None and self.offset < 0:
            raise InvalidProblem(f"buffer {quoted(self.name)}: offset {self.offset} is negative")
        if self.hint is not None and self.hint < 0:
            raise InvalidProblem(f"buffer {quoted(self.name)}: hint {self.hint} is negative")
        if self.gaps or self.windows:
            self._check_times()

    def _check_times(self) -> None:
        edge = self.live.begin
        for gap in sorted((*self.gaps, *(window.live for window in self.windows))):
            if gap.begin < edge or gap.end > self.live.end:
                raise InvalidProblem(
                    f"buffer {quoted(self.name)}: gap {gap} does not lie in {self.live} in order"
                )
            edge = gap.end
        if list(self.gaps) != sorted(self.gaps) or list(self.windows) != sorted(self.windows):
            raise InvalidProblem(f"buffer {quoted(self.name)}: its gaps are not in order")
        for window in self.windows:
            if window.high > (self.size or 0):
                raise InvalidProblem(
                    f"buffer {quoted(self.name)}: {window} is beyond its {self.size or 0} bytes"
                )

    def alive(self) -> tuple[LiveRange, ...]:
        """The live range without its gaps, in order."""
        if not self.gaps:
            return (self.live,)
        edges = [self.live.begin, *(t for g in self.gaps for t in (g.begin, g.end)), self.live.end]
        pairs = zip(edges[::2], edges[1::2], strict=True)
        return tuple(LiveRange(begin, end) for begin, end in pairs if begin < end)

    def occupied(self) -> tuple[Window, ...]:
        """Which bytes of itself it occupies when, in order; nothing of an unknown size.

        >>> b = Buffer("b", LiveRange(0, 4), 8, windows=(Window(LiveRange(1, 3), 0, 2),))
        >>> [str(part) for part in b.occupied()]
        ['[0, 1) of bytes [0, 8)', '[1, 3) of bytes [0, 2)', '[3, 4) of bytes [0, 8)']
        """
        whole = self.size or 0
        if not self.windows:
            return tuple(Window(live, 0, whole) for live in self.alive())
        found = []
        for live in self.alive():
            begin = live.begin
            for window in self.windows:
                if live.meets(window.live):
                    if begin < window.live.begin:
                        found.append(Window(LiveRange(begin, window.live.begin), 0, whole))
                    found.append(window)
                    begin = window.live.end
            if begin < live.end:
                found.append(Window(LiveRange(begin, live.end), 0, whole))
        return tuple(found)

    def bytes_at(self, step: int) -> int:
        """How many bytes it occupies at a step, as far as its size is known."""
        if not self.live.begin <= step < self.live.end:
            return 0
        here = (p for p in self.occupied() if p.live.begin <= step < p.live.end)
        return sum(part.high - part.low for part in here)


@dataclass(frozen=True, slots=True)
class ScratchRequest:
    """Bytes that the kernel of the op at `step` asks for while it runs.

    Raises:
        InvalidProblem: The step or the size is negative.
    """

    step: int
    bytes: int

    def __post_init__(self) -> None:
        if self.step < 0 or self.bytes < 0:
            raise InvalidProblem(f"scratch needs a step and bytes of 0 or more, not {self}")


@dataclass(frozen=True, slots=True)
class Space:
    """A memory: its name, how much it holds (None: no limit), and its alignment in bytes."""

    name: str = "arena"
    capacity: int | None = None
    alignment: int = 1

    def __post_init__(self) -> None:
        if self.alignment < 1 or (self.capacity is not None and self.capacity < 0):
            raise InvalidProblem(
                f"space {quoted(self.name)}: the alignment must be at least 1 and the capacity "
                f"not negative, not {self.alignment} and {self.capacity}"
            )


@dataclass(frozen=True, slots=True)
class Problem:
    """Which buffers want memory when, and what memory there is.

    Attributes:
        buffers: Names are unique. Their order is that in which memory is asked for; only
            planners that follow an engine which looks at it do so too.
        spaces: At least one.
        conflicts: None: two buffers conflict when their live ranges meet. Else exactly the pairs
            of indices (i < j) into `buffers` that must not share bytes: for nets whose ops run
            in parallel, where the order of ops says nothing.

    Raises:
        InvalidProblem: Two buffers of one name, no space, a conflict outside the buffers.
    """

    buffers: tuple[Buffer, ...]
    spaces: tuple[Space, ...] = (Space(),)
    conflicts: frozenset[tuple[int, int]] | None = None

    def __post_init__(self) -> None:
        if not self.spaces:
            raise InvalidProblem("a problem needs at least one space")
        names: set[str] = set()
        for buffer in self.buffers:
            if buffer.name in names:
                raise InvalidProblem(f"two buffers are called {quoted(buffer.name)}")
            names.add(buffer.name)
        for i, j in self.conflicts or ():
            if not 0 <= i < j < len(self.buffers):
                raise InvalidProblem(f"conflict {(i, j)} is no ascending pair of buffer indices")

    @property
    def unknown(self) -> tuple[Buffer, ...]:
        """The buffers of unknown size, which no plan can place."""
        return tuple(b for b in self.buffers if b.size is None)

    def alignment_of(self, buffer: Buffer) -> int:
        """The alignment that an offset of `buffer` must have in the first space, in bytes."""
        return lcm(buffer.alignment, self.spaces[0].alignment)

    def by_space(self) -> tuple[Problem, ...]:
        """One problem for each space, with the buffers that go there: the first they allow.

        Raises:
            InvalidProblem: A buffer allows only spaces that are not there, or there is an
                explicit conflict relation, which has no meaning across spaces yet.
        """
        if len(self.spaces) == 1:
            return (self,)
        if self.conflicts is not None:
            raise InvalidProblem("a conflict relation over several spaces cannot be planned")
        share: dict[str, list[Buffer]] = {space.name: [] for space in self.spaces}
        for buffer in self.buffers:
            home = buffer.spaces[0] if buffer.spaces else self.spaces[0].name
            if home not in share:
                raise InvalidProblem(f"{quoted(buffer.name)}: there is no space {quoted(home)}")
            share[home].append(buffer)
        return tuple(Problem(tuple(share[space.name]), (space,)) for space in self.spaces)

    def only(self, names: Iterable[str]) -> Problem:
        """The same question of some of the buffers, in the same order."""
        wanted = frozenset(names)
        kept = [index for index, b in enumerate(self.buffers) if b.name in wanted]
        place = {index: n for n, index in enumerate(kept)}
        pairs = self.conflicts and frozenset(
            (place[i], place[j]) for i, j in self.conflicts if i in place and j in place
        )
        return replace(self, buffers=tuple(self.buffers[k] for k in kept), conflicts=pairs)

    @property
    def horizon(self) -> int:
        """The first step at which nothing is alive any more."""
        return max((b.live.end for b in self.buffers), default=0)
