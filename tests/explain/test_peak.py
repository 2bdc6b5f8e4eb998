"""What holds the peak, and what would lower it: what is told was planned, and is true."""

from __future__ import annotations

from dataclasses import replace

import pytest
from explain.small_nets import chain, net_of
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from strategies import nets

from memplan.errors import MemplanError
from memplan.explain import ActionKind, Peak, at_peak, peak
from memplan.explain.replanning import Again
from memplan.liveness import SHARE_NOTHING, Sharing, Unshared, storages
from memplan.net import Net
from memplan.study import Settings, Study, prepare, study


def told(found: Peak) -> dict[tuple[ActionKind, str | None], int]:
    return {(action.kind, action.blob or action.detail): action.saves for action in found.actions}


def test_what_is_alive_at_the_fullest_step() -> None:
    made = study(chain("data a b c out", sizes={"b": 64, "c": 32}))
    found = at_peak(made)
    assert found.step == made.metrics.max_live.step
    assert found.alive[0] == ("b", 64)
    assert sum(size for _, size in found.alive) == found.bytes == made.metrics.max_live.bytes


def test_a_blob_that_waits_over_the_peak_is_read_earlier_or_made_anew() -> None:
    net = net_of(
        ("Made", "data", "a"),
        ("Made", "a", "wide"),
        ("Made", "data", "big"),
        ("Made", "big", "big2"),
        ("Made", "big2", "small"),
        ("Made", "wide", "thin"),
        ("Both", "small thin", "out"),
        sizes={"wide": 256, "big": 256, "big2": 256, "thin": 4, "small": 4, "a": 4},
    )
    made = study(net)
    found = told(at_peak(made))
    assert found[ActionKind.EARLIER, "wide"] > 200
    assert found[ActionKind.RECOMPUTE, "wide"] > 200
    assert found[ActionKind.SMALLER_TYPE, "big"] >= 0


def test_in_place_and_pieces() -> None:
    rows = [("Made", "data", "a"), ("Relu", "a", "b"), ("Made", "b", "out")]
    relu = study(net_of(*rows, sizes={"data": 4, "out": 4}))
    assert told(at_peak(relu))[ActionKind.IN_PLACE, "Relu"] > 0
    rows = [("Relu", "data", "a"), ("Relu", "data", "b"), ("Concat", "a b", "c split"),
            ("Made", "c", "out")]  # fmt: skip
    net = net_of(*rows, sizes={"c": 32, "split": 8, "out": 4, "data": 4})
    shared = replace(Settings(), sharing=replace(SHARE_NOTHING, pieces=True))
    saved = study(net).metrics.peak_bytes - study(net, shared).metrics.peak_bytes
    assert told(at_peak(study(net))).get((ActionKind.PIECES, "Concat"), 0) == max(0, saved)


def test_nothing_is_promised_where_nothing_helps() -> None:
    empty = study(chain("data a out", sizes={"data": 0, "a": 0, "out": 0}))
    assert at_peak(empty) == Peak(None, 0, ())


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(net=nets(max_ops=7, aliases=True))
def test_every_action_is_below_the_peak_and_ranked(net: Net) -> None:
    for planner in ("greedy_by_size", "safe"):
        made: Study = study(prepare(net), Settings(planner))
        found = at_peak(made)
        saves = [action.saves for action in found.actions]
        assert saves == sorted(saves, reverse=True)
        for action in found.actions:
            assert action.peak == made.metrics.peak_bytes - action.saves < made.metrics.peak_bytes
        assert len(found.actions) <= found.tried


class Plainly(Again):
    """Everything planned and verified from the start."""

    def lower(self, net: Net, settings: Settings, halved: str | None = None) -> int | None:
        del halved
        try:
            return self._by_a_study(net, settings)
        except MemplanError:
            return None


QUICK = ("greedy_by_size", "first_fit_by_birth", "slots_by_size", "tflm", "executorch", "best_of")


@settings(deadline=None, max_examples=80, suppress_health_check=[HealthCheck.too_slow])
@given(
    nets(max_ops=9, views=True, aliases=True),
    st.sampled_from(QUICK),
    st.tuples(st.booleans(), st.booleans(), st.booleans()),
    st.sampled_from((1, 16)),
)
def test_what_is_not_worked_out_again_changes_no_answer(
    net: Net, planner: str, shared: tuple[bool, bool, bool], alignment: int
) -> None:
    sharing = Sharing(*shared)
    made = study(prepare(net), Settings(planner, alignment=alignment, sharing=sharing))
    quick = at_peak(made)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(peak, "Again", Plainly)
        assert at_peak(made) == quick


@settings(deadline=None, max_examples=80, suppress_health_check=[HealthCheck.too_slow])
@given(
    nets(max_ops=12, views=True, aliases=True),
    st.lists(st.tuples(st.booleans(), st.booleans(), st.booleans()), min_size=2, max_size=4),
)
def test_several_ways_to_share_do_not_disturb_one_another(
    net: Net, ways: list[tuple[bool, bool, bool]]
) -> None:
    net = prepare(net)
    unshared = Unshared(net)
    for way in [*ways, ways[0]]:
        assert unshared.shared(Sharing(*way)) == storages(net, Sharing(*way))
