"""The page with the memory canvas alone, served and opened in a browser."""

import os
import shutil
import socket
import subprocess
import sys
import time
import urllib.request
from pathlib import Path

import pytest

from tests.conftest import REPOSITORY, skip_or_fail

APP = Path(__file__).with_name("memory_app.py")


@pytest.fixture(scope="module")
def address():
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = [sys.executable, "-m", "streamlit", "run", str(APP), "--server.headless=true"]
    command += [f"--server.port={port}", "--server.address=127.0.0.1"]
    command += ["--server.fileWatcherType=none"]
    server = subprocess.Popen(
        command,
        cwd=REPOSITORY,
        env=os.environ | {"PYTHONPATH": str(REPOSITORY)},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        wait_for(f"http://127.0.0.1:{port}/_stcore/health")
        yield f"http://127.0.0.1:{port}/"
    finally:
        server.kill()
        server.wait()


def wait_for(url, seconds=60):
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
    program = shutil.which("chromium")
    playwright = pytest.importorskip("playwright.sync_api") if program else None
    if playwright is None:
        skip_or_fail("there is no Chromium")
    with playwright.sync_playwright() as tool:
        started = tool.chromium.launch(executable_path=program, args=["--no-sandbox"])
        yield started
        started.close()


@pytest.fixture
def page(browser):
    yield from opened_page(browser)


@pytest.fixture
def phone(browser):
    """A page of a phone's width, with fingers and two pixels to each unit."""
    small = {"width": 390, "height": 800}
    yield from opened_page(browser, viewport=small, has_touch=True, device_scale_factor=2)


def opened_page(browser, **options):
    context = browser.new_context(**{"viewport": {"width": 1100, "height": 900}, **options})
    page = context.new_page()
    errors = []
    page.on("pageerror", lambda error: errors.append(str(error)))
    yield page
    context.close()
    assert errors == []
