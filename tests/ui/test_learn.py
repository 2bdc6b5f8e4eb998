"""The page Learn without a browser: lessons, links, the open net, a quiz; nothing fails."""

from __future__ import annotations

import pytest
from streamlit.testing.v1 import AppTest

from memplan.lessons import LESSONS
from memplan.ui.learn_choice import Activity, LearnChoice, read_choice, write_choice
from memplan.ui.text import literal
from tests.ui.pages import REPOSITORY, SECONDS, complaints, press


def learn(**query: str) -> AppTest:
    test = AppTest.from_file(str(REPOSITORY / "pages" / "4_learn.py"), default_timeout=SECONDS)
    for name, value in query.items():
        test.query_params[name] = value
    return test


@pytest.fixture
def page():
    return learn().run()


def chosen(test: AppTest) -> LearnChoice:
    return test.session_state["memplan"].learn


def steppers(test: AppTest) -> list[object]:
    return list(test.get("bidi_component"))


def texts(test: AppTest) -> str:
    return "\n".join(str(found.value) for found in test.markdown)


def test_the_first_lesson_is_there_at_once(page):
    assert not complaints(page)
    first = next(iter(LESSONS.values()))
    assert literal(first.paragraphs[0]) in texts(page)
    assert len(steppers(page)) == 1


@pytest.mark.parametrize("ident", LESSONS)
def test_every_lesson_is_a_page(page, ident):
    page.selectbox(key="learn lesson").set_value(ident).run()
    assert not complaints(page)
    assert literal(LESSONS[ident].goal) in texts(page)
    assert len(steppers(page)) == 1


def test_lessons_follow_one_another(page):
    ids = list(LESSONS)
    assert page.button(key="lesson back").disabled
    press(page, "lesson on")
    assert chosen(page).lesson == ids[1]
    press(page, "lesson back")
    assert chosen(page).lesson == ids[0]


def test_other_questions_are_another_number(page):
    press(page, "other questions")
    assert chosen(page).seed == 2


def test_notes_and_answers_are_behind_a_switch(page):
    first = next(iter(LESSONS.values()))
    assert "Notes:" not in texts(page)
    page.toggle(key="learn notes").set_value(True).run()
    assert literal(first.notes) in texts(page)
    assert texts(page).count("At frame") >= 2


def test_the_quiz_makes_its_nets(page):
    page.button_group(key="learn activity").set_value(Activity.QUIZ).run()
    assert not complaints(page)
    assert len(steppers(page)) == 1
    page.number_input(key="quiz seed").set_value(77).run()
    assert chosen(page).seed == 77
    page.selectbox(key="learn by").set_value("caffe2_dag").run()
    assert not complaints(page)
    assert chosen(page).by == "caffe2_dag"


def test_without_a_net_the_stepper_invites_to_open_one(page):
    page.button_group(key="learn activity").set_value(Activity.STEP).run()
    assert not complaints(page)
    assert not steppers(page)
    page.button(key="main sample chain").click().run()
    assert not complaints(page)
    assert len(steppers(page)) == 1


def test_a_link_and_the_choice_say_the_same():
    choice = LearnChoice(Activity.QUIZ, by="naive", seed=9, frame=4)
    found = read_choice(LearnChoice(), write_choice(choice))
    assert (found.activity, found.by, found.seed, found.frame) == (Activity.QUIZ, "naive", 9, 4)
    assert found.start == 4
    lesson = LearnChoice(lesson="sharing", scene=1, frame=2)
    assert read_choice(LearnChoice(), write_choice(lesson)).scene == 1


@pytest.mark.parametrize(
    "query",
    [
        {"lesson": "nowhere", "frame": "-3", "seed": "x", "scene": "77", "do": "dance"},
        {"lesson": "", "frame": "9" * 50, "seed": "0", "by": "<b>"},
    ],
)
def test_nonsense_in_a_link_is_as_if_it_were_not_there(query):
    found = read_choice(LearnChoice(), query)
    assert found.lesson in LESSONS
    assert found.scene < len(LESSONS[found.lesson].scenes)
    assert (found.frame, found.seed) == (0, 1)


def test_a_first_answer_stays():
    choice = LearnChoice().answer("v", {0: (1, False)}).answer("v", {0: (2, True), 1: (0, True)})
    assert choice.given["v"] == {0: (1, False), 1: (0, True)}
    assert choice.score == (1, 2)
