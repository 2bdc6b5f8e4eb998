"""A real browser, and scripts served to it: what the tests that need one have in common."""

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
    # The sandbox needs rights that root in a container has not.
    arguments = ["--no-sandbox"] if os.geteuid() == 0 else []
    with playwright.sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=program, args=arguments)
        yield browser
        browser.close()


@contextmanager
def in_browser(browser: playwright.Browser, **options: object) -> Iterator[playwright.Page]:
    """A page of a window of its own; no script may fail on it.

    Args:
        options: Of Playwright's `new_context`; the window is 1100 by 800 unless they say so.
    """
    context = browser.new_context(**{"viewport": {"width": 1100, "height": 800}, **options})
    page = context.new_page()
    errors: list[str] = []
    page.on("pageerror", lambda error: errors.append(str(error)))
    try:
        yield page
    finally:
        context.close()
    assert errors == []
