"""The workbench without a browser: one selection, the moment, the URL, what leads on."""

from __future__ import annotations

import pytest
from streamlit.testing.v1 import AppTest

from memplan.ui.choices import MemoryView
from memplan.ui.session import Selection
from tests.ui.pages import app, complaints, figures, press, query, upload

HOSTILE = 'op { type: "Relu" input: "in" output: "%s" }' % ("x" * 5000)


def words(test: AppTest) -> str:
    """All running text of the page, without the marks that keep markdown away."""
    assert complaints(test) == []
    return " ".join(m.value for m in test.main.markdown).replace("\\", "").replace("\u2060", "")


def selection(test: AppTest) -> Selection:
    return test.session_state["memplan"].selected


def test_a_link_opens_the_same_view() -> None:
    link = {
        "net": "resnet50",
        "planner": "greedy_by_size",
        "alignment": "64",
        "inputs": "0",
        "capacity": "8 MiB",
        "blob": "pool1",
        "at": "12",
        "view": "step",
    }
    test = app(**link)
    assert selection(test) == Selection(blob="pool1", at=12)
    assert test.selectbox(key="alignment").value == 64
    assert test.toggle(key="count_inputs").value is False
    assert "Blob pool1" in words(test)
    assert "Fits in 8.0 MiB" in words(test)
    assert "Most is alive at step 12" in words(test)
    assert query(test) == link


def test_a_link_opens_the_same_part_of_the_graph() -> None:
    parts = (
        {"fold": "blocks", "open": "f1 f2"},
        {"near": "pool1", "hops": "3", "fold": "nothing"},
        {"near_op": "7", "steps": "3-20", "types": "Conv,Relu", "least": "1024", "at_peak": "1"},
        {"name": "^res2.*a$"},
    )
    for part in parts:
        test = app(net="resnet50", **part)
        assert complaints(test) == []
        assert query(test) == {"net": "resnet50"} | part
        whole = test.session_state["memplan"].graph.wanted
        assert whole.active == (part.keys() - {"fold", "open"} != set())
    test = app(net="resnet50", fold="sideways", steps="9-3", hops="100000", near="pool1")
    assert query(test) == {"net": "resnet50", "near": "pool1", "hops": "20"}


def test_what_a_link_says_wrongly_is_left_out() -> None:
    test = app(net="chain", alignment="3", at="-1", op="many", view="sideways", capacity="much")
    assert selection(test) == Selection()
    assert query(test) == {"net": "chain", "capacity": "much"}
    assert "is no size" in complaints(test)[0].replace("\\", "")
    test = app(net="chain", blob="no such blob", at="10000000")
    assert "No blob" not in words(test)


def test_back_takes_the_selection_and_the_settings_back() -> None:
    test = app(net="residual")
    first = query(test)
    name = test.selectbox(key="chosen blob").options[1]
    test.selectbox(key="chosen blob").set_value(name).run()
    test.selectbox(key="alignment").set_value(64).run()
    assert query(test) == first | {"blob": name, "alignment": "64"}
    _leave_time(test)
    _at(test, first)
    assert selection(test) == Selection()
    assert test.selectbox(key="alignment").value == 1
    assert query(test) == first


def test_back_to_the_first_page_closes_the_net() -> None:
    test = press(app(), "main sample diamond")
    _leave_time(test)
    _at(test, {})
    assert "memory goes" in test.title[0].value
    assert query(test) == {}


def test_an_address_that_is_outdated_undoes_nothing() -> None:
    """A browser that has not heard of the new address yet still sends the one before."""
    test = app(net="residual")
    first = query(test)
    name = test.selectbox(key="chosen blob").options[1]
    test.selectbox(key="chosen blob").set_value(name).run()
    _at(test, first)
    assert selection(test).blob == name


def _at(test: AppTest, address: dict[str, str]) -> None:
    for key in list(test.query_params):
        del test.query_params[key]
    for key, text in address.items():
        test.query_params[key] = text
    test.run()


def _leave_time(test: AppTest) -> None:
    test.session_state["memplan"].written -= 60


def test_a_name_that_no_address_can_hold_is_selected_all_the_same() -> None:
    test = upload(app(), ("net.pbtxt", HOSTILE.encode()))
    test.selectbox(key="chosen blob").set_value("x" * 5000).run()
    assert selection(test).blob == "x" * 5000
    assert "blob" not in query(test)


def test_a_step_shows_what_is_alive_there() -> None:
    test = app(net="inception_block", view="step", at="5")
    assert "At op 5" in words(test)
    table = next(found.value for found in test.main.dataframe if "share" in found.value)
    assert set(table["blob"]) == {"3a/pool", "3a/3x3_reduce", "3a/1x1", "3a/5x5_reduce"}
    test.number_input(key="step field").set_value(0).run()
    assert selection(test).at == 0
    press(test, "to the peak")
    assert query(test)["at"] == "3"
    assert "Most is alive at step 3" in words(test)


@pytest.mark.parametrize("view", list(MemoryView))
def test_every_view_is_shown(view: MemoryView) -> None:
    test = app(net="resnet50", view=view.value, blob="pool1", at="3")
    assert complaints(test) == []
    test.segmented_control(key="memory view").set_value(MemoryView.TIMELINE).run()
    assert "view" not in query(test)


def test_details_lead_from_blob_to_op_to_blob() -> None:
    test = app(net="inception_block", blob="3a/3x3")
    told = words(test)
    for fact in ("[1, 128, 28, 28] float32", "from op 8 until before op 14", "At the peak"):
        assert fact in told
    press(test, "link maker 0")
    assert selection(test) == Selection(op=8)
    told = words(test)
    for fact in (
        "Op 8: Conv",
        "Alive before",
        "While it runs",
        "After it",
        "**Argument kernel** 3",
    ):
        assert fact in told
    press(test, "link writes 0")
    assert selection(test) == Selection(blob="3a/3x3")
    press(test, "link before 0")
    assert selection(test) == Selection(blob="3a/pool")
    press(test, "link after 0")
    assert selection(test) == Selection(blob="3a/3x3")


def test_an_op_sets_the_moment() -> None:
    test = press(app(net="chain", op="1"), "go to op")
    assert selection(test) == Selection(op=1, at=1)


def test_a_capacity_is_measured_against() -> None:
    test = app(net="lenet", planner="greedy_by_size")
    for text, told in (
        ("57600", "Fits in 56.2 KiB: 0 B stay free."),
        ("1 KiB", "and no plan in this order of ops does"),
    ):
        test.text_input(key="capacity").set_value(text).run()
        assert told in words(test)
    test.text_input(key="capacity").set_value("lots").run()
    assert "is no size" in complaints(test)[0].replace("\\", "")
    assert figures(test)["Peak"] == "56.2 KiB"


def test_above_two_thousand_blobs_the_map_is_the_whole_one_with_its_own_curve() -> None:
    ops = [f'op {{ type: "Relu" input: "b{k}" output: "b{k + 1}" }}' for k in range(2100)]
    test = upload(app(), ("chain.pbtxt", "\n".join(ops).encode()))
    test.sidebar.text_input(key=shape_key(test)).set_value("1,64").run()
    assert len(test.get("plotly_chart")) == 2
    test.segmented_control(key="memory view").set_value(MemoryView.MAP).run()
    assert complaints(test) == []
    assert len(test.get("plotly_chart")) == 0
    labels = [str(found.proto) for found in test.get("bidi_component")]
    assert any("Address map: 2,101 blobs over 2,100 ops" in label for label in labels)


def shape_key(test: AppTest) -> str:
    keys = (str(field.key) for field in test.sidebar.text_input)
    return next(key for key in keys if key.startswith("shape sidebar"))
