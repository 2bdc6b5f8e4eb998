"""What nested nets need of their own, worked out by hand."""

from dataclasses import replace

from memplan.liveness import needs_of_nested_nets, problem_from
from memplan.net import Blob, DType, Net, Op
from memplan.plan import BufferKind, LiveRange
from memplan.planners.naive import naive
from memplan.roles import assign_roles


def with_sizes(net: Net, **sizes: int) -> Net:
    return net.with_blobs({n: Blob(n, (size,), DType.UINT8) for n, size in sizes.items()})


THEN = with_sizes(
    Net(ops=(Op("Relu", ("a",), ("t",)), Op("Relu", ("t",), ("u",)), Op("Relu", ("u",), ("c",)))),
    a=1000, t=40, u=30, c=500,
)  # fmt: skip
ELSE = with_sizes(Net(ops=(Op("Relu", ("a",), ("e",)), Op("Relu", ("e",), ("c",)))), e=65, c=500)


def around(op: Op) -> Net:
    net = Net(ops=(Op("Relu", ("x",), ("a",)), op), inputs=("x", "cond"), outputs=("c",))
    return assign_roles(with_sizes(net, x=1000, a=1000, cond=1, c=500))


def test_the_larger_branch_counts_and_only_what_is_its_own() -> None:
    op = Op("AsyncIf", ("cond",), ("c",), nets={"then_net": THEN, "else_net": ELSE})
    net = around(op)
    problem = problem_from(net)
    (scratch,) = (b for b in problem.buffers if b.kind is BufferKind.SCRATCH)
    assert scratch.size == 70  # t and u together; e alone is 65
    assert scratch.live == LiveRange(1, 2)


def test_a_planner_s_peak_can_take_the_place_of_max_live() -> None:
    op = Op("If", ("cond",), ("c",), nets={"then_net": THEN})
    problem = problem_from(around(op), nested_peak=lambda p: naive(p).peak)
    (scratch,) = (b for b in problem.buffers if b.kind is BufferKind.SCRATCH)
    assert scratch.size == 70
    three = replace(
        THEN, ops=(*THEN.ops[:2], Op("Relu", ("u",), ("w",)), Op("Relu", ("w",), ("c",)))
    )
    sized = with_sizes(three, t=40, u=30, w=20, c=500, a=1000)
    op = Op("If", ("cond",), ("c",), nets={"then_net": sized})
    problem = problem_from(around(op), nested_peak=lambda p: naive(p).peak)
    (scratch,) = (b for b in problem.buffers if b.kind is BufferKind.SCRATCH)
    assert scratch.size == 90


def test_an_unknown_size_inside_makes_the_scratch_unknown() -> None:
    vague = THEN.with_blobs({**THEN.blobs, "t": Blob("t")})
    op = Op("If", ("cond",), ("c",), nets={"then_net": vague})
    (scratch,) = (b for b in problem_from(around(op)).buffers if b.kind is BufferKind.SCRATCH)
    assert scratch.size is None


def test_nets_nested_deeper_count_inside_the_step_that_holds_them() -> None:
    deep = with_sizes(Net(ops=(Op("Relu", ("t",), ("z",)), Op("Relu", ("z",), ("u",)))), z=9)
    middle = with_sizes(
        Net(
            ops=(
                Op("Relu", ("a",), ("t",)),
                Op("If", ("cond",), ("u",), nets={"then_net": deep}),
                Op("Relu", ("u",), ("c",)),
            )
        ),
        t=40, u=30, c=500,
    )  # fmt: skip
    op = Op("If", ("cond",), ("c",), nets={"then_net": middle})
    assert needs_of_nested_nets(op, around(op), lambda p: naive(p).peak).scratch == 79


def test_a_value_carried_round_a_loop_lives_through_all_of_its_body() -> None:
    body = with_sizes(
        Net(
            ops=(
                Op("Relu", ("h",), ("p",)),
                Op("Relu", ("p",), ("q",)),
                Op("Relu", ("q",), ("h",)),
            )
        ),
        h=100, p=10, q=10,
    )  # fmt: skip
    op = Op("While", ("cond",), ("c",), nets={"loop_net": body})
    assert needs_of_nested_nets(op, around(op), lambda p: max(
        sum(b.size or 0 for b in p.buffers if b.live.begin <= t < b.live.end)
        for t in range(p.horizon)
    )).scratch == 120  # fmt: skip


STEP = with_sizes(
    Net(
        ops=(
            Op("FC", ("h_prev", "w", "b"), ("gates",)),
            Op("Relu", ("gates",), ("act",)),
            Op("Sum", ("act", "x_t"), ("h",)),
        )
    ),
    gates=64, act=16, h=16,
)  # fmt: skip
LINKS = {"link_internal": (b"h_prev", b"h", b"x_t"), "link_external": (b"hs", b"hs", b"x")}


def recurrent(**nets: Net) -> tuple[Op, Net]:
    op = Op("RecurrentNetwork", ("x", "h0", "w", "b"), ("hs", "workspaces"), args=LINKS, nets=nets)
    net = Net(ops=(op, Op("Relu", ("hs",), ("out",))), inputs=("x", "h0", "w", "b"),
              outputs=("out",))  # fmt: skip
    blobs = {
        "x": Blob("x", (7, 2, 8), DType.UINT8),
        "hs": Blob("hs", (8, 2, 8), DType.UINT8),
        "out": Blob("out", (8, 2, 8), DType.UINT8),
        "h0": Blob("h0", (1, 2, 8), DType.UINT8),
    }
    return op, assign_roles(net.with_blobs(blobs))


def test_a_step_net_without_a_backward_net_needs_its_peak_once() -> None:
    op, net = recurrent(step_net=STEP)
    need = needs_of_nested_nets(op, net, lambda p: sum(b.size or 0 for b in p.buffers))
    assert (need.scratch, need.kept) == (80, 0)
    sizes = {b.name: b.size for b in problem_from(net).buffers}
    assert sizes["workspaces"] == 0


def test_what_a_backward_net_reads_is_kept_for_each_time_step() -> None:
    backward = Net(ops=(Op("ReluGradient", ("act", "act_grad"), ("gates_grad",)),))
    op, net = recurrent(step_net=STEP, backward_step_net=backward)
    need = needs_of_nested_nets(op, net, lambda p: sum(b.size or 0 for b in p.buffers))
    assert (need.scratch, need.kept) == (64, 7 * 16)
    sizes = {b.name: b.size for b in problem_from(net).buffers}
    assert sizes["workspaces"] == 7 * 16
