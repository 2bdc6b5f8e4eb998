"""What the page Debug is made of: tables, pictures, changes, stories."""

from __future__ import annotations

import time

import pytest

from memplan.errors import MemplanError
from memplan.explain import why_not
from memplan.formats import load
from memplan.museum import PIECES, safe_study
from memplan.net import Device, Net, Op
from memplan.plan import LiveRange
from memplan.samples import open_sample
from memplan.study import Settings, prepare, study
from memplan.views.decision_table import candidate_table, decision_rows
from memplan.views.museum_maps import clash_maps
from memplan.views.museum_words import rooms, story_of
from memplan.views.pair_picture import pair_figure
from memplan.views.shown_plans import wrong_study
from memplan.views.what_ifs import Tweak, TweakKind, change_of, tweak_text


def sample(name: str) -> Net:
    return prepare(load(open_sample(name)))


def test_rows_tell_every_decision_and_are_narrowed_by_all_three() -> None:
    made = study(sample("lenet"), Settings("caffe2_dag"))
    rows = decision_rows(made)
    assert [name for name, _ in made.decisions.blobs()] == list(rows.table["blob"])
    assert rows.narrowed("", None, None) == tuple(range(len(made.decisions)))
    assert [rows.blobs[k] for k in rows.narrowed("Conv", None, None)] == ["conv1", "conv2"]
    assert [rows.steps[k] for k in rows.narrowed("", None, LiveRange(2, 4))] == [2, 3]
    for reason in rows.present():
        found = rows.narrowed("", reason, None)
        assert found
        assert all(reason in {r.reason for r in made.decisions[k].rejected} for k in found)
    assert len(candidate_table(made, made.decisions[1])) == len(made.decisions[1].rejected)


def test_five_thousand_decisions_are_a_table_soon() -> None:
    ops = tuple(Op("Relu", (f"b{k}",), (f"b{k + 1}",)) for k in range(5_000))
    made = study(prepare(Net("long", ops, inputs=("b0",), outputs=("b5000",))), Settings("safe"))
    assert len(made.decisions) == 5_000
    started = time.perf_counter()
    assert len(decision_rows(made).table) == 5_000
    assert time.perf_counter() - started < 20, "quadratic work takes minutes"


def test_the_picture_marks_where_both_are_alive_and_who_keeps_the_first() -> None:
    made = study(sample("lenet"), Settings("safe"))
    figure = pair_figure(made, why_not(made, "conv1", "pool1"))
    assert figure is not None
    assert len(figure.layout.shapes) == 1
    assert (figure.layout.shapes[0].x0, figure.layout.shapes[0].x1) == (1, 2)
    assert "op 1 MaxPool reads it last" in figure.layout.annotations[0].text
    assert pair_figure(made, why_not(made, "conv1", "conv1_w")) is None


def test_the_picture_shows_the_path_that_is_missing() -> None:
    made = study(sample("inception_block"), Settings("safe_parallel", parallel=True))
    names = [b.name for b in made.problem.buffers][:8]
    found = [why_not(made, a, b, cost=False) for a in names for b in names if a < b]
    missing = [versus for versus in found if versus.missing is not None]
    assert missing
    for versus in missing:
        figure = pair_figure(made, versus)
        assert figure is not None
        assert any("no path" in note.text for note in figure.layout.annotations)


def test_changes_become_one_change() -> None:
    change = change_of(
        [
            Tweak(TweakKind.PIN, "a", text="1KiB"),
            Tweak(TweakKind.PIN, "a", text="64"),
            Tweak(TweakKind.APART, "a", "b"),
            Tweak(TweakKind.STATIC, "c"),
            Tweak(TweakKind.DEVICE, op=2, text="cuda 1"),
            Tweak(TweakKind.ORDER, text="1, 0 2"),
            Tweak(TweakKind.DIM, "batch", text="8"),
            Tweak(TweakKind.SHAPE, "data", text="2,3"),
            Tweak(TweakKind.ALIGNMENT, text="64"),
            Tweak(TweakKind.NO_WAITING),
        ]
    )
    assert change.wishes.pins == (("a", 64),)
    assert change.wishes.apart == (("a", "b"),)
    assert change.wishes.no_waiting
    assert change.static == {"c"}
    assert dict(change.devices) == {2: Device("cuda", 1)}
    assert change.order == (1, 0, 2)
    assert dict(change.dims) == {"batch": 8}
    assert change.shapes["data"].shape == (2, 3)
    assert change.alignment == 64


@pytest.mark.parametrize(
    "tweak",
    [
        Tweak(TweakKind.PIN, "a", text="soon"),
        Tweak(TweakKind.DEVICE, op=0, text="abacus"),
        Tweak(TweakKind.DIM, "n", text="0"),
        Tweak(TweakKind.SHAPE, "x", text="1,x"),
        Tweak(TweakKind.ALIGNMENT, text="-1"),
        Tweak(TweakKind.PLANNER, text="nobody"),
    ],
)
def test_what_is_not_understood_gets_one_sentence(tweak: Tweak) -> None:
    with pytest.raises(MemplanError):
        change_of([tweak])


@pytest.mark.parametrize("kind", [kind for kind in TweakKind if kind is not TweakKind.PLANNER])
def test_every_change_has_a_text(kind: TweakKind) -> None:
    assert tweak_text(Tweak(kind, "a", "b", text="8"))


@pytest.mark.parametrize("piece", PIECES.values(), ids=PIECES)
def test_every_piece_has_a_story_and_a_picture(piece: object) -> None:
    story = story_of(piece)
    assert story.told.count(".") >= 2
    assert story.moral
    assert any(piece in pieces for pieces in rooms().values())
    wrong, _ = clash_maps(wrong_study(piece), safe_study(piece))
    assert len(wrong.data[0].x)


def test_a_wrong_plan_of_offsets_has_its_clash_framed() -> None:
    piece = PIECES["onnxruntime_7645"]
    wrong, right = clash_maps(wrong_study(piece), safe_study(piece))
    frames = [shape for shape in wrong.layout.shapes if shape.type == "rect"]
    assert len(frames) >= 1
    assert not [shape for shape in right.layout.shapes if shape.type == "rect"]
