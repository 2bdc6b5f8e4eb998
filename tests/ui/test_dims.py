"""Free dims in the app: fields in the sidebar, and the peak over a range of one."""

from __future__ import annotations

from memplan.samples import FOLDER
from tests.formats.onnx_models import model
from tests.ui.pages import app, complaints, figures, page, press, query, upload


def free_model() -> bytes:
    message = model("g (float[batch,n] x) => (float[batch,n] y) { h = Relu(x)  y = Neg(h) }")
    for value in (*message.graph.input, *message.graph.output):
        value.type.tensor_type.shape.dim[0].dim_param = "<b>batch</b>"
    return message.SerializeToString()


def test_a_sample_opens_with_numbers_for_its_free_dims() -> None:
    test = app(net="transformer")
    assert complaints(test) == []
    assert {field.label: field.value for field in test.sidebar.number_input} == {
        "batch": 1,
        "length": 128,
    }
    before = figures(test)["Peak"]
    test.sidebar.number_input[0].set_value(2).run()
    assert complaints(test) == []
    assert figures(test)["Peak"] != before
    assert test.session_state["memplan"].dims == {"batch": 2, "length": 128}


def test_a_model_of_ones_own_asks_for_its_free_dims() -> None:
    test = upload(app(), ("net.onnx", free_model()))
    assert complaints(test) == []
    assert "Unknown" in figures(test)
    assert any("free dims in the sidebar (1 inputs" in w.value for w in test.warning)
    first, second = test.sidebar.number_input
    assert first.value is None
    assert "<b>" not in first.label
    first.set_value(4).run()
    test.sidebar.number_input[1].set_value(8).run()
    assert complaints(test) == []
    assert figures(test)["No sharing"] == "384 B"
    test.sidebar.number_input[1].set_value(None).run()
    assert test.session_state["memplan"].dims == {"<b>batch</b>": 4}
    assert second.label == "n"


def test_another_net_forgets_the_numbers() -> None:
    test = press(app(net="transformer"), "sidebar sample chain")
    assert test.session_state["memplan"].dims == {}
    assert not [f for f in test.sidebar.number_input if f.label in ("batch", "length")]


def test_the_peak_over_a_range_is_made_when_asked_for() -> None:
    test = app(net="lstm_scan")
    charts = len(test.get("plotly_chart"))
    test.text_input(key="swept values").set_value("2, 4").run()
    assert len(test.get("plotly_chart")) == charts
    press(test, "sweep")
    assert complaints(test) == []
    assert len(test.get("plotly_chart")) == charts + 1
    said = [m.value.replace("\\", "") for m in test.markdown]
    assert any("One plan for length = 2 to 4 needs" in text for text in said)
    test.text_input(key="swept values").set_value("two").run()
    assert any("is no value of a dim" in e.value for e in test.error)


def test_nets_without_free_dims_show_none_of_it() -> None:
    test = press(page("1_inspect.py").run(), "main sample residual")
    assert not [b for b in test.button if b.key == "sweep"]


def test_two_nets_of_free_dims_side_by_side() -> None:
    test = app(net="transformer", b_net="kv_cache")
    assert complaints(test) == []


def test_an_onnx_net_is_planned_by_offsets_at_first() -> None:
    test = app(net="transformer")
    assert test.selectbox(key="planner").value == "greedy_by_size"
    assert query(test) == {"net": "transformer"}
    test.sidebar.button(key="sidebar sample chain").click().run()
    assert test.selectbox(key="planner").value == "safe"


def test_an_exported_program_opens_with_the_files_own_example() -> None:
    test = app(net="exported_attention")
    assert complaints(test) == []
    assert {field.label: field.value for field in test.sidebar.number_input} == {"s0": 128}
    test = upload(app(), ("own.pt2", (FOLDER / "exported_attention" / "net.pt2").read_bytes()))
    assert complaints(test) == []
    assert {field.label: field.value for field in test.sidebar.number_input} == {"s0": 128}
    before = figures(test)["Peak"]
    test.sidebar.number_input[0].set_value(64).run()
    assert complaints(test) == []
    assert figures(test)["Peak"] != before


def test_an_exported_program_beside_another_net() -> None:
    test = app(net="exported_attention", b_net="transformer")
    assert complaints(test) == []
