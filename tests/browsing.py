"""A real browser, and scripts served to it: what the tests that need one have in common.

To start a server or a browser costs seconds, and so does a page whose scripts are not compiled
yet; each process of the tests has one browser, one server of the app, and a window for all pages.
"""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.request import urlopen

import pytest

from tests.conftest import REPOSITORY, skip_or_fail

try:
    from playwright import sync_api as playwright
except ImportError:
    playwright = None

__all__ = ["in_browser", "launched", "playwright", "serving"]

SECONDS = 60
# What a page stores in the window (a theme, the sidebar's width) is not for the next.
FORGET = """if (location.protocol === "http:" && !sessionStorage.getItem("begun")) {
  localStorage.clear();
  sessionStorage.setItem("begun", "yes");
}"""


@contextmanager
def serving(script: Path) -> Iterator[str]:
    """Serve a Streamlit script on a free port of this machine; yields its address."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    options = {"port": port, "address": "127.0.0.1", "headless": "true", "fileWatcherType": "none"}
    arguments = [f"--server.{name}={value}" for name, value in options.items()]
    server = subprocess.Popen(
        [sys.executable, "-m", "streamlit", "run", str(script), *arguments],
        cwd=REPOSITORY,
        env=os.environ | {"PYTHONPATH": str(REPOSITORY)},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        _wait_for(f"http://127.0.0.1:{port}/_stcore/health", server)
        yield f"http://127.0.0.1:{port}"
    finally:
        server.terminate()
        server.wait(timeout=SECONDS)


def _wait_for(url: str, server: subprocess.Popen[bytes]) -> None:
    deadline = time.monotonic() + SECONDS
    while time.monotonic() < deadline:
        assert server.poll() is None, "the server ended as it began"
        try:
            with urlopen(url, timeout=2) as answer:
                if answer.status == 200:
                    return
        except OSError:
            time.sleep(0.2)
    pytest.fail(f"no answer at {url} within {SECONDS} s")


@contextmanager
def launched() -> Iterator[playwright.Browser]:
    """Debian's Chromium, driven by Playwright; the test is skipped where there is none."""
    program = shutil.which("chromium") or shutil.which("chromium-browser")
    if program is None or playwright is None:
        skip_or_fail("Chromium or Playwright is not installed")
    # One process for all pages of a context: what one has compiled the next has too.
    arguments = ["--process-per-site"]
    if os.geteuid() == 0:
        arguments.append("--no-sandbox")  # a sandbox needs rights that root in a container has not
    with playwright.sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=program, args=arguments)
        yield browser
        browser.close()


@contextmanager
def in_browser(
    browser: playwright.Browser,
    viewport: tuple[int, int] = (1100, 800),
    color_scheme: str = "light",
    **options: object,
) -> Iterator[playwright.Page]:
    """A page of its own, of a window that it shares with others; no script may fail on it.

    Args:
        viewport: Width and height.
        options: Of Playwright's `new_context`; pages with the same ones share a window.
    """
    context = _context(browser, options)
    page = context.new_page()
    page.set_viewport_size(dict(zip(("width", "height"), viewport, strict=True)))
    page.emulate_media(color_scheme=color_scheme)
    page.set_default_timeout(SECONDS * 1000)
    page.add_init_script(FORGET)
    errors: list[str] = []
    page.on("pageerror", lambda error: errors.append(str(error)))
    opened = [page]
    page.on("popup", lambda popup: opened.append(popup))  # noqa: PLW0108  a builtin cannot listen
    try:
        yield page
    finally:
        for each in opened:
            each.close()
    assert errors == []


def _context(browser: playwright.Browser, options: dict[str, object]) -> playwright.BrowserContext:
    """The window with these options, made once: a page finds there what the last one fetched."""
    for context in browser.contexts:
        if getattr(context, "options", None) == options:
            return context
    context = browser.new_context(**options)
    context.options = options
    # A process ends with its last page, and what it has compiled with it: an empty one stays.
    anchor = context.new_page()
    anchor.route("**/*", lambda route: route.fulfill(body="", content_type="text/html"))
    anchor.goto("http://127.0.0.1/")
    return context
