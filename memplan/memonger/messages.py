"""Messages in and out: any class with NetDef's fields, copied through bytes, never changed."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from itertools import chain
from types import MappingProxyType
from typing import Any, NamedTuple, cast

from memplan.errors import InvalidNet
from memplan.formats.devices import device_kind
from memplan.net import CPU, Device, Net, Op
from memplan.ops.caffe2_schema import schemas

__all__ = ["message_of", "ops_of", "skeleton"]

_NO_NETS: Mapping[str, Net] = MappingProxyType({})
_NO_ARGS: Mapping[str, bytes] = MappingProxyType({})
_WITH_NEEDED_ARGS = frozenset(kind for kind, schema in schemas().items() if schema.needs)


class _OpNames(NamedTuple):
    """All that planners read of an `Op`, made in a third of the time that an `Op` takes.

    A net goes from message to message here: what is in between lives for one call.
    """

    type: str
    inputs: tuple[str, ...]
    outputs: tuple[str, ...]
    args: Mapping[str, bytes]
    device: Device
    name: str = ""
    engine: str = ""
    nets: Mapping[str, Net] = _NO_NETS


def message_of(net: Any) -> Any:
    """The message itself, or that of an object with `.Proto()`.

    Raises:
        InvalidNet: It is neither.
    """
    message = net.Proto() if hasattr(net, "Proto") else net
    if not (hasattr(message, "SerializeToString") and hasattr(message, "external_input")):
        raise InvalidNet(
            f"a NetDef message, or an object with .Proto(), is wanted, not {type(net).__name__}"
        )
    return message


def skeleton(message: Any) -> Net:
    """What the planners look at: types, names, devices, and the arguments that a schema needs.

    As in Caffe2's memonger, an op without a device is on the CPU, whatever its net says.

    Raises:
        InvalidNet: A name is not UTF-8.
    """
    return Net(
        name=message.name,
        ops=ops_of(message.op),
        inputs=tuple(message.external_input),
        outputs=tuple(message.external_output),
        type=message.type,
    )


def ops_of(messages: Iterable[Any]) -> tuple[Op, ...]:
    """The skeletons of ops, in order.

    Raises:
        InvalidNet: A name is not UTF-8.
    """
    devices: dict[tuple[int, int], Device] = {}
    ops = tuple(
        _OpNames(
            kind := message.type,
            tuple(message.input[:]),
            tuple(message.output[:]),
            {arg.name: b"" for arg in message.arg} if kind in _WITH_NEEDED_ARGS else _NO_ARGS,
            _device(message.device_option, devices) if message.HasField("device_option") else CPU,
        )
        for message in messages
    )
    try:
        # protobuf gives a name that is not UTF-8 as bytes, which join refuses.
        "".join(chain.from_iterable((*op.inputs, *op.outputs) for op in ops))
    except TypeError:
        raise InvalidNet("a blob's name is not UTF-8; mend the file that holds the net") from None
    return cast("tuple[Op, ...]", ops)


def _device(option: Any, known: dict[tuple[int, int], Device]) -> Device:
    key = (option.device_type, option.device_id)
    if key not in known:
        known[key] = Device(device_kind(key[0]), key[1])
    return known[key]
