"""The memory canvas in a real browser: what is where, hands, and the word to and from Python."""

import time
from functools import cache

import pytest
from streamlit.testing.v1 import AppTest

from memplan.views.names import shown
from tests.ui.memory_canvas.conftest import APP
from tests.views.made_studies import HOSTILE, chain, hostile, small

pytestmark = pytest.mark.browser


@cache
def planned(make, *arguments):
    return make(*arguments)


class Map:
    """The canvas on a page, and where things are on it."""

    def __init__(self, page, address, query=""):
        self.page = page
        page.goto(address + query)
        self.canvas = page.locator("canvas[data-version]:not([data-version=''])")
        self.canvas.wait_for(timeout=60_000)
        self.canvas.scroll_into_view_if_needed()

    def numbers(self, name):
        return [float(part) for part in self.canvas.get_attribute(f"data-{name}").split(" ")]

    @property
    def window(self):
        return self.numbers("window")

    def until(self, name, wanted):
        for _ in range(200):
            if wanted(self.canvas.get_attribute(f"data-{name}")):
                return
            time.sleep(0.05)
        pytest.fail(f"{name} stayed {self.canvas.get_attribute(f'data-{name}')}")

    def until_window(self, wanted):
        self.until("window", lambda text: wanted(*(float(part) for part in text.split(" "))))

    def point(self, time_, place):
        """Where on the page a point of the map is."""
        t0, t1, low, high = self.window
        left, right, top, bottom, _, _ = self.numbers("areas")
        if self.canvas.get_attribute("data-mode") != "map":
            low, high = high, low
        x = left + (time_ - t0) / (t1 - t0) * (right - left)
        return self.on_page(x, bottom + (place - low) / (high - low) * (top - bottom))

    def on_curve(self, step):
        *_, curve_top, curve_bottom = self.numbers("areas")
        x, _ = self.point(step + 0.5, 0)
        return x, self.on_page(0, (curve_top + curve_bottom) / 2)[1]

    def on_page(self, x, y):
        box = self.canvas.bounding_box()
        return box["x"] + x, box["y"] + y

    def middle_of(self, study, name):
        buffer = next(b for b in study.problem.buffers if b.name == name)
        place = study.plan.offsets[name] + buffer.size / 2
        return self.point((buffer.live.begin + buffer.live.end) / 2, place)

    def hears(self, text):
        self.page.get_by_text(text).wait_for(timeout=30_000)

    def types(self, label, text):
        field = self.page.get_by_role("textbox", name=label)
        field.fill(text)
        field.press("Enter")

    def drag(self, start, end, *keys):
        for key in keys:
            self.page.keyboard.down(key)
        self.page.mouse.move(*start)
        self.page.mouse.down()
        self.page.mouse.move(*end, steps=5)
        self.page.mouse.up()
        for key in keys:
            self.page.keyboard.up(key)


def test_a_click_selects_the_buffer_that_lies_there_and_python_hears_its_name(page, address):
    shown_map = Map(page, address)
    for name in ("b", "data"):
        page.mouse.click(*shown_map.middle_of(planned(small), name))
        shown_map.until("selected", lambda found, name=name: found == name)
        shown_map.hears(f"selected '{name}', heard '{name}'")
    # A hole: nothing is alive there.
    page.mouse.click(*shown_map.point(0.5, 2500))
    shown_map.hears("selected None, heard None")


def test_a_click_on_the_curve_or_below_it_chooses_a_step(page, address):
    shown_map = Map(page, address)
    page.mouse.click(*shown_map.on_curve(4))
    shown_map.hears("at 4, heard 4")
    said = "op 4 Sum; alive 3,072 B (3.0 KiB); at the peak no op has more alive"
    assert page.locator(".said").text_content() == said
    x, _ = shown_map.on_curve(2)
    page.mouse.click(x, shown_map.on_page(0, shown_map.numbers("areas")[-1] + 12)[1])
    shown_map.hears("at 2, heard 2")
    shown_map.canvas.press("Escape")
    shown_map.hears("at None, heard None")


def test_python_selects_and_chooses_and_a_click_may_follow(page, address):
    shown_map = Map(page, address, "?blob=c&at=3")
    shown_map.until("selected", lambda found: found == "c")
    shown_map.until("at", lambda found: found == "3")
    # What Python said is no news to Python.
    shown_map.hears("selected None, heard None")
    page.mouse.click(*shown_map.middle_of(planned(small), "b"))
    shown_map.hears("selected 'b', heard 'b'")
    # The page still says what it said before: no news, so the click stays.
    shown_map.until("selected", lambda found: found == "b")
    shown_map.types("Blob", "d")
    shown_map.until("selected", lambda found: found == "d")


# Which of Python's words is news, after a visitor's choices: what is said, then what is heard.
NEWS = """([said, heard]) => {
  SCRIPT
  const word = new Word();
  word.isNews(null);
  const told = said.map((value) => word.say(value));
  return [told, heard.map((value) => word.isNews(value))];
}"""


@pytest.mark.parametrize(
    ("said", "told", "heard", "news"),
    [
        # Two clicks, of which Python answers one after the other: neither undoes a click.
        (["a", "b"], [True, True], ["a", "b"], [False, False]),
        # The run for the first was left for that of the second.
        (["a", "b"], [True, True], ["b", "a"], [False, True]),
        (["a"], [True], ["c", "a"], [True, True]),
        (["a", "a", None], [True, False, True], ["a", None], [False, False]),
        ([None], [False], [None, "a", None], [False, True, True]),
    ],
)
def test_an_echo_of_a_choice_is_no_news(page, said, told, heard, news):
    script = APP.parents[3].joinpath("memplan/ui/memory_canvas/memory.js").read_text()
    assert page.evaluate(NEWS.replace("SCRIPT", script), [said, heard]) == [told, news]


def test_what_python_selects_outside_the_window_is_brought_into_it(page, address):
    shown_map = Map(page, address, "?net=chain&ops=100")
    shown_map.canvas.focus()
    for _ in range(8):
        shown_map.canvas.press("+")
    shown_map.until_window(lambda t0, t1, *_: t1 - t0 < 20)
    shown_map.types("Blob", "b97")
    shown_map.until_window(lambda _, t1, *__: t1 > 97)


def test_the_wheel_zooms_both_axes_or_one_around_the_pointer(page, address):
    shown_map = Map(page, address, "?net=chain&ops=100")
    t0, t1, low, high = shown_map.window
    x, y = shown_map.point(25, low + (high - low) / 4)
    page.mouse.move(x, y)
    page.mouse.wheel(0, -500)
    shown_map.until_window(lambda a, b, c, d: b - a < 60 and d - c < 0.6 * (high - low))
    assert shown_map.point(25, low + (high - low) / 4) == pytest.approx((x, y), abs=1)

    before = shown_map.window
    page.keyboard.down("Control")
    page.mouse.wheel(0, -300)
    page.keyboard.up("Control")
    shown_map.until_window(lambda a, b, *_: b - a < 0.8 * (before[1] - before[0]))
    assert shown_map.window[2:] == before[2:]

    before = shown_map.window
    page.keyboard.down("Shift")
    page.mouse.wheel(0, -300)
    page.keyboard.up("Shift")
    shown_map.until_window(lambda _, __, c, d: d - c < 0.8 * (before[3] - before[2]))
    assert shown_map.window[:2] == before[:2]

    shown_map.canvas.press("f")
    shown_map.until_window(lambda *found: found == (t0, t1, low, high))


def test_a_drag_pans_and_selects_nothing(page, address):
    shown_map = Map(page, address, "?net=chain&ops=100")
    shown_map.canvas.focus()
    for _ in range(4):
        shown_map.canvas.press("+")
    shown_map.until_window(lambda t0, t1, *_: t1 - t0 < 40)
    t0, t1, low, high = shown_map.window
    start = shown_map.point((t0 + t1) / 2, (low + high) / 2)
    shown_map.drag(start, (start[0] + 80, start[1] + 30))
    shown_map.until_window(lambda a, _, c, __: a < t0 - 1 and c > low)
    assert shown_map.canvas.get_attribute("data-selected") == ""
    # The edge of the world stops it.
    for _ in range(3):
        shown_map.drag(start, (start[0] + 300, start[1]))
    shown_map.until_window(lambda a, b, *_: a == 0 and b == pytest.approx(t1 - t0))


def test_a_drag_with_shift_zooms_to_its_box(page, address):
    shown_map = Map(page, address, "?net=chain&ops=100")
    shown_map.drag(shown_map.point(20, 800), shown_map.point(60, 200), "Shift")
    shown_map.until_window(lambda a, b, *_: (a, b) == pytest.approx((20, 60), abs=0.5))
    assert shown_map.window[2:] == pytest.approx((200, 800), abs=10)
    assert shown_map.canvas.get_attribute("data-selected") == ""


def test_buttons_and_keys_do_what_the_wheel_does(page, address):
    shown_map = Map(page, address, "?net=chain&ops=100")
    whole = tuple(shown_map.window)
    page.get_by_role("button", name="Zoom in").click()
    shown_map.until_window(lambda t0, t1, *_: t1 - t0 == pytest.approx(100 / 1.3))
    page.get_by_role("button", name="Show everything").click()
    shown_map.until_window(lambda *found: found == whole)
    shown_map.canvas.focus()
    shown_map.canvas.press("Shift+ArrowRight")
    shown_map.until_window(lambda t0, t1, *_: t1 - t0 == pytest.approx(100 / 1.3))
    assert tuple(shown_map.window[2:]) == whole[2:]
    shown_map.canvas.press("ArrowRight")
    shown_map.until_window(lambda t0, *_: t0 > 100 * (1 - 1 / 1.3) / 2 + 1)


def test_the_keyboard_reaches_every_buffer_and_step_and_says_it(page, address):
    shown_map = Map(page, address)
    assert "7 ops" in shown_map.canvas.get_attribute("aria-label")
    shown_map.canvas.focus()
    shown_map.canvas.press("n")
    shown_map.until("selected", lambda found: found == "data")
    said = page.locator(".said")
    assert said.text_content().startswith("blob data; type [1, 64] float32; size 256 B")
    shown_map.canvas.press("p")
    shown_map.until("selected", lambda found: found == "out")
    shown_map.canvas.press(".")
    shown_map.hears("at 4, heard 4")
    shown_map.canvas.press(".")
    shown_map.hears("at 5, heard 5")
    assert said.text_content().startswith("op 5 Where; alive")


def test_the_card_shows_hostile_names_as_text_and_python_hears_them_as_they_are(page, address):
    shown_map = Map(page, address, "?net=hostile")
    study = planned(hostile)
    card = page.locator(".card")
    for name in HOSTILE:
        x, y = shown_map.middle_of(study, name)
        page.mouse.move(x, y)
        whole = shown(name)
        wanted = whole if len(whole) <= 300 else f"{whole[:299]}…"
        first = card.locator("dd").first
        first.get_by_text(wanted, exact=True).wait_for(timeout=5_000)
        assert first.text_content() == wanted
        assert card.locator("b, i, html").count() == 0
    for name in ("two\nlines", "<b>x</b>", "\u202eright to left"):
        page.mouse.click(*shown_map.middle_of(study, name))
        shown_map.hears(f"selected {name!r}, heard {name!r}")


def test_the_timeline_has_a_row_for_each_buffer_in_the_order_asked_for(page, address):
    shown_map = Map(page, address, "?mode=size")
    study = planned(small)
    known = [b for b in study.problem.buffers if b.size is not None]
    largest = max(known, key=lambda b: (b.size, -b.live.begin))
    page.mouse.click(*shown_map.point(largest.live.begin + 0.5, 0.5))
    shown_map.hears(f"selected '{largest.name}'")
    # What has no size comes last, and can be selected: it is nowhere on the map.
    rows = next(b for b in study.problem.buffers if b.name == "rows")
    place = len(study.problem.buffers) - 0.5
    page.mouse.click(*shown_map.point(rows.live.begin + 0.5, place))
    shown_map.hears("selected 'rows'")
    page.get_by_text("map", exact=True).click()
    shown_map.until("mode", lambda mode: mode == "map")
    assert shown_map.canvas.get_attribute("data-selected") == "rows"


def test_the_plan_is_sent_once(page, address):
    frames = []
    page.on("websocket", lambda ws: ws.on("framereceived", lambda text: frames.append(len(text))))
    shown_map = Map(page, address, "?net=chain&ops=2000")
    page.wait_for_timeout(500)
    assert max(frames) > 100_000
    for key, text in (("n", "selected 'b0'"), ("n", "selected 'data'"), (".", "at 29")):
        frames.clear()
        shown_map.canvas.press(key)
        shown_map.hears(text)
        page.wait_for_timeout(300)
        assert sum(frames) < 15_000


def test_another_plan_under_the_same_canvas_is_shown_whole(page, address):
    shown_map = Map(page, address, "?net=chain&ops=60")
    version = shown_map.canvas.get_attribute("data-version")
    shown_map.canvas.press("n")
    shown_map.until("selected", bool)
    shown_map.types("Ops", "90")
    shown_map.until("version", lambda found: found not in (version, ""))
    shown_map.until_window(lambda _, t1, *__: t1 == 90)
    assert page.evaluate("globalThis[Symbol.for('memplan.memory')].parcels.size") == 1
    # What was selected in the other is not in this one.
    assert shown_map.canvas.get_attribute("data-selected") == ""


def test_what_is_drawn_is_where_the_plan_says(page, address):
    shown_map = Map(page, address)
    study = planned(small)
    look = """(canvas, [x, y]) => {
      const box = canvas.getBoundingClientRect(), ratio = canvas.width / box.width;
      const [px, py] = [(x - box.left) * ratio, (y - box.top) * ratio];
      return [...canvas.getContext("2d").getImageData(px, py, 1, 1).data];
    }"""
    seen = {}
    for name in ("a", "b", "d"):
        buffer = next(b for b in study.problem.buffers if b.name == name)
        place = study.plan.offsets[name] + 0.15 * buffer.size
        x, y = shown_map.point(buffer.live.begin + 0.2, place)
        seen[name] = tuple(shown_map.canvas.evaluate(look, [x, y]))[:3]
    assert seen["a"] == (0x56, 0xB4, 0xE9)
    assert seen["b"] == (0xE6, 0x9F, 0x00)
    assert seen["d"] == (0xD5, 0xDA, 0xE0)
    hole = shown_map.canvas.evaluate(look, list(shown_map.point(0.5, 2500)))
    assert hole[3] == 0


def test_fingers_tap_and_pinch(phone, address):
    shown_map = Map(phone, address)
    phone.touchscreen.tap(*shown_map.middle_of(planned(small), "b"))
    shown_map.hears("selected 'b'")
    phone.locator(".card").wait_for(state="visible")
    t0, t1, *_ = shown_map.window
    x, y = shown_map.point(3.5, 1500)
    send = phone.context.new_cdp_session(phone).send

    def touch(kind, *fingers):
        points = [{"x": fx, "y": fy, "id": k} for k, (fx, fy) in enumerate(fingers)]
        send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": points})

    touch("touchStart", (x - 40, y))
    touch("touchStart", (x - 40, y), (x + 40, y))
    for spread in (55, 70, 90):
        touch("touchMove", (x - spread, y), (x + spread, y))
    touch("touchEnd")
    shown_map.until_window(lambda a, b, *_: b - a < 0.6 * (t1 - t0))
    assert shown_map.canvas.get_attribute("data-selected") == "b"


def test_the_canvas_is_no_wider_than_a_phone(phone, address):
    shown_map = Map(phone, address, "?net=chain&ops=100")
    assert shown_map.canvas.bounding_box()["width"] <= 390
    assert phone.evaluate("document.documentElement.scrollWidth") <= 390


def test_a_page_with_it_runs_without_a_browser():
    app = AppTest.from_file(str(APP), default_timeout=60)
    app.query_params["net"] = "chain"
    app.run()
    assert not app.exception
    assert [text.value for text in app.text] == ["selected None, heard None", "at None, heard None"]
    assert len(chain(100).problem.buffers) == 101
