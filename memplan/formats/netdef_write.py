"""From a `Net` to a NetDef: as message, as bytes, as text.

A net that was read and not changed since gives back the message that it was read from, fields
that nobody here knows included. Any other is written from what the `Net` says.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from google.protobuf import text_format

from memplan.errors import InvalidNet, MemplanError, quoted
from memplan.formats import netdef_pb2 as pb
from memplan.formats.devices import device_number
from memplan.formats.netdef_read import net_from_message
from memplan.net import CPU, Arg, Net, Op

__all__ = ["to_bytes", "to_message", "to_text"]


def to_message(net: Net) -> pb.NetDef:
    """Write `net` as a message of its own, which the caller may change.

    Raises:
        InvalidNet: It says something that the format cannot: an argument beyond 64 bits, a
            kind of device without a number.
    """
    message = pb.NetDef()
    if _still_says(net.source, net):
        message.CopyFrom(net.source)
        return message
    message.external_input.extend(net.inputs)
    message.external_output.extend(net.outputs)
    if net.name:
        message.name = net.name
    if net.type:
        message.type = net.type
    for step, op in enumerate(net.ops):
        try:
            _write_op(op, message.op.add())
        except (ValueError, TypeError, OverflowError) as error:
            if isinstance(error, MemplanError):
                raise
            raise InvalidNet(
                f"op {step} ({quoted(op.type)}) has a value that a NetDef cannot hold: "
                f"{quoted(str(error))}"
            ) from None
    return message


def to_bytes(net: Net) -> bytes:
    """Write `net` in binary form; equal nets give equal bytes."""
    return to_message(net).SerializeToString(deterministic=True)


def to_text(net: Net) -> str:
    """Write `net` in text form."""
    return text_format.MessageToString(to_message(net))


def _still_says(source: object, net: Net) -> bool:
    """Whether the message that rides along still says what the net says."""
    if not isinstance(source, pb.NetDef):
        return False
    # By digest, in which a NaN among the arguments is equal to itself.
    return net_from_message(source, net.name).digest() == _bare(net).digest()


def _bare(net: Net) -> Net:
    """The net without what was found out about its blobs."""
    ops = (
        replace(op, nets={name: _bare(nested) for name, nested in op.nets.items()})
        if op.nets
        else op
        for op in net.ops
    )
    return replace(net, ops=tuple(ops), blobs={})


def _write_op(op: Op, message: pb.OperatorDef) -> None:
    message.input.extend(op.inputs)
    message.output.extend(op.outputs)
    message.type = op.type
    if op.name:
        message.name = op.name
    if op.engine:
        message.engine = op.engine
    if op.is_gradient:
        message.is_gradient_op = True
    if op.device != CPU:
        number = device_number(op.device.kind)
        if number is None:
            raise InvalidNet(f"a NetDef has no number for devices of kind {quoted(op.device.kind)}")
        message.device_option.device_type = number
        message.device_option.device_id = op.device.index
    for name, value in op.args.items():
        _write_value(value, message.arg.add(name=name))
    _write_nets(op, message)


def _write_value(value: Arg, arg: pb.Argument) -> None:
    if isinstance(value, float):
        arg.f = value
    elif isinstance(value, int):
        arg.i = value
    elif isinstance(value, bytes):
        arg.s = value
    elif all(isinstance(part, bytes) for part in value):
        arg.strings.extend(part for part in value if isinstance(part, bytes))
    elif all(isinstance(part, int) for part in value):
        arg.ints.extend(part for part in value if isinstance(part, int))
    else:
        arg.floats.extend(_numbers(value))


def _numbers(values: Iterable[float | bytes]) -> Iterable[float]:
    return (float(value) for value in values)


def _write_nets(op: Op, message: pb.OperatorDef) -> None:
    """Write nested nets; those of one list (``name[0]``, ``name[1]``) into one argument."""
    lists: dict[str, pb.Argument] = {}
    for key, net in op.nets.items():
        name, bracket, index = key.rpartition("[")
        if bracket and index == f"{_length(lists.get(name))}]":
            arg = lists[name] if name in lists else message.arg.add(name=name)
            lists[name] = arg
            arg.nets.append(to_message(net))
        else:
            message.arg.add(name=key).n.CopyFrom(to_message(net))


def _length(arg: pb.Argument | None) -> int:
    return 0 if arg is None else len(arg.nets)
