"""A page with the canvas alone, served by Streamlit, and a browser to look at it with."""

from contextlib import ExitStack
from pathlib import Path

import pytest

from tests.browsing import in_browser, serving

APP = Path(__file__).with_name("canvas_app.py")


@pytest.fixture(scope="session")
def address():
    with serving(APP) as url:
        yield f"{url}/"


@pytest.fixture
def open_page(chromium):
    """Makes a page as wide as asked."""
    with ExitStack() as pages:

        def opened(width=1100, height=800, **options):
            return pages.enter_context(in_browser(chromium, (width, height), **options))

        yield opened


@pytest.fixture
def page(open_page):
    return open_page()
