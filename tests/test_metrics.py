from memplan.liveness import problem_from, storages
from memplan.metrics import UnknownBlob, measure
from memplan.net import Blob, DType, Net, Op
from memplan.planners.greedy_by_size import greedy_by_size
from memplan.planners.naive import naive
from memplan.roles import assign_roles

NET = Net(
    ops=(
        Op("FC", ("data", "w", "b"), ("x",)),
        Op("Relu", ("x",), ("y",)),
        Op("Relu", ("y",), ("z",)),
    ),
    inputs=("data", "w", "b"),
    outputs=("z",),
    blobs={
        name: Blob(name, (size,), DType.UINT8)
        for name, size in {"data": 10, "w": 1000, "b": 8, "x": 20, "y": 20, "z": 20}.items()
    },
)


def figures(net: Net, pack=greedy_by_size):
    net = assign_roles(net)
    problem = problem_from(net)
    return measure(net, storages(net), problem, pack(problem))


def test_the_figures_of_a_small_net() -> None:
    found = figures(NET)
    assert found.weights_bytes == 1008
    assert found.naive_bytes == 70
    assert found.max_live.bytes == 40
    assert found.bound.bytes == 40
    assert found.peak_bytes == 40
    assert found.saved_bytes == 30
    assert found.fragmentation == 0
    assert found.complete
    assert found.slots is None
    assert figures(NET, naive).slots == 4


def test_unknown_sizes_are_listed_and_the_sums_cover_the_rest() -> None:
    blobs = {**NET.blobs, "y": Blob("y", unknown="nobody knows"), "w": Blob("w")}
    found = figures(NET.with_blobs(blobs))
    assert not found.complete
    assert found.unknown == (
        UnknownBlob("w", "nothing tells its shape"),
        UnknownBlob("y", "nobody knows"),
    )
    assert found.weights_bytes == 8
    assert found.naive_bytes == 50
    assert found.peak_bytes == 30


def test_an_unknown_size_inside_a_nested_net_is_named_with_its_cause() -> None:
    inner = Net(
        ops=(Op("Foo", ("x",), ("t",)), Op("Relu", ("t",), ("z",))),
        blobs={"t": Blob("t", unknown="no shape rule for 'Foo'")},
    )
    net = Net(
        ops=(*NET.ops[:2], Op("If", ("y",), ("z",), nets={"then_net": inner})),
        inputs=NET.inputs,
        outputs=NET.outputs,
        blobs=NET.blobs,
    )
    (found,) = figures(net).unknown
    assert found.name.startswith("If at step 2")
    assert found.reason == "'t' inside 'then_net' has no known size: no shape rule for 'Foo'"
