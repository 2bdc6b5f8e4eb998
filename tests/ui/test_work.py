"""The shelf of results: bounded, by use, and by nothing but the key."""

from __future__ import annotations

from memplan.ui.work import Shelf


def test_what_was_not_used_for_longest_goes_first() -> None:
    shelf = Shelf(limit=2)
    shelf.put("a", 1)
    shelf.put("b", 2)
    assert shelf.find("a") == 1
    shelf.put("c", 3)
    assert (shelf.find("a"), shelf.find("b"), shelf.find("c")) == (1, None, 3)


def test_another_key_finds_nothing() -> None:
    shelf = Shelf()
    shelf.put(("net", "digest", ()), "mine")
    assert shelf.find(("net", "digest", (("data", "1"),))) is None
