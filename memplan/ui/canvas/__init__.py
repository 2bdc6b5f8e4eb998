"""The graph canvas: a laid-out net to pan, zoom, point at, search and select in.

A Streamlit component (v2) of ours: 2D canvas, plain JavaScript without a build step. The pieces
beside this file are one module, joined in the order of `_SCRIPTS`:

    unpack.js     bytes to texts and typed arrays
    scene.js      what there is to draw, and who touches whom
    memory.js     the blobs on one memory, in the order in which they use it
    bytes.js      sizes as people read them, and a scale of colours for them
    colouring.js  what colour means: memory, bytes, op type, device, alive at a step
    camera.js     which part of the world the window shows
    shapes.js     outlines and patterns
    anchor.js     where to look when a graph takes the place of another
    paint.js      one frame
    chain.js      the path through the blobs on one memory
    minimap.js    the whole graph in a corner
    card.js       what a node says when it is pointed at
    legend.js     what the colours mean, to click on
    search.js     a box that finds nodes by name
    hands.js      mouse and touch
    keys.js       what keys and buttons do, and where the arrow keys lead
    bar.js        the row of tools, the slider of steps, the list of keys
    picture.js    the graph as a PNG file
    hearing.js    which word of Python's counts
    canvas.js     the component, which brings these together

Two mounts make one canvas. The graph is sent by the first, as bytes that stay the same from run
to run, which Streamlit then does not send again; what is selected is sent by the second, which
has nothing else to say (`word.js`).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import streamlit as st

from memplan.views.packing import text_block

__all__ = ["graph_canvas"]

_HERE = Path(__file__).parent
_SCRIPTS = (
    "unpack.js",
    "scene.js",
    "memory.js",
    "bytes.js",
    "colouring.js",
    "camera.js",
    "shapes.js",
    "anchor.js",
    "paint.js",
    "chain.js",
    "minimap.js",
    "card.js",
    "legend.js",
    "search.js",
    "hands.js",
    "keys.js",
    "bar.js",
    "picture.js",
    "hearing.js",
    "canvas.js",
)
_HELP = "Arrow keys walk along the edges, plus and minus zoom, slash searches, ? lists all keys."


def _text(*names: str) -> str:
    # Streamlit takes a text that begins with a newline for source, another perhaps for a path.
    return "\n" + "\n".join((_HERE / name).read_text(encoding="utf-8") for name in names)


_graph = st.components.v2.component(
    "memplan_graph_canvas",
    html=_text("canvas.html"),
    css=_text("canvas.css", "panels.css"),
    js=_text(*_SCRIPTS),
)
_word = st.components.v2.component(
    "memplan_graph_word", html="\n<span hidden></span>", js=_text("word.js")
)


def graph_canvas(
    view_data: Mapping[str, Any],
    key: str,
    selected: str | None = None,
    on_change: Callable[[], None] | None = None,
    *,
    height: int = 560,
    at: int | None = None,
    on_at: Callable[[], None] | None = None,
    on_open: Callable[[], None] | None = None,
    on_drawn: Callable[[], None] | None = None,
    file_stem: str = "graph",
) -> str | None:
    """Show a graph and return the id of the node that is selected in it, or None.

    Args:
        view_data: What `views.graph_data.graph_data` gives.
        key: Names this canvas in the session; inside the callbacks ``st.session_state[key]``
            holds the id under ``"selected"``, the step under ``"at"``, and under ``"opened"``
            the id of the fold that is to be opened.
        selected: The node to select; it takes effect when it differs from the last run's, so
            that a click is never undone by a page that is one run behind.
        on_change: Called when the user has selected another node, or none.
        height: Pixels.
        at: The step that the page is about, for the colouring by what is alive there.
        on_at: Called when the user has chosen another step.
        on_open: Called when the user has asked to open a fold.
        on_drawn: Called when the first graph of a visit is on the screen.
        file_stem: Name of the picture that the user may save, without its ending.
    """
    counts = f"{view_data['ops']} ops and {view_data['blobs']} blobs"
    options = {
        "canvas": key,
        "version": view_data["version"],
        "height": height,
        "file": file_stem,
        "label": f"Graph of the net: {counts}. {_HELP}",
    }
    with st.container(gap=None):
        result = _graph(
            key=key,
            data=text_block(options) + view_data["packed"],
            default={"selected": None, "at": None},
            on_selected_change=on_change or _nothing,
            on_at_change=on_at or _nothing,
            on_opened_change=on_open or _nothing,
            on_drawn_change=on_drawn or _nothing,
        )
        word = {"canvas": key, "version": view_data["version"], "selected": selected, "at": at}
        _word(key=f"{key} word", data=word)
    chosen = result.get("selected")
    return chosen if isinstance(chosen, str) else None


def _nothing() -> None:
    """Streamlit wants a callback for each value that it shall keep."""
