"""The graph first: on a visit's first page the charts wait until the browser has drawn it.

The library that draws charts is large. A browser that gets both at once reads that library first,
and for a second or more nothing can be seen but figures. So the canvas tells when the graph is on
the screen, which runs the script anew, and the run that waits here ends.
"""

from __future__ import annotations

import time

import streamlit as st

__all__ = ["note_drawing", "wait_for_drawing"]

PATIENCE = 3.0  # seconds: a tab in the background draws nothing
_PAUSE = 0.1
_KEY = "a graph was drawn"


def note_drawing() -> None:
    """The browser has drawn the first graph of a visit; a callback."""
    st.session_state[_KEY] = True


def wait_for_drawing(canvas: str) -> None:
    """Wait until the browser has drawn the graph on the canvas of that key, if there is one."""
    place = st.empty()  # always there, so that what follows has the same place in each run
    # Without an address there is no browser that could tell.
    if st.session_state.get(_KEY) or canvas not in st.session_state or not st.context.url:
        return
    until = time.monotonic() + PATIENCE
    while time.monotonic() < until:
        time.sleep(_PAUSE)
        place.empty()  # Streamlit ends a run that writes, once the browser has told something
    note_drawing()
