"""The canvas as a part of a page: what goes over the wire, clicks and runs, phones, full screen."""

from functools import partial

import pytest

from memplan.views.graph import graph_view
from tests.browsing import playwright
from tests.ui.canvas.canvas_page import at_node, opened, selects, until
from tests.views.made_studies import small

pytestmark = pytest.mark.browser


def test_a_graph_is_sent_once_whatever_is_selected_afterwards(page, address):
    received = []
    page.on(
        "websocket", lambda socket: socket.on("framereceived", lambda f: received.append(len(f)))
    )
    canvas = opened(page, address, "?chain=2000")
    assert sum(received) > 400_000
    page.wait_for_timeout(500)
    for press, node in (("other view", "n5"), ("just again", "n5")):
        received.clear()
        page.get_by_role("button", name=press).click()
        selects(canvas, node)
        page.wait_for_timeout(800)
        assert sum(received) < 8_000
    canvas.focus()
    received.clear()
    canvas.press("n")
    page.get_by_text("chosen n6, heard n6").wait_for(timeout=15_000)
    assert sum(received) < 8_000


def test_another_graph_brings_its_selection_and_nothing_of_the_last(page, address):
    canvas = opened(page, address, "?chain=50&node=n40")
    selects(canvas, "n40")
    page.goto(f"{address}?node=n3")
    canvas = page.locator(".stage > canvas")
    selects(canvas, "n3")
    assert "7 ops" in canvas.get_attribute("aria-label")


def test_a_net_that_is_planned_anew_is_seen_from_where_it_was(page, address):
    canvas = opened(page, address)
    view = graph_view(small())
    x, y = at_node(canvas, view, view.id_of_blob("b"))
    page.mouse.move(x, y)
    page.mouse.wheel(0, -400)
    page.mouse.down()
    page.mouse.move(x + 60, y - 20, steps=3)
    page.mouse.up()
    scale = until(canvas, "data-scale", lambda found: float(found) > 0.8)
    legend = page.locator(".legend li").first
    first = legend.inner_text()
    page.get_by_role("button", name="another planner").click()
    playwright.expect(legend).not_to_have_text(first, timeout=60_000, use_inner_text=True)
    page.wait_for_timeout(500)  # and now nothing moves
    assert canvas.get_attribute("data-scale") == scale
    page.mouse.click(x + 60, y - 20)
    selects(canvas, view.id_of_blob("b"))


def test_a_run_that_is_behind_undoes_no_click(page, address):
    canvas = opened(page, address, "?slow=1")
    view = graph_view(small())
    first, second = view.id_of_blob("b"), view.id_of_blob("c")
    x, y = at_node(canvas, view, first)
    u, v = at_node(canvas, view, second)
    seen = []
    page.expose_function("seen", partial(list.append, seen))
    canvas.evaluate(
        """(element) => new MutationObserver(() => window.seen(element.dataset.selected))
        .observe(element, { attributes: true, attributeFilter: ["data-selected"] })"""
    )
    page.mouse.click(x, y)
    page.wait_for_timeout(300)
    page.mouse.click(u, v)
    page.get_by_text(f"chosen {second}, heard {second}").wait_for(timeout=20_000)
    page.wait_for_timeout(3_500)
    assert [each for each in seen if each] == [first, second]
    page.get_by_role("button", name="other view").click()
    selects(canvas, "n5")


def test_the_minimap_shows_when_something_is_out_of_sight(page, address):
    canvas = opened(page, address, "?chain=400")
    minimap, frame = page.locator(".minimap"), page.locator(".minimap .frame")
    assert minimap.is_visible()
    before = frame.bounding_box()["y"]
    box = minimap.bounding_box()
    page.mouse.move(box["x"] + box["width"] / 2, box["y"] + 5)
    page.mouse.down()
    page.mouse.move(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2, steps=4)
    page.mouse.up()
    page.wait_for_timeout(200)
    assert frame.bounding_box()["y"] > before + box["height"] / 4
    assert not canvas.get_attribute("data-selected")
    canvas.focus()
    canvas.press("f")
    minimap.wait_for(state="hidden", timeout=5_000)


def test_a_finger_pans_two_pinch_a_tap_selects(open_page, address):
    page = open_page(390, 844, has_touch=True, is_mobile=True)
    canvas = opened(page, address)
    view = graph_view(small())
    x, y = at_node(canvas, view, view.id_of_blob("b"))
    page.touchscreen.tap(x, y)
    selects(canvas, view.id_of_blob("b"))
    scale = float(canvas.get_attribute("data-scale"))
    touch = page.context.new_cdp_session(page)

    def fingers(kind, *places):
        points = [{"x": u, "y": v, "id": i} for i, (u, v) in enumerate(places)]
        touch.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": points})

    fingers("touchStart", (x - 30, y), (x + 30, y))
    for apart in (40, 50, 60):
        fingers("touchMove", (x - apart, y), (x + apart, y))
    fingers("touchEnd")
    until(canvas, "data-scale", lambda found: 1.6 < float(found) / scale < 2.4)
    canvas.press("Escape")
    selects(canvas, "")
    x, y = at_node(canvas, view, view.id_of_blob("b"))
    fingers("touchStart", (x, y))
    for moved in (20, 40, 60):
        fingers("touchMove", (x + moved, y))
    fingers("touchEnd")
    assert not canvas.get_attribute("data-selected")
    page.touchscreen.tap(x + 60, y)
    selects(canvas, view.id_of_blob("b"))


def test_on_a_phone_the_tools_leave_room_for_the_graph(open_page, address):
    page = open_page(390, 844)
    canvas = opened(page, address)
    whole = page.locator(".graph").bounding_box()
    stage = canvas.bounding_box()
    assert stage["height"] > 0.8 * whole["height"]
    for button in page.locator(".bar button, .bar select").all():
        box = button.bounding_box()
        assert box["x"] >= whole["x"]
        assert box["x"] + box["width"] <= whole["x"] + whole["width"]
    assert page.locator(".legend li").first.is_visible() is False


def test_the_canvas_fills_the_screen_and_comes_back(open_page, address):
    page = open_page(580, 800)
    canvas = opened(page, address)
    small_box = canvas.bounding_box()
    assert not page.locator(".legend ul").is_visible()
    page.get_by_role("button", name="Full screen").click()
    page.wait_for_timeout(600)
    assert canvas.bounding_box()["width"] == 580
    assert canvas.bounding_box()["height"] > 1.3 * small_box["height"]
    assert page.locator(".legend ul").is_visible()
    page.get_by_role("button", name="Full screen").click()
    page.wait_for_timeout(600)
    assert canvas.bounding_box()["width"] == small_box["width"]


def test_a_larger_window_shows_the_same_place(open_page, address):
    page = open_page(900, 800)
    canvas = opened(page, address)
    view = graph_view(small())
    at_node(canvas, view, "n0")
    whole = float(canvas.get_attribute("data-scale"))
    canvas.evaluate("(e) => e.closest('.graph').style.setProperty('--graph-height', '900px')")
    until(canvas, "data-scale", lambda found: float(found) > 1.2 * whole)


def test_everything_can_be_reached_with_the_tab_key(page, address):
    canvas = opened(page, address)
    page.get_by_label("Colour by").focus()
    names = []
    for _ in range(14):
        names.append(
            page.evaluate(
                """() => { const e = document.activeElement.shadowRoot?.activeElement;
                return e ? e.ariaLabel || e.textContent.trim() : "" }"""
            )
        )
        page.keyboard.press("Tab")
    for wanted in ("Colour by", "Search", "Zoom in", "Full screen", "Keys", "Legend"):
        assert wanted in names
    assert canvas.get_attribute("aria-label") in names
