"""What tests share: the folder of real nets, and the rule on skipping."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

# How long an example takes depends on what else the machine does: nothing here is timed.
settings.register_profile(
    "memplan", deadline=None, suppress_health_check=[HealthCheck.too_slow], print_blob=True
)
settings.load_profile("memplan")

REPOSITORY = Path(__file__).resolve().parent.parent


def skip_or_fail(reason: str) -> None:
    """Skip the test; under MEMPLAN_REQUIRE_ALL=1 a skip is a failure."""
    if os.environ.get("MEMPLAN_REQUIRE_ALL") == "1":
        pytest.fail(f"MEMPLAN_REQUIRE_ALL=1, but {reason}")
    pytest.skip(reason)


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--long", action="store_true", help="also the long fuzz and property runs")


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    if config.getoption("--long"):
        return
    for item in items:
        if "long" in item.keywords:
            item.add_marker(pytest.mark.skip(reason="a long run: asked for by --long"))


@pytest.fixture(scope="session")
def shared() -> Path:
    """The folder of real nets and true answers that lies beside the repository."""
    folder = REPOSITORY.parent / "shared"
    if not folder.is_dir():
        skip_or_fail("the folder 'shared' is not beside the repository")
    return folder


@pytest.fixture(scope="session")
def caffe2_nets(shared: Path) -> Path:
    """Real Caffe2 nets, a folder each."""
    return shared / "nets" / "caffe2"


@pytest.fixture(scope="session")
def tflite_nets(shared: Path) -> Path:
    """Real TensorFlow Lite models, a file each."""
    return shared / "nets" / "tflite"


@pytest.fixture(scope="session")
def chromium() -> Iterator[object]:
    """A real browser (`playwright.sync_api.Browser`), one for each process of the tests."""
    from tests.browsing import launched  # it imports this file

    with launched() as browser:
        yield browser


@pytest.fixture(scope="session")
def address() -> Iterator[str]:
    """Where the app is served: once for each process of the tests, each page a visitor's own."""
    from tests.browsing import serving

    with serving(REPOSITORY / "app.py") as url:
        yield url


@pytest.fixture
def page(chromium: object) -> Iterator[object]:
    """A page for the app (`playwright.sync_api.Page`); nothing on it may come from elsewhere."""
    from tests.browsing import in_browser

    with in_browser(chromium, (1440, 1200)) as page:
        requests: list[str] = []
        page.on("request", lambda request: requests.append(request.url))
        page.on("dialog", lambda dialog: pytest.fail(f"a script ran: {dialog.message}"))
        yield page
        own = ("http://127.0.0.1", "data:", "blob:")
        assert [url for url in requests if not url.startswith(own)] == [], "fetched from elsewhere"
