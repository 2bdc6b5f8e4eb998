"""What the operators with nested nets do to names, as far as their arguments tell.

If and AsyncIf run one of two nets, other ops a body as often as it takes. RecurrentNetwork and
its gradient bind names by their arguments: the forward op by those of its links and aliases as
they stand, the gradient op by what its arguments ``BLOB.rename`` say (Caffe2's
recurrent_network_op.h).
"""

from __future__ import annotations

from collections.abc import Iterator

from memplan.net import Op
from memplan.ops import schema_of
from memplan.ops.schema import arg_ints, arg_text, arg_texts

__all__ = ["choices", "hidden_names", "is_written", "links", "time_step", "view_sources"]

_FORWARD, _BACKWARD = "RecurrentNetwork", "RecurrentNetworkGradient"


def choices(op: Op) -> list[list[tuple[int, str]]]:
    """The ways in which the nets of an op may run: each a list of (round, argument).

    >>> from memplan.net import Net
    >>> choices(Op("If", nets={"then_net": Net()}))
    [[(0, 'then_net')], []]
    """
    if op.type in {"If", "AsyncIf"}:
        return [[(0, arg)] if arg in op.nets else [] for arg in ("then_net", "else_net")]
    if op.type.startswith(_FORWARD):
        arg = "backward_step_net" if op.type.endswith("Gradient") else "step_net"
        return [[(turn, arg) for turn in (0, 1)] if arg in op.nets else []]
    # Not at all, or twice: the second round sees what the first one wrote.
    return [[], [(turn, arg) for turn in (0, 1) for arg in op.nets]]


def view_sources(dialect: str, op: Op) -> dict[int, str]:
    """For each output that is a view, the name of what it views."""
    if op.type == _FORWARD:
        source = dict(zip(arg_texts(op, "alias_dst"), arg_texts(op, "alias_src"), strict=False))
        # Bound under the argument's name: an output of another name stays as it was.
        return {k: source[name] for k, name in enumerate(op.outputs) if name in source}
    schema = schema_of(dialect, op.type)
    return {
        view: op.inputs[source]
        for source, view in (schema.aliases if schema else ())
        if source < len(op.inputs) and view < len(op.outputs)
    }


def is_written(op: Op, position: int) -> bool:
    """Of a RecurrentNetwork's outputs those are made that it aliases, and the last."""
    aliased = op.type == _FORWARD and "alias_dst" in op.args
    return not aliased or position == len(op.outputs) - 1


def hidden_names(op: Op) -> tuple[str, ...]:
    """Names that an op writes without saying so among its outputs."""
    states = arg_texts(op, "recurrent_states") if "recurrent_states" in op.args else ()
    if op.type == _FORWARD:
        return states
    if op.type != _BACKWARD:
        return ()
    gradients = len(arg_ints(op, "outputs_with_grads") or (0,))
    sequence = op.inputs[gradients : gradients + 1]
    return tuple(_remapped(op, f"{name}_grad") for name in (*states, *sequence))


def links(op: Op) -> Iterator[tuple[str, str]]:
    """Names inside a step net, each with the outer blob of which it is a part."""
    if not op.type.startswith(_FORWARD):
        return
    for prefix in ("", "backward_") if op.type == _BACKWARD else ("",):
        inner = arg_texts(op, f"{prefix}link_internal")
        outer = arg_texts(op, f"{prefix}link_external")
        for inside, outside in zip(inner, outer, strict=False):
            yield _remapped(op, inside), _remapped(op, outside)


def time_step(op: Op) -> str | None:
    """The name under which a step net finds the number of the time step."""
    return arg_text(op, "timestep", "timestep") if op.type.startswith(_FORWARD) else None


def _remapped(op: Op, name: str) -> str:
    """What the gradient op takes for `name`; the forward op takes it as it stands."""
    return name if op.type != _BACKWARD else arg_text(op, f"{name}.rename", name)
