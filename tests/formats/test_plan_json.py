"""A plan as JSON, there and back: with its net, alone, and what is no plan of this net."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from memplan.errors import FormatError, InvalidProblem, TooLarge
from memplan.formats import InputFile, Part, load, plan_json
from memplan.formats.plan_json import read_plan_json
from memplan.formats.plan_net import net_of_plan, with_plan
from memplan.net import Net
from memplan.planners import PLANNERS, PackerEntry
from memplan.samples import open_sample, samples
from memplan.study import Settings, Study, prepare, study
from memplan.views.plan_files import plan_json as exported
from tests.strategies import nets

PACKERS = [n for n, e in PLANNERS.items() if isinstance(e, PackerEntry) and not e.needs_plan]
USUAL = Settings(planner="")


def written(found: Study) -> bytes:
    return json.dumps(exported(found)).encode()


def sample(name: str) -> tuple[list[InputFile], Net]:
    files = list(open_sample(name))
    entry = next(each for each in samples() if each.id == name)
    return files, prepare(load(files), dims=entry.dims)


def lenet_plan(**changes: Any) -> bytes:
    _, net = sample("lenet")
    return json.dumps(exported(study(net)) | changes).encode()


@given(nets(devices=True, nested=True), st.sampled_from(PACKERS), st.sampled_from((1, 64)))
@settings(max_examples=60, deadline=None)
def test_there_and_back_is_the_same_plan(net: Net, planner: str, alignment: int) -> None:
    first = study(prepare(net), Settings(planner, alignment))
    plan = read_plan_json(written(first), "plan.json")
    assert (plan.planner, plan.peak) == (planner, first.metrics.peak_bytes)
    alone = study(prepare(net_of_plan(plan)), USUAL)
    assert alone.unsafe is None
    assert alone.plan.planner == "given"
    assert alone.plan.offsets == first.plan.offsets
    assert alone.metrics.peak_bytes == first.metrics.peak_bytes
    assert alone.metrics.max_live.bytes == first.metrics.max_live.bytes
    assert read_plan_json(written(alone), "again.json").placed == plan.placed


@pytest.mark.parametrize(
    "name", ["lenet", "residual", "two_devices", "mobilenet_block", "transformer"]
)
@pytest.mark.parametrize("planner", ["greedy_by_size", "safe"])
def test_a_plan_beside_its_net_is_shown_as_it_is(name: str, planner: str) -> None:
    files, net = sample(name)
    first = study(net, Settings(planner))
    plan = InputFile("plan.json", written(first))
    for together in ([*files, plan], [plan, *files]):
        again = load(together)
        entry = next(each for each in samples() if each.id == name)
        found = study(prepare(again, dims=entry.dims), USUAL)
        assert found.unsafe is None
        assert (found.plan.planner, found.plan.offsets) == ("given", first.plan.offsets)
        assert found.plan.slots == first.plan.slots
        assert found.metrics.peak_bytes == first.metrics.peak_bytes


def test_a_plan_that_destroys_a_blob_says_which() -> None:
    files, net = sample("lenet")
    data = exported(study(net))
    for row in data["buffers"]:
        row["offset"] = 0
    plan = InputFile("plan.json", json.dumps(data).encode(), Part.PLAN)
    found = study(prepare(load([*files, plan])), USUAL)
    assert found.unsafe is not None
    assert "'data' and 'conv1' both lie on bytes" in found.unsafe


def test_what_a_plan_leaves_out_has_no_place() -> None:
    files, net = sample("lenet")
    data = exported(study(net))
    data["buffers"] = [row for row in data["buffers"] if row["name"] != "pool1"]
    found = study(prepare(load([*files, InputFile("p.json", json.dumps(data).encode())])), USUAL)
    assert found.unsafe is not None
    assert "'pool1' has a size but no offset" in found.unsafe


def test_a_plan_of_another_net_is_refused() -> None:
    files, _ = sample("lenet")
    other = InputFile("other.json", written(study(sample("residual")[1])))
    with pytest.raises(FormatError, match="a plan of another net"):
        load([*files, other])
    plan = InputFile("p.json", lenet_plan())
    with pytest.raises(FormatError, match=r"'p[.]json' and 'p[.]json' are both plans"):
        load([*files, plan, plan])


def test_a_planner_that_needs_a_plan_says_so() -> None:
    with pytest.raises(InvalidProblem, match="no plan came with this net"):
        study(sample("lenet")[1], Settings("given"))


def test_the_plan_goes_with_the_net() -> None:
    _, net = sample("lenet")
    plan = read_plan_json(lenet_plan(), "p.json")
    assert with_plan(net, plan).digest() != net.digest()


ROW = {"name": "a", "kind": "activation", "begin": 0, "end": 2, "size": 8, "offset": 0}


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"name": ""}, "buffer 0 ('') has no name"),
        ({"name": 3}, "buffer 0 has no name"),
        ({"begin": 2}, "begin < end"),
        ({"begin": "0"}, "'0' as its begin"),
        ({"end": None}, "'None' as its end"),
        ({"size": -1}, "'-1' as its size"),
        ({"size": 1.5}, "'1.5' as its size"),
        ({"size": 10**30}, "as its size"),
        ({"offset": True}, "'True' as its offset"),
        ({"slot": "x"}, "'x' as its slot"),
        ({"alignment": 0}, "alignment 0"),
        ({"gaps": [[0]]}, "has gaps that"),
        ({"gaps": 3}, "has gaps that"),
        ({"windows": [[0, 1, 5, 3]]}, "low <= high"),
        ({"windows": [[0, 1, 0, 99]]}, "beyond its 8 bytes"),
    ],
)
def test_each_mistake_names_the_buffer(change: dict[str, Any], words: str) -> None:
    data = {"peak_bytes": 8, "buffers": [ROW | change]}
    with pytest.raises(FormatError) as caught:
        load([InputFile("p.json", json.dumps(data).encode())])
    assert words in str(caught.value)
    assert "'p.json': buffer 0" in str(caught.value)


@pytest.mark.parametrize(
    "data",
    [
        b'{"buffers": 3, "peak_bytes": 1}',
        b'{"buffers": [3], "peak_bytes": 1}',
        b'{"buffers": [], "peak_bytes": 1}',
        b'{"buffers": [{}], "peak_bytes": 1}',
        b'{"buffers": [], "peak_bytes": null}',
        b'{"buffers": [], "peak_bytes": 1, "alignment": 0}',
        b'{"buffers": [], "peak_bytes": ' + b"9" * 5000 + b"}",
        b'{"buffers": [], "peak_bytes"',
        b'{"buffers": ' + b"[" * 100_000 + b', "peak_bytes": 1',
        json.dumps({"peak_bytes": 1, "buffers": [ROW, ROW]}).encode(),
    ],
)
def test_what_is_no_plan_is_one_sentence(data: bytes) -> None:
    with pytest.raises(FormatError) as caught:
        load([InputFile("p.json", data)])
    assert "\n" not in str(caught.value)


def test_bounds_hold(monkeypatch: pytest.MonkeyPatch) -> None:
    data = lenet_plan()
    for name, most in (("BYTES", len(data) - 1), ("PARTS", 5)):
        with monkeypatch.context() as patch:
            patch.setattr(plan_json, f"MAX_PLAN_JSON_{name}", most)
            with pytest.raises(TooLarge):
                load([InputFile("p.json", data)])
    monkeypatch.setattr(plan_json, "MAX_BUFFERS", 3)
    with pytest.raises(TooLarge):
        load([InputFile("p.json", data)])
