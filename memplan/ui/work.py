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

__all__ = ["Shelf", "guarded", "made_once", "offer_to_go_on", "remembered"]

T = TypeVar("T")

SHOWN_AFTER = 0.4  # seconds: shorter work would only flicker
RESULTS = 400  # of all visitors together …
OPS = 4_000_000  # … and of nets of so many ops together: some 3 GB, or one page of the largest net


class Shelf:
    """Results by what they were made from, the ones used last; shared by all visitors.

    A key holds the content itself (a digest) and every setting, so that one visitor meets
    another's result only by asking for exactly the same.
    """

    def __init__(self, results: int = RESULTS, ops: int = OPS) -> None:
        self.results = results
        self.ops = ops
        self._kept: OrderedDict[Hashable, tuple[object, int]] = OrderedDict()
        self._lock = Lock()

    def find(self, key: Hashable) -> object | None:
        """The result under `key`; None where there is none any more."""
        with self._lock:
            if key in self._kept:
                self._kept.move_to_end(key)
            return self._kept.get(key, (None, 0))[0]

    def put(self, key: Hashable, result: object, ops: int = 1) -> None:
        """Keep a result about a net of so many ops; those not used for longest go."""
        with self._lock:
            self._kept[key] = result, ops
            self._kept.move_to_end(key)
            held = sum(weight for _, weight in self._kept.values())
            while len(self._kept) > 1 and (len(self._kept) > self.results or held > self.ops):
                _, (_, weight) = self._kept.popitem(last=False)
                held -= weight


@st.cache_resource(max_entries=1, show_spinner=False)
def _shelf() -> Shelf:
    return Shelf()


def made_once(
    key: Hashable, what: str, make: Callable[[Progress], T], ops: int | None = None
) -> T | None:
    """Return what `make` makes, from the shelf if it is there; None when the visitor stopped it.

    Args:
        key: All that the result depends on.
        what: What is being done, for the visitor: "Planning ResNet-50".
        ops: Of the net that it is about; by default of the one that is open.

    Raises:
        MemplanError: As `make` raises it.
    """
    # Always there, so that what follows has the same place whether there is work or not.
    place = st.empty()
    found = _shelf().find(key)
    if found is not None:
        return found  # type: ignore[return-value]  # the key names the maker
    session = current_session()
    if session.stopped == key:
        return None
    result = make(_Report(place, what, key))
    place.empty()
    _shelf().put(key, result, _open_ops() if ops is None else ops)
    return result


def remembered(key: Hashable, make: Callable[[], T], ops: int | None = None) -> T:
    """As `made_once`, for what is quick: without a word to the visitor."""
    found = _shelf().find(key)
    if found is None:
        found = make()
        _shelf().put(key, found, _open_ops() if ops is None else ops)
    return found  # type: ignore[return-value]  # the key names the maker


def _open_ops() -> int:
    opened = current_session().opened
    return len(opened.net.ops) if opened else 1


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
    session.stopped, session.wanted, session.dropped = key, None, session.wanted


def offer_to_go_on() -> None:
    """Say that the work was stopped, with a button to begin it again."""
    with st.container(border=True):
        st.write("Stopped. What was open stays open; nothing is shown of what was not finished.")
        st.button("Start again", on_click=_go_on, key="go on")


def _go_on() -> None:
    session = current_session()
    session.stopped, session.wanted, session.dropped = None, session.dropped, None


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
