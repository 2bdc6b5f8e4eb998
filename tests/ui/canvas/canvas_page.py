"""What the tests of the canvas do with its page."""

import time

import pytest

from memplan.views.layered import layered_layout

FIT_MARGIN = 16


def opened(page, address, query=""):
    page.goto(address + query)
    canvas = page.locator(".stage > canvas")
    canvas.wait_for(timeout=30_000)
    until(canvas, "data-scale", bool)
    return canvas


def until(element, attribute, wanted, seconds=10):
    """Wait until an attribute of an element is as wanted; return it."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        found = element.get_attribute(attribute)
        if found is not None and wanted(found):
            return found
        time.sleep(0.05)
    pytest.fail(f"{attribute} stayed {element.get_attribute(attribute)}")


def selects(canvas, node):
    return until(canvas, "data-selected", lambda found: found == node)


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
