"""The graph canvas: a laid-out net to pan, zoom, point at and select in.

A Streamlit component (v2) of ours: one 2D canvas, plain JavaScript without a build step. The
pieces beside this file are one module, joined in the order of `_SCRIPTS`:

    scene.js    what there is to draw, as typed arrays
    camera.js   which part of it the window shows
    paint.js    one frame
    canvas.js   the elements, the user's hands, the word to Python
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import streamlit as st

__all__ = ["graph_canvas"]

_HERE = Path(__file__).parent
_SCRIPTS = ("scene.js", "camera.js", "paint.js", "canvas.js")
_HELP = "Drag or arrow keys move, wheel or plus and minus zoom, f shows all, n and p select."


def _text(*names: str) -> str:
    # Streamlit takes a text that begins with a newline for source, another perhaps for a path.
    return "\n" + "\n".join((_HERE / name).read_text(encoding="utf-8") for name in names)


_mount = st.components.v2.component(
    "memplan_graph_canvas",
    html=_text("canvas.html"),
    css=_text("canvas.css"),
    js=_text(*_SCRIPTS),
)


def graph_canvas(
    view_data: Mapping[str, Any],
    key: str,
    selected: str | None = None,
    on_change: Callable[[], None] | None = None,
    height: int = 560,
) -> str | None:
    """Show a graph and return the id of the node that is selected in it, or None.

    Args:
        view_data: What `views.graph_data.graph_data` gives.
        key: Names this canvas in the session; ``st.session_state[key]["selected"]`` holds the
            id inside `on_change`.
        selected: The node to select; it takes effect when it differs from the last run's, so
            that a click is never undone by a page that is one run behind.
        on_change: Called when the user has selected another node, or none.
        height: Pixels.
    """
    ops = sum(kind == 0 for kind in view_data["kinds"])
    blobs = len(view_data["kinds"]) - ops
    result = _mount(
        key=key,
        data={
            "graph": view_data,
            "selected": selected,
            "height": height,
            "label": f"Graph of the net: {ops} ops and {blobs} blobs. {_HELP}",
        },
        default={"selected": None},
        on_selected_change=on_change or _nothing,
    )
    chosen = result.get("selected")
    return chosen if isinstance(chosen, str) else None


def _nothing() -> None:
    """Streamlit wants a callback for each value that it shall keep."""
