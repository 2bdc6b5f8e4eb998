"""The choice of an engine: in the sidebar, in the URL, on the headline."""

from memplan.profiles import PROFILES
from tests.ui.pages import app, complaints, figures, query


def opened(**more: str):
    test = app(net="lenet", **more)
    assert complaints(test) == []
    return test


def told(test) -> str:
    return " ".join(found.value for found in test.markdown)


def test_choosing_an_engine_takes_over_its_accounting_and_stands_in_the_url() -> None:
    test = opened()
    assert "reserves" not in told(test)
    test.selectbox(key="profile").set_value("executorch").run()
    assert complaints(test) == []
    assert query(test) == {"net": "lenet", "profile": "executorch"}
    assert test.selectbox(key="planner").value == "executorch"
    assert test.selectbox(key="alignment").value == 16
    assert test.toggle(key="views").value is True
    assert "ExecuTorch reserves" in told(test)
    test.selectbox(key="profile").set_value("own settings").run()
    assert query(test) == {"net": "lenet"}
    assert test.selectbox(key="alignment").value == 1
    assert "reserves" not in told(test)


def test_a_link_opens_the_engine_with_what_was_changed() -> None:
    test = opened(profile="onnxruntime", planner="greedy_by_size", outputs="1", share="views")
    assert test.selectbox(key="profile").value == "onnxruntime"
    assert test.selectbox(key="planner").value == "greedy_by_size"
    assert test.toggle(key="count_outputs").value is True
    assert test.toggle(key="count_inputs").value is False
    assert (test.toggle(key="in_place").value, test.toggle(key="views").value) == (False, True)
    assert query(test) == {
        "net": "lenet", "profile": "onnxruntime", "planner": "greedy_by_size", "outputs": "1",
        "share": "views",
    }  # fmt: skip
    assert "this plan needs" in told(test)


def test_in_place_makes_the_peak_smaller_without_any_engine() -> None:
    test = opened(planner="greedy_by_size")
    before = figures(test)["Peak"]
    test.toggle(key="pieces").set_value(True).run()
    test.toggle(key="views").set_value(True).run()
    test.toggle(key="in_place").set_value(True).run()
    assert complaints(test) == []
    assert query(test)["share"] == "in_place,views,pieces"
    assert figures(test)["Peak"] <= before


def test_an_engine_that_is_none_gets_a_sentence() -> None:
    test = app(net="lenet", profile="<b>")
    assert len(complaints(test)) == 1
    assert "no profile" in complaints(test)[0]


def test_every_engine_can_be_opened_on_the_page() -> None:
    for name in PROFILES:
        opened(profile=name)


def test_of_tensorflow_lite_micro_the_head_is_called_a_part_on_the_page_too() -> None:
    test = app(net="mobilenet_block", profile="tflm")
    assert complaints(test) == []
    said = told(test).replace("\\", "")
    assert "Planned head" in said
    assert "TensorFlow Lite Micro reserves" in said
    assert "the bound is" in said
    # An engine whose planner is not here: nothing is said that nobody knows.
    said = told(opened(profile="litert")).replace("\\", "")
    assert "LiteRT's own planner is not reproduced" in said
    assert "reserves" not in said.replace("what it reserves is not told", "")
