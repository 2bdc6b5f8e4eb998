"""The decisions alone give the plan: of every planner, on random nets."""

from dataclasses import replace

import pytest
from hypothesis import HealthCheck, given, note, settings
from strategies import nets

from memplan.errors import InvalidNet, InvalidProblem, TooLarge, Unorderable
from memplan.explain import mapping_before, replayed
from memplan.net import Net
from memplan.planners import PLANNERS
from memplan.study import Settings, Study, prepare, study


def planned(net: Net, planner: str) -> Study | None:
    """A study of a net; None where the planner refuses it, as its original does."""
    try:
        return study(prepare(net), Settings(planner))
    except (InvalidNet, InvalidProblem, TooLarge, Unorderable):
        return None


@pytest.mark.parametrize("planner", PLANNERS)
@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(net=nets(max_ops=8, devices=True, aliases=True, nested=True))
def test_replaying_the_decisions_gives_the_plan(planner: str, net: Net) -> None:
    made = planned(net, planner)
    if made is None:
        return
    note(f"{planner}: {made.net.ops}")
    again = replayed(made)
    assert again.offsets == made.plan.offsets
    assert again.peaks() == made.plan.peaks()
    if made.assignment is not None:
        assert again.slots == made.plan.slots


@pytest.mark.parametrize("planner", [n for n in PLANNERS if n.startswith(("caffe2", "safe"))])
@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(net=nets(kinds=("ssa",), max_ops=8, devices=True))
def test_who_was_chosen_says_the_same_as_the_names(planner: str, net: Net) -> None:
    made = planned(net, planner)
    if made is None or made.assignment is None:
        return
    homes = mapping_before(made.decisions, len(made.decisions))
    names = made.assignment.mapping
    decided = [d.blob for d in made.decisions]
    assert len(set(decided)) == len(decided), "each blob once"
    for decision in made.decisions:
        if decision.chosen is not None:
            assert names[decision.blob] == names[decision.chosen]
    # Blobs of one name lie in the memory of one blob, and those of two in that of two.
    grouped: dict[str, set[str]] = {}
    for blob in decided:
        grouped.setdefault(names.get(blob, blob), set()).add(homes.get(blob, blob))
    assert all(len(roots) == 1 for roots in grouped.values())


@settings(max_examples=25, deadline=None)
@given(net=nets(max_ops=8))
def test_every_decision_is_of_a_blob_that_is_made_and_is_told_in_bounds(net: Net) -> None:
    for planner in PLANNERS:
        made = planned(net, planner)
        for decision in made.decisions if made is not None else ():
            assert len(decision.rejected) <= 64
            assert decision.omitted >= 0
            assert 0 <= decision.step < max(1, len(made.net.ops))
            assert replace(decision) == made.decisions[decision.turn]
