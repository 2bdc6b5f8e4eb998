"""What a file says outright must be possible; what follows from it may be unknown."""

import pytest

from memplan.errors import InvalidNet
from memplan.net import Net, Op
from memplan.study import prepare


@pytest.mark.parametrize("dims", [(-1, 3), (2**40, 2**40)])
def test_a_fill_of_an_impossible_shape_is_refused(dims: tuple[int, ...]) -> None:
    net = Net(ops=(Op("ConstantFill", (), ("y",), args={"shape": dims}),), outputs=("y",))
    with pytest.raises(InvalidNet, match=r"ConstantFill.*'y'.*; correct the file$"):
        prepare(net)


def test_a_fill_of_no_elements_is_an_empty_blob() -> None:
    net = Net(ops=(Op("ConstantFill", (), ("y",), args={"shape": (0, 3)}),), outputs=("y",))
    assert prepare(net).blob("y").nbytes == 0
