"""The buffers alive at one step, found by the bytes or by the slot that they hold.

Buffers that do not clash lie one above the other. So what a new one touches is found from its
top downwards, until one lies wholly below it:

    alive   |  a  |   |   b   | c |      |   d   |
    new                  |========|                  touches c, then b; a lies below: done

A *piece* is a stretch of time in which a buffer holds the same bytes of itself: all, or those of
a window.
"""

from __future__ import annotations

from bisect import bisect_left, insort
from collections.abc import Iterator
from itertools import count
from typing import NamedTuple

from memplan.plan import Buffer, LiveRange, Plan

__all__ = ["Alive", "Piece", "pieces_of", "whole_piece"]

Block = tuple[int, ...]
"""Offset and top of a piece, and the index of its buffer in the problem."""


class Piece(NamedTuple):
    """Bytes [low, high) of a buffer, the `number`-th of the problem."""

    number: int
    buffer: Buffer
    low: int
    high: int


def whole_piece(buffer: Buffer) -> Piece:
    """All bytes of a buffer that lie in some problem, whatever its place there."""
    return Piece(-1, buffer, 0, buffer.size or 0)


def pieces_of(buffer: Buffer) -> Iterator[tuple[LiveRange, int, int]]:
    """When a buffer holds which bytes of itself, in order; it may hold none within a window."""
    begin, whole = buffer.live.begin, buffer.size or 0
    if not (buffer.gaps or buffer.windows):
        yield buffer.live, 0, whole
        return
    gaps = [(gap, 0, 0) for gap in buffer.gaps]
    parts = [(window.live, window.low, window.high) for window in buffer.windows]
    for live, low, high in sorted(gaps + parts):
        if begin < live.begin:
            yield LiveRange(begin, live.begin), 0, whole
        if low < high:
            yield live, low, high
        begin = live.end
    if begin < buffer.live.end:
        yield LiveRange(begin, buffer.live.end), 0, whole


class Alive:
    """Who holds what, while a walk through time lets pieces in and out."""

    def __init__(self, plan: Plan) -> None:
        self._plan = plan
        self._offsets, self._slot_in = plan.offsets or {}, plan.slots or {}
        self._blocks: dict[str, list[Block]] = {}
        self._slots: dict[tuple[str, int], set[int]] = {}
        self._here: dict[int, tuple[int, Piece]] = {}
        self._turns = count()
        self._clashed = False

    def enter(self, piece: Piece) -> list[Piece]:
        """Let a piece in; return those that hold its bytes or its slot, the oldest first."""
        met: set[int] = set()
        block, slot = self._block_of(piece), self._slot_of(piece)
        if block is not None:
            blocks = self._blocks.setdefault(self._space_of(piece), [])
            met.update(self._touched(blocks, block))
            insort(blocks, block)
        if slot is not None:
            holders = self._slots.setdefault(slot, set())
            met.update(holders)
            holders.add(piece.number)
        self._here[piece.number] = next(self._turns), piece
        if not met:
            return []
        self._clashed = True
        turns = sorted((self._here[index] for index in met), key=lambda entry: entry[0])
        return [other for _, other in turns]

    def leave(self, piece: Piece) -> None:
        """Let a piece out."""
        block, slot = self._block_of(piece), self._slot_of(piece)
        if block is not None:
            blocks = self._blocks[self._space_of(piece)]
            del blocks[bisect_left(blocks, block)]
        if slot is not None:
            self._slots[slot].remove(piece.number)

    def _touched(self, blocks: list[Block], new: Block) -> list[int]:
        low, high, _ = new
        touched = []
        for place in range(bisect_left(blocks, (high,)) - 1, -1, -1):
            _, top, index = blocks[place]
            if top > low:
                touched.append(index)
            elif not self._clashed:
                break  # once two overlap, a long one may still reach up from further below
        return touched

    def _space_of(self, piece: Piece) -> str:
        return self._plan.space_name(piece.buffer.name)

    def _block_of(self, piece: Piece) -> Block | None:
        offset = self._offsets.get(piece.buffer.name)
        # Of an unknown size no byte is known to be held.
        if offset is None or not piece.buffer.size:
            return None
        return offset + piece.low, offset + piece.high, piece.number

    def _slot_of(self, piece: Piece) -> tuple[str, int] | None:
        slot = self._slot_in.get(piece.buffer.name)
        return None if slot is None else (self._space_of(piece), slot)
