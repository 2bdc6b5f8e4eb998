"""Collects the frames of one run: what holds from frame to frame, and what each one adds."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import TypeVar

from memplan.plan import Buffer
from memplan.steps.frames import Block, Cell, CellKind, Fact, Frame, Happening, Method, Run
from memplan.steps.why import Why
from memplan.study import Study

__all__ = ["Recorder"]

T = TypeVar("T")


@dataclass(slots=True)
class Recorder:
    """The state of the screen, and the frames so far.

    Attributes:
        blocks: By buffer and first step: what lies where.
        alive: Buffers that hold something now, in the order of their birth.
        curve: Bytes alive, step by step.
    """

    method: Method
    study: Study
    frames: list[Frame] = field(default_factory=list)
    blocks: dict[tuple[str, int], Block] = field(default_factory=dict)
    alive: dict[str, None] = field(default_factory=dict)
    curve: list[int] = field(default_factory=list)
    tops: dict[str, int] = field(default_factory=dict)
    peak: int = 0
    state: tuple[Cell, ...] = ()

    def add(
        self,
        happening: Happening,
        line: str,
        why: Why,
        facts: Mapping[str, Fact] = MappingProxyType({}),
        *,
        step: int | None = None,
        blobs: Iterable[str] = (),
        hole: Block | None = None,
    ) -> None:
        """Take a picture of the screen as it is now."""
        assert line in self.method.code, line
        self.frames.append(
            Frame(
                happening,
                line,
                why,
                MappingProxyType(dict(facts)),
                step,
                tuple(blobs),
                _same(tuple(self.alive), [f.alive for f in self.frames[-1:]]),
                _same(tuple(self.blocks.values()), [f.blocks for f in self.frames[-1:]]),
                _same(tuple(self.curve), [f.curve for f in self.frames[-1:]]),
                self.peak,
                self.state,
                hole,
            )
        )

    def put(self, buffer: Buffer, offset: int, size: int, region: str, top: int) -> None:
        """Lay a buffer down for all its life, a block for each part of it; the peak may rise.

        Args:
            offset, size: Where the picture has it.
            region: The memory that it lies in (an arena, a slot), of which it needs `top` bytes;
                all regions together are the peak.
        """
        for live in buffer.alive():
            block = Block(buffer.name, live.begin, live.end, offset, size)
            self.blocks[buffer.name, live.begin] = block
        self.tops[region] = max(self.tops.get(region, 0), top)
        self.peak = sum(self.tops.values())

    def alive_cell(self, sizes: Mapping[str, str]) -> Cell:
        """What is alive now, with its bytes."""
        return Cell("alive", CellKind.TABLE, tuple((name, sizes[name]) for name in self.alive))

    def run(self) -> Run:
        """All of it."""
        return Run(self.method, self.study, tuple(self.frames))


def _same(new: T, last: list[T]) -> T:
    """The last frame's own part where nothing has changed: most parts of most frames."""
    return last[0] if last and last[0] == new else new
