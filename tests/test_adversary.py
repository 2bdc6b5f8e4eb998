"""The smallest problems on which planners lose: they do, and nothing can be left out."""

from __future__ import annotations

import json
from functools import cache
from itertools import permutations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from memplan.adversary import BREAKABLE, Extent, Loss, best_plan, smallest_loss
from memplan.errors import Cancelled
from memplan.plan import Buffer, LiveRange, Plan, Problem
from memplan.planners import PLANNERS, PackerEntry
from memplan.verify import verify
from memplan.views.losses import loss_json, loss_sentence, text_map
from tests.test_cli import answer, complaint


def lowest_peak(problem: Problem) -> int:
    """By another way than the code: in every order, each buffer as low as it goes."""
    found = []
    for order in permutations(problem.buffers):
        offsets: dict[str, int] = {}
        for buffer in order:
            others = [o for o in order if o.name in offsets and o.live.meets(buffer.live)]
            spots = [0, *(offsets[o.name] + o.size for o in others)]
            offsets[buffer.name] = next(
                spot
                for spot in sorted(spots)
                if all(
                    spot >= offsets[o.name] + o.size or spot + buffer.size <= offsets[o.name]
                    for o in others
                )
            )
        found.append(max(offsets[b.name] + b.size for b in order))
    return min(found)


@cache
def loss_of(name: str) -> Loss | None:
    """The search takes a second: what it finds is asked for by several tests."""
    return smallest_loss(BREAKABLE[name])


@pytest.mark.parametrize("name", BREAKABLE)
def test_each_planner_loses_on_what_is_found_and_no_buffer_can_be_left_out(name):
    loss = loss_of(name)
    assert loss is not None
    verify(loss.plan)
    verify(loss.best)
    assert loss.plan.offsets == BREAKABLE[name].pack(loss.problem).offsets
    assert loss.best.known_peak == lowest_peak(loss.problem) < loss.plan.known_peak
    assert loss.ratio == loss.plan.known_peak / loss.best.known_peak > 1
    for left_out in loss.problem.buffers:
        rest = Problem(tuple(b for b in loss.problem.buffers if b is not left_out))
        assert BREAKABLE[name].pack(rest).known_peak == lowest_peak(rest)


def test_what_is_known_of_the_rules():
    """By hand: with three buffers, size order and first fit are told apart."""
    three = loss_of("first_fit_by_birth")
    assert (len(three.problem.buffers), three.ratio, three.extent) == (3, 4 / 3, Extent.ALL)
    four = loss_of("greedy_by_size")
    assert (len(four.problem.buffers), four.ratio) == (4, 4 / 3)
    assert smallest_loss(BREAKABLE["greedy_by_size"], 3) is None


def test_a_planner_that_is_the_best_on_small_ones_is_broken_by_drawing(monkeypatch):
    """Wins on every problem of up to six buffers, by looking: only what is drawn is larger."""

    def pack(problem: Problem) -> Plan:
        small = len(problem.buffers) < 7
        return best_plan(problem) if small else PLANNERS["greedy_by_size"].pack(problem)

    entry = PackerEntry("mine", "Mine", "", "", pack)
    # Else it takes minutes.
    monkeypatch.setattr("memplan.adversary.small_problems._LARGEST", {3: 3, 4: 2})
    monkeypatch.setattr("memplan.adversary.loss._DRAWN", 300)
    loss = smallest_loss(entry, 8)
    assert loss == smallest_loss(entry, 8)
    assert loss.extent is Extent.DRAWN
    assert len(loss.problem.buffers) == 7
    assert loss.best.known_peak < loss.plan.known_peak
    assert smallest_loss(entry, 6) is None


buffers = st.tuples(st.integers(0, 3), st.integers(1, 3), st.integers(1, 6))


@settings(deadline=None, max_examples=60)
@given(st.lists(buffers, min_size=1, max_size=5))
def test_the_best_plan_is_the_best(rows):
    made = (Buffer(f"b{n}", LiveRange(b, b + d), s) for n, (b, d, s) in enumerate(rows))
    problem = Problem(tuple(made))
    assert best_plan(problem).known_peak == lowest_peak(problem)
    assert best_plan(problem).known_peak == PLANNERS["optimal"].pack(problem).known_peak


def test_the_search_can_be_stopped():
    def stop(_share: float, _what: str) -> None:
        raise Cancelled("enough")

    with pytest.raises(Cancelled):
        smallest_loss(BREAKABLE["greedy_by_size"], progress=stop)


def test_the_command_shows_both_plans(capsys):
    told = json.loads(answer(capsys, "break", "greedy_by_size", "--json"))
    loss = loss_of("greedy_by_size")
    assert told == loss_json(BREAKABLE["greedy_by_size"], loss)
    text = " ".join(answer(capsys, "break", "greedy_by_size").split())
    assert loss_sentence(BREAKABLE["greedy_by_size"], loss) in text
    for line in text_map(loss.best, loss.plan.known_peak):
        assert " ".join(line.split()) in text
    none = answer(capsys, "break", "greedy_by_size", "--buffers", "3")
    assert "is the best on all that was tried" in none
    assert json.loads(answer(capsys, "break", "best_fit", "--buffers", "3", "--json")) == {
        "planner": "best_fit",
        "ratio": None,
    }
    assert "naive" in complaint(capsys, "break", "naive")
