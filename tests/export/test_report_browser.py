"""The report in a real browser: from a file, without a network, with what its script adds."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from memplan.export.report import report_html
from memplan.formats import load
from memplan.samples import open_sample
from memplan.study import Settings, Study, prepare, study
from memplan.views.sentences import headlines
from tests.browsing import playwright
from tests.export.test_report import breaking
from tests.views.made_studies import hostile, small

pytestmark = pytest.mark.browser


class Opener:
    """Opens a study's report as a file, and notes whatever the browser complains about."""

    def __init__(self, browser: playwright.Browser, folder: Path) -> None:
        self.file = folder / "report.html"
        self.context = browser.new_context(viewport={"width": 1280, "height": 900}, offline=True)
        self.complaints: list[str] = []
        self.requests: list[str] = []

    def __call__(self, made: Study, script: bool = True) -> playwright.Page:  # noqa: FBT001, FBT002
        self.file.write_text(report_html(made), encoding="utf-8")
        if not script:
            self.context.close()
            self.context = self.context.browser.new_context(java_script_enabled=False, offline=True)
        page = self.context.new_page()
        page.set_default_timeout(20_000)
        page.on("console", lambda message: self.complaints.append(message.text))
        page.on("pageerror", lambda error: self.complaints.append(str(error)))
        page.on("dialog", lambda dialog: self.complaints.append(dialog.message))
        page.on("request", lambda request: self.requests.append(request.url))
        page.goto(self.file.as_uri())
        return page


@pytest.fixture
def opened(chromium: playwright.Browser, tmp_path: Path) -> Iterator[Opener]:
    opener = Opener(chromium, tmp_path)
    yield opener
    opener.context.close()
    assert opener.complaints == []
    assert opener.requests == [opener.file.as_uri()], "nothing is fetched but the file itself"


def lenet(planner: str = "greedy_by_size") -> Study:
    return study(prepare(load(open_sample("lenet"))), Settings(planner))


def column(page: playwright.Page, number: int) -> list[str]:
    """The texts of a column of the blob table, from top to bottom."""
    return page.locator(f"table.blobs tbody tr:visible td:nth-child({number})").all_inner_texts()


def sizes(page: playwright.Page) -> list[int]:
    return [int(text.replace(",", "")) for text in column(page, 4) if text]


def heading(page: playwright.Page, word: str) -> playwright.Locator:
    return page.locator("table.blobs thead button").get_by_text(word, exact=True)


def test_the_figures_are_seen(opened: Opener) -> None:
    made = lenet()
    page = opened(made)
    for figure in headlines(made):
        assert page.locator(".figures").get_by_text(figure.value, exact=True).first.is_visible()
    assert page.locator(".verdict").inner_text().startswith("Proven")
    assert (
        page.locator("svg.graph .node").count() == page.locator("svg.graph .node:visible").count()
    )
    assert page.locator("svg.chart").count() == 3


def test_without_its_script_it_is_whole(opened: Opener) -> None:
    page = opened(lenet(), script=False)
    assert page.locator("svg.graph .node").first.is_visible()
    assert page.locator("table.blobs tbody tr").count() == len(lenet().net.names())
    assert page.locator("button").count() == 0, "no button that does nothing"


def test_the_table_sorts_both_ways_by_number_and_by_text(opened: Opener) -> None:
    page = opened(small())
    before = sizes(page)
    heading(page, "bytes").click()
    assert sizes(page) == sorted(before) != before
    assert column(page, 4)[-1] == "", "what is unknown stays below"
    heading(page, "bytes").click()
    assert sizes(page) == sorted(before, reverse=True)
    assert column(page, 4)[-1] == ""
    heading(page, "blob").click()
    assert column(page, 1) == sorted(column(page, 1))
    assert page.locator("th[aria-sort]").count() == 1


def test_the_search_narrows_the_table(opened: Opener) -> None:
    page = opened(lenet())
    page.get_by_label("Search the blobs").fill("conv1 WEIGHT")
    assert column(page, 1) == ["conv1_w", "conv1_b"]
    assert page.locator(".blob-tools").inner_text().strip() == "2 of 16"


def test_a_click_anywhere_selects_everywhere(opened: Opener) -> None:
    page = opened(lenet())
    page.locator("svg.map .buffer", has_text="pool1").first.click()
    chosen = page.locator("table.blobs tr.on td:first-child")
    assert chosen.all_inner_texts() == ["pool1"]
    assert page.locator("svg.graph .node.on").count() == 1
    assert page.locator("svg.timeline .on").count() == 1
    told = page.locator(".chosen-bar")
    assert told.inner_text().startswith("pool1 · float32 [1, 20, 12, 12] · 11,520 B")
    # What lies on the same bytes is marked too: here the input, before pool1 is made.
    mates = page.locator("table.blobs tr.mate td:first-child").all_inner_texts()
    assert mates == [name for name in lenet_mates("pool1") if name != "pool1"]
    page.keyboard.press("Escape")
    assert page.locator(".on, .mate").count() == 0
    assert not told.is_visible()
    page.locator("svg.graph .node.op").first.click()
    assert page.locator("svg.curve .column.on").count() == 1
    assert told.inner_text().startswith("op 0 Conv")


def lenet_mates(blob: str) -> list[str]:
    offsets = lenet().plan.offsets or {}
    return [name for name in lenet().net.names() if offsets.get(name) == offsets[blob]]


def test_the_graph_zooms_scrolls_and_is_dragged(opened: Opener) -> None:
    page = opened(lenet())
    node = page.locator("svg.graph .node").first
    width = node.bounding_box()["width"]
    page.get_by_role("button", name="Zoom in").click()
    assert node.bounding_box()["width"] > 1.3 * width
    pane = page.locator(".graph-pane")
    place = pane.evaluate("pane => pane.scrollTop")
    box = pane.bounding_box()
    page.mouse.move(box["x"] + 40, box["y"] + 300)
    page.mouse.down()
    page.mouse.move(box["x"] + 40, box["y"] + 100, steps=4)
    page.mouse.up()
    assert pane.evaluate("pane => pane.scrollTop") >= place + 150
    pane.focus()
    page.keyboard.press("f")
    shown = page.locator("svg.graph").bounding_box()
    assert shown["height"] <= box["height"] + 1
    page.keyboard.press("+")
    assert page.locator("svg.graph").bounding_box()["height"] > shown["height"]


@pytest.mark.parametrize("make", [hostile, breaking], ids=["hostile", "breaking"])
def test_names_from_files_run_nothing_and_are_read_as_written(opened: Opener, make) -> None:
    made = make()
    page = opened(made)
    assert page.title().endswith(": memory")
    assert page.locator("table.blobs tbody tr").count() == len(made.net.names())
    assert page.locator("section#made").is_visible()
    page.locator("svg.graph .node.blob").first.click()
    assert page.locator("script").count() == 1


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_it_follows_the_colour_scheme(opened: Opener, scheme: str) -> None:
    page = opened(lenet())
    page.emulate_media(color_scheme=scheme)
    light = page.evaluate("getComputedStyle(document.body).backgroundColor") == "rgb(255, 255, 255)"
    assert light == (scheme == "light")
    page.emulate_media(color_scheme=scheme, media="print")
    paper = page.evaluate("getComputedStyle(document.body).backgroundColor")
    assert paper == "rgb(255, 255, 255)", "paper is white"
    assert not page.locator("nav").is_visible()


def test_the_policy_stops_what_is_not_ours(opened: Opener) -> None:
    """That the policy is in force at all: a script and a request put in later come to nothing."""
    page = opened(small())
    page.evaluate(
        "() => { const s = document.createElement('script'); s.textContent = 'window.ran = 1';"
        " document.body.append(s); }"
    )
    assert page.evaluate("window.ran") is None
    refused = page.evaluate("fetch('data:text/plain,x').then(() => false, () => true)")
    assert refused
    assert len(opened.complaints) >= 2
    assert all("Content Security Policy" in said for said in opened.complaints)
    opened.complaints.clear()
    opened.requests[:] = opened.requests[:1]
