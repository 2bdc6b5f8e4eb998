"""Profiles: what an engine counts; its figure beside ours."""

from dataclasses import replace
from pathlib import Path

import pytest
from test_study import real

from memplan.errors import UnknownProfile
from memplan.liveness import SHARE_NOTHING, Accounting
from memplan.net import Blob, DType, Net, Op
from memplan.planners import PLANNERS, PackerEntry
from memplan.profiles import PROFILES, against_engine, profile_named
from memplan.study import Settings, prepare, study
from memplan.views.engines import engine_rows, engine_sentence


def chain(dialect: str = "onnx") -> Net:
    """Four blobs of 1 KiB in a row, of which the second may be written over the first."""
    other = "Conv" if dialect == "onnx" else "Softmax"
    ops = (
        Op(other, ("x",), ("a",)),
        Op("Relu", ("a",), ("b",)),
        Op(other, ("b",), ("c",)),
        Op("Add", ("c", "c"), ("d",)),
        Op(other, ("d",), ("y",)),
    )
    blobs = {name: Blob(name, (1, 256), DType.FLOAT32) for name in "xabcdy"}
    return prepare(Net("chain", ops, blobs, ("x",), ("y",), dialect=dialect))


@pytest.mark.parametrize("name", PROFILES)
def test_every_profile_names_a_planner_and_plans_a_net(name: str) -> None:
    profile = PROFILES[name]
    assert profile.name == name
    assert profile.planner in PLANNERS
    result = study(chain("caffe2"), profile.applied_to(Settings()))
    assert result.unsafe is None
    assert result.settings.profile == name
    assert result.metrics.peak_bytes >= 1024


def test_a_profile_decides_what_it_is_about_and_nothing_else() -> None:
    mine = Settings(planner="naive", capacity=4096, nodes=7)
    applied = PROFILES["executorch"].applied_to(mine)
    assert (applied.planner, applied.alignment, applied.capacity, applied.nodes) == (
        "executorch", 16, 4096, 7)  # fmt: skip
    assert applied.accounting == Accounting()


def test_what_is_counted_decides_the_figure() -> None:
    # By hand. Of ONNX Runtime: a and b are one block; c comes beside it, d takes over the dead
    # block of a; two blocks of 1 KiB. Add is not written in place.
    peaks = {
        name: study(chain(), PROFILES[name].applied_to(Settings())).metrics.peak_bytes
        for name in ("onnxruntime", "executorch", "tflm", "litert", "pytorch")
    }
    assert peaks == dict.fromkeys(peaks, 2048)
    wide = Settings(alignment=1)
    assert study(chain(), PROFILES["onnxruntime"].applied_to(wide)).settings.alignment == 256


def test_in_place_by_rule_is_what_makes_the_difference() -> None:
    its = PROFILES["onnxruntime"].applied_to(Settings(planner="greedy_by_size"))
    names = {s.names for s in study(chain(), its).storages}
    assert ("a", "b") in names
    assert ("c",) in names
    possible = PROFILES["onnxruntime"].possible
    assert possible is not None
    names = {s.names for s in study(chain(), replace(its, sharing=possible)).storages}
    assert ("c", "d") in names


def test_caffe2_counts_as_the_figures_of_the_library_do(caffe2_nets: Path) -> None:
    """resnet50: 9,637,792 bytes of slots by optimize_inference_net, without the data blob."""
    result = study(real(caffe2_nets / "resnet50"), PROFILES["caffe2"].applied_to(Settings()))
    assert result.metrics.peak_bytes == 9637792


def test_an_unknown_profile_is_refused_with_the_list() -> None:
    with pytest.raises(UnknownProfile, match="tflm"):
        profile_named("tensorrt")


def test_there_is_no_engine_to_be_held_against_where_one_of_ours_stands_for_it() -> None:
    assert against_engine(chain(), PROFILES["pytorch"], Settings()) is None


def test_the_engine_and_a_plan_of_ours_in_one_sentence() -> None:
    profile = PROFILES["onnxruntime"]
    grown = {name: Blob(name, (1, width), DType.FLOAT32) for name, width in
             (("x", 1), ("a", 256), ("b", 512), ("c", 768), ("d", 256), ("y", 1))}  # fmt: skip
    net = prepare(replace(chain(), blobs={}).with_blobs(grown))
    engine = against_engine(net, profile, Settings())
    assert engine is not None
    shown = study(net, profile.applied_to(Settings()))
    text = engine_sentence(engine, shown)
    reserved = shown.metrics.peak_bytes
    assert text.startswith(f"ONNX Runtime reserves {reserved:,} B")
    assert f"the bound is {engine.plan.metrics.bound.bytes:,} B" in text
    naive = study(net, replace(profile.applied_to(Settings()), planner="naive"))
    assert f"this plan needs {naive.metrics.peak_bytes:,} B" in engine_sentence(engine, naive)
    rows = engine_rows(engine, naive)
    assert (rows["reserves"], rows["plan"]) == (reserved, naive.metrics.peak_bytes)


def test_a_plan_of_ours_is_never_worse_than_the_engines() -> None:
    for profile in PROFILES.values():
        engine = against_engine(chain("caffe2"), profile, Settings())
        assert engine is None or (
            engine.plan.metrics.peak_bytes <= engine.reserved.metrics.peak_bytes
        )


def test_planners_of_names_share_by_names_alone() -> None:
    net = chain("caffe2")
    settings = replace(PROFILES["onnxruntime"].applied_to(Settings()), planner="safe")
    plain = replace(settings, sharing=SHARE_NOTHING)
    assert study(net, settings).storages == study(net, plain).storages
    assert not isinstance(PLANNERS["safe"], PackerEntry)
