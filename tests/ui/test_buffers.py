"""Buffers without a graph in the app: all that needs no graph, and nothing that does."""

from __future__ import annotations

import json

from memplan.formats import load
from memplan.samples import open_sample
from memplan.study import prepare, study
from memplan.ui.choices import MemoryView
from memplan.views.plan_files import plan_json
from tests.ui.pages import app, complaints, figures, query, upload

CSV = b"id,lower,upper,size,gaps\na,0,6,8192,\nb,5,14,4096,7-9\nc,12,20,8192,13-15@0:64\n"
PLAN = b"id,lower,upper,size,offset\na,0,6,8192,0\nb,5,14,4096,8192\nc,12,20,8192,0\n"


def opened(data: bytes, name: str = "small.csv", **more: str):
    test = upload(app(**more), (name, data))
    assert complaints(test) == []
    return test


def test_a_csv_is_planned_and_shown_without_a_graph() -> None:
    test = opened(CSV)
    assert figures(test)["Peak"] == "12.0 KiB"
    assert "small" in test.subheader[0].value
    assert any("3 buffers · no graph" in found.value for found in test.caption)
    assert not test.get("bidi_component")
    assert len(test.get("plotly_chart")) == 2  # the timeline and the curve
    toggles = {toggle.key for toggle in test.toggle}
    assert toggles == {"count_inputs", "count_outputs"}
    offered = {proto.proto.label.partition(" :gray[")[0] for proto in test.get("download_button")}
    assert {"Plan as MiniMalloc CSV", "Report", "Trace"} <= offered


def test_its_details_and_every_view_of_its_memory() -> None:
    test = opened(CSV)
    test.selectbox(key="chosen blob").set_value("c").run()
    assert complaints(test) == []
    told = " ".join(found.value for found in test.markdown)
    assert "from step 12 until before step 20" in told
    for view in MemoryView:
        test.segmented_control(key="memory view").set_value(view).run()
        assert complaints(test) == []


def test_a_csv_with_all_offsets_is_a_plan_that_is_checked() -> None:
    test = opened(PLAN)
    assert test.selectbox(key="planner").value == "given"
    assert any("Proven" in found.value for found in test.markdown)
    bad = upload(app(), ("bad.csv", PLAN.replace(b"4096,8192", b"4096,4096")))
    assert len(complaints(bad)) == 1
    assert "both lie on bytes" in complaints(bad)[0]


def test_compare_stands_two_plans_of_the_buffers_side_by_side() -> None:
    test = opened(PLAN)
    test.switch_page("pages/2_compare.py").run()
    assert complaints(test) == []
    assert query(test)["b"] == "greedy_by_size"
    assert "no graph" in " ".join(found.value for found in test.caption)
    assert len(test.get("plotly_chart")) >= 3


def test_a_net_after_the_buffers_gets_its_own_planner_again() -> None:
    test = opened(PLAN)
    files = [(file.name, file.data) for file in open_sample("lenet")]
    test = upload(test, *files)
    assert complaints(test) == []
    assert test.selectbox(key="planner").value == "safe"


def test_a_plan_dropped_beside_its_net_is_shown_as_it_is() -> None:
    files = open_sample("lenet")
    found = study(prepare(load(list(files))))
    test = upload(app(), *((file.name, file.data) for file in files))
    test = upload(test, ("plan.json", json.dumps(plan_json(found)).encode()))
    assert complaints(test) == []
    assert test.selectbox(key="planner").value == "given"
    assert test.get("bidi_component")  # the graph is still there
    test = upload(test, ("again.json", json.dumps(plan_json(found)).encode()))
    assert complaints(test) == []
    assert test.get("bidi_component")
