"""Times of any size as steps of moderate number: in order, and so that every meeting stays.

A plan does not change when times are counted instead: 0, 10^9 and 10^12 become 0, 1 and 2.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from memplan.formats.limits import MAX_STEPS
from memplan.plan import Buffer, LiveRange, Window

__all__ = ["Times", "counted"]


@dataclass(frozen=True, slots=True)
class Times:
    """The time in the file that each step stands for; in ascending order."""

    at: tuple[int, ...]

    def restored(self, buffer: Buffer) -> Buffer:
        """The buffer with the times of the file."""
        return _moved(buffer, self.at)


def counted(
    buffers: Sequence[Buffer], most: int = MAX_STEPS
) -> tuple[tuple[Buffer, ...], Times | None]:
    """The buffers as they are if their times are moderate; else with times counted in order.

    >>> far = [Buffer("a", LiveRange(0, 10**12), 8), Buffer("b", LiveRange(10**9, 10**12), 8)]
    >>> [str(b.live) for b in counted(far)[0]]
    ['[0, 2)', '[1, 2)']
    """
    if max((b.live.end for b in buffers), default=0) <= most:
        return tuple(buffers), None
    times = tuple(sorted({time for buffer in buffers for time in _edges(buffer)}))
    number = {time: step for step, time in enumerate(times)}
    return tuple(_moved(buffer, number) for buffer in buffers), Times(times)


def _edges(buffer: Buffer) -> Iterator[int]:
    for live in (buffer.live, *buffer.gaps, *(window.live for window in buffer.windows)):
        yield live.begin
        yield live.end


def _moved(buffer: Buffer, to: dict[int, int] | tuple[int, ...]) -> Buffer:
    def move(live: LiveRange) -> LiveRange:
        return LiveRange(to[live.begin], to[live.end])

    return replace(
        buffer,
        live=move(buffer.live),
        gaps=tuple(move(gap) for gap in buffer.gaps),
        windows=tuple(Window(move(w.live), w.low, w.high) for w in buffer.windows),
    )
