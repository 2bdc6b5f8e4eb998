"""The walk over a net: what is known, what wins, what stays unknown and why."""

from __future__ import annotations

import json
from types import MappingProxyType

import pytest
from hypothesis import given as hypothesis_given
from hypothesis import settings
from hypothesis import strategies as st

from memplan.errors import Cancelled, InvalidNet
from memplan.formats import InputFile, load
from memplan.net import Blob, DType, Net, Op, Role, RoleRule
from memplan.ops import CAFFE2_OPS
from memplan.ops.schema import TensorType
from memplan.roles import assign_roles
from memplan.shapes import infer_shapes

FIVE = ("bvlc_alexnet", "inception_v1", "nnresearch_superres", "pt_squeeze", "resnet50")
TYPES = {1: DType.FLOAT32, 2: DType.INT32, 5: DType.BOOL, 10: DType.INT64}
NAME_OF_DATA = "give it with --input {0}=… or in the sidebar"


def read(folder) -> Net:
    files = [f for f in sorted(folder.iterdir()) if f.name.startswith("predict_net")]
    return load([InputFile(f.name, f.read_bytes()) for f in files])


def types_in(file) -> dict[str, TensorType]:
    return {name: TensorType(tuple(dims)) for name, dims in json.loads(file.read_text()).items()}


def chain(*ops, inputs=("x",), outputs=(), blobs=None) -> Net:
    return Net(ops=tuple(ops), inputs=inputs, outputs=outputs, blobs=MappingProxyType(blobs or {}))


def op(kind, reads, writes, name="", nets=None, **args) -> Op:
    return Op(
        kind,
        tuple(reads.split()),
        tuple(writes.split()),
        name,
        args=MappingProxyType(args),
        nets=MappingProxyType(nets or {}),
    )


def of(*dims, dtype=None) -> TensorType:
    return TensorType(dims, dtype)


@pytest.mark.parametrize("name", FIVE)
def test_equal_to_what_caffe2_gives(caffe2_nets, name):
    net = infer_shapes(read(caffe2_nets / name), types_in(caffe2_nets / name / "input_shapes.json"))
    truth = json.loads((caffe2_nets / name / "expected_shapes.json").read_text())
    assert truth["shapes"]
    found = {blob: net.blob(blob) for blob in truth["shapes"]}
    assert {n: list(b.shape) for n, b in found.items()} == truth["shapes"]
    assert {n: b.dtype for n, b in found.items()} == {
        n: TYPES[number] for n, number in truth["types"].items()
    }
    # All that ops make is known; an input that no op reads may be without a shape.
    assert [b.name for b in net.blobs.values() if b.unknown and b.name in found] == []


def test_regions_leave_one_dim_open(caffe2_nets):
    net = read(caffe2_nets / "e2e_faster_rcnn_R-50-C4_1x")
    net = infer_shapes(assign_roles(net), {"data": of(1, 3, 800, 800), "conv1_w": of(64, 3, 7, 7)})
    assert net.blob("conv1").shape == (1, 64, 400, 400)
    # Without the weights the channels alone are open, and each blames its own filter.
    blob = net.blob("res2_0_branch2a")
    assert blob.shape == (1, None, 200, 200)
    assert blob.unknown == (
        "Conv 'res2_0_branch2a' needs the shape of 'res2_0_branch2a_w'; open the init net too, "
        "or give it with --input res2_0_branch2a_w=… or in the sidebar"
    )
    assert net.blob("rpn_rois").shape == (None, 5)
    assert net.blob("pool5").shape == (None, None, 14, 14)
    assert net.blob("pool5").unknown == net.blob("rpn_rois").unknown
    assert "depend on the data (GenerateProposals 'rpn_rois')" in net.blob("pool5").unknown


def test_a_bound_from_the_user_goes_all_the_way(caffe2_nets):
    net = read(caffe2_nets / "e2e_faster_rcnn_R-50-C4_1x")
    net = infer_shapes(net, {"res4_5_sum": of(1, 1024, 50, 50), "rpn_rois": of(300, 5)})
    assert net.blob("pool5").shape == (300, 1024, 14, 14)
    assert net.blob("res5_0_branch2a").shape == (300, None, 7, 7)


def test_branches_that_disagree_leave_the_outer_blob_open(caffe2_nets):
    net = infer_shapes(read(caffe2_nets / "mask_rcnn_2go_fp32"), {"data": of(1, 3, 320, 320)})
    (if_op,) = (o for o in net.ops if o.type == "If")
    assert net.blob("roi_features").shape == (None, None, 6, 6)
    assert net.blob("mask_fcn_probs").shape is None or None in net.blob("mask_fcn_probs").shape
    assert all(nested.blobs for nested in if_op.nets.values() if nested.ops)


def test_every_unknown_of_real_nets_has_one_line_that_says_what_to_do(caffe2_nets):
    for folder in sorted(caffe2_nets.iterdir()):
        net = infer_shapes(assign_roles(read(folder)))
        assert set(net.names()) <= set(net.blobs)
        for blob in net.blobs.values():
            assert (blob.unknown is None) == (blob.nbytes is not None), blob
            if blob.unknown:
                assert "--input" in blob.unknown
                assert "\n" not in blob.unknown


def test_the_reason_names_the_root_of_a_long_chain():
    ops = [op("Conv", "x w", "a", "first", kernel=1)]
    ops += [op("Relu", prev, nxt) for prev, nxt in zip("abcd", "bcde", strict=True)]
    net = infer_shapes(chain(*ops, inputs=("x", "w")), {"w": of(1, 1, 1, 1)})
    assert net.blob("x").unknown == "the shape of 'x' is not in the file; " + NAME_OF_DATA.format(
        "x"
    )
    root = "Conv 'first' needs the shape of 'x'; " + NAME_OF_DATA.format("x")
    assert [net.blob(n).unknown for n in "abcde"] == [root] * 5


def test_an_operator_nobody_knows():
    net = chain(op("Foo", "x", "y"), op("Relu", "y", "z"))
    unknown = infer_shapes(net, {"x": of(1)}).blob("z").unknown
    assert unknown == (
        "no shape rule for operator 'Foo'; give the shape of 'y' with --input y=… or in the sidebar"
    )
    known = infer_shapes(net, {"x": of(1), "y": of(2, 3)})
    assert known.blob("z").shape == (2, 3)
    assert known.blob("z").dtype is DType.FLOAT32
    assert known.blob("y").unknown is None


def test_given_wins_over_the_file_and_the_file_over_nothing():
    net = chain(op("Relu", "x", "y"), blobs={"x": Blob("x", (1, 2), DType.FLOAT16)})
    assert infer_shapes(net).blob("y").nbytes == 4
    better = infer_shapes(net, {"x": of(5, 6)})
    assert better.blob("y").shape == (5, 6)
    assert better.blob("y").dtype is DType.FLOAT16


def test_a_dummy_of_the_init_net_is_no_shape():
    dummy = Blob("x", (1,), DType.FLOAT32, initialized=True, rule=RoleRule.DUMMY, role=Role.INPUT)
    net = chain(op("Conv", "x w", "y", kernel=1), inputs=("x", "w"), blobs={"x": dummy})
    assert infer_shapes(net, {"w": of(4, 3, 1, 1)}).blob("x").shape is None
    net = infer_shapes(net, {"w": of(4, 3, 1, 1), "x": of(1, 3, 2, 2)})
    assert net.blob("y").shape == (1, 4, 2, 2)


def test_what_is_known_beside_shapes_is_kept():
    blob = Blob("x", (2,), DType.INT64, Role.WEIGHT, RoleRule.FILLED, True, (3, -1))
    net = infer_shapes(chain(op("Reshape", "d x", "y old"), inputs=("d", "x"), blobs={"x": blob}))
    assert net.blob("x") == blob
    assert net.blob("y").shape == (3, None)


def test_a_given_shape_of_a_made_blob_stands_for_its_first_write():
    net = chain(op("Relu", "x", "y"), op("Flatten", "y", "y"))
    net = infer_shapes(net, {"x": of(1, 2), "y": of(2, 3, 4)})
    assert net.blob("y").shape == (2, 12)


def test_a_partial_given_shape_is_filled_in():
    net = infer_shapes(chain(op("Relu", "x", "y")), {"x": of(2, 3), "y": of(None, 3)})
    assert net.blob("y").shape == (2, 3)


def test_the_largest_write_counts():
    ops = (
        op("Tile", "x", "y", tiles=4, axis=0),
        op("Relu", "y", "z"),
        op("Copy", "x", "y"),
        op("Sum", "z", "w"),
    )
    blob = infer_shapes(chain(*ops), {"x": of(2, 3)}).blob("y")
    assert (blob.shape, blob.largest, blob.nbytes) == ((2, 3), 96, 96)
    assert infer_shapes(chain(*ops), {"x": of(2, 3)}).blob("z").largest is None


def test_one_unknown_write_makes_the_size_unknown():
    ops = (op("Foo", "x", "y"), op("Relu", "y", "z"), op("Copy", "x", "y"))
    blob = infer_shapes(chain(*ops), {"x": of(2, 3)}).blob("y")
    assert blob.nbytes is None
    assert "no shape rule for operator 'Foo'" in blob.unknown


def test_strings_have_no_size():
    net = infer_shapes(chain(op("Copy", "x", "y")), {"x": of(2, dtype=DType.STRING)})
    assert net.blob("y").shape == (2,)
    assert net.blob("y").unknown == "'y' holds strings, whose bytes depend on the data"


@pytest.mark.parametrize("dims", [(-1, 3), (2**40, 2**40), (2**61,)])
def test_an_impossible_given_shape_is_refused(dims):
    net = chain(op("Relu", "x", "y"))
    with pytest.raises(InvalidNet, match="'x'"):
        infer_shapes(net, {"x": TensorType(dims, DType.FLOAT32)})
    declared = {"x": Blob("x", dims, DType.FLOAT32)}
    with pytest.raises(InvalidNet, match="'x'"):
        infer_shapes(chain(op("Relu", "x", "y"), blobs=declared))


def test_a_size_beyond_int64_is_a_reason():
    # Each step squares the elements; the sixth would pass 2^63 bytes.
    ops = [op("Tile", "x", "a", tiles=2**31, axis=0), op("Tile", "a", "b", tiles=2**31, axis=0)]
    net = infer_shapes(chain(*ops), {"x": of(2)})
    assert net.blob("a").nbytes == 2**34
    assert net.blob("b").shape is None
    assert net.blob("b").unknown.startswith("Tile 'b': its output 'b'")


def test_symbols_pass_through():
    net = chain(op("FC", "x w b", "y"), op("Relu", "y", "z"), inputs=("x", "w", "b"))
    net = infer_shapes(net, {"x": of("batch", 8), "w": of(5, 8), "b": of(5)})
    assert net.blob("z").shape == ("batch", 5)
    assert net.blob("z").nbytes is None


# ── nested nets ──────────────────────────────────────────────────────────────────────────────


def branch(kind, reads, writes, **args) -> Net:
    return Net(ops=(op(kind, reads, writes, **args),))


def test_branches_that_agree():
    nets = {"then_net": branch("Relu", "x", "y"), "else_net": branch("Sigmoid", "x", "y")}
    net = chain(op("If", "c", "y", nets=nets), op("Relu", "y", "z"), inputs=("c", "x"))
    net = infer_shapes(net, {"x": of(2, 3), "c": of(1)})
    assert net.blob("z").shape == (2, 3)
    assert net.ops[0].nets["then_net"].blob("y").nbytes == 24
    assert net.ops[0].nets["then_net"].blob("x").shape == (2, 3)


def test_branches_that_differ():
    nets = {
        "then_net": branch("Relu", "x", "y"),
        "else_net": branch("Tile", "x", "y", tiles=2, axis=1),
    }
    net = chain(op("AsyncIf", "c", "y", nets=nets), inputs=("c", "x"))
    blob = infer_shapes(net, {"x": of(2, 3), "c": of(1)}).blob("y")
    assert blob.shape == (2, None)
    assert "[2, 3] float32 or [2, 6] float32" in blob.unknown


def test_an_outer_blob_that_a_branch_writes_without_saying():
    nets = {"then_net": branch("Tile", "x", "m", tiles=2, axis=1)}
    ops = (op("Copy", "x", "m"), op("If", "c", "", nets=nets), op("Relu", "m", "z"))
    net = infer_shapes(chain(*ops, inputs=("c", "x")), {"x": of(2, 3), "c": of(1)})
    assert net.blob("m").shape == (2, None)
    assert net.blob("z").shape == (2, None)


def test_a_loop_that_keeps_its_shapes():
    body = Net(ops=(op("Add", "acc x", "acc"), op("LT", "acc x", "go")))
    net = chain(
        op("Copy", "x", "acc"),
        op("While", "go acc", "acc", nets={"loop_net": body}),
        inputs=("x", "go"),
    )
    assert infer_shapes(net, {"x": of(4), "go": of(1)}).blob("acc").shape == (4,)


def test_do_binds_its_names():
    inner = branch("Flatten", "in_x", "in_y")
    do = op(
        "Do",
        "x ws",
        "y ws",
        nets={"net": inner},
        inner_blobs=(b"in_x", b"in_y"),
        outer_blobs_idx=(0, 1),
    )
    net = infer_shapes(chain(do, inputs=("x", "ws")), {"x": of(2, 3, 4)})
    assert net.blob("y").shape == (2, 12)
    assert net.ops[0].nets["net"].blob("in_x").shape == (2, 3, 4)


def recurrent(**more) -> Op:
    """T = 7 steps of a batch of 2: h[t + 1] = tanh(FC(h[t]) + x[t]), D = 5."""
    step = Net(
        ops=(
            op("FC", "h_prev w b", "gates", axis=2),
            op("Sum", "gates x_t", "gates"),
            op("Tanh", "gates", "h"),
        )
    )
    return op(
        "RecurrentNetwork",
        "x h0 w b",
        "h_all h_last workspaces",
        nets={"step_net": step, **more.pop("nets", {})},
        recurrent_states=(b"h_states",),
        initial_recurrent_state_ids=(1,),
        link_internal=(b"h_prev", b"h", b"x_t"),
        link_external=(b"h_states", b"h_states", b"x"),
        link_offset=(0, 1, 0),
        alias_src=(b"h_states", b"h_states"),
        alias_dst=(b"h_all", b"h_last"),
        alias_offset=(1, -1),
        timestep=b"t",
        **more,
    )


GIVEN = {"x": of(7, 2, 5), "h0": of(1, 2, 5), "w": of(5, 5), "b": of(5)}


def test_a_recurrent_network():
    net = infer_shapes(chain(recurrent(), inputs=tuple(GIVEN)), GIVEN)
    assert net.blob("h_all").shape == (7, 2, 5)
    assert net.blob("h_last").shape == (1, 2, 5)
    assert net.blob("workspaces").nbytes == 0
    step = net.ops[0].nets["step_net"]
    assert {n: step.blob(n).shape for n in ("h_prev", "x_t", "gates", "h", "w")} == {
        "h_prev": (1, 2, 5),
        "x_t": (1, 2, 5),
        "gates": (1, 2, 5),
        "h": (1, 2, 5),
        "w": (5, 5),
    }


def test_its_backward_net_sees_gradients_in_the_shapes_of_their_blobs():
    backward = Net(ops=(op("TanhGradient", "h h_grad", "gates_grad"),))
    links = {
        "backward_link_internal": (b"h_grad",),
        "backward_link_external": (b"h_states_grad",),
    }
    rnn = recurrent(nets={"backward_step_net": backward}, **links)
    net = infer_shapes(chain(rnn, inputs=tuple(GIVEN)), GIVEN)
    inner = net.ops[0].nets["backward_step_net"]
    assert inner.blob("gates_grad").shape == (1, 2, 5)
    assert inner.blob("h_grad").shape == (1, 2, 5)


def test_a_recurrent_network_of_unknown_length():
    net = infer_shapes(chain(recurrent(), inputs=tuple(GIVEN)), {**GIVEN, "x": of(None, 2, 5)})
    assert net.blob("h_all").shape == (None, 2, 5)
    assert net.blob("h_last").shape == (1, 2, 5)
    assert "'x'" in net.blob("h_all").unknown


# ── cost and safety ──────────────────────────────────────────────────────────────────────────


def test_a_long_chain_is_walked_without_recursion():
    ops = [op("Relu", f"b{i}", f"b{i + 1}") for i in range(20_000)]
    net = infer_shapes(chain(*ops, inputs=("b0",)), {"b0": of(1, 8)})
    assert net.blob("b20000").nbytes == 32


def test_progress_may_stop_the_walk():
    seen = []

    def stop(share, what):
        seen.append((share, what))
        raise Cancelled("enough")

    with pytest.raises(Cancelled):
        infer_shapes(chain(op("Relu", "x", "y")), {}, stop)
    assert seen == [(0.0, "shapes")]


NAMES = [f"n{i}" for i in range(6)]
# Five dims of at most 2^11 stay below 2^63 bytes: given shapes are legal, products may not be.
DIMS = st.none() | st.integers(0, 9) | st.sampled_from([2**11, "batch"])
VALUES = (
    st.integers(-3, 9)
    | st.integers(-(2**63), 2**63 - 1)
    | st.floats(allow_nan=True)
    | st.sampled_from([b"NHWC", b"NCHW", b"x", b"n0"])
    | st.lists(st.integers(-2, 9), max_size=5).map(tuple)
    | st.lists(st.sampled_from([b"n0", b"n1"]), max_size=3).map(tuple)
)
ARGUMENTS = (  # noqa: SIM905  a table of words, not a column of them
    "kernel kernels kernel_h kernel_w stride strides stride_h stride_w pad pads pad_t pad_l pad_b "
    "pad_r dilation dilations legacy_pad global_pooling order group adj axis axis_w axes dims "
    "broadcast axis_str shape values value dtype to starts ends split add_axis k keepdims "
    "num_reduce_dim trans_a trans_b axis_a axis_b tiles height_scale width_scale block_size mask "
    "input_as_shape extra_shape no_bias pooled_h pooled_w num_segments max_length padding_width "
    "end_padding_width lengths recurrent_states initial_recurrent_state_ids alias_src alias_dst "
    "alias_offset link_internal link_external inner_blobs outer_blobs_idx dim_size "
    "match_outer include_last_offset rotated is_test"
).split()
TENSORS = st.builds(
    TensorType,
    st.none() | st.lists(DIMS, max_size=5).map(tuple),
    st.none() | st.sampled_from(list(DType)),
    st.none() | st.lists(st.integers(-2, 9), max_size=4).map(tuple),
)


def operands(most):
    return st.lists(st.sampled_from(NAMES), max_size=most).map(tuple)


def some_ops(nets):
    return st.builds(
        Op,
        st.sampled_from([*sorted(CAFFE2_OPS), "Nobody"]),
        operands(5),
        st.lists(st.sampled_from(NAMES), max_size=3, unique=True).map(tuple),
        args=st.dictionaries(st.sampled_from(ARGUMENTS), VALUES, max_size=6),
        nets=nets,
    )


INNER = st.builds(
    lambda ops: Net(ops=tuple(ops)), st.lists(some_ops(st.just(MappingProxyType({}))), max_size=2)
)
NESTED = st.dictionaries(
    st.sampled_from(["step_net", "backward_step_net", "then_net", "else_net", "net"]),
    INNER,
    max_size=2,
)


@settings(max_examples=200, deadline=None, derandomize=True)
@hypothesis_given(
    st.lists(some_ops(st.just({}) | NESTED), min_size=1, max_size=6),
    st.dictionaries(st.sampled_from(NAMES), TENSORS, max_size=5),
)
def test_random_nets_raise_only_for_what_a_fill_says_outright(ops, given):
    try:
        net = infer_shapes(Net(ops=tuple(ops), inputs=("n0", "n1")), given)
    except InvalidNet as error:
        if not str(error).endswith("; correct the file"):
            raise
        return
    for name in net.names():
        blob = net.blob(name)
        assert (blob.nbytes is None) == (blob.unknown is not None)
        assert all(d >= 0 for d in blob.shape or () if isinstance(d, int))


@pytest.mark.parametrize("kind", sorted(CAFFE2_OPS))
def test_every_operator_answers_when_nothing_is_known(kind):
    net = infer_shapes(Net(ops=(op(kind, "a b c d", "y z"),), inputs=("a", "b", "c", "d")))
    assert all((net.blob(n).nbytes is None) == bool(net.blob(n).unknown) for n in "yz")
