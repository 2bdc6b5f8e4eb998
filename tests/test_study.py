"""A net planned from end to end, by every kind of planner."""

import json
from dataclasses import replace
from functools import cache
from pathlib import Path

import pytest

from memplan.errors import Cancelled, InvalidProblem, TooLarge, UnknownPlanner
from memplan.formats import InputFile, load, read_shapes_json
from memplan.liveness import Accounting
from memplan.net import Net, Role
from memplan.planners import PLANNERS, PackerEntry, RecyclerEntry
from memplan.samples import open_sample, samples
from memplan.study import Settings, prepare, runs_in_parallel, study


@cache
def sample(name: str) -> Net:
    return prepare(load(open_sample(name)))


def real(folder: Path) -> Net:
    files = [p for p in sorted(folder.iterdir()) if p.name.startswith(("predict", "init", "value"))]
    given = {}
    shapes = folder / "input_shapes.json"
    if shapes.exists():
        given = read_shapes_json(shapes.read_bytes(), shapes.name)
    return prepare(load([InputFile(p.name, p.read_bytes()) for p in files]), given)


# What the real library's planners need on resnet50, its data blob not counted.
RESNET50 = {
    "naive": 89_730_880,
    "greedy_by_size": 9_633_792,
    "caffe2_simple": 9_637_792,
    "caffe2_dag": 16_060_320,
    "caffe2_dag_sized": 17_665_952,
}


@pytest.mark.parametrize("planner", RESNET50)
def test_resnet50_needs_what_the_real_library_says(planner: str, caffe2_nets: Path) -> None:
    settings = Settings(planner, accounting=Accounting(inputs=False))
    found = study(real(caffe2_nets / "resnet50"), settings)
    assert found.metrics.peak_bytes == RESNET50[planner]
    assert found.metrics.max_live.bytes == 9_633_792
    assert found.metrics.complete
    assert found.unsafe is None


@pytest.mark.parametrize("name", ["bvlc_alexnet", "inception_v1", "nnresearch_superres"])
def test_shapes_given_or_found_make_a_real_net_complete(name: str, caffe2_nets: Path) -> None:
    found = study(real(caffe2_nets / name))
    assert found.metrics.complete
    assert found.plan.proven
    expected = json.loads((caffe2_nets / name / "expected_shapes.json").read_bytes())["shapes"]
    assert {n: list(found.net.blob(n).shape or ()) for n in expected} == expected


@pytest.mark.parametrize("planner", PLANNERS)
def test_every_planner_takes_every_sample_or_says_why_not(planner: str) -> None:
    entry = PLANNERS[planner]
    for name in (s.id for s in samples()):
        net = sample(name)
        try:
            found = study(net, Settings(planner))
        except InvalidProblem:
            assert isinstance(entry, PackerEntry)
            assert entry.needs_plan
            continue
        except TooLarge:
            assert isinstance(entry, RecyclerEntry)
            assert entry.most_ops
            continue
        assert found.metrics.peak_bytes <= found.metrics.naive_bytes or found.unsafe
        if found.unsafe is None:
            assert found.metrics.peak_bytes >= found.metrics.bound.bytes
        else:
            assert isinstance(entry, RecyclerEntry)
            assert entry.faithful
            assert not found.plan.proven


@pytest.mark.parametrize(
    ("name", "planner", "sentence"),
    [
        ("in_place", "caffe2_simple", "'conv1' and 'conv2' both lie on bytes"),
        ("async_if", "caffe2_dag", "'a' and 'c' both lie on bytes"),
        # The gradient op alone heeds the names that the rewriter notes; the forward op does not.
        ("recurrent", "caffe2_dag", "op 1 (Sum) read 'input_t'"),
    ],
)
def test_the_faults_of_the_original_are_told(name: str, planner: str, sentence: str) -> None:
    found = study(sample(name), Settings(planner))
    assert (found.unsafe or "").startswith(sentence)


def test_links_that_were_renamed_as_memonger_py_does_are_no_change() -> None:
    found = study(sample("recurrent"), Settings("caffe2_interference"))
    assert found.assignment is not None
    assert found.assignment.mapping
    assert found.unsafe is None


def test_in_a_parallel_net_the_order_of_ops_keeps_nobody_apart() -> None:
    net = sample("diamond")
    parallel = Settings("safe", parallel=True)
    assert not runs_in_parallel(net, Settings())
    assert runs_in_parallel(replace(net, type="async_scheduling"), Settings())
    assert runs_in_parallel(net, parallel)
    assert study(net, replace(parallel, planner="safe_parallel")).unsafe is None


def test_inputs_outputs_and_roles_are_a_choice() -> None:
    net = load(open_sample("chain"))
    whole = study(prepare(net)).metrics.naive_bytes
    bare = Settings(accounting=Accounting(inputs=False, outputs=False))
    assert study(prepare(net), bare).metrics.naive_bytes < whole
    weight = prepare(net, roles={"data": Role.WEIGHT})
    assert study(weight).metrics.weights_bytes > study(prepare(net)).metrics.weights_bytes


def test_work_can_be_stopped_and_a_planner_must_be_one() -> None:
    def stop(_share: float, _what: str) -> None:
        raise Cancelled("stopped")

    with pytest.raises(Cancelled):
        study(sample("chain"), Settings(), stop)
    with pytest.raises(UnknownPlanner, match="there are: greedy_by_size"):
        study(sample("chain"), Settings("best"))


def test_a_planner_of_offsets_can_be_left_between_two_blobs():
    fills = (
        f'op {{ type: "ConstantFill" output: "x{n}" arg {{ name: "shape" ints: 3 }} }}'
        for n in range(1200)
    )
    net = prepare(load([InputFile("fills.pbtxt", "\n".join(fills).encode())]))
    told = []

    def leave_midway(share, step):
        told.append((share, step))
        if "1,000 of 1,200 blobs" in step:
            raise Cancelled("stopped")

    with pytest.raises(Cancelled):
        study(net, progress=leave_midway)
    assert [step for _, step in told][1:] == [
        "planning: 0 of 1,200 blobs",
        "planning: 500 of 1,200 blobs",
        "planning: 1,000 of 1,200 blobs",
    ]
    assert told == sorted(told)
    told.clear()
    study(net, progress=lambda share, _: told.append(share))
    assert told == sorted(told)
