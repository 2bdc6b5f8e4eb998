"""Questions: of a run's own frames, the same for the same number, with one right choice."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from memplan.lessons.practice import practice_net
from memplan.steps import Happening, run_of
from memplan.steps.questions import Asked, questions_of

METHODS = st.sampled_from(["liveness", "naive", "greedy_by_size", "caffe2_simple", "caffe2_dag"])
SEEDS = st.integers(1, 999_999)


@given(METHODS, SEEDS, SEEDS)
def test_a_question_is_answered_by_the_frame_that_it_holds_back(method, net, seed):
    run = run_of(practice_net(net), method)
    for question in questions_of(run, seed):
        before, frame = run.frames[question.frame - 1], run.frames[question.frame]
        right = question.choices[question.right]
        assert len(set(question.choices)) == len(question.choices) > 1
        if question.asked is Asked.PEAK:
            assert right == frame.peak > before.peak
        if question.asked is Asked.OFFSET:
            assert right == run.plan.offsets[question.about]
        if question.asked is Asked.SLOT:
            taken = frame.facts["slot"]
            new = int(taken[1:]) not in {run.plan.slots[b.name] for b in before.blocks}
            assert right == ("" if new else taken)
        if question.asked is Asked.FREED:
            gone = frame.happening in {Happening.FREE, Happening.KEEP}
            assert right == (frame.blobs[0] if gone else "")
        if question.asked is Asked.END:
            (live,) = [b.live for b in run.study.problem.buffers if b.name == question.about]
            assert right == live.end - 1


@given(METHODS, SEEDS)
def test_the_same_number_asks_the_same(method, seed):
    run = run_of(practice_net(seed), method)
    assert questions_of(run, seed) == questions_of(run, seed)
    frames = [question.frame for question in questions_of(run, seed, 5)]
    assert frames == sorted(set(frames))


def test_other_numbers_ask_something_else():
    run = run_of(practice_net(1), "caffe2_simple")
    asked = {questions_of(run, seed) for seed in range(1, 12)}
    assert len(asked) > 5


def test_every_kind_of_question_comes_up():
    found = set()
    for seed in range(1, 15):
        for method in ("liveness", "naive", "greedy_by_size", "caffe2_simple"):
            run = run_of(practice_net(seed), method)
            found |= {question.asked for question in questions_of(run, seed, 5)}
    assert found == set(Asked)
