"""The page with the memory canvas alone, served and opened in a browser."""

from pathlib import Path

import pytest

from tests.browsing import in_browser, serving

APP = Path(__file__).with_name("memory_app.py")


@pytest.fixture(scope="module")
def address():
    with serving(APP) as url:
        yield f"{url}/"


@pytest.fixture
def page(chromium):
    with in_browser(chromium, viewport={"width": 1100, "height": 900}) as page:
        yield page


@pytest.fixture
def phone(chromium):
    """A page of a phone's width, with fingers and two pixels to each unit."""
    small = {"width": 390, "height": 800}
    with in_browser(chromium, viewport=small, has_touch=True, device_scale_factor=2) as page:
        yield page
