"""Long work on a page: shown while it lasts, left by any click, done once for equal content.

A progress callback of the core writes to the page. Streamlit ends a script that writes once its
visitor has clicked anything, so every report of progress is also a chance to leave, and the Stop
button needs no more than to be clicked.
"""

from __future__ import annotations

import logging
import time
from collections import OrderedDict
from collections.abc import Callable, Hashable, Iterator
from contextlib import contextmanager
from threading import Lock
from typing import TypeVar

import streamlit as st

from memplan.errors import MemplanError
from memplan.plan import Progress
from memplan.ui.session import current_session
from memplan.ui.text import literal

__all__ = ["Shelf", "guarded", "made_once", "offer_to_go_on"]

T = TypeVar("T")

SHOWN_AFTER = 0.4  # seconds: shorter work would only flicker
REMEMBERED = 48  # results of all visitors together; a study of 100,000 ops takes some 200 MB


class Shelf:
    """Results by what they were made from, the ones used last; shared by all visitors.

    A key holds the content itself (a digest) and every setting, so that one visitor meets
    another's result only by asking for exactly the same.
    """

    def __init__(self, limit: int = REMEMBERED) -> None:
        self.limit = limit
        self._kept: OrderedDict[Hashable, object] = OrderedDict()
        self._lock = Lock()

    def find(self, key: Hashable) -> object | None:
        """The result under `key`; None where there is none any more."""
        with self._lock:
            if key in self._kept:
                self._kept.move_to_end(key)
            return self._kept.get(key)

    def put(self, key: Hashable, result: object) -> None:
        """Keep a result; the one that was not used for longest goes."""
        with self._lock:
            self._kept[key] = result
            self._kept.move_to_end(key)
            while len(self._kept) > self.limit:
                self._kept.popitem(last=False)


@st.cache_resource(max_entries=1, show_spinner=False)
def _shelf() -> Shelf:
    return Shelf()


def made_once(key: Hashable, what: str, make: Callable[[Progress], T]) -> T | None:
    """Return what `make` makes, from the shelf if it is there; None when the visitor stopped it.

    Args:
        key: All that the result depends on.
        what: What is being done, for the visitor: "Planning ResNet-50".

    Raises:
        MemplanError: As `make` raises it.
    """
    found = _shelf().find(key)
    if found is not None:
        return found  # type: ignore[return-value]  # the key names the maker
    if current_session().stopped == key:
        return None
    place = st.empty()
    result = make(_Report(place, what, key))
    place.empty()
    _shelf().put(key, result)
    return result


class _Report:
    """The progress callback: draws a bar and a Stop button once the work has taken a while."""

    def __init__(self, place: st.delta_generator.DeltaGenerator, what: str, key: Hashable) -> None:
        self.place, self.what, self.key = place, what, key
        self.started = time.monotonic()
        self.bar: st.delta_generator.DeltaGenerator | None = None

    def __call__(self, share: float, step: str) -> None:
        if self.bar is None:
            if time.monotonic() - self.started < SHOWN_AFTER:
                return
            self.bar = self._draw()
        self.bar.progress(min(max(share, 0.0), 1.0), text=literal(f"{self.what}: {step}"))

    def _draw(self) -> st.delta_generator.DeltaGenerator:
        with self.place.container(border=True):
            bar = st.empty()
            st.button("Stop", key=f"stop {hash(self.key)}", on_click=_stop, args=(self.key,))
        return bar


def _stop(key: Hashable) -> None:
    session = current_session()
    session.stopped, session.wanted = key, None


def offer_to_go_on() -> None:
    """Say that the work was stopped, with a button to begin it again."""
    with st.container(border=True):
        st.write("Stopped. Nothing is shown of what was not finished.")
        st.button("Start again", on_click=_go_on, key="go on")


def _go_on() -> None:
    current_session().stopped = None


@contextmanager
def guarded(what: str) -> Iterator[None]:
    """Turn an error in one part of the page into one sentence; the other parts stay usable.

    Args:
        what: The part, for the visitor: "the timeline".
    """
    try:
        yield
    except MemplanError as error:
        st.error(literal(str(error)), icon=":material/error:")
    except Exception as error:
        logging.getLogger(__name__).exception("memplan failed at %s", what)
        st.error(
            f"memplan failed at {literal(what)} ({type(error).__name__}). That is a fault of "
            "memplan, not of your file; the rest of the page still works.",
            icon=":material/error:",
        )
