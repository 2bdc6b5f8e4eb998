"""Ask one op's rule, and see to it that every unknown comes back with its reason."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from memplan.errors import InvalidNet, quoted
from memplan.net import Op
from memplan.ops.schema import (
    Contradiction,
    OpSchema,
    TensorType,
    contradiction,
    how_to_give,
    label,
)
from memplan.shapes.known import flaw_of

__all__ = ["completed", "outputs_of"]


def outputs_of(op: Op, schema: OpSchema | None, inputs: Sequence[TensorType]) -> list[TensorType]:
    """What the op makes, one entry for each of its outputs; what is unknown has a reason.

    Raises:
        InvalidNet: An op without inputs, which says the shape itself, says an impossible one.
    """
    if schema is None:
        return [TensorType(reason=_no_rule(op, name)) for name in op.outputs]
    if schema.shapes is None:
        return [TensorType(reason=_no_shapes(op, name)) for name in op.outputs]
    try:
        if len(inputs) < schema.min_inputs:
            raise contradiction(
                op, f"it needs {schema.min_inputs} inputs or more, but has {len(inputs)}"
            )
        made = list(schema.shapes(op, inputs))
        _check_made(op, made)
    except Contradiction as error:
        if not op.inputs:
            # A fill says the shape itself: that is the file's word, not something worked out.
            raise InvalidNet(f"{error}; correct the file") from None
        return [TensorType(reason=str(error))] * len(op.outputs)
    return completed(op, made, inputs)


def completed(op: Op, made: Sequence[TensorType], inputs: Sequence[TensorType]) -> list[TensorType]:
    """The same outputs, one for each name, with a reason wherever something is unknown."""
    found = [*made[: len(op.outputs)], *[TensorType()] * (len(op.outputs) - len(made))]
    return [
        x if x.complete or x.reason else replace(x, reason=_why(op, name, inputs))
        for name, x in zip(op.outputs, found, strict=True)
    ]


def _check_made(op: Op, made: Sequence[TensorType]) -> None:
    for name, found in zip(op.outputs, made, strict=False):
        flaw = flaw_of(found.shape, found.dtype)
        if flaw:
            raise contradiction(op, f"its output {quoted(name)}: {flaw}")


def _why(op: Op, name: str, inputs: Sequence[TensorType]) -> str:
    handed_on = next((x.reason for x in inputs if x.reason and not x.complete), None)
    give = how_to_give(name, f"the shape of {quoted(name)}")
    return handed_on or f"{label(op)} does not tell the shape of {quoted(name)}; {give}"


def _no_rule(op: Op, name: str) -> str:
    give = how_to_give(name, f"the shape of {quoted(name)}")
    return f"no shape rule for operator {quoted(op.type)}; {give}"


def _no_shapes(op: Op, name: str) -> str:
    give = how_to_give(name, f"the shape of {quoted(name)}")
    return f"the shapes that {label(op)} makes are not known beforehand; {give}"
