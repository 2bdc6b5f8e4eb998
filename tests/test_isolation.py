"""What one visitor opens stays theirs, and what the server keeps is bounded."""

from __future__ import annotations

import gc
import logging
import tracemalloc

import pytest
from streamlit.testing.v1 import AppTest

from memplan.ui.work import Shelf
from tests.ui.pages import app, complaints, press, upload

SECRET = b'op { type: "Relu" input: "a" output: "my_secret_blob" }'
GROWTH = 5_000  # bytes a run: in 210 less than what one net of some ops takes with its figures


def texts(test: AppTest) -> str:
    parts = [*test.markdown, *test.caption, *test.subheader, *test.warning, *test.error]
    tables = [str(found.value) for found in test.dataframe]
    return " ".join([*(str(part.value) for part in parts), *tables])


def test_an_upload_is_seen_by_nobody_else() -> None:
    mine = upload(app(), ("secret.pbtxt", SECRET))
    assert "my_secret_blob" in texts(mine)
    for other in (app(), app(net="chain"), press(app(), "main sample diamond")):
        assert complaints(other) == []
        assert "secret" not in texts(other)
        assert "secret" not in str(dict(other.query_params))


def test_the_shelf_forgets_what_was_not_used_for_longest() -> None:
    shelf = Shelf(results=3, ops=100)
    for key in "abc":
        shelf.put(key, key.upper())
    assert shelf.find("a") == "A"
    shelf.put("d", "D")
    assert [shelf.find(key) for key in "abcd"] == ["A", None, "C", "D"]
    shelf.put("large", "L", ops=99)
    assert shelf.find("large") == "L"
    assert sum(shelf.find(key) is not None for key in "abcd") <= 1


@pytest.mark.parametrize("number", [20, pytest.param(70, marks=pytest.mark.long)])
def test_runs_of_the_page_keep_no_memory(number: int, monkeypatch: pytest.MonkeyPatch) -> None:
    # pytest keeps every line of the log, and Streamlit writes one a run without a browser.
    monkeypatch.setattr(logging.root.manager, "disable", logging.CRITICAL)
    test = app(net="inception_block")
    names = test.selectbox(key="chosen blob").options[:8]

    def runs(number: int) -> None:
        for turn in range(number):
            test.session_state["memplan"].select(blob=names[turn % len(names)])
            test.run()
        assert complaints(test) == []
        gc.collect()

    runs(2 * len(names))
    tracemalloc.start()  # with it a run takes three times as long
    growth = []
    try:
        runs(len(names))
        for _ in range(3):
            before, _ = tracemalloc.get_traced_memory()
            runs(number)
            growth.append(tracemalloc.get_traced_memory()[0] - before)
    finally:
        tracemalloc.stop()
    # What other tests left running in this process allocates once; what runs keep, each time.
    each = [bytes_ // number for bytes_ in growth]
    assert min(each) < GROWTH, f"{each} bytes for each run"
