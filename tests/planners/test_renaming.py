"""A `Net` under new names is what its message under new names reads as."""

from __future__ import annotations

import pytest

from memplan.errors import InvalidStepNet
from memplan.formats.netdef_read import net_from_message
from memplan.formats.netdef_write import to_message
from memplan.net import Net, Op
from memplan.planners.renaming import renamed
from memplan.rewrite import Assignment, Rules, applied

STEP = Net(ops=(Op("Relu", ("b",), ("inside",)),))


@pytest.mark.parametrize("rules", Rules)
@pytest.mark.parametrize("nets", [{}, {"step_net": STEP}])
@pytest.mark.parametrize("kind", ["RecurrentNetwork", "RecurrentNetworkGradient", "AsyncIf"])
def test_ops_that_hold_nets_are_renamed_as_in_the_message(kind, nets, rules):
    net = Net(ops=(Op("Relu", ("a",), ("b",)), Op(kind, ("b",), ("c",), nets=nets)))
    names = Assignment({"b": "B", "c": "C"}, rules=rules)
    read = net_from_message(applied(to_message(net), names), "after")
    assert renamed(net, names).ops == read.ops
    told = {name for name in read.ops[1].args if name.endswith(".rename")}
    recurrent = kind.startswith("RecurrentNetwork") and rules is not Rules.NONE
    assert told == ({"b.rename", "c.rename"} if recurrent else set())


def test_a_text_in_which_names_cannot_be_changed_is_refused():
    net = Net(ops=(Op("RecurrentNetwork", ("b",), ("c",), args={"step_net": b"op { type: "}),))
    with pytest.raises(InvalidStepNet, match="RecurrentNetwork that makes 'c' cannot be read"):
        renamed(net, Assignment({"b": "B"}))
