"""The buffers alive at one step, found by the bytes or by the slot that they hold.

Buffers that do not clash lie one above the other. So what a new one touches is found from its
top downwards, until one lies wholly below it:

    alive   |  a  |   |   b   | c |      |   d   |
    new                  |========|                  touches c, then b; a lies below: done
"""

from __future__ import annotations

from bisect import bisect_left, insort
from itertools import count

from memplan.plan import Plan

__all__ = ["Alive"]

Block = tuple[int, ...]
"""Offset and top of a buffer, and its index in the problem."""


class Alive:
    """Who holds what, while a walk through time lets buffers in and out."""

    def __init__(self, plan: Plan) -> None:
        self._plan = plan
        self._blocks: dict[str, list[Block]] = {}
        self._slots: dict[tuple[str, int], set[int]] = {}
        self._born: dict[int, int] = {}
        self._turns = count()
        self._clashed = False

    def enter(self, index: int) -> list[int]:
        """Let a buffer in; return those that hold its bytes or its slot, the oldest first."""
        met: set[int] = set()
        block, slot = self._block_of(index), self._slot_of(index)
        if block is not None:
            blocks = self._blocks.setdefault(self._space_of(index), [])
            met.update(self._touched(blocks, block))
            insort(blocks, block)
        if slot is not None:
            holders = self._slots.setdefault(slot, set())
            met.update(holders)
            holders.add(index)
        self._clashed = self._clashed or bool(met)
        self._born[index] = next(self._turns)
        return sorted(met, key=self._born.__getitem__)

    def leave(self, index: int) -> None:
        """Let a buffer out."""
        block, slot = self._block_of(index), self._slot_of(index)
        if block is not None:
            blocks = self._blocks[self._space_of(index)]
            del blocks[bisect_left(blocks, block)]
        if slot is not None:
            self._slots[slot].remove(index)

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

    def _space_of(self, index: int) -> str:
        return self._plan.space_name(self._plan.problem.buffers[index].name)

    def _block_of(self, index: int) -> Block | None:
        buffer = self._plan.problem.buffers[index]
        offset = (self._plan.offsets or {}).get(buffer.name)
        # Of an unknown size no byte is known to be held.
        return (offset, offset + buffer.size, index) if offset is not None and buffer.size else None

    def _slot_of(self, index: int) -> tuple[str, int] | None:
        slot = (self._plan.slots or {}).get(self._plan.problem.buffers[index].name)
        return None if slot is None else (self._space_of(index), slot)
