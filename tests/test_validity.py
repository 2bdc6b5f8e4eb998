"""Nets that cannot run, each refused in one sentence that names op and blob."""

import pytest

from memplan.errors import InvalidNet
from memplan.net import Blob, Net, Op
from memplan.validity import check_net


def relu(source: str, target: str) -> Op:
    return Op("Relu", (source,), (target,))


@pytest.mark.parametrize(
    ("net", "sentence"),
    [
        (Net(), "no operators"),
        (
            Net(ops=(relu("b", "a"), relu("a", "b"))),
            r"reads 'b', which only op 1 \('Relu'\) makes: the net has a cycle .*'b'.*'a'",
        ),
        (Net(ops=(relu("b", "c"), relu("a", "b")), inputs=("a",)), "an order in which they can"),
        (
            Net(ops=(relu("a", "x"), relu("a", "x")), inputs=("a",), outputs=("x",)),
            r"'x' has two makers: op 0 \('Relu'\) and op 1 \('Relu'\)",
        ),
        (Net(ops=(Op("Split", ("a",), ("b", "b")),), inputs=("a",)), "writes 'b' twice"),
        (
            Net(ops=(relu("a", "b"),), inputs=("a",), outputs=("prob",)),
            "external output 'prob' is made by no op: the file may be truncated",
        ),
    ],
)
def test_what_cannot_run_is_refused(net: Net, sentence: str) -> None:
    with pytest.raises(InvalidNet, match=sentence) as caught:
        check_net(net)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize(
    "net",
    [
        Net(ops=(relu("a", "b"), relu("b", "b"), relu("b", "c"))),
        # Written again after its last read: a recycled blob.
        Net(ops=(relu("a", "b"), relu("b", "c"), relu("c", "b"), relu("b", "d"))),
        # A second output that nobody reads may land on a recycled blob.
        Net(ops=(Op("Dropout", ("a",), ("b", "m")), relu("b", "m"), relu("m", "c"))),
        # In place on what came from outside, and an external output that is an input.
        Net(ops=(relu("a", "a"),), inputs=("a",), outputs=("a",)),
        # Read first, made later, but there from the start: a state.
        Net(ops=(relu("h", "b"), relu("b", "h")), inputs=("h",), outputs=("h",)),
        Net(ops=(relu("a", "b"),), outputs=("w",), blobs={"w": Blob("w", (1,), initialized=True)}),
    ],
)
def test_what_can_run_passes(net: Net) -> None:
    check_net(net)


def test_a_long_cycle_is_told_in_one_line() -> None:
    ops = tuple(relu(f"b{i}", f"b{(i + 1) % 5000}") for i in range(5000))
    with pytest.raises(InvalidNet, match="cycle") as caught:
        check_net(Net(ops=ops))
    assert len(str(caught.value)) < 400
