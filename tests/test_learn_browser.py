"""The stepper in a real browser: play, step back, scrub, answer; links; a phone; another theme."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from memplan.lessons import LESSONS
from memplan.steps.questions import questions_of
from tests.browsing import in_browser, playwright

pytestmark = pytest.mark.browser

PATIENCE = 60_000


def opened(page: playwright.Page, address: str, query: str) -> playwright.Locator:
    page.goto(f"{address}/learn?{query}")
    stepper = page.locator(".stepper[data-frame]")
    stepper.wait_for()
    return stepper


def at(page: playwright.Page, frame: int) -> None:
    stepper = page.locator(".stepper")
    playwright.expect(stepper).to_have_attribute("data-frame", str(frame), timeout=PATIENCE)


def picture(page: playwright.Page, which: str) -> str:
    """What a canvas shows once it has come to rest: the same twice, a while apart."""
    last = ""
    while (now := page.locator(f".{which}").evaluate("canvas => canvas.toDataURL()")) != last:
        last = now
        page.wait_for_timeout(400)
    return last


def without_questions(page: playwright.Page) -> None:
    """Answer nothing: go on wherever the run stops for a question."""
    if page.locator(".question").is_visible():
        page.get_by_role("button", name="Show it without an answer").click()


@contextmanager
def heard(page: playwright.Page) -> Iterator[None]:
    """Wait until Python has heard of what is done within: the page has run once more."""
    page.get_by_test_id("stApp").evaluate(
        """app => new MutationObserver(() => {
          window.ran ||= app.dataset.testScriptState !== "notRunning";
        }).observe(app, { attributes: true })"""
    )
    yield
    page.wait_for_function("window.ran")
    page.locator("[data-testid=stApp][data-test-script-state=notRunning]").wait_for()


def frames_of(lesson: str, scene: int = 0) -> int:
    return len(LESSONS[lesson].scenes[scene].run().frames)


def test_keys_step_in_both_directions_and_to_the_ends(page: playwright.Page, address: str) -> None:
    stepper = opened(page, address, "lesson=sharing")
    first = picture(page, "memory")
    stepper.focus()
    page.keyboard.press("ArrowRight")
    at(page, 1)
    second = picture(page, "memory")
    assert second != first
    page.keyboard.press("End")
    at(page, frames_of("sharing") - 1)
    page.keyboard.press("Home")
    at(page, 0)
    assert picture(page, "memory") == first, "a frame looks the same from both sides"
    page.keyboard.press("ArrowRight")
    at(page, 1)
    page.keyboard.press("ArrowRight")
    without_questions(page)
    at(page, 2)
    page.keyboard.press("ArrowLeft")
    at(page, 1)
    assert picture(page, "memory") == second


def test_the_keys_work_at_once(page: playwright.Page, address: str) -> None:
    opened(page, address, "lesson=sharing")
    page.keyboard.press("ArrowRight")
    at(page, 1)


def test_sentence_code_and_state_go_with_the_frame(page: playwright.Page, address: str) -> None:
    run = LESSONS["sharing"].scenes[0].run()
    opened(page, address, "lesson=sharing&frame=4")
    at(page, 4)
    assert "“data”" in page.locator(".sentence").inner_text()
    lit = page.locator(".code li.lit")
    assert lit.count() == 1
    assert lit.inner_text() == run.method.code[run.frames[4].line].strip()
    assert "alive" in page.locator(".state").inner_text()
    assert page.locator(".count").inner_text() == f"5 / {len(run.frames)}"


def test_play_goes_on_by_itself_and_space_holds_it(page: playwright.Page, address: str) -> None:
    stepper = opened(page, address, "do=step&net=chain&by=naive")
    page.locator(".speed select").select_option("4")
    stepper.focus()
    page.keyboard.press(" ")
    later = re.compile(r"[3-9]|\d\d")
    playwright.expect(stepper).to_have_attribute("data-frame", later, timeout=PATIENCE)
    page.keyboard.press(" ")
    held = stepper.get_attribute("data-frame")
    page.wait_for_timeout(900)
    assert stepper.get_attribute("data-frame") == held
    page.wait_for_function("f => location.search.includes('frame=' + f)", arg=held)


def test_a_link_opens_at_its_frame_and_the_address_follows(
    page: playwright.Page, address: str
) -> None:
    stepper = opened(page, address, "lesson=sharing&scene=1&frame=5")
    at(page, 5)
    stepper.focus()
    page.keyboard.press("ArrowLeft")
    at(page, 4)
    page.wait_for_function("() => location.search.includes('frame=4')")
    page.wait_for_timeout(800)
    at(page, 4)
    assert "lesson=sharing" in page.url
    assert "scene=1" in page.url


def test_back_leaves_a_run_and_does_not_go_through_its_frames(
    page: playwright.Page, address: str
) -> None:
    opened(page, address, "lesson=sharing")
    page.wait_for_function("!location.search.includes('frame')")
    entries = page.evaluate("history.length")
    for frame in (1, 2, 3):
        page.keyboard.press("ArrowRight")
        without_questions(page)
        at(page, frame)
        page.wait_for_function("n => location.search.endsWith(`frame=${n}`)", arg=frame)
        page.locator("[data-testid=stApp][data-test-script-state=notRunning]").wait_for()
    assert page.evaluate("history.length") == entries
    page.get_by_role("radio", name="Break it").click()
    page.wait_for_function("location.search.includes('do=break')")
    assert page.evaluate("history.length") == entries + 1
    page.get_by_text("needs", exact=False).first.wait_for()
    page.wait_for_timeout(2500)  # an address just left is taken for one sent before the last word
    page.go_back()
    at(page, 3)
    assert page.evaluate("location.search").endswith("frame=3")


def test_it_stands_where_it_was_left(page: playwright.Page, address: str) -> None:
    stepper = opened(page, address, "lesson=sharing&scene=1&frame=5")
    page.locator("[data-testid=stApp][data-test-script-state=notRunning]").wait_for()
    stepper.focus()
    with heard(page):
        page.keyboard.press("ArrowLeft")
    page.get_by_role("link", name="Compare").click()
    page.get_by_text("Open a net: two plans").wait_for()
    page.get_by_role("link", name="Learn").click()
    at(page, 4)


def test_events_are_jumped_to_and_the_bar_scrubs(page: playwright.Page, address: str) -> None:
    run = LESSONS["sharing"].scenes[1].run()
    stepper = opened(page, address, "lesson=sharing&scene=1")
    events = sorted(
        {*run.peaks(), *(k for k, f in enumerate(run.frames) if f.happening.value == "reuse")}
    )
    stepper.focus()
    for event in events[:4]:
        page.keyboard.press("n")
        at(page, event)
    page.keyboard.press("p")
    at(page, events[2])
    page.locator(".track input").fill("7")
    at(page, 7)


def test_a_question_is_put_checked_explained_and_scored(
    page: playwright.Page, address: str
) -> None:
    run = LESSONS["sharing"].scenes[1].run()
    question = questions_of(run, 3)[0]
    stepper = opened(page, address, f"lesson=sharing&scene=1&seed=3&frame={question.frame - 1}")
    at(page, question.frame - 1)
    stepper.focus()
    page.keyboard.press("ArrowRight")
    page.locator(".question").wait_for()
    at(page, question.frame - 1)
    page.locator(".choices button").nth(question.right).click()
    assert "Right." in page.locator(".verdict").inner_text()
    page.get_by_text("1 of 1").wait_for()
    page.get_by_role("button", name="Show it", exact=True).click()
    at(page, question.frame)
    assert not page.locator(".question").is_visible()
    page.keyboard.press("ArrowLeft")
    at(page, question.frame - 1)
    page.keyboard.press("ArrowRight")
    at(page, question.frame)  # it is not asked twice


def test_playing_goes_on_after_a_question(page: playwright.Page, address: str) -> None:
    question = questions_of(LESSONS["sharing"].scenes[1].run(), 3)[0]
    stepper = opened(page, address, f"lesson=sharing&scene=1&seed=3&frame={question.frame - 1}")
    page.locator(".speed select").select_option("4")
    stepper.focus()
    page.keyboard.press(" ")
    page.locator(".question").wait_for()
    page.get_by_role("button", name="Show it without an answer").click()
    later = re.compile("|".join(str(k) for k in range(question.frame + 1, 40)))
    playwright.expect(stepper).to_have_attribute("data-frame", later, timeout=PATIENCE)


def test_a_wrong_answer_is_said_kindly_and_shows_the_right_one(
    page: playwright.Page, address: str
) -> None:
    question = questions_of(LESSONS["sharing"].scenes[1].run(), 3)[0]
    stepper = opened(page, address, f"lesson=sharing&scene=1&seed=3&frame={question.frame - 1}")
    stepper.focus()
    page.keyboard.press("ArrowRight")
    wrong = next(k for k in range(len(question.choices)) if k != question.right)
    page.locator(".choices button").nth(wrong).click()
    assert "Not quite." in page.locator(".verdict").inner_text()
    assert page.locator(".choices .right").count() == 1
    page.get_by_text("0 of 1").wait_for()


def test_what_is_there_fits_a_phone(chromium: playwright.Browser, address: str) -> None:
    with in_browser(chromium, (390, 844), has_touch=True, device_scale_factor=2) as page:
        opened(page, address, "lesson=blob&frame=4")
        at(page, 4)
        wide = page.evaluate("() => document.documentElement.scrollWidth")
        assert wide <= 390
        for part in (".controls", ".graph", ".memory", ".code", ".state"):
            box = page.locator(part).bounding_box()
            assert box is not None
            assert box["x"] >= 0
            assert box["x"] + box["width"] <= 390
            assert box["height"] > 20


def test_large_type_and_light_are_for_the_lecture_hall(page: playwright.Page, address: str) -> None:
    stepper = opened(page, address, "lesson=blob")
    page.locator("[data-act=large]").click()
    assert "large" in (stepper.get_attribute("class") or "")
    size = stepper.evaluate("e => parseFloat(getComputedStyle(e).fontSize)")
    assert size >= 20
    page.locator("[data-act=light]").click()
    colour = stepper.evaluate("e => getComputedStyle(e).backgroundColor")
    assert colour == "rgb(255, 255, 255)"


def test_frames_are_drawn_quickly(page: playwright.Page, address: str) -> None:
    stepper = opened(page, address, "do=step&net=squeezenet&by=greedy_by_size")
    stepper.focus()
    shares = []
    for _ in range(30):
        page.keyboard.press("ArrowRight")
        page.wait_for_timeout(60)
        shares.append(float(stepper.get_attribute("data-milliseconds") or "99"))
    assert sorted(shares)[len(shares) // 2] < 16, shares
