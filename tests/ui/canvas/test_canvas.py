"""The canvas in a real browser: keys, wheel, clicks, hover card, and the word to Python."""

import pytest

from memplan.views.graph import graph_view
from memplan.views.names import shown
from tests.ui.canvas.canvas_page import at_node, opened, selects, until
from tests.views.made_studies import HOSTILE, folded, forked, hostile, small

pytestmark = pytest.mark.browser


def test_a_click_selects_a_node_and_python_hears_of_it(page, address):
    canvas = opened(page, address)
    view = graph_view(small())
    node = view.id_of_blob("b")
    page.mouse.click(*at_node(canvas, view, node))
    selects(canvas, node)
    page.get_by_text(f"chosen {node}, heard {node}").wait_for(timeout=15_000)
    canvas.press("Escape")
    page.get_by_text("chosen None, heard None").wait_for(timeout=15_000)


def test_python_selects_a_node(page, address):
    canvas = opened(page, address, "?node=n3")
    selects(canvas, "n3")


def test_keys_and_wheel_zoom(page, address):
    canvas = opened(page, address)
    canvas.focus()
    scale = float(canvas.get_attribute("data-scale"))
    canvas.press("+")
    until(canvas, "data-scale", lambda found: float(found) > scale * 1.2)
    canvas.press("-")
    until(canvas, "data-scale", lambda found: abs(float(found) - scale) < 0.01)
    box = canvas.bounding_box()
    page.mouse.move(box["x"] + 200, box["y"] + 200)
    page.mouse.wheel(0, -200)
    until(canvas, "data-scale", lambda found: float(found) > scale * 1.1)


def test_a_drag_pans_and_selects_nothing(page, address):
    canvas = opened(page, address)
    view = graph_view(small())
    x, y = at_node(canvas, view, view.id_of_blob("b"))
    page.mouse.move(x, y)
    page.mouse.down()
    page.mouse.move(x + 90, y + 5, steps=4)
    page.mouse.up()
    assert not canvas.get_attribute("data-selected")
    page.mouse.click(x + 90, y + 5)
    selects(canvas, view.id_of_blob("b"))


def test_the_card_shows_hostile_names_as_text(page, address):
    canvas = opened(page, address, "?hostile=1")
    view = graph_view(hostile())
    card = page.locator(".card")
    for name in HOSTILE[:3]:
        page.mouse.move(*at_node(canvas, view, view.id_of_blob(name)))
        card.wait_for(state="visible", timeout=5_000)
        assert card.locator("dd").first.text_content() == shown(name)
        assert card.locator("b, i").count() == 0


def test_the_card_says_what_the_columns_and_the_details_hold(page, address):
    canvas = opened(page, address)
    view = graph_view(small())
    page.mouse.move(*at_node(canvas, view, view.id_of_blob("b")))
    page.locator(".card").wait_for(state="visible", timeout=5_000)
    rows = page.locator(".card").inner_text().splitlines()
    card = dict(zip(rows[::2], rows[1::2], strict=True))
    node = view.node(view.id_of_blob("b"))
    assert card["bytes"] == "1,024 B (1.0 KiB)"
    assert card["alive"] == f"ops {node.live}"
    assert card["shape"] == "[1, 256] float32"
    assert card["memory"].startswith(f"#{node.group},")


def test_the_keyboard_reaches_every_node_and_says_it(page, address):
    canvas = opened(page, address)
    assert "7 ops and 8 blobs" in canvas.get_attribute("aria-label")
    canvas.focus()
    canvas.press("n")
    selects(canvas, "n0")
    assert page.locator(".said").text_content().startswith("data, 256 B")
    canvas.press("p")
    selects(canvas, f"n{len(graph_view(small()).nodes) - 1}")


def test_arrows_walk_to_producers_consumers_and_siblings(page, address):
    canvas = opened(page, address, "?forked=60")
    view = graph_view(forked(60))
    at = {node.label: node.id for node in view.nodes}
    convs = [node.id for node in view.nodes if node.step in (0, 3) and node.type == "Conv"]
    canvas.focus()
    canvas.press("n")
    selects(canvas, at["data"])
    canvas.press("ArrowDown")
    until(canvas, "data-selected", lambda found: found in {e.target for e in view.edges})
    for _ in range(4):
        canvas.press("ArrowLeft")
    selects(canvas, convs[0])
    canvas.press("ArrowRight")
    selects(canvas, convs[1])
    canvas.press("ArrowDown")
    selects(canvas, at["block0/branch1/0"])
    canvas.press("ArrowUp")
    canvas.press("ArrowUp")
    selects(canvas, at["data"])


def test_with_nothing_selected_arrows_move_the_picture(page, address):
    canvas = opened(page, address)
    view = graph_view(small())
    x, y = at_node(canvas, view, view.id_of_blob("b"))
    canvas.press("ArrowRight")
    page.mouse.click(x - 60, y)
    selects(canvas, view.id_of_blob("b"))


def test_search_finds_by_a_part_of_the_name_and_centres(page, address):
    canvas = opened(page, address, "?forked=300")
    view = graph_view(forked(300))
    canvas.focus()
    canvas.press("/")
    page.keyboard.type("BRANCH3/1")
    first = page.locator(".search li").first
    first.wait_for()
    assert first.inner_text().startswith("block0/branch3/1")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    node = view.id_of_blob("block1/branch3/1")
    selects(canvas, node)
    assert not page.locator(".search").is_visible()
    box = canvas.bounding_box()
    canvas.press("Escape")
    selects(canvas, "")
    page.mouse.click(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    selects(canvas, node)
    canvas.press("/")
    page.keyboard.press("Escape")
    assert page.evaluate("document.activeElement.shadowRoot.activeElement.tagName") == "CANVAS"


def test_search_finds_op_types(page, address):
    canvas = opened(page, address)
    page.get_by_role("button", name="Search").click()
    page.keyboard.type("where")
    page.get_by_text("1 found").wait_for()
    page.keyboard.press("Enter")
    selects(canvas, graph_view(small()).id_of_op(5))


def test_hostile_names_are_text_in_what_search_finds(page, address):
    canvas = opened(page, address, "?hostile=1")
    canvas.focus()
    canvas.press("/")
    page.keyboard.type("<B>")
    row = page.locator(".search li .text").first
    row.wait_for()
    assert row.text_content() == HOSTILE[0]
    assert page.locator(".search b, .search i").count() == 0


def test_a_fold_opens_on_enter_and_on_a_double_click(page, address):
    canvas = opened(page, address, "?fold=1")
    x, y = at_node(canvas, folded(), "f1")
    page.mouse.click(x, y)
    selects(canvas, "f1")
    canvas.press("Enter")
    page.get_by_text("open f1").wait_for(timeout=15_000)
    canvas = opened(page, address, "?fold=1")
    page.mouse.dblclick(x, y)
    page.get_by_text("open f1").wait_for(timeout=15_000)


def test_question_mark_lists_the_keys(page, address):
    canvas = opened(page, address)
    canvas.focus()
    canvas.press("?")
    page.get_by_text("centre on the selection").wait_for()
    page.keyboard.press("Escape")
    assert not page.locator(".keys").is_visible()
    canvas.press("n")
    selects(canvas, "n0")
