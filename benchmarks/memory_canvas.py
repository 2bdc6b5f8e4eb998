"""How quick the memory canvas is: from data to picture, and a frame while it is moved.

    python -m benchmarks.memory_canvas [--buffers 1000 10000 100000 200000]

The page has the canvas alone and runs in Streamlit, in Debian's Chromium without a graphics card.
Columns: megabytes sent at first, kilobytes when something is selected; milliseconds from the
parcel's arrival in the browser to the drawn picture. Then, while the picture is dragged, the
median time between two frames, and in brackets our own share of one, median and worst: all of
the map, zoomed in, and as bars by size, all of them and zoomed in.
"""

from __future__ import annotations

import argparse
import os
import shutil
import socket
import statistics
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from playwright.sync_api import Browser, Page, sync_playwright

REPOSITORY = Path(__file__).resolve().parent.parent
PAGE = "benchmarks/memory_canvas_page.py"
PATIENCE = 600_000  # milliseconds: planning a large net takes its time
HEADINGS = ("buffers", "MB first", "kB click", "drawn ms", "map", "map, near", "bars", "bars, near")

# Moves the pointer with the button held for some frames; how long each took, and our part of it.
DRAG = """async ([frames, step]) => {
  const canvas = window.memoryCanvas;
  const at = { clientX: 0, clientY: 0, bubbles: true, button: 0, pointerId: 1 };
  const box = canvas.getBoundingClientRect();
  const send = (name, x, y) => canvas.dispatchEvent(
    new PointerEvent(name, { ...at, clientX: box.left + x, clientY: box.top + y }));
  canvas.setPointerCapture = () => {};
  const [gaps, ours] = [[], []];
  send("pointerdown", 500, 200);
  let before = performance.now();
  for (let k = 1; k <= frames; k++) {
    send("pointermove", 500 + step * (k % 40), 200 + (k % 7));
    await new Promise(requestAnimationFrame);
    gaps.push(performance.now() - before);
    before = performance.now();
    ours.push(Number(canvas.dataset.milliseconds));
  }
  send("pointercancel", 500, 200);
  return [gaps.slice(5), ours.slice(5)];
}"""
FIND = "canvas => { window.memoryCanvas = canvas; }"
# From the moment when a parcel is put on the shelf until a frame shows it.
CLOCK = """
const shelf = (globalThis[Symbol.for("memplan.memory")] ??=
  { parcels: new Map(), waiting: new Set(), make: null });
const put = shelf.parcels.set;
shelf.parcels.set = function (version, parcel) {
  window.arrived = performance.now();
  const seen = () => {
    const roots = [...document.querySelectorAll("[data-testid=stBidiComponentIsolated]")];
    const canvas = roots.map(r => r.shadowRoot?.querySelector("canvas")).find(Boolean);
    if (canvas?.dataset.version !== version) return requestAnimationFrame(seen);
    window.drawn = performance.now() - window.arrived + unpacked;
  };
  const unpacked = performance.now() - (window.unpacking ?? performance.now());
  requestAnimationFrame(seen);
  return put.call(this, version, parcel);
};
const decode = TextDecoder.prototype.decode;
TextDecoder.prototype.decode = function (...all) {
  window.unpacking = performance.now();
  return decode.apply(this, all);
};
"""


def main() -> None:
    """Print a row for each number of buffers."""
    parser = argparse.ArgumentParser(description="Times of the memory canvas.")
    parser.add_argument("--buffers", type=int, nargs="+", default=[1000, 10_000, 100_000, 200_000])
    parser.add_argument("--frames", type=int, default=120)
    asked = parser.parse_args()
    print("".join(f"{heading:>18}" for heading in HEADINGS))
    with running() as address, sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=shutil.which("chromium"), args=["--no-sandbox"]
        )
        for buffers in asked.buffers:
            row = measured(browser, f"{address}/?buffers={buffers}", asked.frames)
            print(f"{buffers:>18,}" + "".join(f"{cell:>18}" for cell in row), flush=True)
        browser.close()


def measured(browser: Browser, address: str, frames: int) -> list[str]:
    """One row, without its first cell."""
    page = browser.new_page(viewport={"width": 1440, "height": 900})
    page.add_init_script(CLOCK)
    sent: list[int] = []
    page.on(
        "websocket",
        lambda socket: socket.on("framereceived", lambda frame: sent.append(len(frame))),
    )
    page.goto(address)
    canvas = page.locator("canvas[data-version]:not([data-version=''])")
    canvas.wait_for(timeout=PATIENCE)
    page.wait_for_function("window.drawn", timeout=PATIENCE)
    page.wait_for_timeout(500)
    first, drawn = sum(sent), page.evaluate("window.drawn")
    sent.clear()
    canvas.focus()
    canvas.press("n")
    page.get_by_text("selected '").wait_for(timeout=PATIENCE)
    page.wait_for_timeout(500)
    click = sum(sent)
    canvas.press("Escape")
    canvas.evaluate(FIND)
    row = [f"{first / 1e6:.1f}", f"{click / 1e3:.1f}", f"{drawn:.0f}", *far_and_near(page, frames)]
    page.get_by_text("size", exact=True).click()
    page.locator("canvas[data-mode=size]").wait_for(timeout=PATIENCE)
    canvas.press("f")
    return [*row, *far_and_near(page, frames)]


def far_and_near(page: Page, frames: int) -> list[str]:
    """Two cells: all is seen, and one part in twenty-three each way."""
    # One step in, for what is seen as a whole cannot be dragged.
    page.locator("canvas").press("+")
    far = dragged(page, frames)
    for _ in range(11):
        page.locator("canvas").press("+")
    return [far, dragged(page, frames)]


def dragged(page: Page, frames: int) -> str:
    """A cell: median time between frames, our own median and worst time in one, milliseconds."""
    gaps, ours = page.evaluate(DRAG, [frames, 5])
    return f"{statistics.median(gaps):.0f} ({statistics.median(ours):.1f}, {max(ours):.1f})"


@contextmanager
def running() -> Iterator[str]:
    """The page on a free port of this machine."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = [sys.executable, "-m", "streamlit", "run", PAGE, "--server.headless=true"]
    command += [f"--server.port={port}", "--server.address=127.0.0.1"]
    environment = os.environ | {"PYTHONPATH": str(REPOSITORY)}
    with subprocess.Popen(
        command, cwd=REPOSITORY, env=environment, stdout=subprocess.DEVNULL
    ) as server:
        try:
            wait_for(f"http://127.0.0.1:{port}/_stcore/health")
            yield f"http://127.0.0.1:{port}"
        finally:
            server.terminate()


def wait_for(address: str) -> None:
    """Return when a server answers; give up after a minute."""
    for _ in range(300):
        try:
            urllib.request.urlopen(address, timeout=1).close()
        except OSError:
            time.sleep(0.2)
        else:
            return
    raise SystemExit("Streamlit did not start")


if __name__ == "__main__":
    main()
