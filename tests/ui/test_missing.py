"""Which unknown sizes are to be supplied, and which follow from them."""

from __future__ import annotations

from memplan.metrics import UnknownBlob
from memplan.net import Net, Op
from memplan.ui.missing import causes


def unknown(*names: str) -> tuple[UnknownBlob, ...]:
    return tuple(UnknownBlob(name, "nobody told") for name in names)


def test_what_is_made_of_something_unknown_follows_from_it() -> None:
    net = Net(ops=(Op("Conv", ("data", "w"), ("a",)), Op("Relu", ("a",), ("b",))))
    assert causes(net, unknown("data", "a", "b")) == unknown("data")
    assert causes(net, unknown("data", "w", "a", "b")) == unknown("data", "w")


def test_an_op_that_makes_an_unknown_of_known_ones_is_a_cause() -> None:
    net = Net(ops=(Op("GenerateProposals", ("scores",), ("rois",)), Op("Relu", ("rois",), ("b",))))
    assert causes(net, unknown("rois", "b")) == unknown("rois")


def test_what_is_written_in_place_does_not_follow_from_itself() -> None:
    net = Net(ops=(Op("Mystery", ("data",), ("a",)), Op("Relu", ("a",), ("a",))))
    assert causes(net, unknown("a")) == unknown("a")


def test_when_each_follows_from_another_all_are_asked_for() -> None:
    net = Net(ops=(Op("Copy", ("a",), ("b",)), Op("Copy", ("b",), ("a",))))
    assert causes(net, unknown("a", "b")) == unknown("a", "b")
