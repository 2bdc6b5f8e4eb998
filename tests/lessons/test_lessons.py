"""The lessons: whole, short, and true."""

from __future__ import annotations

import pytest

from memplan.lessons import LESSONS
from memplan.lessons.practice import practice_net
from memplan.planners import PLANNERS
from memplan.steps import METHODS, MOST_OPS
from memplan.steps.questions import questions_of
from memplan.study import Settings, study


@pytest.mark.parametrize("lesson", LESSONS.values(), ids=LESSONS)
def test_a_lesson_has_all_its_parts(lesson):
    assert LESSONS[lesson.id] is lesson
    assert 3 <= len(lesson.paragraphs) <= 6
    for paragraph in lesson.paragraphs:
        assert 40 < len(paragraph) < 520, paragraph
        assert "{" not in paragraph
    assert lesson.goal
    assert lesson.task
    assert lesson.notes
    assert lesson.sources


@pytest.mark.parametrize("lesson", LESSONS.values(), ids=LESSONS)
def test_a_lessons_runs_are_small_and_ask(lesson):
    for scene in lesson.scenes:
        assert scene.method in METHODS
        run = scene.run()
        assert len(run.study.net.ops) <= MOST_OPS
        assert 5 < len(run.frames) <= 200
    asked = [questions_of(scene.run(), seed=1) for scene in lesson.scenes]
    assert any(2 <= len(questions) <= 3 for questions in asked)


def peaks(ident: str) -> list[int]:
    return [scene.study().metrics.peak_bytes for scene in LESSONS[ident].scenes]


def bounds(ident: str) -> list[int]:
    return [scene.study().metrics.max_live.bytes for scene in LESSONS[ident].scenes]


def test_what_the_lessons_say_without_a_figure_is_so():
    apart, in_place, _ = peaks("in_place")
    assert in_place < apart
    linear, tokens = LESSONS["branches"].scenes
    assert linear.study(settings=Settings(planner="caffe2_simple", parallel=True)).unsafe
    assert tokens.study(settings=Settings(planner="caffe2_dag", parallel=True)).unsafe is None
    first, best, size, worse = peaks("fit")
    assert size == bounds("fit")[2] < best < first
    assert worse > LESSONS["fit"].scenes[3].study("first_fit_by_birth").metrics.peak_bytes
    lost = LESSONS["fit"].scenes[3].study()
    offsets = lost.plan.offsets
    sizes = {buffer.name: buffer.size for buffer in lost.problem.buffers}
    assert offsets["e"] <= offsets["g"] < offsets["e"] + sizes["e"]
    assert sizes["i"] == sizes["e"]
    assert offsets["i"] + sizes["i"] == lost.metrics.peak_bytes
    searched = LESSONS["fragmentation"].scenes[2].run().plan
    assert searched.known_peak == bounds("fragmentation")[0]
    greedy, fullest = peaks("fragmentation")[:2]
    assert bounds("fragmentation")[0] < fullest < greedy
    beside, one_arm, _ = bounds("order")
    assert one_arm < beside
    forward, training, again, _ = bounds("gradients")
    assert forward < again < training
    assert len(set(peaks("runtimes"))) == 4
    assert min(peaks("runtimes")) > bounds("runtimes")[0]
    assert peaks("elsewhere")[0] == bounds("elsewhere")[0]


def test_practice_nets_can_be_planned_by_everybody():
    for seed in range(1, 40):
        net = practice_net(seed)
        assert 7 <= len(net.ops) <= 9
        for planner in METHODS:
            if planner in PLANNERS:
                found = study(net, Settings(planner=planner))
                assert found.metrics.peak_bytes > 0
