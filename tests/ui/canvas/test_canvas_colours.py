"""What colour means, the legend, what stands out; without a word to Python."""

import struct
from collections import Counter
from functools import partial
from pathlib import Path

import pytest

from memplan.views.graph import graph_view
from memplan.views.layered import layered_layout
from tests.ui.canvas.canvas_page import FIT_MARGIN, at_node, opened, selects, until
from tests.views.made_studies import forked, small, two_devices

pytestmark = pytest.mark.browser


def legend(page):
    return [row.inner_text().split("\n") for row in page.locator(".legend li").all()]


def colour_by(page, kind):
    page.get_by_label("Colour by").select_option(kind)


def test_the_legend_lists_shared_memory_by_size(page, address):
    opened(page, address)
    assert legend(page) == [
        ["#0", "1.0 KiB", "3"],
        ["#1", "1.0 KiB", "2"],
        ["memory of its own", "1"],
        ["size unknown", "1"],
    ]


def test_other_colourings_are_chosen_without_a_word_to_python(page, address):
    sent = []
    page.on("websocket", lambda socket: socket.on("framesent", partial(list.append, sent)))
    opened(page, address, "?forked=60")
    page.wait_for_timeout(500)
    before = len(sent)
    colour_by(page, "type")
    assert legend(page) == [["Conv", "16"], ["Relu", "16"], ["MaxPool", "16"], ["Sum", "4"]]
    colour_by(page, "bytes")
    sizes = {n.name: n.nbytes for n in graph_view(forked(60)).nodes if n.nbytes is not None}
    large = sum(2048 <= size < 4096 for size in sizes.values())
    assert legend(page)[0] == ["2.0 KiB to 4.0 KiB", str(large)]
    colour_by(page, "memory")
    assert len(sent) == before


def test_one_device_is_nothing_to_tell_apart(page, address):
    opened(page, address)
    assert page.locator('option[value="device"]').get_attribute("hidden") is not None


def test_ops_and_blobs_are_told_apart_by_device(page, address):
    opened(page, address, "?devices=1")
    colour_by(page, "device")
    counts = Counter(node.device for node in graph_view(two_devices()).nodes)
    assert len(counts) == 2
    assert legend(page) == [[name, str(count)] for name, count in counts.most_common()]


def test_an_entry_of_the_legend_dims_the_others(page, address):
    canvas = opened(page, address, "?forked=60")
    colour_by(page, "type")
    conv = page.get_by_role("button", name="Conv")
    conv.click()
    assert conv.get_attribute("aria-pressed") == "true"
    until(canvas, "data-lit", lambda found: found == "16")
    page.get_by_role("button", name="Sum").click()
    until(canvas, "data-lit", lambda found: found == "20")
    conv.click()
    page.get_by_role("button", name="Sum").click()
    until(canvas, "data-lit", lambda found: found == "")


def test_a_long_legend_is_cut_and_says_how_much_more_there_is(page, address):
    opened(page, address, "?chain=600")
    entries = page.locator(".legend [aria-pressed]")
    assert entries.count() == 12
    rest = page.locator(".legend .rest")
    more = int(rest.inner_text().split()[0].replace(",", ""))
    rest.click()
    assert entries.count() == min(12 + more, 200)


def test_a_blob_lights_all_on_its_memory_and_numbers_them(page, address):
    canvas = opened(page, address)
    view = graph_view(small())
    node = view.node(view.id_of_blob("c"))
    page.mouse.click(*at_node(canvas, view, node.id))
    selects(canvas, node.id)
    mates = [n for n in view.nodes if n.group == node.group]
    ordered = sorted(mates, key=lambda n: (n.live.begin, view.nodes.index(n)))
    place = ordered.index(node) + 1
    said = page.locator(".said").text_content()
    assert said.endswith(f"number {place} of {len(mates)} that use its memory")
    own = {n.id for n in mates}
    near = {end for e in view.edges if own & {e.source, e.target} for end in (e.source, e.target)}
    until(canvas, "data-lit", lambda found: found == str(len(near)))


def test_a_step_is_chosen_with_the_slider_and_python_hears_of_it(page, address):
    opened(page, address)
    slider = page.get_by_role("slider", name="Step")
    assert not slider.is_visible()
    colour_by(page, "alive")
    assert slider.input_value() == "2"
    assert ["op 2", "1"] in legend(page)
    slider.focus()
    page.keyboard.press("ArrowRight")
    page.get_by_text("at 3").wait_for(timeout=15_000)
    assert ["op 3", "1"] in legend(page)
    page.get_by_role("button", name="other view").click()
    page.get_by_text("at 4").wait_for(timeout=15_000)
    until(slider, "aria-valuetext", lambda found: found == "op 4 of 7")
    assert ["op 4", "1"] in legend(page)


def test_what_is_alive_at_a_step_is_what_the_live_ranges_say(page, address):
    opened(page, address, "?forked=60")
    colour_by(page, "alive")
    alive = {
        n.name
        for n in graph_view(forked(60)).nodes
        if n.live and 2 in range(n.live.begin, n.live.end)
    }
    told = {row[0]: int(row[-1]) for row in legend(page)}
    told.pop("op 2")
    told.pop("not alive")
    assert sum(told.values()) == len(alive)


def test_the_whole_graph_is_saved_as_a_picture(page, address):
    opened(page, address)
    with page.expect_download() as download:
        page.get_by_role("button", name="Save as a PNG picture").click()
    assert download.value.suggested_filename == "made.png"
    head = Path(download.value.path()).read_bytes()[:24]
    assert head[:8] == b"\x89PNG\r\n\x1a\n"
    placed = layered_layout(graph_view(small()))
    wide, high = struct.unpack(">II", head[16:])
    assert abs(wide - 2 * (placed.width + 2 * FIT_MARGIN)) <= 2
    assert abs(high - 2 * (placed.height + 2 * FIT_MARGIN)) <= 2


def test_a_picture_of_a_long_net_is_bounded(page, address):
    opened(page, address, "?chain=5000")
    with page.expect_download(timeout=60_000) as download:
        page.get_by_role("button", name="Save as a PNG picture").click()
    _, high = struct.unpack(">II", Path(download.value.path()).read_bytes()[16:24])
    assert 13_000 < high <= 14_000
