"""The app as a visitor uses it, without a browser: opening, settings, what is wrong, the URL."""

from __future__ import annotations

import io
import tomllib
import zipfile
from dataclasses import replace
from pathlib import Path

import pandas as pd
import pytest
from streamlit.testing.v1 import AppTest
from streamlit.testing.v1.element_tree import TextInput

from memplan.formats import MAX_FILE_BYTES
from memplan.samples import open_sample, samples
from memplan.ui.session import Wanted
from tests.ui.pages import REPOSITORY, app, complaints, figures, page, press, query, upload

FIGURES = ["Weights", "No sharing", "Peak", "Lower bound", "Saved", "Unknown"]
BROKEN = (
    "caffe1_resnet50.prototxt",
    "html_page_init_net.pb",
    "lfs_pointer_predict_net.pb",
    "onnx_tensorproto.pb",
)


def files_of(sample: str) -> list[tuple[str, bytes]]:
    return [(file.name, file.data) for file in open_sample(sample)]


def table(test: AppTest) -> pd.DataFrame:
    """The blob table."""
    return next(found.value for found in test.main.dataframe if "made by" in found.value)


def shape_field(test: AppTest) -> TextInput:
    """The first field for the shape of an input."""
    return next(f for f in test.sidebar.text_input if str(f.key).startswith("shape sidebar"))


def test_it_begins_with_an_invitation() -> None:
    test = app()
    assert complaints(test) == []
    assert "memory goes" in test.title[0].value
    offered = {button.key for button in test.main.button}
    assert offered == {f"main sample {sample.id}" for sample in samples()}
    assert len(test.main.file_uploader) == 1


def test_a_bundled_net_is_one_click_away() -> None:
    for place in ("main", "sidebar"):
        test = press(app(), f"{place} sample diamond")
        assert complaints(test) == []
        assert list(figures(test)) == FIGURES
        assert query(test) == {"net": "diamond"}


@pytest.mark.parametrize("sample", [sample.id for sample in samples()])
def test_every_bundled_net_is_shown(sample: str) -> None:
    test = app(net=sample)
    assert complaints(test) == []
    assert list(figures(test)) == FIGURES
    assert len(table(test)) > 3


def test_the_page_alone_invites_too() -> None:
    test = page("1_inspect.py").run()
    assert complaints(test) == []
    assert "memory goes" in test.title[0].value


def test_the_page_alone_shows_a_net() -> None:
    test = press(page("1_inspect.py").run(), "main sample residual")
    assert complaints(test) == []
    assert list(figures(test)) == FIGURES
    labels = {b.proto.label.partition(" :gray[")[0] for b in test.get("download_button")}
    files = {"Report", "Trace", *(f"Plan as {f}" for f in ("CSV", "JSON", "MiniMalloc CSV"))}
    files |= {"Buffers as MiniMalloc CSV", "C header"}
    graph = {f"Graph as {f}" for f in ("SVG", "PNG", "DOT")}
    assert labels == files | graph | {f"Optimised net (.{e})" for e in ("pb", "pbtxt")}


def test_an_uploaded_net_is_planned_and_not_in_the_url() -> None:
    test = upload(app(net="chain"), *files_of("lenet"))
    assert complaints(test) == []
    assert figures(test) == figures(press(app(), "sidebar sample lenet"))
    assert "net" not in query(test)


def test_files_may_come_one_after_the_other() -> None:
    predict, init, value_info = files_of("lenet")
    test = upload(app(), predict)
    assert figures(test)["Unknown"] != "0"
    test = upload(upload(test, init), value_info)
    assert complaints(test) == []
    assert figures(test) == figures(app(net="lenet"))


def test_another_net_does_not_inherit_the_files_of_the_last() -> None:
    test = upload(app(net="lenet"), files_of("alexnet")[0])
    assert complaints(test) == []
    assert figures(test)["Weights"] == "0 B"


def test_a_zip_is_opened() -> None:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        for name, data in files_of("diamond"):
            archive.writestr(name, data)
    test = upload(app(), ("diamond.zip", packed.getvalue()))
    assert complaints(test) == []
    assert figures(test) == figures(app(net="diamond"))


def test_a_real_net_is_planned(caffe2_nets: Path) -> None:
    folder = caffe2_nets / "resnet50"
    names = ("predict_net.pbtxt", "value_info.json", "input_shapes.json")
    test = app(planner="greedy_by_size")
    test = upload(test, *((name, (folder / name).read_bytes()) for name in names))
    assert complaints(test) == []
    assert figures(test)["Unknown"] == "0"
    assert figures(test)["Peak"] == figures(test)["Lower bound"] == "9.2 MiB"


@pytest.mark.parametrize("name", BROKEN)
def test_a_wrong_file_gets_one_sentence_and_the_net_stays(name: str, shared: Path) -> None:
    before = figures(app(net="chain"))
    test = upload(app(net="chain"), (name, (shared / "nets" / "broken" / name).read_bytes()))
    (sentence,) = complaints(test)
    assert name.replace("_", r"\_").replace(".", r"\.") in sentence
    assert figures(test) == before
    assert complaints(press(test, "sidebar sample diamond")) == []


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("empty.pb", b""),
        ("noise.pb", bytes(range(256)) * 4),
        ("ops.pb", b"\x12\x00" * 2_500_000),
        ("words.txt", b"no net at all"),
    ],
    ids=["empty", "noise", "ops", "words"],  # by default pytest writes out the bytes, 20 MB of them
)
def test_what_is_no_net_gets_one_sentence(name: str, data: bytes) -> None:
    test = upload(app(), (name, data))
    assert len(complaints(test)) == 1
    assert "memory goes" in test.title[0].value, "the invitation stays"


def test_a_truncated_net_gets_one_sentence() -> None:
    text = b'op { type: "Relu" input: "a" output: "b" } external_output: "c"'
    test = upload(app(net="chain"), ("cut.pbtxt", text))
    assert "made by no op" in complaints(test)[0]
    assert figures(test) == figures(app(net="chain"))


def test_another_planner_plans_anew() -> None:
    test = app(net="residual")
    assert figures(test)["Peak"] != figures(test)["No sharing"]
    test.selectbox(key="planner").set_value("naive").run()
    assert complaints(test) == []
    assert figures(test)["Peak"] == figures(test)["No sharing"]
    assert query(test)["planner"] == "naive"


def test_what_is_counted_can_be_changed() -> None:
    test = app(net="chain")
    test.toggle(key="count_inputs").set_value(False).run()
    assert figures(test)["No sharing"] == "512.0 KiB"
    test.toggle(key="count_outputs").set_value(False).run()
    assert figures(test)["No sharing"] == "448.0 KiB"


def test_alignment_can_be_changed() -> None:
    test = app(net="lenet")
    before = figures(test)["Peak"]
    test.selectbox(key="alignment").set_value(4096).run()
    assert complaints(test) == []
    assert figures(test)["Peak"] != before


def test_another_batch_size_is_one_field_away() -> None:
    test = app(net="chain", planner="greedy_by_size")
    field = shape_field(test)
    assert field.value == "1,16,32,32"
    field.set_value("8,16,32,32").run()
    assert complaints(test) == []
    assert figures(test)["Peak"] == "1.0 MiB"
    shape_field(test).set_value("").run()
    assert figures(test)["Peak"] == "128.0 KiB"
    assert shape_field(test).value == "1,16,32,32", "as the file says"


@pytest.mark.parametrize("text", ["1,x", "-1,16,32,32", "0,1", "1,99999999999,99999999999"])
def test_a_wrong_shape_gets_one_sentence_and_the_plan_stays(text: str) -> None:
    test = app(net="chain", planner="greedy_by_size")
    shape_field(test).set_value(text).run()
    assert len(complaints(test)) == 1
    assert figures(test)["Peak"] == "128.0 KiB"


def test_a_shape_that_contradicts_the_net_is_taken_back() -> None:
    test = app(net="chain", planner="greedy_by_size")
    shape_field(test).set_value("1,3,32,32").run()
    assert len(complaints(test)) <= 1
    assert list(figures(test)) == FIGURES


def test_what_is_missing_is_told_and_can_be_supplied() -> None:
    test = upload(app(), ("relu.pbtxt", b'op { type: "Relu" input: "a" output: "b" }'))
    assert figures(test)["Unknown"] == "2"
    assert "2 of 2 blobs have no known size" in test.warning[0].value
    shape_field(test).set_value("4,4").run()
    assert not test.warning
    assert (figures(test)["Unknown"], figures(test)["Peak"]) == ("0", "128 B")


def test_what_nested_nets_need_is_no_input_to_be_given(caffe2_nets: Path) -> None:
    net = caffe2_nets / "mask_rcnn_2go_fp32" / "predict_net.pbtxt"
    test = app()
    upload(test, (net.name, net.read_bytes()))
    said = test.warning[0].value
    assert "233 of 234 blobs have no known size, nor what nested nets need at 1 step." in said
    assert "(3 missing)" in said


def test_a_role_can_be_changed_and_taken_back() -> None:
    test = app(net="chain")
    test.selectbox(key="chosen blob").set_value("data").run()
    role = next(box for box in test.main.selectbox if box.label == "Role")
    assert role.value == "input"
    role.set_value("weight").run()
    assert complaints(test) == []
    assert figures(test)["No sharing"] == "512.0 KiB"
    press(test, "roles back")
    assert figures(test)["No sharing"] == "576.0 KiB"


def test_a_blob_can_be_looked_at() -> None:
    test = app(net="diamond")
    test.selectbox(key="chosen blob").set_value("stem").run()
    text = " ".join(found.value for found in test.markdown)
    assert "Why there?" in text
    assert "Read by" in text


def test_the_table_can_be_searched() -> None:
    test = app(net="lenet")
    whole = len(table(test))
    test.text_input(key="search").set_value("weight conv").run()
    rows = table(test)
    assert 0 < len(rows) < whole
    assert set(rows["role"]) == {"weight"}


@pytest.mark.parametrize("view", ["Timeline", "Address map", "At the peak"])
def test_every_view_can_be_chosen(view: str) -> None:
    test = app(net="residual")
    test.get("button_group")[0].set_value(view).run()
    assert complaints(test) == []
    assert test.get("plotly_chart")


def test_the_plain_graph_can_be_had() -> None:
    test = app(net="diamond")
    assert not test.get("graphviz_chart")
    test.toggle(key="plain graph").set_value(True).run()
    assert complaints(test) == []
    assert test.get("graphviz_chart")


def test_the_url_is_read_on_opening() -> None:
    test = app(net="lenet", planner="naive")
    assert "LeNet" in test.subheader[0].value
    assert test.selectbox(key="planner").value == "naive"


@pytest.mark.parametrize("query", [{"net": "**no**"}, {"planner": "<b>"}])
def test_a_wrong_url_gets_one_sentence(query: dict[str, str]) -> None:
    test = app(**query)
    assert len(complaints(test)) == 1
    assert "memory goes" in test.title[0].value


def test_one_visitor_never_sees_the_net_of_another() -> None:
    app(net="lenet")
    assert not app().metric


def test_markup_in_names_is_text() -> None:
    name = "**x** <img src=x onerror=alert(1)> $y$ :red[z] `q`"
    net = f'name: "{name}" op {{ type: "Relu" input: "{name}" output: "b" name: "{name}" }}'
    test = upload(app(), ("net.pbtxt", net.encode()))
    assert complaints(test) == []
    shown = [found.value for found in (*test.subheader, *test.markdown, *test.caption)]
    shown += [found.label for found in test.text_input]
    assert not any(name in text for text in shown)
    assert r"\*\*x\*\* \<img" in test.subheader[0].value


def test_a_fault_of_ours_is_a_sentence_without_a_stack_trace(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def fail(*_: object, **__: object) -> None:
        raise ZeroDivisionError("inner words")

    monkeypatch.setattr("memplan.ui.details.selected", fail)
    test = app(net="chain")
    (sentence,) = complaints(test)
    assert "ZeroDivisionError" in sentence
    assert "inner words" not in sentence
    assert list(figures(test)) == FIGURES, "the rest of the page is there"


def test_work_that_was_stopped_is_begun_again_when_asked() -> None:
    test = app(net="chain")
    session = test.session_state["memplan"]
    session.settings = replace(session.settings, alignment=512)
    sized = ("net", session.opened.digest, (), (), ())
    session.stopped = ("study", sized, session.settings)
    test.run()
    assert not test.metric, "what was stopped is not shown, nor done"
    press(test, "go on")
    assert list(figures(test)) == FIGURES
    assert complaints(test) == []


def test_opening_that_was_stopped_is_begun_again_when_asked() -> None:
    test = app(net="chain")
    session = test.session_state["memplan"]
    session.stopped, session.dropped = ("net",), Wanted("LeNet", sample="lenet")
    test.run()
    assert "A chain" in test.subheader[0].value, "what was open stays open"
    press(test, "go on")
    assert "LeNet" in test.subheader[0].value


def test_the_upload_limit_is_the_readers() -> None:
    config = tomllib.loads((REPOSITORY / ".streamlit" / "config.toml").read_text())
    assert config["server"]["maxUploadSize"] * 2**20 == MAX_FILE_BYTES
    assert config["browser"]["gatherUsageStats"] is False
    assert config["client"]["showErrorDetails"] == "none"
