"""The graph's folds and filters as a visitor uses them, without a browser."""

from __future__ import annotations

from typing import Any

from streamlit.testing.v1 import AppTest

from memplan.ui.graph_choice import GraphChoice
from memplan.ui.session import Selection, Session
from memplan.views.fold_choice import FoldBy
from tests.ui.pages import app, complaints, press, upload

LAYERS = 200


def session(test: AppTest) -> Session:
    state = test.session_state["memplan"]
    assert isinstance(state, Session)
    return state


def line(test: AppTest) -> str:
    """What is said above the graph on how much of the net is in sight."""
    assert complaints(test) == []
    found = [c.value for c in test.main.caption if " nodes" in c.value]
    return found[0] if found else ""


def buttons(test: AppTest) -> set[str]:
    return {b.label for b in test.main.button if str(b.key).startswith("graph ")}


def field(test: AppTest, kind: str, name: str) -> Any:
    """A field of the filter."""
    return next(f for f in getattr(test, kind) if str(f.key).startswith(f"filter {name} "))


def fold(test: AppTest, by: FoldBy) -> AppTest:
    return test.selectbox(key="fold by").set_value(by).run()


def pick(test: AppTest, label: str) -> AppTest:
    """Click a closed fold, which needs a browser: here its id is set."""
    ids = {"res2": "f4_32", "res2_0": "f4_12"}
    session(test).change_graph(session(test).graph.pick(ids[label]))
    return test.run()


def large() -> bytes:
    """A net of two thousand nodes, with layers by name."""
    ops, last = [], "data"
    for layer in range(LAYERS):
        for part in ("a", "b", "c", "d", "e"):
            name = f"layer{layer}/{part}"
            ops.append(f'op {{ type: "Relu" input: "{last}" output: "{name}" }}')
            last = name
    return ("\n".join(ops)).encode()


def test_a_small_net_is_shown_whole() -> None:
    test = app(net="resnet50")
    assert line(test) == ""
    assert test.selectbox(key="fold by").value is FoldBy.NOTHING
    assert buttons(test) == set()


def test_folds_are_chosen_opened_and_closed_one_by_one() -> None:
    test = fold(app(net="resnet50"), FoldBy.SCOPES)
    assert line(test) == "19 of 351 nodes"
    test = pick(test, "res2")
    assert "**Folded: res2**" in [m.value for m in test.main.markdown]
    test = press(test, "unfold")
    assert "of 351 nodes" in line(test)
    assert session(test).selected == Selection(op=4)
    assert buttons(test) == {"Unfold all", "Fold again", "Fold res2 again"}
    test = press(press(test, "graph Fold one again"), "unfold")
    test = press(test, "graph Fold again")
    assert line(test) == "19 of 351 nodes"
    test = press(test, "graph Unfold all")
    assert (line(test), buttons(test)) == ("", set())


def test_a_selected_blob_takes_the_place_of_a_selected_fold() -> None:
    test = pick(fold(app(net="resnet50"), FoldBy.SCOPES), "res2")
    assert "unfold" in {b.key for b in test.main.button}
    test.selectbox(key="chosen blob").set_value("conv1").run()
    assert complaints(test) == []
    assert "unfold" not in {b.key for b in test.main.button}
    assert session(test).graph.picked is None


def test_a_filter_says_how_much_is_left_and_the_way_back() -> None:
    test = app(net="resnet50")
    field(test, "text_input", "pattern").set_value("res2_0_branch2[ab]").run()
    assert line(test) == "13 of 351 nodes"
    field(test, "multiselect", "types").set_value(["Relu"]).run()
    assert line(test) == "6 of 351 nodes"
    test = press(test, "graph Show all")
    assert (line(test), buttons(test)) == ("", set())
    assert field(test, "text_input", "pattern").value == ""
    assert field(test, "multiselect", "types").value == []


def test_each_condition_has_its_field() -> None:
    whole = app(net="resnet50")
    for change in (
        lambda test: field(test, "number_input", "least").set_value(3000),
        lambda test: field(test, "slider", "steps").set_value((10, 20)),
        lambda test: field(test, "toggle", "peak").set_value(True),
    ):
        test = change(whole).run()
        assert "of 351 nodes" in line(test)
        whole = press(test, "graph Show all")
        assert line(whole) == ""


def test_around_what_is_selected() -> None:
    test = app(net="resnet50", blob="pool1")
    test = press(test, "around")
    assert line(test) == "7 of 351 nodes"
    field(test, "number_input", "hops").set_value(1).run()
    assert line(test) == "4 of 351 nodes"
    # It stays around that blob when another is selected.
    test.selectbox(key="chosen blob").set_value("conv1").run()
    assert line(test) == "4 of 351 nodes"
    test = press(test, "not around")
    assert line(test) == ""


def test_a_pattern_that_is_none_is_one_sentence_and_the_graph_stays() -> None:
    test = app(net="resnet50")
    field(test, "text_input", "pattern").set_value("conv[").run()
    assert complaints(test) == []
    told = {warning.value.replace("\\", "") for warning in test.main.warning}
    assert len(told) == 1
    assert "'conv[' is no regular expression" in next(iter(told))
    assert line(test) == "351 of 351 nodes"
    assert line(press(test, "graph Show all")) == ""


def test_a_filter_that_leaves_nothing_says_so() -> None:
    test = app(net="chain")
    field(test, "text_input", "pattern").set_value("nowhere").run()
    assert "Nothing of the net is left" in " ".join(found.value for found in test.main.info)
    assert line(press(test, "graph Show all")) == ""


def test_a_large_net_opens_folded_and_can_be_unfolded() -> None:
    test = upload(app(), ("large.pbtxt", large()))
    assert line(test) == f"{2 * LAYERS + 1} of {10 * LAYERS + 1:,} nodes: large nets open folded"
    assert test.selectbox(key="fold by").value is FoldBy.SCOPES
    test = press(test, "graph Unfold all")
    assert line(test) == f"{10 * LAYERS + 1:,} of {10 * LAYERS + 1:,} nodes"
    test = press(test, "graph Fold again")
    assert "large nets open folded" in line(test)
    # What is little enough is shown whole.
    field(test, "slider", "steps").set_value((0, 10)).run()
    assert line(test) == f"21 of {10 * LAYERS + 1:,} nodes"


def test_another_net_begins_anew() -> None:
    test = fold(app(net="resnet50"), FoldBy.BLOCKS)
    field(test, "text_input", "pattern").set_value("res2").run()
    test = press(test, "sidebar sample inception_block")
    assert session(test).graph == GraphChoice()
    assert line(test) == ""


def test_another_planner_leaves_the_folds_open() -> None:
    test = press(pick(fold(app(net="resnet50"), FoldBy.SCOPES), "res2"), "unfold")
    before = line(test)
    test.selectbox(key="planner").set_value("naive").run()
    assert line(test) == before
