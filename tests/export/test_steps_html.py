"""A run as a file: it opens without a server, holds data as data, and does what the app does."""

from __future__ import annotations

from pathlib import Path

import pytest
from PIL import Image, ImageSequence

from memplan.export.steps_html import steps_html
from memplan.lessons import LESSONS
from memplan.net import Net, Op
from memplan.steps import run_of
from memplan.steps.questions import questions_of
from memplan.study import prepare
from memplan.views.graph import graph_view
from memplan.views.layered import layered_layout
from memplan.views.steps_data import stepper_data
from tests.browsing import in_browser, playwright


def file_of(run, title="A run"):
    view = graph_view(run.study)
    questions = questions_of(run, 1)
    data = stepper_data(run, view, layered_layout(view), title, questions)
    return steps_html(data, ("Some words < others.",))


def test_equal_runs_give_equal_files():
    first, second = (file_of(LESSONS["sharing"].scenes[1].run()) for _ in range(2))
    assert first == second
    assert "Some words &lt; others." in first


def test_nothing_in_a_name_ends_the_data():
    evil = "</script><script>alert(1)</script><!--"
    net = prepare(
        Net("n", (Op("Relu", ("a",), (evil,)), Op("Relu", (evil,), ("c",))), inputs=("a",))
    )
    page = file_of(run_of(net, "naive"), title=evil)
    assert page.count("<script") == 2
    assert "alert(1)</script>" not in page


@pytest.fixture
def page(chromium):
    with in_browser(chromium) as tab:
        tab.elsewhere = []
        tab.on("request", lambda request: tab.elsewhere.append(request.url))
        yield tab
        assert [u for u in tab.elsewhere if not u.startswith(("file:", "blob:", "data:"))] == []


def opened(page, tmp_path: Path, text: str, at: int = 0) -> playwright.Locator:
    file = tmp_path / "run.html"
    file.write_text(text, encoding="utf-8")
    page.goto(f"{file.as_uri()}#frame={at}")
    stepper = page.locator(".stepper[data-frame]")
    stepper.wait_for()
    return stepper


@pytest.mark.browser
def test_the_file_steps_and_remembers_its_frame(page, tmp_path):
    stepper = opened(page, tmp_path, file_of(LESSONS["sharing"].scenes[1].run()), at=3)
    assert stepper.get_attribute("data-frame") == "3"
    page.keyboard.press("ArrowLeft")
    playwright.expect(stepper).to_have_attribute("data-frame", "2")
    page.wait_for_function("() => location.hash === '#frame=2'")


@pytest.mark.browser
def test_the_file_asks_and_checks(page, tmp_path):
    run = LESSONS["sharing"].scenes[1].run()
    question = questions_of(run, 1)[0]
    stepper = opened(page, tmp_path, file_of(run), at=question.frame - 1)
    stepper.focus()
    page.keyboard.press("ArrowRight")
    page.locator(".choices button").nth(question.right).click()
    assert "Right." in page.locator(".verdict").inner_text()


@pytest.mark.browser
def test_a_run_is_saved_as_an_animated_picture(page, tmp_path):
    run = LESSONS["sharing"].scenes[1].run()
    opened(page, tmp_path, file_of(run))
    with page.expect_download() as download:
        page.locator("[data-act=gif]").click()
    saved = tmp_path / "run.gif"
    download.value.save_as(saved)
    with Image.open(saved) as picture:
        assert picture.size == (1000, 600)
        assert picture.n_frames == len(run.frames)
        shown = set()
        for frame in ImageSequence.Iterator(picture):
            assert len(frame.convert("RGB").getcolors(maxcolors=4096)) > 5
            shown.add(frame.convert("RGB").tobytes())
    assert len(shown) == len(run.frames), "each frame is another picture"


@pytest.mark.browser
def test_a_run_goes_on_paper(page, tmp_path):
    run = LESSONS["sharing"].scenes[1].run()
    opened(page, tmp_path, file_of(run))
    with page.context.expect_page() as sheets:
        page.locator("[data-act=print]").click()
    sheet = sheets.value
    sheet.locator("figure").last.wait_for()
    assert sheet.locator("figure").count() == len(run.frames)
    assert sheet.locator("img").first.evaluate("image => image.naturalWidth") > 500
