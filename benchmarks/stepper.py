"""How quick the stepper is: from a net to its frames, and a frame on the screen.

    python -m benchmarks.stepper [--ops 20 100 400]

Each net (a chain with forks, of so many ops) is written as a file of its own with the stepper in
it, and opened in Debian's Chromium without a graphics card. Columns: frames of the run; seconds
from the net to the data; kilobytes of data; milliseconds from there to the first picture; then,
while each picture of the browser shows another frame, forwards, backwards and at random: the
median time between two pictures, and in brackets our own share of one, median and worst.
"""

from __future__ import annotations

import argparse
import json
import shutil
import statistics
import tempfile
import time
from pathlib import Path

from playwright.sync_api import Browser, sync_playwright

from memplan.export.steps_html import steps_html
from memplan.lessons.sketch import Sketch
from memplan.net import Net
from memplan.steps import run_of
from memplan.views.graph import graph_view
from memplan.views.layered import layered_layout
from memplan.views.steps_data import stepper_data

METHODS = ("liveness", "greedy_by_size", "online_best_fit", "caffe2_dag")
HEADINGS = ("ops", "method", "frames", "s to data", "kB", "ms to picture", "forwards", "backwards")

# Shows another frame in each picture of the browser; how long each took, and our part of it.
WALK = """async ([how, count]) => {
  const root = document.querySelector(".stepper");
  const range = root.querySelector(".track input");
  const most = Number(range.max);
  const [gaps, ours] = [[], []];
  let [at, seed, before] = [how === "backwards" ? most : 0, 1, performance.now()];
  for (let k = 0; k < count; k++) {
    seed = (seed * 16807) % 2147483647;
    if (how === "forwards") at = (at + 1) % (most + 1);
    else if (how === "backwards") at = at ? at - 1 : most;
    else at = seed % (most + 1);
    range.value = at;
    range.dispatchEvent(new Event("input", { bubbles: true }));
    await new Promise(requestAnimationFrame);
    gaps.push(performance.now() - before);
    before = performance.now();
    ours.push(Number(root.dataset.milliseconds));
  }
  return [gaps.slice(5), ours.slice(5)];
}"""


def main() -> None:
    """Print a row for each net and method."""
    parser = argparse.ArgumentParser(description="Times of the stepper.")
    parser.add_argument("--ops", type=int, nargs="+", default=[20, 100, 400])
    parser.add_argument("--pictures", type=int, default=120)
    asked = parser.parse_args()
    print("".join(f"{heading:>18}" for heading in (*HEADINGS, "at random")))
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=shutil.which("chromium"), args=["--no-sandbox"]
        )
        for ops in asked.ops:
            for method in METHODS:
                row = measured(browser, forked(ops), method, asked.pictures)
                print(f"{ops:>18,}{method:>18}" + "".join(f"{c:>18}" for c in row), flush=True)
        browser.close()


def forked(ops: int) -> Net:
    """A chain of so many ops that forks and joins in every fifth."""
    sketch = Sketch("forked")
    sketch.given("b0", 4)
    last, made = "b0", 0
    while made + 5 <= ops:
        names = [f"b{made + k}" for k in range(1, 6)]
        sketch.fc(last, names[0], 4 + made % 7)
        sketch.op("Relu", names[0], names[1])
        sketch.op("Tanh", names[0], names[2])
        sketch.op("Sum", f"{names[1]} {names[2]}", names[3])
        sketch.op("Relu", names[3], names[4])
        last, made = names[4], made + 5
    sketch.wanted(last)
    return sketch.net()


def measured(browser: Browser, net: Net, method: str, pictures: int) -> list[str]:
    """One row, without its first cells."""
    began = time.perf_counter()
    run = run_of(net, method)
    view = graph_view(run.study)
    data = stepper_data(run, view, layered_layout(view), "benchmark")
    seconds = time.perf_counter() - began
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "run.html"
        file.write_text(steps_html(data), encoding="utf-8")
        page = browser.new_page(viewport={"width": 1440, "height": 900})
        page.goto(file.as_uri())
        page.locator(".stepper[data-milliseconds]").wait_for()
        shown = page.evaluate("() => Number(document.querySelector('.stepper').dataset.opened)")
        cells = [walked(page.evaluate(WALK, [how, pictures])) for how in
                 ("forwards", "backwards", "random")]  # fmt: skip
        page.close()
    size = len(json.dumps(data)) / 1e3
    return [f"{len(run.frames):,}", f"{seconds:.2f}", f"{size:,.0f}", f"{shown:.0f}", *cells]


def walked(times: tuple[list[float], list[float]]) -> str:
    """A cell: median time between pictures, our own median and worst time, milliseconds."""
    gaps, ours = times
    return f"{statistics.median(gaps):.0f} ({statistics.median(ours):.1f}, {max(ours):.1f})"


if __name__ == "__main__":
    main()
