"""Free dims in the URL: a link opens the same sizes again."""

from __future__ import annotations

from tests.ui.pages import app, complaints, figures, query, upload


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
