"""A planner's answer applied: order, names, and the message that was given left alone.

Nested nets and fields that are kept: tests/memonger/test_subnets.py.
"""

from __future__ import annotations

import pytest

from memplan.formats import netdef_pb2 as pb
from memplan.rewrite import Assignment, applied, apply_assignments, left_alone


def net() -> pb.NetDef:
    ops = [("A", "x", "a"), ("B", "y", "b"), ("C", "a", "c")]
    return pb.NetDef(
        op=[pb.OperatorDef(type=kind, input=[one], output=[two]) for kind, one, two in ops],
        external_input=["x", "y"],
    )


def test_order_and_names() -> None:
    before = net()
    after = applied(before, Assignment({"a": "b", "b": "a", "x": "z"}, (1, 0, 2)))
    assert [(op.type, *op.input, *op.output) for op in after.op] == [
        ("B", "y", "a"),
        ("A", "z", "b"),
        ("C", "b", "c"),
    ]
    assert list(after.external_input) == ["x", "y"], "the outer net's own lists are never touched"
    assert before == net()


def test_an_answer_that_leaves_the_net_alone() -> None:
    before = net()
    after = applied(before, left_alone("it has no ops"))
    assert after == before
    assert after is not before
    after.op[0].input[0] = "changed"
    assert before == net()


def test_an_assignment_cannot_be_changed_afterwards() -> None:
    names = {"a": "b"}
    answer = Assignment(names)
    names["a"] = "c"
    assert answer.mapping == {"a": "b"}
    with pytest.raises(TypeError):
        answer.mapping["a"] = "d"  # type: ignore[index]
    assert apply_assignments(net(), answer.mapping).op[0].output[0] == "b"
