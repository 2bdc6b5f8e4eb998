"""The page Compare in a real browser: clicks in maps and bars, links, stopping, a phone's width."""

from __future__ import annotations

import pytest

from tests.browsing import in_browser, playwright
from tests.test_browser import drop

pytestmark = pytest.mark.browser

MAPS = ".js-plotly-plot:has(.barlayer)"
READY = """() => [...document.querySelectorAll('.js-plotly-plot')]
  .filter(plot => plot.querySelector('.barlayer .point')).length >= 3"""


def opened(page: playwright.Page, address: str, query: str) -> None:
    page.goto(f"{address}/compare?{query}")
    page.wait_for_function(READY)


def bars(page: playwright.Page, plot: int) -> playwright.Locator:
    """The bars of the strip (0), of A's map (1), of B's map (2)."""
    return page.locator(MAPS).nth(plot).locator(".barlayer .point")


def faint(page: playwright.Page, plot: int) -> list[bool]:
    """Which bars of a map are drawn back, for another is selected."""
    return bars(page, plot).evaluate_all(
        "all => all.map(bar => bar.querySelector('path').style.opacity < 0.9)"
    )


def in_url(page: playwright.Page, part: str) -> None:
    page.wait_for_function("part => location.search.includes(part)", arg=part)


def test_a_click_in_one_map_shows_the_blob_in_both(page: playwright.Page, address: str) -> None:
    opened(page, address, "net=inception_block&planner=naive&b=greedy_by_size")
    assert not any(faint(page, 1))
    bars(page, 1).nth(2).click(force=True)
    page.get_by_text("in A at offset").wait_for()
    in_url(page, "blob=")
    for plot in (1, 2):
        page.wait_for_function(
            "i => [...document.querySelectorAll('.js-plotly-plot')]"
            ".filter(p => p.querySelector('.barlayer'))[i]"
            ".querySelectorAll('.point path').length > 3 && [...[...document"
            ".querySelectorAll('.js-plotly-plot')].filter(p => p.querySelector('.barlayer'))[i]"
            ".querySelectorAll('.point path')].filter(p => p.style.opacity > 0.9).length === 1",
            arg=plot,
        )
    stressed = [faint(page, plot).index(False) for plot in (1, 2)]
    fills = [
        bars(page, plot).nth(place).locator("path").first.evaluate("e => e.style.fill")
        for plot, place in zip((1, 2), stressed, strict=True)
    ]
    assert fills[0] == fills[1], "one colour a blob"


def test_a_bar_of_all_planners_becomes_side_b(page: playwright.Page, address: str) -> None:
    opened(page, address, "net=resnet50&planner=safe&b=naive")
    page.get_by_text("A needs 33.5 MiB less than B").wait_for()
    bars(page, 0).nth(0).click(force=True)
    page.get_by_text("B needs 1.3 MiB less than A").wait_for()
    page.wait_for_function("!location.search.includes('b=naive')")
    page.get_by_role("button", name="Swap").click()
    page.get_by_text("A needs 1.3 MiB less than B").wait_for()
    in_url(page, "b=safe")
    page.wait_for_timeout(2500)  # an address just left is taken for one sent before the last word
    page.go_back()
    page.get_by_text("B needs 1.3 MiB less than A").wait_for()


def test_turning_the_page_and_back_keeps_both_sides(page: playwright.Page, address: str) -> None:
    opened(page, address, "net=lenet&b=naive&b_net=alexnet")
    page.get_by_role("link", name="Inspect").click()
    page.get_by_text("Selected blob").first.wait_for(state="attached")
    page.get_by_role("link", name="Compare").click()
    page.wait_for_function(READY)
    in_url(page, "b_net=alexnet")


def long_net(ops: int) -> bytes:
    lines = [f'op {{ type: "Relu" input: "b{i}" output: "b{i + 1}" }}' for i in range(ops)]
    head = f'name: "long" external_input: "b0" external_output: "b{ops}" '
    return (head + "\n".join(lines)).encode()


def test_trying_all_planners_on_a_long_net_can_be_stopped(
    page: playwright.Page, address: str
) -> None:
    page.goto(f"{address}/compare")
    page.get_by_text("two plans of it").wait_for()
    net = {"name": "long.pbtxt", "mimeType": "text/plain", "buffer": long_net(12_000)}
    shapes = {
        "name": "shapes.json",
        "mimeType": "application/json",
        "buffer": b'{"b0": [1, 8, 16, 16]}',
    }
    drop(page, net, shapes)
    page.get_by_role("button", name="Try all planners").click()
    page.get_by_role("button", name="Stop").click()
    page.get_by_text("Stopped.").wait_for()
    page.get_by_role("button", name="Go on").wait_for()
    # The page is written from above: what stands below the stopped part comes a moment later.
    page.get_by_text("Where each blob lies").wait_for()


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_a_phone_shows_all_of_it(chromium: playwright.Browser, address: str, scheme: str) -> None:
    with in_browser(chromium, (390, 844), scheme) as tab:
        opened(tab, address, "net=lenet&b=naive")
        for selector in ("[data-testid=stMain]", "[data-testid=stMainBlockContainer]"):
            wide = tab.locator(selector).evaluate("e => e.scrollWidth - e.clientWidth")
            assert wide <= 0


def test_a_link_restores_the_free_dims_of_both_sides(page: playwright.Page, address: str) -> None:
    opened(page, address, "net=transformer&dim_length=64&b=greedy_by_size")
    page.get_by_test_id("stMain").get_by_test_id("stPopoverButton").first.click()
    field = page.get_by_test_id("stPopoverBody").get_by_role("spinbutton", name="length")
    field.fill("32")
    field.press("Enter")
    page.get_by_text("batch 1 · length 32").wait_for()
    in_url(page, "b_dim_length=32")
    page.goto(page.url)  # a visit of its own
    page.get_by_text("batch 1 · length 64").wait_for()
    page.get_by_text("batch 1 · length 32").wait_for()
