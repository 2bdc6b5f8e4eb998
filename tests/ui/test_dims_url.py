"""Free dims in the URL: a link opens the same sizes again."""

from __future__ import annotations

from tests.test_compare import compare
from tests.ui.pages import app, complaints, figures, press, query, upload


def dims(test) -> dict[str, int]:
    return dict(test.session_state["memplan"].dims)


def test_a_number_that_is_set_stands_in_the_url_and_a_link_opens_it() -> None:
    test = app(net="transformer")
    assert query(test) == {"net": "transformer"}
    test.sidebar.number_input[0].set_value(2).run()
    assert query(test) == {"net": "transformer", "dim_batch": "2"}
    again = app(net="transformer", dim_batch="2")
    assert complaints(again) == []
    assert dims(again) == {"batch": 2, "length": 128}
    assert figures(again) == figures(test)
    assert query(again) == query(test)


def test_a_dim_that_was_left_free_is_told_too() -> None:
    test = app(net="transformer")
    test.sidebar.number_input[1].set_value(None).run()
    assert query(test) == {"net": "transformer", "dim_length": "free"}
    again = app(net="transformer", dim_length="free")
    assert dims(again) == {"batch": 1}
    assert figures(again) == figures(test)


def test_nonsense_is_as_if_it_were_not_there() -> None:
    for text in ("", "0", "-1", "x", "99999999999", "2.5", "²"):
        test = app(net="transformer", dim_batch=text)
        assert complaints(test) == []
        assert dims(test) == {"batch": 1, "length": 128}
    assert dims(app(net="transformer", dim_other="8")) == {"batch": 1, "length": 128}


def test_a_link_to_an_exported_program() -> None:
    test = app(net="exported_attention", dim_s0="16", profile="pytorch")
    assert complaints(test) == []
    assert dims(test) == {"s0": 16}
    assert query(test) == {"net": "exported_attention", "dim_s0": "16", "profile": "pytorch"}


def test_another_net_leaves_the_numbers_of_the_last_one_behind() -> None:
    test = app(net="transformer", dim_batch="2")
    test.sidebar.button(key="sidebar sample chain").click().run()
    assert "dim_batch" not in query(test)
    name = "exported_attention"
    test = upload(app(net="transformer", dim_batch="2"), ("net.pt2", sample(name)))
    assert not [key for key in query(test) if key.startswith("dim_")]


def sample(name: str) -> bytes:
    from memplan.samples import open_sample

    return open_sample(name)[0].data


def side_b(test) -> dict[str, int | None]:
    return dict(test.session_state["memplan"].other.dims)


def numbers_of_both(test) -> list[list[str]]:
    table = test.main.table[0].value
    return [list(table[side][:-1]) for side in "AB"]  # all but the seconds


def test_a_link_restores_the_dims_of_both_sides() -> None:
    link = {
        "net": "transformer",
        "dim_batch": "2",
        "b": "greedy_by_size",
        "b_net": "lstm_scan",
        "b_dim_length": "4",
    }
    test = compare(**link)
    assert complaints(test) == []
    assert query(test) == link
    assert dims(test) == {"batch": 2, "length": 128}
    assert side_b(test) == {"length": 4}
    as_a = compare(**{name: text for name, text in link.items() if name != "b_dim_length"})
    assert numbers_of_both(as_a)[0] == numbers_of_both(test)[0]
    assert numbers_of_both(as_a)[1] != numbers_of_both(test)[1]


def test_one_net_at_two_sizes_and_the_swap() -> None:
    link = {"net": "transformer", "b": "greedy_by_size"}
    test = compare(**link)
    a = numbers_of_both(test)[0]
    field = next(f for f in test.main.number_input if f.label == "batch")
    field.set_value(3).run()
    assert complaints(test) == []
    assert query(test) == link | {"b_dim_batch": "3"}
    before = numbers_of_both(test)
    assert before[0] == a
    assert before == numbers_of_both(compare(**query(test)))
    press(test, "swap sides")
    assert numbers_of_both(test) == before[::-1]
    assert query(test)["dim_batch"] == "3"
    assert numbers_of_both(compare(**query(test))) == before[::-1]
    press(test, "swap sides")
    assert query(test) == link | {"b_dim_batch": "3"}
    assert numbers_of_both(test) == before


def test_two_nets_keep_their_dims_when_they_change_places() -> None:
    test = compare(net="transformer", dim_length="64", b_net="lenet")
    before = numbers_of_both(test)
    press(test, "swap sides")
    assert query(test)["b_dim_length"] == "64"
    assert numbers_of_both(test) == before[::-1]
    press(test, "swap sides")
    assert query(test)["dim_length"] == "64"
    assert numbers_of_both(test) == before


def test_a_dim_left_free_on_side_b_is_told() -> None:
    link = {"net": "transformer", "b": "greedy_by_size", "b_dim_length": "free"}
    test = compare(**link)
    assert query(test) == link
    assert side_b(test) == {"length": None}
    field = next(f for f in test.main.number_input if f.label == "length")
    assert (field.value, field.placeholder) == (None, "free")


def test_nonsense_about_side_b_is_as_if_it_were_not_there() -> None:
    link = {"net": "transformer", "b": "greedy_by_size"}
    odd = {"b_dim_batch": "0", "b_dim_length": "x", "b_dim_other": "8"}
    test = compare(**link, **odd)
    assert complaints(test) == []
    assert query(test) == link


def test_another_net_leaves_the_numbers_of_side_b_behind_too() -> None:
    test = compare(net="transformer", b="greedy_by_size", b_dim_batch="3")
    press(test, "sidebar sample chain")
    press(test, "sidebar sample transformer")
    assert side_b(test) == {}
