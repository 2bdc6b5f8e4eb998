"""The lessons: whole, short, and true."""

from __future__ import annotations

import pytest

from memplan.lessons import LESSONS
from memplan.lessons.practice import practice_net
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


def test_practice_nets_can_be_planned_by_everybody():
    for seed in range(1, 40):
        net = practice_net(seed)
        assert 7 <= len(net.ops) <= 9
        for planner in METHODS:
            if planner != "liveness":
                found = study(net, Settings(planner=planner))
                assert found.metrics.peak_bytes > 0
