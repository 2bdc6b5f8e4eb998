"""A list of buffers as a net without a graph; where all have a place, with the plan they make."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from types import MappingProxyType

from memplan.formats.buffers_times import counted
from memplan.net import Blob, DType, Net
from memplan.plan import Buffer, Placement, Problem, Space

__all__ = ["net_of_buffers"]


def net_of_buffers(
    buffers: Sequence[Buffer],
    file: str,
    *,
    spaces: tuple[Space, ...] = (),
    placed: Placement | None = None,
) -> Net:
    """Make the net; buffers that all have an offset are a plan, some fix the problem.

    Args:
        file: Its last part is the net's name.
        spaces: The memories, where more is known of them than names.
        placed: The plan that came with it, where the buffers themselves hold none.

    Raises:
        InvalidProblem: Two buffers have one name.
    """
    found, times = counted(buffers)
    if placed is None and all(b.offset is not None for b in found if b.size is not None):
        placed = Placement(
            MappingProxyType({b.name: b.offset for b in found if b.offset is not None})
        )
        found = tuple(replace(b, offset=None) for b in found)
    names = dict.fromkeys(name for buffer in found for name in buffer.spaces)
    spaces = spaces or tuple(Space(name) for name in names) or (Space(),)
    blobs = {b.name: _blob(b) for b in found}
    return Net(
        name=file.replace("\\", "/").rsplit("/", 1)[-1],
        blobs=MappingProxyType(blobs),
        dialect="buffers",
        source=times,
        given=Problem(found, spaces),
        placed=placed,
    )


def _blob(buffer: Buffer) -> Blob:
    """Nothing is known of it but its bytes."""
    if buffer.size is None:
        return Blob(buffer.name, unknown="the file gives no size")
    return Blob(buffer.name, (buffer.size,), DType.UINT8)
