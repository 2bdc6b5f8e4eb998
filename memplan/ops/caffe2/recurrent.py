"""RecurrentNetwork and its cells; the ops that run nested nets.

A state holds the value before the first step and one for each time step:

    states   [ h0 | h1 | h2 | … | hT ]      T + 1 rows of [N, D]
    all           [ h1 … hT ]               alias, offset 1:  T rows
    last                    [ hT ]          alias, offset -1: 1 row

The step net sees one row at a time: a link binds an internal name to one row of an external
blob (of the input at time t, of a state at t or t + 1). After Caffe2's recurrent_network_op.
"""

from __future__ import annotations

from collections.abc import Callable

from memplan.net import Dim, DType, Op
from memplan.ops.caffe2.rules import Types, family, like, ranked
from memplan.ops.dims import axis_of
from memplan.ops.schema import OpSchema, TensorType, arg_ints, arg_text, arg_texts

__all__ = ["OPS", "linked_types", "state_types"]


def state_types(op: Op, inputs: Types) -> dict[str, TensorType]:
    """The states of a RecurrentNetwork by name: [T + 1, N, D], D of the initial state.

    Raises:
        Contradiction: The first input is no [T, N, D].
    """
    sequence = ranked(op, inputs, 0, 2) if inputs else None
    times, batch = (None, None) if sequence is None else sequence[:2]
    found: dict[str, TensorType] = {}
    ids = arg_ints(op, "initial_recurrent_state_ids") or ()
    for name, position in zip(arg_texts(op, "recurrent_states"), ids, strict=False):
        initial = inputs[position] if 0 <= position < len(inputs) else TensorType()
        dims = initial.shape
        # An initial state of three dims holds several time steps before the first.
        before = dims[0] if dims is not None and len(dims) == 3 else 1
        size = dims[-1] if dims else None
        rows = times + before if isinstance(times, int) and isinstance(before, int) else None
        reason = initial.reason if sequence is not None and dims is None else None
        found[name] = TensorType((rows, batch, size), initial.dtype, reason=reason)
    return found


def _network_rule(op: Op, inputs: Types) -> Types:
    """RecurrentNetwork: the aliases of its states; last the workspaces of its steps."""
    states = state_types(op, inputs)
    by_name = dict(zip(op.inputs, inputs, strict=False))
    by_name.update(states)
    aliases: dict[str, TensorType] = {}
    offsets = arg_ints(op, "alias_offset") or ()
    sources, targets = arg_texts(op, "alias_src"), arg_texts(op, "alias_dst")
    for source, target, offset in zip(sources, targets, offsets, strict=False):
        aliases[target] = _from_row(op, by_name.get(source, TensorType()), offset)
    made = [aliases.get(name, TensorType()) for name in op.outputs]
    if aliases and op.outputs and op.outputs[-1] not in aliases:
        # No tensor: what the workspaces hold are blobs of the step net, counted by themselves.
        made[-1] = TensorType((0,), DType.UINT8)
    return made


def _from_row(op: Op, source: TensorType, offset: int) -> TensorType:
    """The rows of `source` from `offset` on; a negative one counts from the end."""
    if source.shape is None:
        return source
    rows: Dim = source.shape[0]
    if isinstance(rows, int):
        rows -= offset if offset == rows else axis_of(op, offset, rows)
    elif offset < 0:
        rows = -offset
    else:
        rows = None
    return TensorType((rows, *source.shape[1:]), source.dtype, reason=source.reason)


def linked_types(
    op: Op, prefix: str, outer: Callable[[str], TensorType | None]
) -> dict[str, TensorType]:
    """What the links of a step net bind: by internal name, one row of the external blob.

    Args:
        prefix: ``""`` for the step net, ``"backward_"`` for the backward one.
        outer: What is known of an external blob, states included.
    """
    bound: dict[str, TensorType] = {}
    internal = arg_texts(op, f"{prefix}link_internal")
    external = arg_texts(op, f"{prefix}link_external")
    windows = arg_ints(op, f"{prefix}link_window") or (1,) * len(internal)
    for inside, outside, window in zip(internal, external, windows, strict=False):
        found = outer(outside)
        if found is None:
            continue
        if found.shape:
            found = TensorType((window, *found.shape[1:]), found.dtype, reason=found.reason)
        bound[inside] = found
    timestep = arg_text(op, "timestep", "timestep")
    bound[timestep] = TensorType((1,), DType.INT32)
    return bound


OPS: tuple[OpSchema, ...] = (
    *family(("RecurrentNetwork",), _network_rule, min_inputs=1),
    # (hidden before, cell before, gates, lengths, time step) → hidden, cell.
    *family(("LSTMUnit",), like(0, 1), min_inputs=3),
    *family(("GRUUnit",), like(0), min_inputs=2),
    *family(("RecurrentNetworkGradient",), None, min_inputs=0),
    # Their outputs are what their nets make: worked out there.
    *family(("If", "AsyncIf", "While", "Do", "ONNXWhile"), None, min_inputs=0),
)
