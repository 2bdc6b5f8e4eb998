"""What the stepper is given: changes from frame to frame that add up to the frames themselves."""

from __future__ import annotations

import json
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from memplan.errors import MemplanError
from memplan.lessons.practice import practice_net
from memplan.net import Net, Op
from memplan.steps import METHODS, Why, run_of
from memplan.steps.questions import questions_of
from memplan.study import prepare
from memplan.views.graph import graph_view
from memplan.views.layered import layered_layout
from memplan.views.steps_data import stepper_data
from memplan.views.steps_words import _SENTENCES, frame_sentence
from tests.strategies import nets


def data_of(run, questions=()):
    view = graph_view(run.study)
    return stepper_data(run, view, layered_layout(view), "a net", questions)


def added_up(data):
    """Each frame whole again, as the browser makes it."""
    alive, blocks, curve, peak, state = [], {}, [], 0, []
    for frame in data["frames"]:
        alive = frame.get("a", alive)
        for gone in frame.get("d", ()):
            del blocks[tuple(gone)]
        for block in frame.get("p", ()):
            blocks[block[0], block[1]] = block
        if "c" in frame:
            curve = curve[: frame["c"][0]] + frame["c"][1:]
        peak = frame.get("k", peak)
        if "z" in frame:
            last = dict(state)
            state = []
            for title, _, head, tail, rows in frame["z"]:
                old = last.get(title, [])
                state.append((title, old[:head] + rows + old[len(old) - tail :]))
        yield alive, sorted(blocks.values()), curve, peak, state


@given(nets(nested=True, aliases=True, views=True).map(prepare), st.sampled_from(list(METHODS)))
def test_the_changes_add_up_to_the_frames(net, method):
    try:
        run = run_of(net, method)
    except MemplanError:
        return
    names = [buffer.name for buffer in run.study.problem.buffers]
    data = data_of(run)
    for frame, (alive, blocks, curve, peak, state) in zip(run.frames, added_up(data), strict=True):
        assert [names[k] for k in alive] == list(frame.alive)
        assert blocks == sorted(
            [names.index(b.name), b.begin, b.end, b.offset, b.size] for b in frame.blocks
        )
        assert curve == list(frame.curve)
        assert peak == frame.peak
        assert [title for title, _ in state] == [cell.title for cell in frame.state]
        for (_, rows), cell in zip(state, frame.state, strict=True):
            assert [tuple(row) for row in rows] == list(cell.items)


@given(nets(nested=True, aliases=True).map(prepare), st.sampled_from(list(METHODS)))
def test_every_frame_has_a_plain_sentence(net, method):
    try:
        run = run_of(net, method)
    except MemplanError:
        return
    for frame in run.frames:
        sentence = frame_sentence(frame)
        assert sentence.endswith((".", "?"))
        assert not re.search(r"\{[a-z_]", sentence)
        assert len(sentence) < 320


def test_every_reason_has_a_sentence():
    assert set(_SENTENCES) == set(Why)


def test_names_are_texts_whatever_they_hold():
    evil = "</script><b>\n\u202ex, y"
    net = prepare(
        Net("n", (Op("Relu", ("a",), (evil,)), Op("Relu", (evil,), ("c",))), inputs=("a",))
    )
    data = data_of(run_of(net, "naive"))
    text = json.dumps(data, ensure_ascii=False)
    assert "\u202e" not in text
    assert "\\\\u202ex, y" in text  # made visible


@pytest.mark.parametrize("method", METHODS)
def test_questions_come_with_their_words(method):
    run = run_of(practice_net(3), method)
    questions = questions_of(run, 1, 5)
    data = data_of(run, questions)
    assert len(data["questions"]) == len(questions)
    for question in data["questions"]:
        assert question["prompt"].endswith("?")
        assert len(set(question["choices"])) == len(question["choices"]) > 1
        assert question["because"].endswith(".")


def test_equal_runs_have_equal_versions():
    first, second = (data_of(run_of(practice_net(4), "naive")) for _ in range(2))
    assert first == second
    assert first["version"] != data_of(run_of(practice_net(5), "naive"))["version"]
