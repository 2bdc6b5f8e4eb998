"""Make docs/inspect.png: ``python docs/screenshot.py``, with the app running.

    streamlit run app.py --server.headless true &
    python docs/screenshot.py http://localhost:8501

Needs Playwright (tests/requirements.txt) and Debian's chromium.
"""

from __future__ import annotations

import shutil
import sys
from pathlib import Path

from playwright.sync_api import Page, sync_playwright

PICTURE = Path(__file__).resolve().parent / "inspect.png"
SAMPLE = "inception_block"


def main(address: str) -> None:
    """Open a bundled net and take a picture of the page."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=shutil.which("chromium"), args=["--no-sandbox"]
        )
        page = browser.new_page(viewport={"width": 1440, "height": 1000})
        page.goto(f"{address.rstrip('/')}/inspect?net={SAMPLE}&blob=3a/3x3")
        _wait_for_the_drawing(page)
        page.screenshot(path=PICTURE)
        browser.close()


def _wait_for_the_drawing(page: Page) -> None:
    page.locator("canvas").first.wait_for(timeout=60_000)
    page.locator(".js-plotly-plot").first.wait_for(timeout=60_000)
    running = page.get_by_test_id("stStatusWidget")
    running.wait_for(state="detached", timeout=60_000)
    # The canvas flies to the net; nothing in the page says that it has arrived.
    page.wait_for_timeout(2_000)


if __name__ == "__main__":
    main(sys.argv[1] if len(sys.argv) > 1 else "http://localhost:8501")
