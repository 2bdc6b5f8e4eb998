"""The graph is drawn before the charts are sent; without a browser nobody waits."""

from __future__ import annotations

import time

import pytest

from memplan.ui import first_drawing
from tests.browsing import playwright
from tests.ui.pages import app, complaints

CHARTS = """() => performance.getEntriesByType("resource")
  .filter((each) => each.name.includes("PlotlyChart")).map((each) => each.startTime)"""


def test_without_a_browser_nobody_waits(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(first_drawing, "PATIENCE", 600.0)
    test = app(net="lenet")
    assert complaints(test) == []
    assert test.get("plotly_chart")


@pytest.mark.browser
def test_the_graph_stands_there_before_the_charts_are_asked_for(
    chromium: playwright.Browser, address: str
) -> None:
    context = chromium.new_context(viewport={"width": 1440, "height": 1000})
    page = context.new_page()
    page.set_default_timeout(60_000)
    page.goto(f"{address}/?net=resnet50")
    page.locator("canvas[data-scale]").first.wait_for()
    mounted = time.monotonic()
    page.locator(".js-plotly-plot .point").first.wait_for()
    page.get_by_text("Selected blob").first.wait_for(state="attached")
    drawn, (asked, *_) = page.evaluate("window.memplanDrawnAt"), page.evaluate(CHARTS)
    # A machine that is very busy gets the charts when the patience has come to its end.
    late = time.monotonic() - mounted > first_drawing.PATIENCE
    assert asked > drawn or late, (asked, drawn)
    context.close()
