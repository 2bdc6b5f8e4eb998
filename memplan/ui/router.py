"""The pages of the app, and how a page that is opened first of all finds its way into it."""

from __future__ import annotations

import runpy
from pathlib import Path
from typing import Literal
from urllib.parse import urlsplit

import streamlit as st
from streamlit.navigation.page import StreamlitPage
from streamlit.runtime.pages_manager import PagesManager

__all__ = ["inside_the_app", "pages"]

_ROOT = Path(__file__).resolve().parents[2]
_PAGES = {"inspect": "Inspect", "compare": "Compare", "debug": "Debug", "learn": "Learn"}
"""Path and title of each page, in the order of the navigation; the first one is at / too."""


def pages() -> list[StreamlitPage]:
    """All pages for `st.navigation`; a file's number is its place, and no part of its path.

    Streamlit gives the page at / no path, so the first page is there twice: the one that is
    open stands in the navigation, where it is marked.
    """
    files = {path: next((_ROOT / "pages").glob(f"*_{path}.py")) for path in _PAGES}
    first = next(iter(_PAGES))
    by_path = urlsplit(st.context.url or "").path.strip("/").endswith(first)

    def front() -> None:
        runpy.run_path(str(files[first]))

    return [
        st.Page(front, title=_PAGES[first], default=True, visibility=_seen(not by_path)),
        *(
            st.Page(
                files[path],
                title=title,
                url_path=path,
                visibility=_seen(by_path or path != first),
            )
            for path, title in _PAGES.items()
        ),
    ]


def _seen(is_seen: bool) -> Literal["visible", "hidden"]:  # noqa: FBT001  it is what is said
    return "visible" if is_seen else "hidden"


def inside_the_app() -> None:
    """Run the whole app when Streamlit has opened a page without it; a page's first line.

    Until a script calls `st.navigation` for the first time after the server's start, Streamlit
    takes a folder called pages for its older kind of app, in which each file is a page of its
    own: a link to /compare, opened first of all, would come without the sidebar.
    """
    if PagesManager.uses_pages_directory:
        runpy.run_path(str(_ROOT / "app.py"))
        st.stop()
