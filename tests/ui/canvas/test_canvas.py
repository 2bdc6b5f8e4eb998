"""The canvas in a real browser: keys, wheel, clicks, hover card, and the word to Python."""

import os
import socket
import subprocess
import sys
import time
import urllib.request
from pathlib import Path

import pytest

from memplan.views.graph import graph_view
from memplan.views.layered import layered_layout
from memplan.views.names import shown
from tests.conftest import REPOSITORY, skip_or_fail
from tests.views.made_studies import HOSTILE, hostile, small

pytestmark = pytest.mark.browser

CHROMIUM = Path("/usr/bin/chromium")
APP = Path(__file__).with_name("canvas_app.py")
FIT_MARGIN = 16


@pytest.fixture(scope="module")
def address():
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = [sys.executable, "-m", "streamlit", "run", str(APP), "--server.headless=true"]
    command += [f"--server.port={port}", "--server.address=127.0.0.1"]
    command += ["--browser.gatherUsageStats=false"]
    server = subprocess.Popen(
        command,
        cwd=REPOSITORY,
        env=os.environ | {"PYTHONPATH": str(REPOSITORY)},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        _wait_for(f"http://127.0.0.1:{port}/_stcore/health")
        yield f"http://127.0.0.1:{port}/"
    finally:
        server.kill()
        server.wait()


def _wait_for(url, seconds=60):
    end = time.monotonic() + seconds
    while True:
        try:
            urllib.request.urlopen(url, timeout=1).close()
        except OSError:
            assert time.monotonic() < end, "Streamlit did not start"
            time.sleep(0.2)
        else:
            return


@pytest.fixture(scope="module")
def browser():
    playwright = pytest.importorskip("playwright.sync_api") if CHROMIUM.exists() else None
    if playwright is None:
        skip_or_fail("there is no Chromium at /usr/bin/chromium")
    with playwright.sync_playwright() as tool:
        started = tool.chromium.launch(executable_path=str(CHROMIUM), args=["--no-sandbox"])
        yield started
        started.close()


@pytest.fixture
def page(browser):
    context = browser.new_context(viewport={"width": 1100, "height": 800})
    page = context.new_page()
    errors = []
    page.on("pageerror", lambda error: errors.append(str(error)))
    yield page
    context.close()
    assert errors == []


def opened(page, address, query=""):
    page.goto(address + query)
    canvas = page.locator("canvas[data-scale]")
    canvas.wait_for(timeout=30_000)
    return canvas


def until(canvas, attribute, wanted):
    for _ in range(100):
        if wanted(canvas.get_attribute(attribute)):
            return
        time.sleep(0.05)
    pytest.fail(f"{attribute} stayed {canvas.get_attribute(attribute)}")


def at_node(canvas, view, node_id):
    """Where on the page a node is, once the whole graph is shown."""
    canvas.focus()
    canvas.press("f")
    placed = layered_layout(view)
    box = canvas.bounding_box()
    width, height = box["width"], box["height"]
    across = (width - 2 * FIT_MARGIN) / placed.width
    scale = min(1.2, across, (height - 2 * FIT_MARGIN) / placed.height)
    until(canvas, "data-scale", lambda found: abs(float(found) - scale) < 0.01)
    node = placed.boxes[node_id]
    return (
        box["x"] + (width - placed.width * scale) / 2 + node.x * scale,
        box["y"] + (height - placed.height * scale) / 2 + node.y * scale,
    )


def test_a_click_selects_a_node_and_python_hears_of_it(page, address):
    canvas = opened(page, address)
    view = graph_view(small())
    node = view.id_of_blob("b")
    x, y = at_node(canvas, view, node)
    page.mouse.click(x, y)
    until(canvas, "data-selected", lambda found: found == node)
    page.get_by_text(f"chosen {node}, heard {node}").wait_for(timeout=15_000)
    canvas.press("Escape")
    page.get_by_text("chosen None, heard None").wait_for(timeout=15_000)


def test_python_selects_a_node(page, address):
    canvas = opened(page, address, "?node=n3")
    until(canvas, "data-selected", lambda found: found == "n3")


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
    until(canvas, "data-selected", lambda found: found == view.id_of_blob("b"))


def test_the_card_shows_hostile_names_as_text(page, address):
    canvas = opened(page, address, "?hostile=1")
    view = graph_view(hostile())
    card = page.locator(".card")
    for name in HOSTILE[:3]:
        page.mouse.move(*at_node(canvas, view, view.id_of_blob(name)))
        card.wait_for(state="visible", timeout=5_000)
        assert card.locator("dd").first.text_content() == shown(name)
        assert card.locator("b, i").count() == 0


def test_the_keyboard_reaches_every_node_and_says_it(page, address):
    canvas = opened(page, address)
    assert "7 ops and 8 blobs" in canvas.get_attribute("aria-label")
    canvas.focus()
    canvas.press("n")
    until(canvas, "data-selected", lambda found: found == "n0")
    assert page.locator(".said").text_content().startswith("data, 256 B")
    canvas.press("p")
    until(canvas, "data-selected", lambda found: found == f"n{len(graph_view(small()).nodes) - 1}")
