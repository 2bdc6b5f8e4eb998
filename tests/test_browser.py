"""The app in a real browser: what AppTest cannot see, from the drop of a file to a download."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest

from memplan.export import EXPORTS
from memplan.formats import InputFile, load
from memplan.study import Settings, prepare, study
from memplan.views.net_files import optimised_pb
from tests.browsing import playwright, serving
from tests.conftest import REPOSITORY

pytestmark = pytest.mark.browser

CANVAS = '[data-testid="stBidiComponentRegular"] canvas, .graph canvas'
HOSTILE = "**x** <img src=x onerror=alert(1)> $y$ :red[z] :smile: `q` -> www.example.com"


def drop(page: playwright.Page, *files: Path | dict[str, object]) -> None:
    page.locator('[data-testid="stSidebar"] input[type="file"]').set_input_files(list(files))


def point_at_a_blob(page: playwright.Page) -> tuple[str, float, float]:
    """Move over the canvas until its card shows a blob; its name and the place."""
    canvas = page.locator(CANVAS).first
    canvas.scroll_into_view_if_needed()
    box = canvas.bounding_box()
    card = page.locator(".graph .card").first
    for y in range(20, int(box["height"]) - 20, 12):
        place = box["x"] + box["width"] / 2, box["y"] + y
        page.mouse.move(*place)
        page.wait_for_timeout(120)
        words = card.inner_text().splitlines() if card.is_visible() else []
        if words[:1] == ["blob"]:
            return words[1], *place
    pytest.fail("no blob lies in the middle of the canvas")


def test_upload_look_click_and_take_the_plan_away(
    page: playwright.Page, address: str, caffe2_nets: Path
) -> None:
    page.goto(address)
    page.get_by_text("See where a neural net's memory goes").wait_for()
    folder = caffe2_nets / "pt_squeeze"
    drop(page, folder / "predict_net.pb", folder / "input_shapes.json")
    page.locator(CANVAS).first.wait_for()
    page.locator(".js-plotly-plot .barlayer .point").first.wait_for()
    page.get_by_text("lower bound").first.wait_for()

    name, x, y = point_at_a_blob(page)
    page.mouse.click(x, y)
    chosen = page.get_by_role("combobox", name="Selected blob")
    playwright.expect(chosen).to_have_value(name)
    page.get_by_text("Why there?").wait_for()

    page.get_by_role("button", name="Download", exact=True).click()
    with page.expect_download() as download:
        page.get_by_role("button", name="Plan as CSV").click()
    with Path(download.value.path()).open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    assert len(rows) > 40
    assert all(row["offset"] for row in rows)
    assert name in {row["name"] for row in rows}
    assert "?net=" not in page.url


def test_a_bar_selects_the_blob_too(page: playwright.Page, address: str) -> None:
    page.goto(f"{address}/?net=inception_block&planner=greedy_by_size")
    bars = page.locator(".js-plotly-plot .barlayer .point")
    bars.nth(3).wait_for()
    bars.nth(3).click(force=True)
    chosen = page.get_by_role("combobox", name="Selected blob")
    playwright.expect(chosen).to_have_value("3a/3x3")


def test_a_click_on_the_curve_chooses_a_step_and_back_takes_it_back(
    page: playwright.Page, address: str
) -> None:
    page.goto(f"{address}/inspect?net=inception_block&view=step")
    page.get_by_text("Most is alive at step 3").wait_for()
    curve = page.locator(".st-key-memory_curve .js-plotly-plot, .js-plotly-plot").last
    plot = curve.locator(".nsewdrag").first.bounding_box()
    assert plot is not None
    page.mouse.click(plot["x"] + plot["width"] * 10.5 / 14, plot["y"] + plot["height"] / 2)
    page.get_by_text("At op 10 ('Relu')").wait_for()
    page.wait_for_url("**at=10*")
    page.wait_for_timeout(2500)  # Streamlit tells of an address that is going out of date
    page.go_back()
    page.get_by_text("Most is alive at step 3").wait_for()
    assert "at=" not in page.url


def test_a_link_is_opened_by_a_server_that_has_just_started(
    page: playwright.Page,
) -> None:
    with serving(REPOSITORY / "app.py") as fresh:
        page.goto(f"{fresh}/inspect?net=lenet&blob=pool2")
        page.get_by_text("Blob pool2").wait_for()
        page.locator('[data-testid="stSidebar"]').get_by_text("Planner").wait_for()
        assert page.get_by_text("Page not found").count() == 0


def test_markup_in_names_is_seen_as_it_is_written(page: playwright.Page, address: str) -> None:
    text = f'name: "{HOSTILE}" op {{ type: "Relu" input: "{HOSTILE}" output: "b" }}'
    page.goto(address)
    page.get_by_text("See where a neural net's memory goes").wait_for()
    drop(page, {"name": "net.pbtxt", "mimeType": "text/plain", "buffer": text.encode()})
    heading = page.get_by_role("heading", level=3).first
    playwright.expect(heading).to_contain_text("onerror")
    assert heading.inner_text().replace("\N{WORD JOINER}", "") == HOSTILE
    labels = page.locator('[data-testid="stSidebar"] [data-testid="stTextInput"] label')
    label = labels.filter(has_text="onerror").first
    assert label.inner_text().replace("\N{WORD JOINER}", "").strip() == HOSTILE
    assert page.locator('img[src="x"]').count() == 0


def test_a_wrong_file_leaves_the_net_on_the_screen(
    page: playwright.Page, address: str, shared: Path
) -> None:
    page.goto(f"{address}/?net=lenet")
    page.locator(CANVAS).first.wait_for()
    drop(page, shared / "nets" / "broken" / "html_page_init_net.pb")
    page.get_by_text("is a web page").wait_for()
    page.get_by_role("heading", name="LeNet").wait_for()
    page.locator(CANVAS).first.wait_for()


TITLES = [entry.title for entry in EXPORTS.values()]
TITLES += ["Optimised net (.pb)", "Optimised net (.pbtxt)"]


# In parts: after ten files Chromium asks whether the page may give so many.
@pytest.mark.parametrize("titles", [TITLES[::2], TITLES[1::2]], ids=["even", "odd"])
def test_every_file_can_be_taken_away(
    page: playwright.Page, address: str, titles: list[str]
) -> None:
    page.goto(f"{address}/?net=in_place&planner=safe")
    # The list stays where it opened, so the page around it has to be there.
    page.locator(CANVAS).first.wait_for()
    page.locator(".js-plotly-plot .barlayer .point").first.wait_for()
    page.locator('[data-testid="stDataFrame"]').first.wait_for(state="attached")
    button = page.get_by_role("button", name="Download", exact=True)
    button.scroll_into_view_if_needed()
    page.wait_for_timeout(1000)
    button.click()
    taken: dict[str, bytes] = {}
    for title in titles:
        with page.expect_download() as download:
            page.get_by_role("button", name=title).click()
        taken[download.value.suggested_filename] = Path(download.value.path()).read_bytes()
    assert len(taken) == len(titles)
    folder = REPOSITORY / "sample_nets" / "in_place"
    files = [InputFile(path.name, path.read_bytes()) for path in sorted(folder.iterdir())]
    made = study(prepare(load(files)), Settings("safe"))
    (stem,) = {name.partition(".")[0] for name in taken}
    for name, entry in EXPORTS.items():
        # The plan as JSON tells how long planning took.
        if name != "json" and entry.title in titles:
            assert taken[f"{stem}{entry.ending}"] == entry.make(made)
    if TITLES[-2] in titles:
        assert taken[f"{stem}.optimised.pb"] == optimised_pb(made)
