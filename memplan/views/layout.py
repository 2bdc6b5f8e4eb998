"""Where each node and edge of a graph view lies: by Graphviz in bounded time, else by ourselves.

Graphviz's dot draws small graphs compactly, but its time grows steeply: a tenth of a second at
a hundred ops, minutes at some thousand, and nothing inside it can be asked to stop. So it runs
in a child process that is killed at the deadline. Our own layers take hundredths of a second
there, and keep the trunk of a net straighter, so dot is for small graphs alone. No `dot`
program is needed: Graphviz is inside pygraphviz.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from memplan.child import answer_of_child
from memplan.plan import Progress
from memplan.views.graph import GraphView
from memplan.views.graph_dot import to_dot
from memplan.views.layered import layered_layout
from memplan.views.placed import Box, Layout, Path2D

__all__ = ["DOT_LIMIT", "layout", "layout_with_dot", "to_png"]

DOT_LIMIT = 300
"""Nodes and edges together beyond which dot is not even tried."""

_CHILD = Path(__file__).with_name("dot_child.py")


def layout(view: GraphView, deadline: float = 1.0, progress: Progress | None = None) -> Layout:
    """Place a view: by dot where it can within `deadline` seconds, else in layers of our own.

    Raises:
        Cancelled: What `progress` raises to stop the work.
    """
    if len(view.nodes) + len(view.edges) <= DOT_LIMIT:
        placed = layout_with_dot(to_dot(view), deadline, progress)
        if placed is not None:
            return placed
    return layered_layout(view, progress)


def layout_with_dot(
    dot: str, deadline: float = 6.0, progress: Progress | None = None
) -> Layout | None:
    """Lay DOT out whose edges have the ids ``e0``, ``e1``, …; None when dot does not manage."""
    answer = _run_dot(dot, "json0", deadline, progress)
    return None if answer is None else _read_layout(json.loads(answer))


def to_png(dot: str, deadline: float = 20.0, progress: Progress | None = None) -> bytes | None:
    """Draw DOT as a PNG picture; None when dot does not manage within `deadline` seconds."""
    return _run_dot(dot, "png", deadline, progress)


def _run_dot(dot: str, form: str, deadline: float, progress: Progress | None) -> bytes | None:
    """What Graphviz writes; None when it fails or is not done in time."""
    question = dot.encode("utf-8", "replace")
    return answer_of_child(_CHILD, form, question, deadline, progress)


def _read_layout(graph: dict[str, Any]) -> Layout:
    """Turn Graphviz's points (y upwards) into ours (y downwards)."""
    left, bottom, right, top = (float(v) for v in graph["bb"].split(","))
    boxes = {}
    for node in graph.get("objects", ()):
        x, y = (float(v) for v in node["pos"].split(","))
        size = (float(node["width"]) * 72, float(node["height"]) * 72)
        boxes[node["name"]] = Box(x - left, top - y, *size)
    edges = sorted(graph.get("edges", ()), key=lambda edge: int(edge["id"][1:]))
    paths = tuple(_read_path(edge["pos"], left, top) for edge in edges)
    return Layout("dot", right - left, top - bottom, boxes, paths)


def _read_path(text: str, left: float, top: float) -> Path2D:
    r"""Read a spline: ``e,x,y`` is the arrow's tip, the rest are points of cubic Béziers.

    >>> _read_path("e,5,1 5,9 5,7 5,5 5,3", 0, 10)
    (5.0, 1.0, 5.0, 3.0, 5.0, 5.0, 5.0, 7.0, 5.0, 9.0)
    """
    tip: list[float] = []
    points: list[float] = []
    # A spline of several pieces is joined to one: dot makes those for no graph of ours.
    for word in text.replace(";", " ").split():
        *mark, x, y = word.split(",")
        pair = [float(x) - left, top - float(y)]
        if mark == ["e"]:
            tip = pair
        elif not mark:
            points += pair
    return tuple(points + tip)
