"""The gate: within, over, grown; what it says helps does help, and its XML is XML."""

from __future__ import annotations

import json
import shlex
from dataclasses import replace
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from memplan.cli import main
from memplan.errors import UnknownSize
from memplan.export.junit import junit_xml
from memplan.formats import InputFile, load
from memplan.formats.plan_json import read_plan_json
from memplan.gate import gate
from memplan.net import Net
from memplan.samples import FOLDER, open_sample, samples
from memplan.study import Settings, prepare, study
from memplan.views.gate_words import baseline_lines, budget_lines, gate_data
from memplan.views.plan_files import plan_json
from tests.strategies import nets

TRANSFORMER = [
    str(FOLDER / "transformer" / "transformer.onnx"),
    "--dim=batch=1",
    "--dim=length=128",
]


def sample(name: str) -> Net:
    entry = next(each for each in samples() if each.id == name)
    return prepare(load(list(open_sample(name))), dims=entry.dims)


def run(capsys: pytest.CaptureFixture[str], *arguments: str) -> tuple[int, str, str]:
    status = main(arguments)
    out, err = capsys.readouterr()
    return status, out, err


def check(capsys: pytest.CaptureFixture[str], *arguments: str) -> tuple[int, str, str]:
    return run(capsys, "check", *arguments)


def test_the_budget_itself_is_within_and_a_byte_less_is_over() -> None:
    net = sample("lenet")
    peak = study(net).metrics.peak_bytes
    assert gate(net, Settings(), peak).passed
    over = gate(net, Settings(), peak - 1)
    assert (over.passed, over.over) == (False, 1)
    assert over.step == over.study.metrics.max_live.step
    assert {b.name for b in over.there} == set(over.study.metrics.max_live.buffers)


@given(nets(max_ops=8), st.integers(0, 400), st.sampled_from((1, 64)))
@settings(max_examples=40, deadline=None)
def test_what_is_said_to_help_was_planned_and_is_within(
    net: Net, budget: int, alignment: int
) -> None:
    verdict = gate(prepare(net), Settings(alignment=alignment), budget)
    peak = verdict.study.metrics.peak_bytes
    assert verdict.passed == (peak <= budget)
    assert verdict.over == max(0, peak - budget)
    assert all(remedy.peak <= budget for remedy in verdict.remedies)
    assert list(verdict.remedies) == sorted(verdict.remedies, key=lambda r: r.peak)
    if verdict.closest is not None:
        assert budget < verdict.closest.peak < peak
    assert "\n" not in "".join(budget_lines(verdict))
    ET.fromstring(junit_xml(verdict))


def test_every_remedy_of_the_answer_is_true_on_the_command_line(capsys) -> None:
    asked = [*TRANSFORMER, "--budget", "500KiB", "--alignment", "64"]
    status, out, _ = check(capsys, *asked, "--format", "json")
    verdict = json.loads(out)
    assert (status, verdict["passed"]) == (1, False)
    assert verdict["over_bytes"] == verdict["peak_bytes"] - 500 * 1024
    assert verdict["remedies"]
    for remedy in verdict["remedies"]:
        words = [word for option in remedy["options"] for word in shlex.split(option)]
        status, out, _ = check(capsys, *asked, *words, "--format", "json")
        assert (status, json.loads(out)["peak_bytes"]) == (0, remedy["peak_bytes"])


def test_several_changes_together_are_tried_where_one_is_not_enough() -> None:
    net = sample("transformer")
    verdict = gate(net, Settings(alignment=4096), 1)
    assert not verdict.remedies
    assert verdict.closest is not None
    least = verdict.closest.peak
    again = gate(net, Settings(alignment=4096), least)
    assert again.remedies[0].peak == least


def test_a_figure_of_an_engine_is_called_what_it_is(capsys) -> None:
    model = str(FOLDER / "mobilenet_block" / "net.tflite")
    status, out, _ = check(capsys, model, "--profile", "tflm", "--budget", "119808")
    assert status == 0
    assert "Planned head 119,808 B (exact); kernels' scratch" in out
    assert check(capsys, model, "--profile", "tflm", "--budget", "119807")[0] == 1


def test_a_stored_plan_is_a_limit_too(capsys, tmp_path: Path) -> None:
    model = str(FOLDER / "mobilenet_block" / "net.tflite")
    stored = tmp_path / "plan.json"
    assert run(capsys, "export", model, "--format", "json", "--out", str(stored))[0] == 0
    status, out, _ = check(capsys, model, "--baseline", str(stored))
    assert (status, "As much as" in out) == (0, True)
    status, out, _ = check(capsys, model, "--baseline", str(stored), "--planner", "naive")
    assert (status, "more than" in out) == (1, True)
    smaller = json.loads(stored.read_text())
    smaller["buffers"][0]["size"] -= 16
    del smaller["buffers"][1]
    smaller["peak_bytes"] -= 1
    stored.write_text(json.dumps(smaller))
    status, out, _ = check(capsys, model, "--baseline", str(stored), "--format", "json")
    grown = json.loads(out)["baseline"]
    assert (status, grown["grown_bytes"]) == (1, 1)
    assert [change["before"] is None for change in grown["changes"]] == [True, False]
    # Within a budget, but larger than the stored plan: that fails.
    assert check(capsys, model, "--baseline", str(stored), "--budget", "1GiB")[0] == 1


def test_what_shrank_is_said_to_be_less() -> None:
    net = sample("lenet")
    before = json.dumps(plan_json(study(net, Settings("naive")))).encode()
    verdict = gate(net, Settings(), None, read_plan_json(before, "old.json"))
    assert verdict.passed
    assert verdict.growth is not None
    assert "less than 'old.json'" in baseline_lines(verdict.growth)[0]


def test_an_unsafe_plan_never_passes() -> None:
    net = sample("in_place")
    verdict = gate(net, Settings("caffe2_simple"), 10**9)
    assert verdict.study.unsafe is not None
    assert not verdict.passed
    assert budget_lines(verdict)[0].startswith("The plan is unsafe")
    suite = ET.fromstring(junit_xml(verdict))[0]
    assert suite.get("failures") == "1"


def test_what_is_not_known_is_not_within(capsys) -> None:
    net = str(FOLDER / "lenet" / "predict_net.pbtxt")
    status, out, err = check(capsys, net, "--budget", "1GiB")
    assert (status, out) == (2, "")
    assert "sizes are unknown" in err
    with pytest.raises(UnknownSize):
        gate(prepare(load([InputFile("n", Path(net).read_bytes())])), Settings(), 10**9)


@pytest.mark.parametrize(
    "arguments",
    [
        [],
        ["--budget", "many"],
        ["--budget", "9" * 400],
        ["--budget", "1KiB", "--format", "xml"],
        ["--baseline", "not there.json"],
        ["--baseline", TRANSFORMER[0]],
    ],
)
def test_bad_input_is_one_line_and_status_2(arguments, capsys) -> None:
    status, out, err = check(capsys, *TRANSFORMER, *arguments)
    assert (status, out) == (2, "")
    assert err.startswith("memplan: ")
    assert err.count("\n") == 1


def test_junit_is_xml_whatever_the_names() -> None:
    names = ['<b>&"', "a\x00\x1b", "￾￿", "\ud800", "\N{PILE OF POO}", "]]>"]
    lines = "".join(f"b{i},0,9,{8 + i}\n" for i in range(len(names)))
    net = load([InputFile("x.csv", f"id,lower,upper,size\n{lines}".encode())])
    assert net.given is not None
    renamed = (replace(b, name=n) for b, n in zip(net.given.buffers, names, strict=True))
    net = replace(net, name=names[1] + names[0], given=replace(net.given, buffers=tuple(renamed)))
    stored = read_plan_json(json.dumps(plan_json(study(sample("lenet")))).encode(), names[2])
    verdict = gate(net, Settings(), 3, stored)
    root = ET.fromstring(junit_xml(verdict).encode("utf-8"))
    suite = root[0]
    assert (root.tag, suite.tag) == ("testsuites", "testsuite")
    assert (suite.get("tests"), suite.get("failures")) == ("2", "1")
    budget, baseline = suite
    assert budget[0].tag == "failure"
    assert "over the budget" in (budget[0].get("message") or "")
    assert '<b>&"' in (budget[0].text or "")
    assert baseline[0].tag == "system-out"
    json.dumps(gate_data(verdict))


def test_buffers_without_a_graph_pass_the_gate_too(capsys, tmp_path: Path) -> None:
    file = tmp_path / "b.csv"
    file.write_text("id,lower,upper,size,offset\na,0,2,8,0\nb,1,3,8,16\n")
    status, out, _ = check(capsys, str(file), "--budget", "16")
    assert status == 1
    assert "24 B by given are 8 B over" in out
    assert "  --planner greedy_by_size: 16 B" in out
