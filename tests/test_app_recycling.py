"""Planners that share names, on the page: the default, what is unsafe, what can be taken away."""

from __future__ import annotations

from pathlib import Path

import pytest
from streamlit.proto.DownloadButton_pb2 import DownloadButton
from streamlit.testing.v1 import AppTest

from memplan.cli import main
from memplan.export import Export
from memplan.planners import Family, PackerEntry, planners_for
from memplan.study import Study
from memplan.ui import downloads
from memplan.ui.session import usual_planner
from tests.ui.pages import REPOSITORY, app, complaints, figures, query, upload

SAMPLES = REPOSITORY / "sample_nets"


def net_of_type(kind: str, name: str = "net") -> tuple[str, bytes]:
    """Two branches: run in parallel, `left` and `right` are needed at once; one by one, not."""
    ops = """
        op { type: "Relu" input: "in" output: "left" }
        op { type: "Relu" input: "left" output: "l2" }
        op { type: "Relu" input: "l2" output: "l3" }
        op { type: "Relu" input: "in" output: "right" }
        op { type: "Relu" input: "right" output: "r2" }
        op { type: "Sum" input: "l3" input: "r2" output: "out" }
        external_input: "in" external_output: "out"
    """
    return f"{name}.pbtxt", f'name: "{name}" type: "{kind}" {ops}'.encode()


def planner(test: AppTest) -> str:
    return str(test.selectbox(key="planner").value)


def buttons(test: AppTest) -> dict[str, DownloadButton]:
    protos = [found.proto for found in test.get("download_button")]
    return {proto.label.partition(" :gray[")[0]: proto for proto in protos}


def captions(test: AppTest) -> str:
    return " ".join(found.value for found in test.caption)


def choose(test: AppTest, name: str) -> AppTest:
    return test.selectbox(key="planner").set_value(name).run()


# The usual planner


def test_safe_is_what_a_visitor_begins_with() -> None:
    test = app(net="in_place")
    assert planner(test) == "safe" == usual_planner(parallel=False)
    assert complaints(test) == []
    assert query(test) == {"net": "in_place"}, "the URL holds no planner that is the usual one"


@pytest.mark.parametrize(
    ("kind", "expected"),
    [
        ("", "safe"),
        ("simple", "safe"),
        ("dag", "safe_parallel"),
        ("async_scheduling", "safe_parallel"),
    ],
)
def test_the_usual_planner_fits_the_nets_type(kind: str, expected: str) -> None:
    test = upload(app(), net_of_type(kind))
    assert complaints(test) == []
    assert planner(test) == expected
    assert test.toggle(key="parallel").value is (expected == "safe_parallel")


def test_it_follows_from_net_to_net_until_one_is_chosen() -> None:
    test = upload(app(), net_of_type("dag", "one"))
    assert planner(test) == "safe_parallel"
    upload(test, net_of_type("simple", "two"))
    assert (planner(test), test.toggle(key="parallel").value) == ("safe", False)
    choose(test, "naive")
    upload(test, net_of_type("dag", "three"))
    assert planner(test) == "naive", "a visitor's own choice stays"
    choose(test, "safe_parallel")  # the usual one again, and so no choice any more
    upload(test, net_of_type("simple", "four"))
    assert planner(test) == "safe"
    assert complaints(test) == []


def test_the_url_wins() -> None:
    test = app(net="in_place", planner="caffe2_dag")
    assert planner(test) == "caffe2_dag"
    assert query(test) == {"net": "in_place", "planner": "caffe2_dag"}
    test = upload(app(planner="safe"), net_of_type("dag"))
    assert planner(test) == "safe"


def test_what_is_safe_stands_first_and_caffe2s_own_last() -> None:
    titles = app().selectbox(key="planner").options
    assert titles[:3] == ["Shared blobs, safe", "Shared blobs, safe in parallel", "Greedy by size"]
    packers = [entry for entry in planners_for(None) if isinstance(entry, PackerEntry)]
    order = (Family.OFFSETS, Family.SLOTS, Family.ENGINES)
    offsets = [entry.title for family in order for entry in packers if entry.family is family]
    assert titles[2 : 2 + len(packers)] == offsets
    assert all(title.startswith("Caffe2: ") for title in titles[2 + len(packers) :])


# What is unsafe


def test_what_caffe2_breaks_is_shown_as_unsafe() -> None:
    test = choose(app(net="in_place"), "caffe2_simple")
    (sentence,) = complaints(test)
    assert sentence.startswith("Unsafe")
    assert "conv1" in sentence
    assert "faults and all" in captions(test)
    assert query(test)["planner"] == "caffe2_simple"
    choose(test, "safe")
    assert complaints(test) == []
    assert "faults and all" not in captions(test)
    assert "planner" not in query(test)


def test_ops_can_be_said_to_run_in_parallel() -> None:
    test = upload(app(), net_of_type("simple"))
    toggle = test.toggle(key="parallel")
    assert "async_scheduling" in toggle.help
    toggle.set_value(True).run()
    assert (planner(test), complaints(test)) == ("safe_parallel", [])
    test.toggle(key="parallel").set_value(False).run()
    assert (planner(test), complaints(test)) == ("safe", [])


def test_what_is_safe_one_by_one_may_not_be_in_parallel() -> None:
    test = choose(upload(app(), net_of_type("simple")), "caffe2_simple")
    assert complaints(test) == []
    test.toggle(key="parallel").set_value(True).run()
    assert planner(test) == "caffe2_simple", "only a safe planner follows the switch"
    (sentence,) = complaints(test)
    assert sentence.startswith("Unsafe")
    choose(test, "greedy_by_size")
    assert "one by one" in captions(test)


# What can be taken away, and looked at


@pytest.mark.parametrize("name", ["safe", "caffe2_simple"])
def test_the_optimised_net_is_what_the_command_writes(
    name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    given: dict[str, bytes] = {}
    through = downloads._button

    def noting(study: Study, entry: Export, stem: str) -> None:
        if entry.why_not(study) is None:
            given[f"{stem}{entry.ending}"] = entry.make(study)
        through(study, entry, stem)

    monkeypatch.setattr(downloads, "_button", noting)
    test = app(net="in_place", planner=name)
    folder = SAMPLES / "in_place"
    command = ["optimize", str(folder / "predict_net.pbtxt"), "--planner", name]
    command += ["--init", str(folder / "init_net.pbtxt")]
    command += ["--value-info", str(folder / "value_info.json")]
    for ending, flags in (("pb", []), ("pbtxt", ["--text"])):
        out = tmp_path / f"out.{ending}"
        assert main([*command, *flags, "--out", str(out)]) == 0
        (file,) = (file for file in given if file.endswith(f".optimised.{ending}"))
        assert given[file] == out.read_bytes()
    unsafe = [label for label in buttons(test) if label.startswith("Unsafe: ")]
    assert len(unsafe) == (2 if name == "caffe2_simple" else 0)


def test_where_no_name_changed_there_is_no_net_to_take() -> None:
    for test in (
        app(net="in_place", planner="naive"),
        app(net="chain", planner="caffe2_gradients"),
    ):
        assert complaints(test) == []
        assert {"Plan as CSV", "Plan as JSON"} <= set(buttons(test))
        assert not any("Optimised" in label for label in buttons(test))


def test_a_blob_tells_who_shares_its_memory() -> None:
    test = app(net="inception_block")
    told = {name: facts(test, name) for name in ("3a/5x5_reduce", "data")}
    assert "takes turns with" in told["3a/5x5_reduce"]
    assert "**On its bytes after**" in told["3a/5x5_reduce"]
    assert "with no other blob" in told["data"]
    assert "**New name**" not in told["data"]
    assert "**On its bytes after**" not in told["data"]


def facts(test: AppTest, blob: str) -> str:
    test.selectbox(key="chosen blob").set_value(blob).run()
    assert complaints(test) == []
    return " ".join(found.value for found in test.markdown)


def test_a_net_that_nothing_can_share_says_so() -> None:
    test = app(net="diamond")
    assert "left the net as it is" in " ".join(found.value for found in test.markdown)
    assert figures(test)["Peak"] == figures(test)["No sharing"]
