"""Nets and planners of a visitor's own on the page Learn, and rules that are broken there."""

from __future__ import annotations

import pytest
from streamlit import config
from streamlit.testing.v1 import AppTest

from memplan.adversary import BREAKABLE, smallest_loss
from memplan.net_script import EXAMPLE as NET
from memplan.ui.learn_choice import Activity, LearnChoice, read_choice, write_choice
from memplan.ui.learn_own import is_allowed
from memplan.ui.session import Session
from memplan.ui.text import literal
from memplan.views.losses import loss_sentence
from memplan.views.problem_map import problem_map
from tests.ui.pages import complaints, page


def learn(**choice) -> AppTest:
    test = page("4_learn.py")
    test.session_state["memplan"] = Session(learn=LearnChoice(**choice))
    return test.run()


def words(test: AppTest) -> str:
    return " ".join(str(part.value) for part in (*test.markdown, *test.caption, *test.info))


def test_visitors_planners_run_only_on_this_machine_or_when_switched_on(monkeypatch):
    monkeypatch.delenv("MEMPLAN_OWN_PLANNERS", raising=False)
    for address, allowed in (
        *((None, False), ("0.0.0.0", False), ("192.168.0.7", False)),
        *(("127.0.0.1", True), ("localhost", True), ("::1", True)),
    ):
        monkeypatch.setattr(config, "get_option", lambda _name, found=address: found)
        monkeypatch.setattr("streamlit.get_option", lambda _name, found=address: found)
        assert is_allowed() is allowed, address
    monkeypatch.setattr("streamlit.get_option", lambda _name: None)
    monkeypatch.setenv("MEMPLAN_OWN_PLANNERS", "1")
    assert is_allowed()


def test_where_others_reach_the_app_there_is_no_field_for_code(monkeypatch):
    monkeypatch.delenv("MEMPLAN_OWN_PLANNERS", raising=False)
    test = learn(activity=Activity.OWN)
    assert complaints(test) == []
    assert "runs no code of visitors" in words(test)
    assert not test.text_area
    assert not test.button


def test_a_planner_of_ones_own_is_ranked_and_drawn(monkeypatch):
    monkeypatch.setenv("MEMPLAN_OWN_PLANNERS", "1")
    test = learn(activity=Activity.OWN, seed=4)
    assert not test.dataframe
    test.button[0].click().run()
    assert complaints(test) == []
    planners = set(test.dataframe[0].value["planner"])
    assert planners == {"yours", "naive", "greedy_by_size", "best of memplan", "lower bound"}
    assert "no plan needs less than" in words(test)


def test_what_is_wrong_with_it_is_one_line(monkeypatch):
    monkeypatch.setenv("MEMPLAN_OWN_PLANNERS", "1")
    test = learn(activity=Activity.OWN)
    test.text_area(key="own code").set_value("def plan(p):\n    return open('/etc/passwd')")
    test.button[0].click().run()
    told = "line 2: a submission has no access to files (open)"
    assert complaints(test) == [literal(told)]


@pytest.mark.parametrize("name", ["greedy_by_size", "online_best_fit", "tflm"])
def test_a_rule_is_broken_on_the_page(name):
    test = learn(activity=Activity.BREAK, by=name)
    assert complaints(test) == []
    assert literal(loss_sentence(BREAKABLE[name], smallest_loss(BREAKABLE[name]))) in words(test)


def test_the_maps_of_a_loss_hold_names_as_text():
    loss = smallest_loss(BREAKABLE["greedy_by_size"])
    drawn = problem_map(loss.plan, loss.plan.known_peak)
    assert drawn.count("<rect") == 1 + len(loss.problem.buffers)


def test_a_net_is_written_and_its_mistakes_are_told():
    test = learn(activity=Activity.EDIT)
    assert complaints(test) == []
    test.text_area(key="net text").set_value("Relu a -> b\nb = Sum(a)").run()
    assert complaints(test) == [literal("line 2: an op is written with an arrow: `Sum a -> b`")]
    test.text_area(key="net text").set_value("Relu a -> b\nSum a, b -> c").run()
    assert complaints(test) == []
    assert "no sizes are written" in words(test).replace("\\", "")
    assert test.session_state["memplan"].learn.text == "Relu a -> b\nSum a, b -> c"


def test_a_net_goes_into_the_link_and_comes_back():
    for text in ("Relu a -> b", NET, 'Relu "<b>" -> "x&y"'):
        choice = LearnChoice(activity=Activity.EDIT, text=text)
        assert read_choice(LearnChoice(), write_choice(choice)).text == text
    assert read_choice(LearnChoice(), {"do": "edit", "text": "!!"}).text == NET
