"""Storages and live ranges, worked out by hand on nets of a few ops."""

from memplan.liveness import Accounting, live_bytes, live_ranges, max_live, problem_from, storages
from memplan.net import Blob, Device, DType, Net, Op
from memplan.plan import BufferKind, LiveRange
from memplan.roles import assign_roles


def sized(net: Net, **sizes: int | None) -> Net:
    """Give blobs a size in bytes; the others have 8."""
    blobs = {
        name: Blob(name, None if sizes.get(name, 8) is None else (sizes.get(name, 8),), DType.UINT8)
        for name in net.names()
    }
    return assign_roles(net.with_blobs(blobs))


CHAIN = Net(
    ops=(
        Op("Conv", ("data", "w"), ("a",)),
        Op("Relu", ("a",), ("a",)),
        Op("Alias", ("a",), ("v",)),
        Op("FC", ("v", "w2", "b2"), ("out",)),
        Op("Relu", ("out",), ("out",)),
    ),
    inputs=("data", "w", "w2", "b2"),
    outputs=("out",),
)


def test_in_place_and_alias_make_one_storage() -> None:
    found = {s.names: s for s in storages(sized(CHAIN))}
    assert set(found) == {("data",), ("w",), ("a", "v"), ("w2",), ("b2",), ("out",)}
    assert found["a", "v"].live == LiveRange(0, 4)
    assert found["out",].live == LiveRange(3, 5)
    assert found["data",].live == LiveRange(0, 1)
    assert found["w",].kind is BufferKind.WEIGHT
    assert found["out",].kind is BufferKind.OUTPUT


def test_a_storage_has_the_size_of_its_largest_name_and_none_if_any_is_unknown() -> None:
    by_name = {s.name: s.size for s in storages(sized(CHAIN, a=8, v=16, out=None))}
    assert by_name["a"] == 16
    assert by_name["out"] is None


def test_outputs_live_to_the_end_and_unread_blobs_for_one_step() -> None:
    net = Net(
        ops=(Op("Relu", ("x",), ("early",)), Op("Dropout", ("x",), ("d", "mask")),
             Op("Relu", ("d",), ("last",))),
        inputs=("x", "unread"),
        outputs=("early", "last"),
    )  # fmt: skip
    ranges = live_ranges(sized(net))
    assert ranges["early"] == LiveRange(0, 3)
    assert ranges["mask"] == LiveRange(1, 2)
    assert ranges["x"] == LiveRange(0, 2)


def test_an_input_that_nobody_reads_takes_no_memory_of_the_run() -> None:
    net = Net(ops=CHAIN.ops, inputs=(*CHAIN.inputs, "queue"), outputs=CHAIN.outputs)
    net = sized(net, queue=None)
    assert [s.name for s in storages(net) if not s.touched] == ["queue"]
    assert not problem_from(net).unknown
    passed_through = Net(ops=net.ops, inputs=net.inputs, outputs=(*net.outputs, "queue"))
    (buffer,) = (b for b in problem_from(sized(passed_through)).buffers if b.name == "queue")
    assert buffer.live == LiveRange(0, 5)


def test_an_input_that_is_also_an_output_lives_throughout() -> None:
    net = Net(ops=(Op("Relu", ("x",), ("y",)), Op("Relu", ("y",), ("z",))),
              inputs=("x",), outputs=("x", "z"))  # fmt: skip
    assert live_ranges(sized(net))["x"] == LiveRange(0, 2)


def test_weights_are_never_planned_and_accounting_is_a_choice() -> None:
    net = sized(CHAIN)

    def names(**count: bool) -> set[str]:
        return {b.name for b in problem_from(net, Accounting(**count)).buffers}

    assert names() == {"data", "a", "out"}
    assert names(inputs=False) == {"a", "out"}
    assert names(inputs=False, outputs=False) == {"a"}


def test_inputs_and_outputs_of_one_op_are_alive_together() -> None:
    problem = problem_from(sized(CHAIN, data=5, a=7, v=7, out=3))
    assert live_bytes(problem) == (12, 7, 7, 10, 3)
    assert max_live(problem).step == 0
    assert max_live(problem).buffers == ("data", "a")


def test_a_read_in_a_nested_net_keeps_a_blob_alive() -> None:
    inner = Net(ops=(Op("Relu", ("a",), ("c",)),))
    net = Net(
        ops=(
            Op("Relu", ("x",), ("a",)),
            Op("Relu", ("a",), ("b",)),
            Op("AsyncIf", ("b",), ("c",), nets={"then_net": inner}),
        ),
        inputs=("x",),
        outputs=("c",),
    )
    assert live_ranges(sized(net))["a"] == LiveRange(0, 3)


def test_a_write_in_a_nested_net_begins_or_extends_a_life() -> None:
    inner = Net(ops=(Op("Relu", ("a",), ("state",)),))
    net = Net(
        ops=(
            Op("Relu", ("x",), ("a",)),
            Op("If", ("a",), (), nets={"then_net": inner}),
            Op("Relu", ("state",), ("y",)),
        ),
        inputs=("x", "state"),
        outputs=("y",),
    )
    assert live_ranges(sized(net))["state"] == LiveRange(0, 3)


def test_a_net_on_two_devices_has_two_memories() -> None:
    gpu = Device("cuda", 0)
    net = sized(
        Net(
            ops=(
                Op("CopyCPUToGPU", ("data",), ("x",), device=gpu),
                Op("Relu", ("x",), ("y",), device=gpu),
                Op("CopyGPUToCPU", ("y",), ("z",), device=gpu),
                Op("Relu", ("z",), ("out",)),
            ),
            inputs=("data",),
            outputs=("out",),
        )
    )
    problem = problem_from(net)
    assert [space.name for space in problem.spaces] == ["cpu", "cuda:0"]
    homes = {b.name: b.spaces for b in problem.buffers}
    assert homes["data"] == homes["z"] == homes["out"] == ("cpu",)
    assert homes["x"] == homes["y"] == ("cuda:0",)


def test_a_name_that_is_written_anew_is_not_alive_between() -> None:
    def relu(source: str, target: str) -> Op:
        return Op("Relu", (source,), (target,))

    ops = (relu("x", "r"), relu("r", "a"), relu("a", "b"), relu("b", "r"), relu("r", "out"))
    net = sized(Net(ops=ops, inputs=("x",), outputs=("out",)), r=100)
    (r,) = (s for s in storages(net) if s.name == "r")
    assert (r.live, r.gaps) == (LiveRange(0, 5), (LiveRange(2, 3),))
    assert live_bytes(problem_from(net)) == (108, 108, 16, 108, 108)


def test_a_write_that_may_not_happen_ends_no_life() -> None:
    inner = Net(ops=(Op("Relu", ("x",), ("c",)),))
    ops = (
        Op("Relu", ("x",), ("c",)),
        Op("Relu", ("x",), ("d",)),
        Op("If", ("cond",), ("c",), nets={"then_net": inner}),
        Op("Sum", ("c", "d"), ("out",)),
    )
    net = sized(Net(ops=ops, inputs=("x", "cond"), outputs=("out",)))
    (c,) = (s for s in storages(net) if s.name == "c")
    assert (c.live, c.gaps) == (LiveRange(0, 4), ())
