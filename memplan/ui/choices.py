"""What a visitor can choose among, where the choice is kept in the session and in the URL."""

from __future__ import annotations

from enum import StrEnum

__all__ = ["ALIGNMENTS", "HOPS", "MemoryView"]

ALIGNMENTS = (1, 4, 8, 16, 32, 64, 128, 256, 512, 4096)
"""Bytes that offsets may be multiples of: what vector units, caches, DMA and pages ask for."""

HOPS = 20
"""Lines of the graph that one may look away from a blob or an op."""


class MemoryView(StrEnum):
    """A view of the plan's memory: its word in the URL."""

    TIMELINE = "timeline"
    MAP = "map"
    STEP = "step"
    SIZES = "sizes"
