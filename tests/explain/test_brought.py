"""Somebody's optimisation as a study, and the names and the order that are read off it."""

from hypothesis import HealthCheck, given, settings
from strategies import nets

from memplan.explain.brought import names_between, order_between, study_of, verify_nets
from memplan.museum import PIECES, after
from memplan.net import Net
from memplan.plan import Placement
from memplan.planners.renaming import renamed
from memplan.study import Settings, prepare, study


@settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(net=nets(kinds=("ssa",), max_ops=8, aliases=True))
def test_the_names_that_a_planner_chose_are_recovered(net: Net) -> None:
    made = study(prepare(net), Settings("safe"))
    assert made.assignment is not None
    if made.assignment.order is not None:
        return
    new = renamed(made.net, made.assignment)
    names = names_between(made.net, new)
    assert names == {a: b for a, b in made.assignment.mapping.items() if a != b}
    assert order_between(made.net, made.net) is None
    assert verify_nets(made.net, new).safe
    again = study_of(made.net, new, Settings("safe"))
    assert again.unsafe is None
    assert again.plan.slots == made.plan.slots
    assert again.metrics.peak_bytes == made.metrics.peak_bytes


def test_a_wrong_one_is_shown_as_unsafe() -> None:
    for piece in PIECES.values():
        if isinstance(piece.wrong, Placement) or piece.name == "caffe2_devices":
            continue
        made = study_of(piece.make(), after(piece), Settings("safe", parallel=piece.parallel))
        assert made.unsafe is not None, piece.name
