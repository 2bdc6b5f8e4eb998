"""Nets inside an op: a branch that is chosen at run time, and a loop over time steps."""

from __future__ import annotations

from builder import INT32, NetBuilder, add_op
from sample import Group, Sample

from memplan.formats import netdef_pb2

__all__ = ["async_if", "recurrent"]

STEPS, BATCH, FEATURES, HIDDEN = 20, 4, 32, 64
BOOL = netdef_pb2.TensorProto.BOOL


def async_if() -> Sample:
    """Two nested nets; one of them runs."""
    net = NetBuilder("async_if")
    x = net.input("data", (1, 8, 32, 32))
    cond = net.input("cond", (1,), BOOL)
    a = net.conv(x, "a", 8, 8, kernel=3, pad=1)
    b = net.relu(a, "b")
    then_net = _branch("then", ["a", "b"])
    add_op(then_net, "Sum", ["a", "b"], ["both"], {})
    add_op(then_net, "Sigmoid", ["both"], ["gate"], {})
    add_op(then_net, "Mul", ["both", "gate"], ["c"], {})
    else_net = _branch("else", ["b"])
    add_op(else_net, "Relu", ["b"], ["c"], {})
    net.op("AsyncIf", [cond, b], ["c"], then_net=then_net, else_net=else_net)
    net.output(net.relu("c", "out"))
    return Sample(
        "async_if",
        "A branch (AsyncIf)",
        Group.IDEA,
        "AsyncIf does not list a among its inputs, but its then_net reads it: a must stay. "
        "Inside its step the larger branch counts, then_net with both and gate.",
        net,
    )


def _branch(name: str, reads: list[str]) -> netdef_pb2.NetDef:
    """A nested net that reads blobs of the net around it, and makes c."""
    return netdef_pb2.NetDef(name=name, external_input=reads, external_output=["c"])


def recurrent() -> Sample:
    """An LSTM as Caffe2 writes one: an FC for all steps at once, then RecurrentNetwork."""
    net = NetBuilder("recurrent")
    data = net.input("data", (STEPS, BATCH, FEATURES))
    lengths = net.input("seq_lengths", (BATCH,), INT32)
    hidden = net.input("hidden_init", (1, BATCH, HIDDEN))
    cell = net.input("cell_init", (1, BATCH, HIDDEN))
    x = net.fc(data, "i2h", FEATURES, 4 * HIDDEN, axis=2)
    w = net.weight("gates_t_w", (4 * HIDDEN, HIDDEN))
    b = net.weight("gates_t_b", (4 * HIDDEN,), "ConstantFill")
    outputs = ["hidden_t_all", "hidden_t_last", "cell_t_all", "cell_t_last", "step_workspaces"]
    net.op("RecurrentNetwork", [x, hidden, cell, w, b, lengths], outputs, **_loop())
    x = net.fc("hidden_t_last", "classify", HIDDEN, 10, axis=2)
    net.output(net.op("Softmax", [x], ["prob"], axis=2))
    return Sample(
        "recurrent",
        "A recurrent net (LSTM)",
        Group.IDEA,
        "One op runs its step_net for each of 20 time steps. A backward net will read gates_t of "
        "every step, so step_workspaces holds it twenty times: 80 KiB of the 204 at the peak.",
        net,
    )


def _loop() -> dict[str, int | str | list[str] | list[int] | netdef_pb2.NetDef]:
    """The arguments of RecurrentNetwork: nested nets, links, states and aliases."""
    links = (
        ("hidden_t_prev", "hidden_t_prev_states", 0),
        ("hidden_t", "hidden_t_prev_states", 1),
        ("cell_t_prev", "cell_t_prev_states", 0),
        ("cell_t", "cell_t_prev_states", 1),
        ("input_t", "i2h", 0),
    )
    back = tuple((f"{inner}_grad", f"{outer}_grad", at) for inner, outer, at in links[:4])
    back += (("gates_t_grad", "i2h_grad", 0),)
    aliases = (
        ("hidden_t_prev_states", "hidden_t_all", 1),
        ("hidden_t_prev_states", "hidden_t_last", -1),
        ("cell_t_prev_states", "cell_t_all", 1),
        ("cell_t_prev_states", "cell_t_last", -1),
    )
    return {
        "step_net": _step_net(),
        "backward_step_net": _backward_step_net(),
        "timestep": "timestep",
        "param": [3, 4],
        "recurrent_states": ["hidden_t_prev_states", "cell_t_prev_states"],
        "initial_recurrent_state_ids": [1, 2],
        "outputs_with_grads": [0],
        **_columns("link", ("internal", "external", "offset"), links),
        **_columns("backward_link", ("internal", "external", "offset"), back),
        **_columns("alias", ("src", "dst", "offset"), aliases),
    }


def _columns(
    prefix: str, names: tuple[str, str, str], rows: tuple[tuple[str, str, int], ...]
) -> dict[str, list[str] | list[int]]:
    """Caffe2 keeps a table as one argument for each column."""
    first, second, third = names
    return {
        f"{prefix}_{first}": [row[0] for row in rows],
        f"{prefix}_{second}": [row[1] for row in rows],
        f"{prefix}_{third}": [row[2] for row in rows],
    }


def _step_net() -> netdef_pb2.NetDef:
    """One time step: gates from the last hidden state, then the LSTM cell."""
    reads = ["input_t", "timestep", "hidden_t_prev", "cell_t_prev"]
    reads += ["gates_t_w", "gates_t_b", "seq_lengths"]
    net = netdef_pb2.NetDef(name="lstm_cell", type="simple", external_input=reads)
    net.external_output.extend(["cell_t", "hidden_t"])
    add_op(net, "FC", ["hidden_t_prev", "gates_t_w", "gates_t_b"], ["gates_t"], {"axis": 2})
    add_op(net, "Sum", ["gates_t", "input_t"], ["gates_t"], {})
    cell = ["hidden_t_prev", "cell_t_prev", "gates_t", "seq_lengths", "timestep"]
    add_op(net, "LSTMUnit", cell, ["hidden_t", "cell_t"], {})
    return net


def _backward_step_net() -> netdef_pb2.NetDef:
    """The gradients of one time step; gates_t is what the forward step left behind."""
    reads = ["gates_t", "hidden_t_grad", "cell_t_grad", "input_t", "timestep"]
    reads += ["hidden_t_prev", "cell_t_prev", "gates_t_w", "gates_t_b", "seq_lengths"]
    reads += ["cell_t", "hidden_t"]
    net = netdef_pb2.NetDef(name="lstm_cell_backward", type="simple", external_input=reads)
    unit = ["hidden_t_prev", "cell_t_prev", "gates_t", "seq_lengths", "timestep"]
    unit += ["hidden_t", "cell_t", "hidden_t_grad", "cell_t_grad"]
    made = ["hidden_t_prev_grad", "cell_t_prev_grad", "gates_t_grad"]
    add_op(net, "LSTMUnitGradient", unit, made, {})
    weights = ["gates_t_w_grad", "gates_t_b_grad", "hidden_t_prev_grad_fc"]
    add_op(net, "FCGradient", ["hidden_t_prev", "gates_t_w", "gates_t_grad"], weights, {"axis": 2})
    sums = ["hidden_t_prev_grad", "hidden_t_prev_grad_fc"]
    add_op(net, "Sum", sums, ["hidden_t_prev_grad"], {})
    for op in net.op:
        op.is_gradient_op = True
    return net
