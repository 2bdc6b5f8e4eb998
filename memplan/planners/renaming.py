"""A `Net` under new names: `rewrite` does it to messages, and its rules hold for nested nets."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from types import MappingProxyType
from typing import Any

from memplan.formats.netdef_write import to_message
from memplan.net import Blob, Net, Op, made_names
from memplan.rewrite import Assignment, applied

__all__ = ["renamed"]


def renamed(net: Net, assignment: Assignment) -> Net:
    """Return `net` with its ops in the order of the assignment and its blobs under new names.

    Of blobs that share a name the shape is that of the last one written, the size the largest.

    >>> relu = Op("Relu", ("data",), ("a",)), Op("Relu", ("a",), ("b",))
    >>> renamed(Net(ops=relu), Assignment({"b": "c"})).ops[1].outputs
    ('c',)

    Raises:
        InvalidStepNet: The text of a step net, in which names would have to change, is no net.
    """
    order = range(len(net.ops)) if assignment.order is None else assignment.order
    mapping = assignment.mapping
    ops = tuple(_renamed_op(net.ops[index], assignment) for index in order)
    if not mapping:
        return replace(net, ops=ops, source=None)
    return replace(net, ops=ops, blobs=_blobs(net, mapping), source=None)


def _renamed_op(op: Op, assignment: Assignment) -> Op:
    mapping = assignment.mapping
    # A recurrent op is told new names in arguments, whatever nets it has.
    if not op.nets and not op.type.startswith("RecurrentNetwork"):
        inputs = tuple([mapping.get(name, name) for name in op.inputs])
        outputs = tuple([mapping.get(name, name) for name in op.outputs])
        if inputs == op.inputs and outputs == op.outputs:
            return op
        return replace(op, inputs=inputs, outputs=outputs)
    message = to_message(Net(ops=(op,)))
    return _as_in(op, applied(message, Assignment(mapping, rules=assignment.rules)).op[0])


def _as_in(op: Op, message: Any) -> Op:
    """`op` with the names that a message of it has; what else the op says stays as it is."""
    nets = {arg.name: arg.n for arg in message.arg if arg.HasField("n")}
    texts = {
        arg.name: tuple(arg.strings) if arg.strings else arg.s
        for arg in message.arg
        if arg.strings or arg.name.endswith(".rename")
    }
    return replace(
        op,
        inputs=tuple(message.input),
        outputs=tuple(message.output),
        args=MappingProxyType({**op.args, **texts}),
        nets=MappingProxyType(
            {
                key: _net_as_in(inner, nets[key]) if key in nets else inner
                for key, inner in op.nets.items()
            }
        ),
    )


def _net_as_in(net: Net, message: Any) -> Net:
    return replace(
        net,
        ops=tuple(_as_in(op, inner) for op, inner in zip(net.ops, message.op, strict=True)),
        inputs=tuple(message.external_input),
        outputs=tuple(message.external_output),
        source=None,
    )


def _blobs(net: Net, mapping: Mapping[str, str]) -> Mapping[str, Blob]:
    blobs = {name: blob for name, blob in net.blobs.items() if name not in mapping}
    sizes: dict[str, list[int | None]] = {}
    for name in made_names(net):
        if name in mapping and name in net.blobs:
            new = mapping[name]
            sizes.setdefault(new, []).append(net.blobs[name].nbytes)
            blobs[new] = replace(net.blobs[name], name=new)
    for new, found in sizes.items():
        known = [size for size in found if size is not None]
        if len(known) == len(found):
            blobs[new] = replace(blobs[new], largest=max(known))
    return MappingProxyType(blobs)
