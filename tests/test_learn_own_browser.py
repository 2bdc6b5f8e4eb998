"""What a visitor writes on the page Learn, in a real browser: a net, a planner; a rule broken."""

from __future__ import annotations

import pytest

from tests.browsing import playwright

pytestmark = pytest.mark.browser

PATIENCE = 60_000
NET = "data: 1x3x8x8\nw: 4x3x3x3\nConv data, w -> first kernel=3 pad=1\nRelu first -> second"


def write(page: playwright.Page, label: str, text: str) -> None:
    field = page.get_by_role("textbox", name=label)
    field.fill(text)
    field.press("Control+Enter")


def frame(page: playwright.Page, number: int) -> None:
    stepper = page.locator(".stepper")
    playwright.expect(stepper).to_have_attribute("data-frame", str(number), timeout=PATIENCE)


def test_a_net_is_written_mended_stepped_and_sent(page: playwright.Page, address: str) -> None:
    page.goto(f"{address}/learn?do=edit")
    page.locator(".stepper[data-frame]").wait_for()
    write(page, "A net: an op a line", "Relu a -> b\nb = Sum(a)")
    page.get_by_text("an op is written with an arrow").wait_for()
    playwright.expect(page.locator(".stepper")).to_have_count(0, timeout=PATIENCE)
    page.wait_for_function("location.search.includes('text=')")
    wrong = page.evaluate("location.search")
    write(page, "A net: an op a line", NET.replace("kernel=3", "kernel=3x3"))
    page.get_by_text("is no value for the argument kernel").wait_for()
    write(page, "A net: an op a line", NET)
    page.locator(".stepper[data-frame]").wait_for()
    page.locator(".stepper").focus()
    page.keyboard.press("ArrowRight")
    frame(page, 1)
    page.keyboard.press("ArrowLeft")
    frame(page, 0)
    page.wait_for_function("wrong => location.search !== wrong", arg=wrong)
    other = page.context.browser.new_page()
    other.set_default_timeout(PATIENCE)
    other.goto(page.url)
    field = other.get_by_role("textbox", name="A net: an op a line")
    playwright.expect(field).to_have_value(NET, timeout=PATIENCE)
    other.locator(".stepper[data-frame]").wait_for()
    other.close()


def test_a_planner_is_written_run_and_told_its_mistake(page: playwright.Page, address: str) -> None:
    page.goto(f"{address}/learn?do=own")
    page.get_by_role("button", name="Run").click()
    page.get_by_text("no plan needs less than").first.wait_for()
    write(page, "Your planner", "def plan(problem):\n    return {}")
    page.get_by_role("button", name="Run").click()
    page.locator('[data-testid="stAlert"]').first.wait_for()


def test_another_rule_is_broken(page: playwright.Page, address: str) -> None:
    page.goto(f"{address}/learn?do=break&by=greedy_by_size")
    page.get_by_text("Greedy by size needs").wait_for()
    page.get_by_role("combobox", name="The rule to break").click()
    page.get_by_role("option", name="Online best fit").click()
    page.get_by_text("Online best fit needs").wait_for()
    page.wait_for_function("location.search.includes('by=online_best_fit')")
