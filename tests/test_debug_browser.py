"""The page Debug in a real browser: links, a row, a change made and taken back, the museum."""

from __future__ import annotations

import pytest

from memplan.museum import PIECES
from tests.browsing import in_browser, playwright

pytestmark = pytest.mark.browser

SECTIONS = ("", "a=conv1&b=pool1", "do=peak", "do=what_if", "do=price", "do=own", "do=museum")


def opened(page: playwright.Page, address: str, query: str) -> None:
    page.goto(f"{address}/debug?{query}")
    page.get_by_role("radiogroup").or_(page.get_by_text("Bring your own")).first.wait_for()


def in_url(page: playwright.Page, part: str) -> None:
    page.wait_for_function("part => location.search.includes(part)", arg=part)


def not_in_url(page: playwright.Page, part: str) -> None:
    page.wait_for_function("part => !location.search.includes(part)", arg=part)


def test_a_question_asked_by_link_is_answered(page: playwright.Page, address: str) -> None:
    opened(page, address, "net=lenet&a=conv1&b=pool1")
    page.get_by_text("both are alive at op 1 (MaxPool)").wait_for()
    page.locator(".js-plotly-plot .barlayer .point").nth(1).wait_for()
    page.get_by_role("button", name="op 1 MaxPool").click()
    page.wait_for_url("**/inspect?*op=1*")
    page.get_by_text("Op 1: MaxPool").wait_for()


def test_a_row_of_the_log_is_selected_everywhere(page: playwright.Page, address: str) -> None:
    opened(page, address, "net=lenet&planner=caffe2_dag")
    table = page.get_by_test_id("stMain").get_by_test_id("stDataFrame").first
    table.get_by_test_id("data-grid-canvas").wait_for(state="attached")
    page.locator('[data-testid=stApp][data-test-script-state="notRunning"]').wait_for()
    table.scroll_into_view_if_needed()
    box = table.bounding_box()
    # The third row's box, left of the blob's name: below the header, rows of 35 pixels.
    page.mouse.click(box["x"] + 17, box["y"] + 35 * 3 + 17)
    in_url(page, "blob=conv2")
    page.get_by_text("it takes over the memory of 'conv1'").wait_for()
    page.get_by_role("button", name="Show it in graph and timeline").click()
    page.wait_for_url("**/inspect?*blob=conv2*")
    page.get_by_text("Blob conv2").wait_for()


def test_a_change_is_made_and_taken_back(page: playwright.Page, address: str) -> None:
    opened(page, address, "net=lenet&a=conv1&b=pool2")
    page.get_by_role("button", name="See the plan with the two together").click()
    in_url(page, "do=what_if")
    page.get_by_text("Where each blob lies").wait_for()
    page.locator(".js-plotly-plot .barlayer .point").nth(1).wait_for()
    # The map is drawn while the page is still being made; a click then may meet no button.
    page.locator('[data-testid=stApp][data-test-script-state="notRunning"]').wait_for()
    page.get_by_role("button", name="conv1 and pool2 together").click()
    page.get_by_text("Nothing is changed yet").wait_for()
    page.get_by_text("Where each blob lies").wait_for(state="detached")


def test_every_piece_of_the_museum_is_opened(page: playwright.Page, address: str) -> None:
    opened(page, address, "do=museum")
    for number, piece in enumerate(PIECES.values()):
        page.get_by_text(f"Piece {number + 1} of {len(PIECES)}", exact=True).wait_for()
        page.get_by_role("heading", name=piece.title, exact=True).wait_for()
        page.get_by_text("Unsafe:").wait_for()
        page.locator(".js-plotly-plot .barlayer .point").nth(1).wait_for()
        if number + 1 < len(PIECES):
            page.get_by_role("button", name="Next").click()


def test_a_piece_is_opened_in_all_views(page: playwright.Page, address: str) -> None:
    opened(page, address, "do=museum&piece=onnxruntime_7645")
    page.get_by_role("button", name="Open the wrong plan in Inspect").click()
    page.wait_for_url("**/inspect*")
    page.get_by_text("both lie on bytes").first.wait_for()


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_a_phone_shows_all_of_it(chromium: playwright.Browser, address: str, scheme: str) -> None:
    with in_browser(chromium, (390, 844), scheme) as tab:
        for query in SECTIONS:
            opened(tab, address, f"net=lenet&{query}")
            tab.locator('[data-testid=stApp][data-test-script-state="notRunning"]').wait_for()
            for selector in ("[data-testid=stMain]", "[data-testid=stMainBlockContainer]"):
                wide = tab.locator(selector).evaluate("e => e.scrollWidth - e.clientWidth")
                assert wide <= 0, query
