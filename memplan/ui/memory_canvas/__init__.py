"""The memory canvas: all buffers of a plan, in time and in bytes, however many there are.

A Streamlit component (v2) of ours: one 2D canvas, plain JavaScript without a build step. It is
mounted twice. One mount brings the packed plan and the code, and changes only with the plan, so
that Streamlit sends it once; the other is seen, and is told at each run what is selected. The
pieces beside this file, `_SCRIPTS` joined in their order for the first mount:

    wire.js     the packed columns, and where they wait for a canvas
    scene.js    what there is to draw, and what lies where
    axes.js     two axes of their own scales, ticks, figures
    frame.js    where the map, the curve and the axes are
    raster.js   rectangles into a bitmap, pixel by pixel
    curve.js    the bytes alive, and lines
    paint.js    one frame
    card.js     what is told of a buffer or a step
    hands.js    pointer, wheel, fingers, keys
    memory.js   the elements, the choice, the word to Python
    parcel.js   the mount that brings all this
    canvas.js   the other
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Literal, NamedTuple

import streamlit as st

from memplan.views.map_data import MapData
from memplan.views.timeline import TimelineOrder

__all__ = ["HELP", "Chosen", "Mode", "memory_canvas"]

_HERE = Path(__file__).parent
_DRAWING = ("wire.js", "scene.js", "axes.js", "frame.js", "raster.js", "curve.js", "paint.js")
_SCRIPTS = (*_DRAWING, "card.js", "hands.js", "memory.js", "parcel.js")

Mode = Literal["map"] | TimelineOrder
HELP = (
    "Drag or arrow keys move; wheel or plus and minus zoom, with ctrl in time alone, with shift "
    "in bytes alone; a drag with shift zooms to a box; f shows all. A click selects a blob, a "
    "click on the curve an op; so do the keys n and p, comma and full stop."
)


class Chosen(NamedTuple):
    """What is chosen on the canvas: the name of a buffer, the index of an op."""

    selected: str | None
    at: int | None


def _text(*names: str) -> str:
    # Streamlit takes a text that begins with a newline for source, another perhaps for a path.
    return "\n" + "\n".join((_HERE / name).read_text(encoding="utf-8") for name in names)


_bring = st.components.v2.component("memplan_memory_parcel", js=_text(*_SCRIPTS))
_mount = st.components.v2.component(
    "memplan_memory_canvas",
    html=_text("memory.html"),
    css=_text("memory.css"),
    js=_text("canvas.js"),
)


def memory_canvas(
    data: MapData,
    key: str,
    selected: str | None = None,
    at: int | None = None,
    mode: Mode = "map",
    *,
    on_change: Callable[[], None] | None = None,
    on_at: Callable[[], None] | None = None,
    height: int = 420,
) -> Chosen:
    """Show where all buffers lie, or when each is alive, with the curve of bytes alive below.

    Args:
        data: What `views.map_data.map_data` gives.
        key: Names this canvas in the session; inside the callbacks ``st.session_state[key]``
            holds ``"selected"``, a buffer's name as in the file, and ``"at"``, an op's index.
        selected: The buffer to select; it takes effect when it is news, so that a click is
            never undone by a page that is one run behind.
        at: The op to mark, in the same way.
        mode: The address map, or a row for each buffer, in one of three orders.
        on_change: Called when the user has selected another buffer, or none.
        on_at: Called when the user has chosen another op, or none.
        height: Pixels.
    """
    title = "Address map" if mode == "map" else f"Timeline by {mode}"
    what = f"{title}: {len(data.names):,} blobs over {data.steps:,} ops. {HELP}"
    # Without a gap, for the parcel takes no room.
    with st.container(gap=None):
        _bring(key=f"{key} parcel", data=data.packed)
        result = _mount(
            key=key,
            data={
                "version": data.version,
                "selected": selected,
                "at": at,
                "mode": mode,
                "height": height,
                "label": what,
            },
            default={"selected": None, "at": None},
            on_selected_change=on_change or _nothing,
            on_at_change=on_at or _nothing,
        )
    name, step = result.get("selected"), result.get("at")
    return Chosen(name if isinstance(name, str) else None, step if isinstance(step, int) else None)


def _nothing() -> None:
    """Streamlit wants a callback for each value that it shall keep."""
