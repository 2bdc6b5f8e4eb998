"""The page with the memory canvas alone, served and opened in a browser."""

from pathlib import Path

import pytest

from tests.browsing import in_browser, serving

APP = Path(__file__).with_name("memory_app.py")


@pytest.fixture(scope="session")
def address():
    with serving(APP) as url:
        yield f"{url}/"


@pytest.fixture
def page(chromium):
    with in_browser(chromium, (1100, 900)) as page:
        yield page


@pytest.fixture
def phone(chromium):
    """A page of a phone's width, with fingers and two pixels to each unit."""
    with in_browser(chromium, (390, 800), has_touch=True, device_scale_factor=2) as page:
        yield page
