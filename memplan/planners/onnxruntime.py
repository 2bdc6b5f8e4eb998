"""ONNX Runtime's memory pattern: dead memory of the same dims is taken over, the rest packed.

Idea: in the order of execution, a buffer takes over the memory of a dead one of the same dims and
size, the one that died last; blocks of memory that live on so, from their first buffer to their
last, are then laid out online, each in the hole that leaves the least over, else on top.

    size   64    32    64    32          a and c are one block, b and d another: d takes over
           a  →  b  →  c  →  d           what b leaves. A hole of 64 would not do for d.

Faithful to: the figures of its memory pattern (of the CPU provider, sizes rounded up to 256
bytes), all eight that we know. What it does before, writing outputs over inputs and passing
views on, is for the storages (`liveness.Sharing`); in which order it runs the ops is told by
`onnxruntime_order`.
Differs: of buffers that die at one step the one born last counts as the last. Of a
buffer without dims the size alone is compared. Gaps are not used. A buffer with an offset
fixed beforehand is refused: ONNX Runtime knows none.
Cost: the number of blocks, times the number alive.
Reference: ONNX Runtime's documentation on memory patterns and arenas, and measurements of ours.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import chain, islice
from types import MappingProxyType

from memplan.errors import InvalidProblem, quoted
from memplan.plan import (
    Again,
    Buffer,
    Decision,
    Plan,
    Problem,
    Reason,
    Rejection,
    Trace,
    Turn,
    decided,
    noted_again,
)
from memplan.planners.proof import proof_of
from memplan.planners.rounded import rounded
from memplan.planners.spaces import pack_each_space
from memplan.units import align_up

__all__ = ["ONNXRUNTIME_ALIGNMENT", "onnxruntime"]

ONNXRUNTIME_ALIGNMENT = 256

Form = tuple[int | None, int, tuple[int, ...] | None]
"""What must be equal for memory to be taken over: size, alignment, dims."""


def onnxruntime(problem: Problem, trace: Trace | None = None) -> Plan:
    """Lay the buffers out; the plan's problem is the one given with its sizes rounded up.

    >>> from memplan.plan import LiveRange
    >>> row = [("a", 0, 2, 512), ("b", 1, 3, 256), ("c", 2, 4, 512), ("d", 3, 5, 256)]
    >>> buffers = (Buffer(name, LiveRange(*live), size) for name, *live, size in row)
    >>> dict(onnxruntime(Problem(tuple(buffers))).offsets)
    {'a': 0, 'c': 0, 'b': 512, 'd': 512}

    Raises:
        InvalidProblem: A place is fixed beforehand, or an explicit relation says what conflicts.
    """
    _check(problem)
    whole = rounded(problem, ONNXRUNTIME_ALIGNMENT)
    if len(whole.spaces) > 1:
        return proof_of(pack_each_space(whole, lambda part: _one_space(part, trace)))
    return proof_of(_one_space(whole, trace))


def _check(problem: Problem) -> None:
    if problem.conflicts is not None:
        raise InvalidProblem("the planner onnxruntime needs an order of ops, not a relation")
    for buffer in problem.buffers:
        if buffer.offset is not None:
            raise InvalidProblem(
                f"{quoted(buffer.name)} must lie at {buffer.offset}, but the planner onnxruntime "
                "chooses all places itself"
            )


@dataclass(slots=True)
class _Block:
    """Memory that one buffer after another takes over, all of the same dims and size.

    Attributes:
        left: When a planner is traced, for each buffer the dead ones that it did not follow.
    """

    size: int
    alignment: int
    buffers: list[Buffer] = field(default_factory=list)
    left: list[tuple[Buffer, ...]] = field(default_factory=list)

    @property
    def begin(self) -> int:
        """The step at which the first buffer is born."""
        return self.buffers[0].live.begin

    @property
    def end(self) -> int:
        """The step from which on it is free again."""
        return self.buffers[-1].live.end


def _one_space(problem: Problem, trace: Trace | None, *, reasons: bool = False) -> Plan:
    offsets: dict[str, int] = {}
    placed = _Pattern()
    again = Again(lambda watched: _one_space(problem, watched, reasons=True))
    for block in _blocks(problem, trace.limit if trace is not None and reasons else 0):
        offset, holes = placed.add(block)
        for buffer in block.buffers:
            offsets[buffer.name] = offset
        if trace is None:
            continue
        if not reasons:
            for buffer in block.buffers:
                trace.note(buffer.name, buffer.live.begin, noted_again, again)
        else:
            left = [hole for hole in holes if align_up(hole[0], block.alignment) != offset]
            passed = left[: trace.room], len(left)
            trace.note(block.buffers[0].name, block.begin, _decision, block, 0, offset, passed)
            for number, heir in enumerate(block.buffers[1:], 1):
                trace.note(heir.name, heir.live.begin, _decision, block, number, offset)
    return Plan(problem, MappingProxyType(offsets), "onnxruntime")


def _blocks(problem: Problem, noted: int = 0) -> list[_Block]:
    """Who takes over whose memory, in the order in which the blocks are first asked for.

    Args:
        noted: How many of the dead that it does not follow are noted of each buffer.
    """
    born: dict[int, list[Buffer]] = defaultdict(list)
    for buffer in problem.buffers:
        if buffer.size is not None:
            born[buffer.live.begin].append(buffer)
    blocks: list[_Block] = []
    free: dict[Form, list[_Block]] = defaultdict(list)
    dying: dict[int, list[_Block]] = defaultdict(list)
    for step in range(problem.horizon):
        for block in dying.pop(step, ()):
            free[_form(problem, block.buffers[-1])].append(block)
        for buffer in born.get(step, ()):
            left = free[_form(problem, buffer)]
            if buffer.size and left:
                block = left.pop()
            else:
                block = _Block(buffer.size or 0, problem.alignment_of(buffer))
                blocks.append(block)
            if noted:
                block.left.append(_dead(left, free, noted))
            block.buffers.append(buffer)
            dying[buffer.live.end].append(block)
    return blocks


def _dead(left: list[_Block], free: dict[Form, list[_Block]], noted: int) -> tuple[Buffer, ...]:
    """The last buffers in blocks that are free: those of the form that is asked for first."""
    others = (block for blocks in free.values() if blocks is not left for block in blocks)
    return tuple(block.buffers[-1] for block in islice(chain(reversed(left), others), noted))


def _decision(
    place: Turn,
    block: _Block,
    number: int,
    offset: int,
    passed: tuple[Sequence[tuple[int, int]], int] = ((), 0),
) -> Decision:
    """What one buffer of a block did not follow; and for the first, which holes were not taken."""
    holes, total = passed
    chosen = block.buffers[number - 1].name if number else None
    others = [_not_followed(dead, block.buffers[number], chosen) for dead in block.left[number]]
    found = (*_rejections(holes, block), *others)
    count = total - len(holes) + len(found)
    return decided(place, found, count, offset=offset, chosen=chosen)


def _not_followed(dead: Buffer, born: Buffer, chosen: str | None) -> Rejection:
    size, wanted = dead.size or 0, born.size or 0
    reason = Reason.TOO_SMALL if size < wanted else Reason.TOO_LARGE
    if size == wanted:
        reason = Reason.CONTENT if chosen is None or dead.dims != born.dims else Reason.ORDER
    return Rejection(None, size, reason, dead.name, dead.live.end, chosen)


def _form(problem: Problem, buffer: Buffer) -> Form:
    return buffer.size, problem.alignment_of(buffer), buffer.dims


class _Pattern:
    """The blocks alive, from below, and how far up memory has ever been in use."""

    def __init__(self) -> None:
        self._alive: list[tuple[int, int, int]] = []  # offset, top, the step of its end
        self._height = 0

    def add(self, block: _Block) -> tuple[int, list[tuple[int, int]]]:
        """Turn a block at its birth: in the hole that leaves least over, the lowest of those.

        Returns:
            Its offset, and the holes that there were.
        """
        # What is freed at a step is free for the next one.
        self._alive = [entry for entry in self._alive if entry[2] > block.begin]
        holes = list(self._holes())
        fitting = [
            (high - offset - block.size, offset)
            for low, high in holes
            if (offset := align_up(low, block.alignment)) + block.size <= high
        ]
        top = max((high for _, high, _ in self._alive), default=0)
        offset = min(fitting)[1] if fitting else align_up(top, block.alignment)
        if block.size:
            self._alive.append((offset, offset + block.size, block.end))
            self._alive.sort()
        self._height = max(self._height, offset + block.size)
        return offset, holes

    def _holes(self) -> Iterator[tuple[int, int]]:
        """The free stretches below what was ever in use."""
        low = 0
        for offset, top, _ in self._alive:
            if offset > low:
                yield low, offset
            low = max(low, top)
        if low < self._height:
            yield low, self._height


def _rejections(holes: Iterable[tuple[int, int]], block: _Block) -> Iterator[Rejection]:
    for low, high in holes:
        fits = align_up(low, block.alignment) + block.size <= high
        reason = Reason.LEAVES_MORE if fits else Reason.HOLE_TOO_SMALL
        yield Rejection(low, high - low, reason)
