"""The page Debug without a browser: each section, links, changes that are tried, files brought."""

from __future__ import annotations

import json

import pytest
from streamlit.testing.v1 import AppTest

from memplan.formats import load, to_text
from memplan.museum import PIECES
from memplan.planners.renaming import renamed
from memplan.rewrite import Assignment
from memplan.samples import open_sample
from tests.ui.pages import REPOSITORY, SECONDS, complaints, press, query

SECTION = "debug section"


def debug(**asked: str) -> AppTest:
    """The page Debug in the app, opened at a query."""
    test = AppTest.from_file(str(REPOSITORY / "app.py"), default_timeout=SECONDS)
    test.switch_page(str(REPOSITORY / "pages" / "3_debug.py"))
    for name, value in asked.items():
        test.query_params[name] = value
    return test.run()


def texts(test: AppTest) -> str:
    parts = [*test.main.markdown, *test.main.caption, *test.main.error, *test.main.success]
    parts += [*test.main.warning, *test.main.info]
    return "\n".join(part.value.replace("\\", "").replace("\N{WORD JOINER}", "") for part in parts)


def choose(test: AppTest, key: str, value: object) -> AppTest:
    return test.main.selectbox(key=key).set_value(value).run()


def test_without_a_net_it_invites_and_the_museum_is_open() -> None:
    test = debug()
    assert complaints(test) == []
    assert "memory goes" in test.title[0].value
    test.main.button_group(key=SECTION).set_value("museum").run()
    assert "Unsafe" in texts(test)


def test_the_log_tells_all_decisions_and_can_be_narrowed() -> None:
    test = debug(net="lenet", planner="caffe2_dag")
    assert complaints(test) == []
    table = test.main.dataframe[0].value
    assert list(table["blob"]) == ["conv1", "pool1", "conv2", "pool2", "ip1", "ip2", "prob"]
    test.main.text_input(key="decisions of").set_value("CONV").run()
    assert list(test.main.dataframe[0].value["blob"]) == ["conv1", "conv2"]
    test.main.text_input(key="decisions of").set_value("").run()
    choose(test, "decisions because", test.main.selectbox(key="decisions because").options[0])
    assert complaints(test) == []
    assert 0 < len(test.main.dataframe[0].value) <= 7


def test_a_decision_is_told_with_the_state_that_the_planner_had() -> None:
    test = debug(net="lenet", planner="caffe2_dag", blob="pool2")
    assert complaints(test) == []
    told = texts(test)
    assert "it takes over the memory of 'pool1'" in told
    assert "Free memory, in the planner's order" in told
    tables = [found.value for found in test.main.dataframe]
    assert any("shared so far" in table for table in tables)
    assert any("lies in the memory of" in table for table in tables)


def test_a_planner_without_decisions_says_so() -> None:
    test = debug(net="recurrent", planner="caffe2_simple")
    assert complaints(test) == []
    assert "made no decisions" in texts(test) or test.main.dataframe


def test_a_link_asks_about_a_pair() -> None:
    test = debug(net="lenet", a="conv1", b="pool1")
    assert complaints(test) == []
    told = texts(test)
    assert "Why is conv1 here?" in told
    assert "'conv1' and 'pool1' cannot share memory: both are alive at op 1" in told
    assert query(test) == {"net": "lenet", "a": "conv1", "b": "pool1"}


def test_an_answer_can_be_tried() -> None:
    test = debug(net="lenet", a="conv1", b="pool2")
    assert "could share memory, but do not" in texts(test)
    press(test, "try pair")
    assert complaints(test) == []
    assert query(test)["do"] == "what_if"
    assert "conv1 and pool2 together" in test.main.button(key="tweak 0").label
    assert "The peak" in texts(test)


def test_a_name_that_is_none_gets_one_sentence() -> None:
    test = debug(net="lenet", a="<b>", b="pool1")
    assert len(complaints(test)) == 1
    assert "no blob" in complaints(test)[0]


def test_the_peak_names_what_is_alive_and_what_would_help() -> None:
    test = debug(net="lenet", do="peak")
    assert complaints(test) == []
    assert "At step 1" in texts(test)
    alive, actions = (found.value for found in test.main.dataframe)
    assert list(alive["blob"]) == ["conv1", "pool1"]
    assert (actions["saves"] > 0).all()


def test_changes_are_stacked_and_taken_back() -> None:
    test = debug(net="lenet", do="what_if")
    assert "Nothing is changed yet" in texts(test)
    choose(test, "tweak kind", "align offsets")
    choose(test, "tweak alignment", 4096)
    press(test, "try tweak")
    assert complaints(test) == []
    assert "The peak grows" in texts(test)
    choose(test, "tweak kind", "keep a blob static")
    choose(test, "tweak blob", "conv1")
    press(test, "try tweak")
    assert [test.main.button(key=f"tweak {k}").label for k in (0, 1)] == [
        "aligned to 4 KiB ✕",
        "conv1 static ✕",
    ]
    press(test, "tweak 0")
    assert test.main.button(key="tweak 0").label == "conv1 static ✕"
    press(test, "tweak 0")
    assert "Nothing is changed yet" in texts(test)
    assert complaints(test) == []


def test_what_cannot_be_is_said() -> None:
    test = debug(net="lenet", do="what_if")
    choose(test, "tweak kind", "put two together")
    choose(test, "tweak blob", "conv1")
    choose(test, "tweak other", "pool1")
    press(test, "try tweak")
    assert complaints(test) == []
    assert "It cannot be so" in texts(test)


@pytest.mark.parametrize(
    ("kind", "fields"),
    [
        ("pin a blob", {"tweak blob": "conv1", "tweak offset": "64KiB"}),
        ("keep two apart", {"tweak blob": "conv1", "tweak other": "conv2"}),
        ("do not share a blob", {"tweak blob": "conv1"}),
        ("run an op on another device", {"tweak device": "cuda:0"}),
        ("run the ops in another order", {"tweak order": "longest_path"}),
        ("give an input another shape", {"tweak shape": "2,1,28,28"}),
        ("plan by another planner", {"tweak planner": "naive"}),
        ("make no op wait", {}),
    ],
)
def test_every_change_can_be_tried(kind: str, fields: dict[str, str]) -> None:
    test = debug(net="lenet", do="what_if", planner="greedy_by_size")
    choose(test, "tweak kind", kind)
    for key, value in fields.items():
        if any(found.key == key for found in test.main.selectbox):
            choose(test, key, value)
        else:
            test.main.text_input(key=key).set_value(value).run()
    press(test, "try tweak")
    assert complaints(test) == []
    assert "The peak" in texts(test), texts(test)
    assert "It cannot be so" not in texts(test)


def test_the_price_of_sharing_and_the_setting_without_waits() -> None:
    test = debug(net="inception_block", parallel="1", planner="greedy_by_size", do="price")
    assert complaints(test) == []
    assert "Sharing adds 3 waits" in texts(test)
    test.main.toggle(key="no waiting").set_value(True).run()
    assert complaints(test) == []
    assert "Sharing makes no op wait" in texts(test)
    test = debug(**query(test) | {"planner": "safe"})
    assert test.main.toggle(key="no waiting").value
    assert "Sharing makes no op wait" in texts(test)
    assert len(test.main.warning) == 0
    assert "stands for" in texts(test)
    test.switch_page("pages/1_inspect.py").run()
    assert "stands for" in texts(test)


def test_a_net_after_somebodys_optimisation_is_verified_and_opened() -> None:
    net = load(open_sample("lenet"))
    after = to_text(renamed(net, Assignment({"conv1": "shared", "pool1": "shared"})))
    test = debug(net="lenet", do="own")
    zone = next(z for z in test.main.file_uploader if z.key == "own after")
    zone.upload("after.pbtxt", after.encode() if isinstance(after, str) else after)
    test.run()
    assert len(complaints(test)) == 1
    assert "Unsafe" in complaints(test)[0]
    assert "The mapping recovered" in texts(test)
    table = test.main.dataframe[0].value
    assert dict(zip(table["before"], table["after"], strict=True)) == {
        "conv1": "shared",
        "pool1": "shared",
    }
    press(test, "open own")
    assert not test.exception
    assert [m.label for m in test.metric][:2] == ["Weights", "No sharing"]


def test_a_plan_for_the_open_net_is_verified() -> None:
    names = ("data", "conv1", "pool1", "conv2", "pool2", "ip1", "ip2", "prob")
    rows = [
        {"name": n, "kind": "activation", "begin": 0, "end": 1, "size": 4, "offset": 0}
        for n in names
    ]
    plan = {"net": "lenet", "peak_bytes": 0, "planner": "", "alignment": 1, "buffers": rows}
    test = debug(net="lenet", do="own")
    zone = next(z for z in test.main.file_uploader if z.key == "own after")
    zone.upload("plan.json", json.dumps(plan).encode())
    test.run()
    assert len(complaints(test)) == 1
    assert "'conv1' to bytes that 'data' holds at that time" in complaints(test)[0].replace(
        "\\", ""
    )


@pytest.mark.parametrize("name", PIECES)
def test_every_piece_of_the_museum_is_shown_and_opened(name: str) -> None:
    test = debug(do="museum", piece=name)
    assert len(complaints(test)) == 1
    assert "Unsafe" in complaints(test)[0]
    for key in ("open wrong", "open right"):
        opened = press(debug(do="museum", piece=name), key)
        assert not opened.exception
        assert "Peak" in [metric.label for metric in opened.metric]
