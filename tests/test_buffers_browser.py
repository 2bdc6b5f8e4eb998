"""In a real browser: buffers without a graph, and the choice of an engine."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest

from tests.browsing import in_browser, playwright, serving
from tests.conftest import REPOSITORY

pytestmark = pytest.mark.browser

PATIENCE = 30_000  # milliseconds
CSV = b"id,lower,upper,size,offset\nfirst,0,6,8192,0\nsecond,5,14,4096,8192\nthird,12,20,8192,0\n"


@pytest.fixture(scope="module")
def address() -> Iterator[str]:
    with serving(REPOSITORY / "app.py") as url:
        yield url


@pytest.fixture
def page(chromium: playwright.Browser) -> Iterator[playwright.Page]:
    with in_browser(chromium, viewport={"width": 1440, "height": 1200}) as tab:
        tab.set_default_timeout(PATIENCE)
        yield tab


def peak(page: playwright.Page) -> str:
    metric = page.locator('[data-testid="stMetric"]', has_text="Peak")
    return metric.locator('[data-testid="stMetricValue"]').inner_text()


def test_a_csv_is_dropped_and_a_bar_of_it_selected(page: playwright.Page, address: str) -> None:
    page.goto(address)
    zone = page.locator('[data-testid="stSidebar"] input[type="file"]')
    zone.set_input_files([{"name": "b.csv", "mimeType": "text/csv", "buffer": CSV}])
    page.get_by_text("3 buffers · no graph").wait_for()
    assert peak(page) == "12.0 KiB"
    page.get_by_text("no plan has a lower peak").first.wait_for()
    assert page.locator(".graph canvas").count() == 0
    bar = page.locator(".js-plotly-plot .barlayer .point path").nth(1)
    bar.wait_for()
    # Plotly hears clicks on a layer that lies over its bars.
    box = bar.bounding_box()
    page.mouse.click(box["x"] + box["width"] / 4, box["y"] + box["height"] / 2)
    page.get_by_text("Blob second").first.wait_for()
    page.get_by_text("until before step 14").first.wait_for()
    assert "blob=second" in page.url
    page.get_by_text("Address map", exact=True).click()
    page.get_by_text("arena: 12.0 KiB").first.wait_for()
    page.get_by_role("link", name="Compare").click()
    page.get_by_text("All planners on this net").wait_for()
    page.get_by_text("no graph").first.wait_for()


def test_an_engine_chosen_in_the_sidebar_changes_figures_and_url(
    page: playwright.Page, address: str
) -> None:
    page.goto(f"{address}/?net=mobilenet_block&planner=naive")
    page.get_by_text("Lower bound").first.wait_for()
    before = peak(page)
    page.get_by_role("combobox", name="Count as").click()
    page.get_by_role("option", name="TensorFlow Lite Micro").click()
    page.wait_for_url(re.compile("profile=tflm"))
    page.get_by_text(re.compile("TensorFlow Lite Micro reserves 119,808 B")).wait_for()
    assert (before, peak(page)) == ("135.0 KiB", "117.0 KiB")
    page.reload()
    page.get_by_text(re.compile("TensorFlow Lite Micro reserves 119,808 B")).wait_for()
    assert "profile=tflm" in page.url
