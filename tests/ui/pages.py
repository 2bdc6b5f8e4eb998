"""Running the app and its pages without a browser."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from streamlit.components.v2 import manifest_scanner
from streamlit.testing.v1 import AppTest

# Each AppTest looks through all packages that are installed for components, which takes longer
# than a page; they stay the same.
manifest_scanner.scan_component_manifests = cache(manifest_scanner.scan_component_manifests)

REPOSITORY = Path(__file__).resolve().parent.parent.parent
SECONDS = 60


def app(**query: str) -> AppTest:
    """The whole app, opened at a query of the URL, after its first run."""
    test = AppTest.from_file(str(REPOSITORY / "app.py"), default_timeout=SECONDS)
    for name, value in query.items():
        test.query_params[name] = value
    return test.run()


def page(name: str) -> AppTest:
    """One page alone, not run yet."""
    return AppTest.from_file(str(REPOSITORY / "pages" / name), default_timeout=SECONDS)


def upload(test: AppTest, *files: tuple[str, bytes]) -> AppTest:
    """Drop files into the drop zone."""
    zone = test.sidebar.file_uploader[0]
    for name, data in files:
        zone.upload(name, data)
    return test.run()


def press(test: AppTest, key: str) -> AppTest:
    """Press the button of that key."""
    return test.button(key=key).click().run()


def figures(test: AppTest) -> dict[str, str]:
    """The headline, by name."""
    return {metric.label: metric.value for metric in test.metric}


def complaints(test: AppTest) -> list[str]:
    """The sentences on what is wrong; a stack trace is none."""
    assert not test.exception, [found.value for found in test.exception]
    return [found.value for found in test.error]


def query(test: AppTest) -> dict[str, str]:
    """The query of the URL."""
    values = dict(test.query_params)
    return {name: v if isinstance(v, str) else v[-1] for name, v in values.items()}
