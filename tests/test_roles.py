import pytest

from memplan.errors import InvalidNet
from memplan.liveness import Accounting, problem_from, storages
from memplan.net import Blob, DType, Net, Op, Role, RoleRule
from memplan.plan import BufferKind, LiveRange
from memplan.roles import assign_roles

NET = Net(
    ops=(
        Op("Conv", ("data", "w", "b"), ("conv",)),
        Op("Mul", ("conv", "scale"), ("scaled",)),
        Op("Relu", ("scaled",), ("out",)),
        Op("Dropout", ("out",), ("drop", "mask")),
    ),
    inputs=("data", "w", "b", "scale", "spare"),
    outputs=("drop",),
    blobs={"scale": Blob("scale", (8,), DType.FLOAT32, initialized=True)},
)


def decided(net: Net, **chosen: Role) -> dict[str, tuple[Role | None, RoleRule | None]]:
    return {n: (b.role, b.rule) for n, b in assign_roles(net, chosen).blobs.items()}


def test_each_rule_decides_and_is_named() -> None:
    assert decided(NET) == {
        "data": (Role.INPUT, RoleRule.EXTERNAL),
        "w": (Role.WEIGHT, RoleRule.PARAMETER),
        "b": (Role.WEIGHT, RoleRule.PARAMETER),
        "scale": (Role.WEIGHT, RoleRule.FILLED),
        "spare": (Role.INPUT, RoleRule.UNREAD),
        "conv": (Role.ACTIVATION, RoleRule.MADE),
        "scaled": (Role.ACTIVATION, RoleRule.MADE),
        "out": (Role.ACTIVATION, RoleRule.MADE),
        "drop": (Role.OUTPUT, RoleRule.DECLARED_OUTPUT),
        "mask": (Role.ACTIVATION, RoleRule.MADE),
    }


def test_the_user_has_the_last_word() -> None:
    assert decided(NET, scale=Role.INPUT)["scale"] == (Role.INPUT, RoleRule.USER)
    with pytest.raises(InvalidNet, match="'nobody'"):
        decided(NET, nobody=Role.INPUT)


def test_a_dummy_for_the_data_is_no_weight() -> None:
    dummy = {"data": Blob("data", (1,), DType.FLOAT32, initialized=True)}
    assert decided(NET.with_blobs(dummy))["data"] == (Role.INPUT, RoleRule.DUMMY)
    described = {"data": Blob("data", (1, 3), DType.FLOAT32, rule=RoleRule.DESCRIBED)}
    assert decided(NET.with_blobs(described))["data"] == (Role.INPUT, RoleRule.DESCRIBED)


def test_a_net_that_declares_nothing_gives_out_what_nobody_reads() -> None:
    bare = Net(ops=NET.ops)
    rows = decided(bare)
    assert rows["drop"] == (Role.OUTPUT, RoleRule.LAST)
    assert rows["data"] == (Role.INPUT, RoleRule.EXTERNAL)
    assert rows["w"] == (Role.WEIGHT, RoleRule.PARAMETER)


def test_a_weight_read_inside_a_nested_net_is_a_weight() -> None:
    inner = Net(ops=(Op("FC", ("x", "w", "b"), ("y",)),))
    net = Net(
        ops=(Op("Relu", ("data",), ("x",)), Op("If", ("cond",), ("y",), nets={"then_net": inner})),
        inputs=("data", "cond", "w", "b"),
        outputs=("y",),
    )
    assert decided(net)["w"] == (Role.WEIGHT, RoleRule.PARAMETER)
    assert decided(net)["x"] == (Role.ACTIVATION, RoleRule.MADE)


def test_an_external_input_written_in_place_is_still_an_input() -> None:
    net = Net(ops=(Op("Relu", ("data",), ("data",)),), inputs=("data",), outputs=("data",))
    assert decided(net)["data"] == (Role.INPUT, RoleRule.EXTERNAL)


def test_state_is_alive_from_run_to_run() -> None:
    ops = (
        Op("Relu", ("x",), ("a",)),
        Op("Add", ("a", "kept"), ("kept",)),
        Op("Copy", ("kept",), ("y",)),
    )
    kept = Blob("kept", (4,), DType.FLOAT32, Role.STATE, RoleRule.VARIABLE)
    net = assign_roles(Net("n", ops, {"kept": kept}, ("x",), ("y",)))
    assert net.blob("kept").role is Role.STATE
    found = next(s for s in storages(net) if s.name == "kept")
    assert (found.kind, found.live, found.gaps) == (BufferKind.STATE, LiveRange(0, 3), ())
    counted = problem_from(net, Accounting(state=False)).buffers
    assert "kept" not in {buffer.name for buffer in counted}
