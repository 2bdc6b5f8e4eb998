"""How long until a net is drawn, until a selection is shown everywhere, and for a frame.

    pip install netron
    python -m benchmarks.ui [--nodes 200 1000 5000 20000] [--repeats 3]

For each size one generated Caffe2 net, opened by the app and by Netron, each served from this
machine to one headless Chromium. Columns, all medians of the repeats, in seconds:

    drawn     from navigation to the first frame with the graph on it. The server has been used
              before, but for another net: the app reads, plans and lays out anew each time
    charts    from navigation to the first bar of the timeline
    open      from the files given to a page that is open to the first frame with their graph
    select    from a key press in the graph to the details of what it selects
    back      from a click on a bar of the timeline to the graph that shows the selection
    pan ms    milliseconds from frame to frame while the graph is dragged, 95th of 100

Netron draws and does not plan; it has no selection that other views share.
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
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from urllib.request import urlopen

from playwright.sync_api import Browser, Page, sync_playwright
from playwright.sync_api import TimeoutError as Late

from benchmarks.nets import write_bottlenecks

PATIENCE = 90_000  # milliseconds
COLUMNS = ("drawn", "charts", "open", "select", "back", "pan ms")
CHAIN = ": 8 ops"  # what the canvas says of the bundled net that was open before
NETRON = shutil.which(
    "netron", path=f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
)
WINDOW = {"width": 1440, "height": 1000}
# Netron takes `eval` away, which is how Playwright runs a script in a page.
KEEP_EVAL = "const e = eval; Object.defineProperty(window, 'eval', {get: () => e, set() {}});"
PAN = """async (canvas) => {
  const box = canvas.getBoundingClientRect();
  const at = (x, y) => ({pointerId: 1, button: 0, buttons: 1, bubbles: true, isPrimary: true,
    clientX: box.left + x, clientY: box.top + y});
  canvas.setPointerCapture = () => {};
  canvas.dispatchEvent(new PointerEvent('pointerdown', at(200, 200)));
  const frames = [];
  let last = await new Promise(requestAnimationFrame);
  for (let k = 0; k < 100; k++) {
    canvas.dispatchEvent(new PointerEvent('pointermove', at(200, 200 + 3 * (k % 50))));
    const now = await new Promise(requestAnimationFrame);
    frames.push(now - last);
    last = now;
  }
  canvas.dispatchEvent(new PointerEvent('pointerup', at(200, 200)));
  return frames.sort((a, b) => a - b)[95];
}"""
SCROLL = """async (box) => {
  const frames = [];
  let last = await new Promise(requestAnimationFrame);
  for (let k = 0; k < 100; k++) {
    box.scrollTop += 7;
    const now = await new Promise(requestAnimationFrame);
    frames.push(now - last);
    last = now;
  }
  return frames.sort((a, b) => a - b)[95];
}"""
Row = dict[str, float]


def main() -> None:
    """Measure each size in turn, the app and Netron one after the other, and print a table."""
    asked = _arguments()
    print(f"{'nodes':>7}  {'':8}" + "".join(f"{name:>9}" for name in COLUMNS))
    with sync_playwright() as playwright, TemporaryDirectory() as name:
        browser = playwright.chromium.launch(
            executable_path=shutil.which("chromium"), args=["--no-sandbox"]
        )
        for nodes in asked.nodes:
            # Two nets: one opened by the address, another into the open page.
            pair = [_written(Path(name) / f"{nodes}.{k}", nodes + 16 * k) for k in range(2)]
            _show(nodes, "memplan", [_app(browser, *pair) for _ in range(asked.repeats)])
            if NETRON:
                rows = [_netron(browser, pair[0][0]) for _ in range(asked.repeats)]
                _show(nodes, "Netron", rows)


def _written(folder: Path, nodes: int) -> list[Path]:
    folder.mkdir()
    return write_bottlenecks(nodes, folder)


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description="Time the app in a browser, beside Netron.")
    parser.add_argument("--nodes", type=int, nargs="*", default=[200, 1000, 5000, 20_000])
    parser.add_argument("--repeats", type=int, default=3, help="the median counts")
    return parser.parse_args()


def _show(nodes: int, who: str, rows: Sequence[Row]) -> None:
    cells = []
    for column in COLUMNS:
        values = [row[column] for row in rows if column in row]
        digits = 0 if column == "pan ms" else 2
        cells.append(f"{statistics.median(values):>9.{digits}f}" if values else f"{'-':>9}")
    print(f"{nodes:>7,}  {who:8}{''.join(cells)}", flush=True)


def _app(browser: Browser, files: Sequence[Path], others: Sequence[Path]) -> Row:
    port = _free_port()
    command = [sys.executable, "-m", "memplan", "open", *map(str, files)]
    with _serving([*command, "--no-browser", f"--port={port}"], f"{port}/_stcore/health"):
        with _tab(browser) as page:  # the first visit of all pays for the imports
            page.goto(f"http://127.0.0.1:{port}/?net=chain")
            page.locator("canvas[data-scale]").first.wait_for(timeout=PATIENCE)
            page.locator(".js-plotly-plot .point").first.wait_for(timeout=PATIENCE)
        with _tab(browser) as page:
            row = _measured(page, f"http://127.0.0.1:{port}/")
        with _tab(browser) as page:
            page.goto(f"http://127.0.0.1:{port}/?net=chain")
            page.locator(".js-plotly-plot .point").first.wait_for(timeout=PATIENCE)
            page.wait_for_timeout(1500)
            box = page.locator('[data-testid="stSidebar"] input[type="file"]')
            started = time.perf_counter()
            box.set_input_files([str(file) for file in others])
            page.get_by_role("heading", name="bottlenecks").wait_for(timeout=PATIENCE)
            label = page.locator(f'canvas[aria-label*="Graph"]:not([aria-label*="{CHAIN}"])')
            label.first.wait_for(timeout=PATIENCE)
            row["open"] = time.perf_counter() - started
        return row


def _measured(page: Page, url: str) -> Row:
    canvas = page.locator("canvas[data-scale]").first
    started = time.perf_counter()
    page.goto(url)
    canvas.wait_for(timeout=PATIENCE)
    row = {"drawn": time.perf_counter() - started}
    page.locator(".js-plotly-plot .point").first.wait_for(timeout=PATIENCE)
    row["charts"] = time.perf_counter() - started
    page.wait_for_timeout(2000)  # until the rest of the page has come to rest
    row["pan ms"] = canvas.evaluate(PAN)
    canvas.focus()
    canvas.press("n")  # an op, or several of them folded
    page.wait_for_timeout(1500)
    started = time.perf_counter()
    canvas.press("n")
    page.locator(".st-key-details strong", has_text="Blob").first.wait_for(timeout=PATIENCE)
    row["select"] = time.perf_counter() - started
    page.wait_for_timeout(1500)
    before = canvas.get_attribute("data-selected")
    bar = page.locator(".js-plotly-plot .barlayer .point").nth(2)
    started = time.perf_counter()
    bar.click(force=True, timeout=PATIENCE)
    while canvas.get_attribute("data-selected") == before:
        if time.perf_counter() - started > PATIENCE / 1000:
            return row
    row["back"] = time.perf_counter() - started
    return row


def _netron(browser: Browser, file: Path) -> Row:
    port = _free_port()
    with (
        _serving([str(NETRON), "--port", str(port), str(file)], str(port)),
        _tab(browser, f"http://127.0.0.1:{port}") as page,
    ):
        started = time.perf_counter()
        page.goto(f"http://127.0.0.1:{port}/")
        try:
            page.locator("body.default").wait_for(timeout=PATIENCE, state="attached")
            page.locator("g.node").first.wait_for(timeout=PATIENCE, state="attached")
        except Late:
            return {}
        row = {"drawn": time.perf_counter() - started}
        page.wait_for_timeout(1000)
        row["pan ms"] = page.locator("#target").evaluate(SCROLL)
        return row


@contextmanager
def _tab(browser: Browser, address: str = "") -> Iterator[Page]:
    """A tab without a cache of its own yet; Netron's question about cookies is answered."""
    context = browser.new_context(viewport=WINDOW)
    if address:
        context.add_init_script(KEEP_EVAL)
        context.add_cookies([{"name": "consent", "value": "1", "url": address}])
    try:
        yield context.new_page()
    finally:
        context.close()


@contextmanager
def _serving(command: Sequence[str], health: str) -> Iterator[None]:
    with subprocess.Popen(
        command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, start_new_session=True
    ) as server:
        try:
            _wait_for(f"http://127.0.0.1:{health}")
            yield
        finally:
            subprocess.run(["pkill", "-g", str(server.pid)], check=False)


def _wait_for(url: str) -> None:
    for _ in range(300):
        try:
            with urlopen(url, timeout=2):
                return
        except OSError:
            time.sleep(0.1)
    raise SystemExit(f"nothing answers at {url}")


def _free_port() -> int:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port: int = free.getsockname()[1]
        return port


if __name__ == "__main__":
    main()
