"""A graph that has been laid out: boxes for nodes, paths for edges."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import NamedTuple

__all__ = ["Box", "Layout", "Path2D"]

Path2D = tuple[float, ...]
"""x0, y0, x1, y1, …: a start and three points for each cubic Bézier; then perhaps an arrow's
tip, to which a straight piece leads."""


class Box(NamedTuple):
    """A node's centre and size."""

    x: float
    y: float
    width: float
    height: float


@dataclass(frozen=True, slots=True)
class Layout:
    """Boxes by node id and a path for each edge, in points; y grows downwards from the top.

    Attributes:
        engine: ``dot``, or ``layered``: our own.
        paths: In the order of the view's edges.
    """

    engine: str
    width: float
    height: float
    boxes: Mapping[str, Box]
    paths: tuple[Path2D, ...]
