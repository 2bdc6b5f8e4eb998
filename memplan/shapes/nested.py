"""Ops that run nets: what their nets make of what they see, and what comes out of them.

A nested net shares the workspace: it sees the names around it, and what it writes under such a
name is written there. Of `If` either net may run, of `While` the body may not run at all: a
name is known after the op where all the ways agree. The step net of a RecurrentNetwork sees
one row of each linked blob at a time.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Protocol

from memplan.errors import quoted
from memplan.net import Dim, Net, Op, made_names
from memplan.ops.caffe2.recurrent import linked_types, state_types
from memplan.ops.dims import shown
from memplan.ops.schema import (
    Contradiction,
    OpSchema,
    TensorType,
    arg_ints,
    arg_texts,
    how_to_give,
    label,
)
from memplan.shapes.rules import completed, outputs_of

__all__ = ["NestedTypes", "nested_types"]


class Around(Protocol):
    """The net around, as a nested net needs it."""

    def lookup(self, name: str) -> TensorType | None:
        """What is known of a name; None where the net around does not know it."""

    def nested(self, net: Net, around: Lookup) -> tuple[Net, Mapping[str, TensorType]]:
        """A nested net filled in, and what is known of its names after it ran."""


class Lookup(Protocol):
    """What is known of a name from outside."""

    def __call__(self, name: str, /) -> TensorType | None: ...


@dataclass(frozen=True, slots=True)
class NestedTypes:
    """What comes of an op that runs nets.

    Attributes:
        nets: The nested nets, filled in.
        made: What the op writes, by name: its outputs, and outer blobs that its nets write.
        states: What it leaves in the workspace without naming it as an output.
    """

    nets: dict[str, Net]
    made: dict[str, TensorType]
    states: dict[str, TensorType] = field(default_factory=dict)


def nested_types(
    op: Op, schema: OpSchema | None, inputs: Sequence[TensorType], around: Around
) -> NestedTypes:
    """Work out an op that runs nets, in the net around it."""
    if op.type in ("RecurrentNetwork", "RecurrentNetworkGradient"):
        return _recurrent(op, schema, inputs, around)
    if op.type == "Do":
        return _do(op, around)
    nets: dict[str, Net] = {}
    ends: list[Mapping[str, TensorType]] = []
    for arg, inner in op.nets.items():
        nets[arg], types = around.nested(inner, around.lookup)
        ends.append({name: types[name] for name in made_names(inner)})
    written = dict.fromkeys(name for end in ends for name in end)
    # An If without else, and a loop that never runs, leave what was there before.
    may_skip = len(ends) < 2 or op.type not in ("If", "AsyncIf")
    made: dict[str, TensorType] = {}
    for name in dict.fromkeys((*op.outputs, *written)):
        before = around.lookup(name)
        if name not in op.outputs and before is None:
            continue
        ways = [end.get(name, before) for end in ends]
        made[name] = _agreeing(op, name, [*ways, before] if may_skip else ways)
    return NestedTypes(nets, made)


def _agreeing(op: Op, name: str, ways: Sequence[TensorType | None]) -> TensorType:
    """What holds of a name whichever way the op took."""
    known = [way for way in ways if way is not None]
    if not known:
        give = how_to_give(name, f"the shape of {quoted(name)}")
        return TensorType(reason=f"no net of {label(op)} makes {quoted(name)}; {give}")
    first = known[0]
    if all(way.complete and way.shape == first.shape for way in known):
        same = all(way.dtype is first.dtype for way in known)
        if same:
            alike = all(way.values == first.values for way in known)
            return first if alike else TensorType(first.shape, first.dtype)
    reason = next((way.reason for way in known if not way.complete and way.reason), None)
    return TensorType(
        _common(known),
        first.dtype if all(way.dtype is first.dtype for way in known) else None,
        reason=reason or _why_unlike(op, name, known),
    )


def _common(ways: Sequence[TensorType]) -> tuple[Dim, ...] | None:
    shapes = [way.shape for way in ways if way.shape is not None]
    if len(shapes) < len(ways) or len({len(shape) for shape in shapes}) != 1:
        return None
    return tuple(
        dims[0] if all(d == dims[0] for d in dims) else None for dims in zip(*shapes, strict=True)
    )


def _why_unlike(op: Op, name: str, ways: Sequence[TensorType]) -> str:
    kinds = dict.fromkeys(
        f"{shown(way.shape or ())} {way.dtype.label if way.dtype else ''}".strip() for way in ways
    )
    return (
        f"{quoted(name)} differs with the way that {label(op)} takes ({' or '.join(kinds)}); "
        f"{how_to_give(name)}"
    )


def _do(op: Op, around: Around) -> NestedTypes:
    """Do: a net in a workspace of its own, whose names are bound to outer ones."""
    # The last input and the last output are one blob, which holds that workspace.
    outer = (*op.inputs[:-1], *op.outputs[:-1])
    indices = arg_ints(op, "outer_blobs_idx") or ()
    bound = {
        inner: outer[index]
        for inner, index in zip(arg_texts(op, "inner_blobs"), indices, strict=False)
        if 0 <= index < len(outer)
    }
    # Nets without bindings see the workspace around, as other nested nets do.
    nets: dict[str, Net] = {}
    made: dict[str, TensorType] = {}
    for arg, inner in op.nets.items():
        nets[arg], types = around.nested(inner, _renamed(around.lookup, bound))
        written = {bound.get(name, name): types[name] for name in made_names(inner)}
        made.update((name, written[name]) for name in op.outputs if name in written)
        made.update((n, t) for n, t in written.items() if n in outer or around.lookup(n))
    if op.outputs and op.outputs[-1] not in made:
        made[op.outputs[-1]] = TensorType((0,), reason=None)
    missing = [name for name in op.outputs if name not in made]
    made.update((name, _agreeing(op, name, ())) for name in missing)
    return NestedTypes(nets, made)


def _renamed(lookup: Lookup, bound: Mapping[str, str]) -> Lookup:
    return lambda name: lookup(bound.get(name, name))


def _recurrent(
    op: Op, schema: OpSchema | None, inputs: Sequence[TensorType], around: Around
) -> NestedTypes:
    try:
        states = state_types(op, inputs) if op.type == "RecurrentNetwork" else {}
    except Contradiction as error:
        states = {name: TensorType(reason=str(error)) for name in arg_texts(op, "recurrent_states")}
    states = dict(zip(states, _with_reasons(op, list(states.values()), inputs), strict=True))
    outer = {**dict(zip(op.inputs, inputs, strict=False)), **states}

    def seen(name: str) -> TensorType | None:
        return outer.get(name) or around.lookup(name)

    step = linked_types(op, "", seen)
    nets, types = dict(op.nets), step
    if "step_net" in nets:
        nets["step_net"], ran = around.nested(nets["step_net"], lambda n: step.get(n) or seen(n))
        types = {**step, **ran}
    if "backward_step_net" in nets:
        nets["backward_step_net"], _ = around.nested(
            nets["backward_step_net"], _backward(op, types, seen)
        )
    made = dict(zip(op.outputs, outputs_of(op, schema, inputs), strict=True))
    for name, found in made.items():
        # A net without links names its outputs outright.
        if found.shape is None and name in types:
            made[name] = types[name]
    return NestedTypes(nets, made, states)


def _with_reasons(
    op: Op, found: list[TensorType], inputs: Sequence[TensorType]
) -> list[TensorType]:
    as_outputs = Op(op.type, op.inputs, tuple(str(i) for i in range(len(found))), op.name)
    return completed(as_outputs, found, inputs)


def _backward(op: Op, forward: Mapping[str, TensorType], seen: Lookup) -> Lookup:
    """What a backward step net sees: a gradient has the shape of what it is the gradient of."""

    def as_forward(name: str) -> TensorType | None:
        return seen(name) or (seen(name.removesuffix("_grad")) if name.endswith("_grad") else None)

    links = linked_types(op, "backward_", as_forward)

    def lookup(name: str) -> TensorType | None:
        found = links.get(name) or forward.get(name) or seen(name)
        if found is None and name.endswith("_grad"):
            found = forward.get(name.removesuffix("_grad"))
        return found

    return lookup
