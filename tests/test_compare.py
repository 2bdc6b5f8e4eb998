"""The page Compare without a browser: both sides, the swap, other nets, links, what is wrong."""

from __future__ import annotations

import pandas as pd
import pytest
from streamlit.testing.v1 import AppTest

from memplan.planners import PLANNERS, planners_for
from memplan.samples import open_sample, samples
from memplan.ui import compare_planners
from memplan.ui.compare_choice import Other
from memplan.ui.session import Selection, Session
from tests.ui.pages import REPOSITORY, SECONDS, app, complaints, page, press, query, upload

PAGE = "pages/2_compare.py"
PLANNER, NET, SWAP = "side b B: planner", "side b B: net", "swap sides"


def compare(**parts: str) -> AppTest:
    """The app, opened at /compare with a query."""
    test = AppTest.from_file(str(REPOSITORY / "app.py"), default_timeout=SECONDS)
    for name, value in parts.items():
        test.query_params[name] = value
    return test.switch_page(PAGE).run()


def words(test: AppTest) -> str:
    """All running text of the page, without the marks that keep markdown away."""
    text = " ".join(m.value for m in (*test.main.markdown, *test.main.caption, *test.main.info))
    return text.replace("\\", "").replace("\u2060", "")


def verdict(test: AppTest) -> str:
    assert complaints(test) == []
    (found,) = [m.value for m in test.main.markdown if m.value.startswith("#### ")]
    return found.removeprefix("#### ").replace("\\", "").replace("\u2060", "")


def figures(test: AppTest) -> pd.DataFrame:
    return test.main.table[0].value


def rows(test: AppTest) -> pd.DataFrame:
    return test.main.dataframe[0].value


def session(test: AppTest) -> Session:
    return test.session_state["memplan"]


def choose(test: AppTest, key: str, value: str) -> AppTest:
    return test.selectbox(key=key).set_value(value).run()


def test_with_no_net_it_invites() -> None:
    test = compare()
    assert complaints(test) == []
    assert "two plans of it" in words(test)
    assert {button.key for button in test.main.button} == {f"main sample {s.id}" for s in samples()}
    test = press(test, "main sample lenet")
    assert verdict(test).startswith("B needs")
    assert query(test) == {"net": "lenet", "b": "greedy_by_size"}


def test_the_page_alone_compares_too() -> None:
    test = press(page("2_compare.py").run(), "main sample residual")
    assert len(figures(test)) == 10
    assert list(rows(test)["blob"])


@pytest.mark.parametrize("sample", [sample.id for sample in samples()])
def test_every_bundled_net_is_compared(sample: str) -> None:
    test = compare(net=sample)
    assert verdict(test)
    assert len(test.get("plotly_chart")) == 4, "all planners, the curves, two maps"


def test_a_link_opens_the_same_view() -> None:
    link = {
        "net": "resnet50",
        "planner": "caffe2_simple",
        "blob": "pool1",
        "b": "safe",
        "b_net": "squeezenet",
        "b_alignment": "64",
        "b_counted": "no_inputs",
        "b_parallel": "1",
    }
    test = compare(**link)
    assert query(test) == link
    other = session(test).other
    assert (other.sample, other.alignment, other.parallel) == ("squeezenet", 64, True)
    assert "data" not in set(rows(test)["blob"][rows(test)["change"] == "only in B"])
    assert "'pool1'" in words(test)


def test_the_link_of_the_brief() -> None:
    test = compare(net="resnet50", planner="safe", b="greedy_by_size")
    assert verdict(test) == "B needs 1.3 MiB less than A (16%): 6.9 MiB instead of 8.2 MiB."
    assert query(test) == {"net": "resnet50", "b": "greedy_by_size"}


@pytest.mark.parametrize(
    ("wrong", "sentence"),
    [
        ({"b": "x"}, "no planner"),
        ({"b_net": "../x"}, "no bundled net"),
        ({"b_after": "greedy_by_size"}, "makes no net"),
        ({"b_after": "x"}, "no planner"),
    ],
)
def test_what_a_link_says_wrongly_is_told(wrong: dict[str, str], sentence: str) -> None:
    test = compare(net="lenet", **wrong)
    (complaint,) = complaints(test)
    assert sentence in complaint.replace("\\", "")
    assert len(figures(test)) == 10, "the rest is shown"
    assert query(test) == {"net": "lenet", "b": "greedy_by_size"}
    odd = compare(net="lenet", b_alignment="3", b_counted="x", b_parallel="2")
    assert query(odd) == {"net": "lenet", "b": "greedy_by_size"}


def test_side_b_is_not_in_the_links_of_other_pages() -> None:
    test = compare(net="lenet", b="naive")
    test.switch_page("pages/1_inspect.py").run()
    assert query(test) == {"net": "lenet"}
    test.switch_page(PAGE).run()
    assert query(test) == {"net": "lenet", "b": "naive"}, "but it stays as it was"


def test_swapping_turns_the_figures_round() -> None:
    test = compare(net="resnet50", planner="naive", b="greedy_by_size", b_alignment="64")
    before = figures(test)
    test = press(test, SWAP)
    after = figures(test)
    assert list(before["A"][:-1]) == list(after["B"][:-1]), "all but the seconds"
    assert list(before["B"][:-1]) == list(after["A"][:-1])
    assert session(test).settings.alignment == 64
    assert test.sidebar.selectbox(key="planner").value == "greedy_by_size"
    assert query(press(test, SWAP)) == {
        "net": "resnet50",
        "planner": "naive",
        "b": "greedy_by_size",
        "b_alignment": "64",
    }


def test_two_nets_change_places() -> None:
    test = compare(net="lenet", b_net="alexnet")
    before = figures(test)
    assert "A has 8 ops and B 23" in words(test)
    test = press(test, SWAP)
    assert query(test) == {"net": "alexnet", "b": "safe", "b_net": "lenet"}
    assert list(figures(test)["B"][:-1]) == list(before["A"][:-1])


def test_what_was_said_of_a_net_goes_with_it() -> None:
    test = compare(net="lenet", b_net="alexnet")
    shape = next(f for f in test.sidebar.text_input if f.label == "data")
    shape.set_value("2,1,28,28").run()
    peak = figures(test).loc["Peak", "A"]
    test = press(test, SWAP)
    assert figures(test).loc["Peak", "B"] == peak
    assert session(test).given == {}
    test = press(test, SWAP)
    assert figures(test).loc["Peak", "A"] == peak
    assert set(session(test).given) == {"data"}


def test_before_and_after_optimisation() -> None:
    test = choose(compare(net="resnet50", planner="naive"), NET, "after safe")
    assert query(test)["b_after"] == "safe"
    assert query(test)["b"] == "naive", "another net is planned as A's"
    assert figures(test).loc["Peak", "B"] == "8.2 MiB"
    assert set(rows(test)["change"]) <= {"moved", "unmoved"}, "each blob is found under its name"
    test = press(test, SWAP)
    assert figures(test).loc["Peak", "A"] == "8.2 MiB"
    assert "net" not in query(test)
    assert query(test)["b_net"] == "resnet50"
    test.switch_page("pages/1_inspect.py").run()
    assert complaints(test) == []


def test_a_net_that_an_unsafe_recycler_made_is_warned_of() -> None:
    test = compare(net="in_place", planner="naive", b_after="caffe2_simple")
    (complaint,) = complaints(test)
    assert "does not compute what" in complaint
    assert "conv2" in complaint


def test_an_unsafe_plan_is_shown_as_such() -> None:
    test = compare(net="in_place", b="caffe2_simple")
    (complaint,) = complaints(test)
    assert complaint.startswith("B is unsafe")
    assert "A is the one to use" in words(test)


def test_a_net_of_ones_own_as_side_b() -> None:
    test = choose(compare(net="lenet"), NET, "own")
    assert len(test.main.table) == 0, "nothing is shown before there is a net"
    zone = test.main.file_uploader[0]
    for file in open_sample("alexnet"):
        zone.upload(file.name, file.data)
    test = test.run()
    assert verdict(test)
    assert figures(test).loc["Peak", "B"] == figures(compare(net="alexnet")).loc["Peak", "A"]
    assert query(test) == {"net": "lenet", "b": "safe"}, "nobody else has that net"
    test = press(test, SWAP)
    assert query(test) == {"b": "safe", "b_net": "lenet"}


def test_a_wrong_file_for_side_b_is_told_and_side_a_stays() -> None:
    test = choose(compare(net="lenet"), NET, "own")
    test.main.file_uploader[0].upload("x.pb", b"<!doctype html><html></html>")
    test = test.run()
    (complaint,) = complaints(test)
    assert "web page" in complaint
    test = choose(test, NET, "same")
    assert verdict(test)


def test_unknown_sizes_are_told() -> None:
    predict, *_ = open_sample("lenet")
    test = upload(compare(), (predict.name, predict.data))
    assert "no known size" in words(test)
    assert verdict(test).startswith("As far as sizes are known")


def test_what_b_cannot_plan_is_one_sentence_and_all_planners_stay() -> None:
    test = compare(net="resnet50", b="caffe2_interference_dp")
    (complaint,) = complaints(test)
    assert "at most 32 ops" in complaint
    assert len(test.get("plotly_chart")) == 1
    assert test.button(key=SWAP).disabled


def test_all_planners_stand_side_by_side() -> None:
    test = compare(net="inception_block")
    told = test.get("plotly_chart")[0].proto.alt
    assert all(entry.title in told for entry in planners_for(None))
    assert PLANNERS["given"].title not in told


def test_long_nets_are_asked_about_first(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(compare_planners, "UNASKED", 5)
    test = compare(net="inception_block")
    assert len(test.get("plotly_chart")) == 3
    test = press(test, "try all")
    assert complaints(test) == []
    assert len(test.get("plotly_chart")) == 4


def test_a_planner_that_fails_does_not_hide_the_others(monkeypatch: pytest.MonkeyPatch) -> None:
    through = compare_planners.studied

    def failing(net: object, settings: object, progress: object) -> object:
        if settings.planner == "naive":
            raise ZeroDivisionError
        return through(net, settings, progress)

    monkeypatch.setattr(compare_planners, "studied", failing)
    test = compare(net="residual", inputs="0", alignment="512")
    assert complaints(test) == []
    assert "No sharing: a fault of memplan: ZeroDivisionError" in words(test)


def test_a_planner_of_exponential_time_is_not_tried_unasked() -> None:
    test = compare(net="residual")
    assert "so it is not tried unasked" in words(test)
    test = compare(net="residual", b="caffe2_interference_dp")
    assert verdict(test)
    assert "not tried unasked" not in words(compare(net="chain"))


def test_the_table_is_searched_and_filtered() -> None:
    test = compare(net="in_place", b="caffe2_dag", planner="naive")
    everything = rows(test)
    test.toggle(key="changed only").set_value(True).run()
    changed = rows(test)
    assert 0 < len(changed) < len(everything)
    assert set(changed["change"]) == {"moved"}
    test.text_input(key="search what changed").set_value("CONV").run()
    assert all("conv" in name for name in rows(test)["blob"])


def test_mates_gained_and_lost_are_listed() -> None:
    test = compare(net="resnet50", planner="naive", b="greedy_by_size")
    test.segmented_control(key="what changed").set_value("Who shares anew").run()
    table = rows(test)
    assert list(table.columns) == ["blob", "gained in B", "lost from A", "kept"]
    assert (table["gained in B"] != "").any()
    assert (table["lost from A"] == "").all(), "without sharing there is no mate to lose"


def test_the_selection_is_that_of_the_whole_app() -> None:
    test = compare(net="resnet50", blob="pool1")
    assert "'pool1': in A at offset" in words(test)
    test.switch_page("pages/1_inspect.py").run()
    assert session(test).selected == Selection(blob="pool1")
    assert query(test)["blob"] == "pool1"


def test_another_visitor_sees_nothing_of_side_b() -> None:
    first = compare(net="lenet", b_net="alexnet")
    assert session(first).other != Other()
    assert session(compare(net="lenet")).other.same_net
    assert session(app(net="lenet")).other == Other()


def test_settings_of_b_follow_a_until_they_are_chosen() -> None:
    test = compare(net="lenet")
    test.sidebar.selectbox(key="alignment").set_value(4096).run()
    assert session(test).other.alignment is None
    assert "aligned to 4.0 KiB" in words(test)
    test = choose(test, "side b Alignment", "1")
    test.sidebar.selectbox(key="alignment").set_value(64).run()
    assert session(test).other.settings(session(test).settings).alignment == 1
    test = choose(test, "side b Counted", "inside")
    assert "only in A" in set(rows(test)["change"])
    test = choose(test, "side b Ops run", "in parallel")
    assert query(test)["b_parallel"] == "1"
    assert query(test)["b_counted"] == "inside"
