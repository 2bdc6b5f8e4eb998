"""The shelf of results: bounded, by use, and by nothing but the key."""

from __future__ import annotations

from memplan.ui.work import Shelf


def test_what_was_not_used_for_longest_goes_first() -> None:
    shelf = Shelf(results=2)
    shelf.put("a", 1)
    shelf.put("b", 2)
    assert shelf.find("a") == 1
    shelf.put("c", 3)
    assert (shelf.find("a"), shelf.find("b"), shelf.find("c")) == (1, None, 3)


def test_another_key_finds_nothing() -> None:
    shelf = Shelf()
    shelf.put(("net", "digest", ()), "mine")
    assert shelf.find(("net", "digest", (("data", "1"),))) is None


def test_results_about_large_nets_leave_room_for_fewer() -> None:
    shelf = Shelf(ops=100)
    shelf.put("a", 1, ops=60)
    shelf.put("b", 2, ops=40)
    assert (shelf.find("a"), shelf.find("b")) == (1, 2)
    shelf.put("c", 3, ops=1)
    assert (shelf.find("a"), shelf.find("b"), shelf.find("c")) == (None, 2, 3)


def test_what_is_larger_than_the_shelf_is_kept_alone() -> None:
    shelf = Shelf(ops=100)
    shelf.put("a", 1)
    shelf.put("b", 2, ops=1000)
    assert (shelf.find("a"), shelf.find("b")) == (None, 2)
