"""From a NetDef message to a `Net`, nested nets included.

Arguments become plain values. A net in an argument becomes a nested net under the argument's
name: one message (``n``), several (``nets``: ``name[0]``, ``name[1]``, …), or the text in
which older files write the step nets of a RecurrentNetwork. Tensors in arguments, control
inputs and long lists of weights stay in the message, which rides along as `Net.source`.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from itertools import count
from types import MappingProxyType
from typing import Any

from google.protobuf.message import DecodeError

from memplan.errors import FormatError, TooLarge, quoted
from memplan.formats import netdef_pb2 as pb
from memplan.formats.devices import device_kind
from memplan.formats.limits import (
    MAX_ARG_VALUES,
    MAX_NESTED_TEXT,
    MAX_NETS_DEEP,
    MAX_OPS,
    MAX_VALUES_KEPT,
)
from memplan.formats.measure import measure
from memplan.formats.text import parse_text
from memplan.net import CPU, Arg, Device, Net, Op
from memplan.units import format_bytes

__all__ = ["net_from_message", "parse_binary"]

_NO_ARGS: Mapping[str, Arg] = MappingProxyType({})
_NO_NETS: Mapping[str, Net] = MappingProxyType({})

# Operators whose arguments hold nets as text, where the files write them so.
_TYPES_WITH_NETS = ("RecurrentNetwork", "AsyncIf", "If", "While", "Do", "ForEach")

# The plain kinds of values, in the order in which they count where a file sets several.
_PLAIN = ("i", "ints", "f", "floats", "s", "strings")


def parse_binary(data: bytes, file: str) -> pb.NetDef:
    """Parse a NetDef in binary form, after measuring it on the wire.

    Raises:
        TooLarge: It holds more than a reader takes in.
        FormatError: It is truncated or damaged.
    """
    measure(data, file)
    try:
        return pb.NetDef.FromString(data)
    except (ValueError, DecodeError):
        # Either, by the version of protobuf; the parser without C also raises them on odd names.
        raise FormatError(f"{quoted(file)} is damaged inside; get the file again") from None


def net_from_message(message: pb.NetDef, file: str) -> Net:
    """Read a parsed NetDef.

    Args:
        message: Kept as the net's `source`; not to be changed afterwards.
        file: The name of the file, for messages.

    Raises:
        FormatError: An op has no type, or the text of a nested net is beyond the bounds.
    """
    return _Reader(file).net(message, "", 0)


@dataclass(slots=True)
class _Reader:
    """One file: names met (each kept once in memory), and what has been taken out so far."""

    file: str
    names: dict[str | bytes, str] = field(default_factory=dict)
    devices: dict[tuple[int, int], Device] = field(default_factory=dict)
    values_kept: int = 0
    ops: int = 0
    text_met: int = 0

    def net(self, message: pb.NetDef, place: str, deep: int) -> Net:
        """Read one net; `place` says where it is nested, for messages."""
        self.ops += len(message.op)
        if deep > MAX_NETS_DEEP or self.ops > MAX_OPS:
            raise TooLarge(
                f"{quoted(self.file)} nests nets more than {MAX_NETS_DEEP} deep, "
                f"or holds more than {MAX_OPS:,} ops; open a part of the net"
            )
        # An op without a device of its own runs on its net's.
        around = self.device(message.device_option) if message.HasField("device_option") else CPU
        return Net(
            name=self.name(message.name),
            ops=tuple(
                self.op(op, f"op {step}{place}", around, deep) for step, op in enumerate(message.op)
            ),
            inputs=self.name_list(message.external_input),
            outputs=self.name_list(message.external_output),
            type=self.name(message.type),
            source=message,
        )

    def op(self, message: pb.OperatorDef, place: str, around: Device, deep: int) -> Op:
        """Read one operator."""
        kind = self.name(message.type)
        if not kind:
            where = place if len(place) <= 200 else f"{place[:200]}…"
            raise FormatError(
                f"{quoted(self.file)}: {where} has no type, so nobody can tell what it does; "
                "the file is damaged, or no net"
            )
        args, nets = self.args(message, place, deep) if message.arg else (_NO_ARGS, _NO_NETS)
        own = message.HasField("device_option")
        return Op(
            type=kind,
            inputs=self.name_list(message.input),
            outputs=self.name_list(message.output),
            name=self.name(message.name),
            args=args,
            device=self.device(message.device_option) if own else around,
            nets=nets,
            engine=self.name(message.engine),
            is_gradient=message.is_gradient_op,
        )

    def args(
        self, message: pb.OperatorDef, place: str, deep: int
    ) -> tuple[Mapping[str, Arg], Mapping[str, Net]]:
        """Read an op's arguments: the plain ones, and the nested nets."""
        args: dict[str, Arg] = {}
        nets: dict[str, Net] = {}
        spare = count(1)
        for arg in message.arg:
            parts = {part.name: value for part, value in arg.ListFields()}
            name = self.name(parts.pop("name", ""))
            if len(parts) == 1 and "i" in parts:  # most arguments, and large nets have many
                args[name] = parts["i"]
                continue
            found = self._nets_in(parts, name, message.type)
            for key, inner in found:
                free = key
                while free in nets:  # an earlier argument has that name
                    free = f"{key}#{next(spare)}"
                nets[free] = self.net(inner, f" of {quoted(free)} in {place}", deep + 1)
            value = None if found else self._value(parts)
            if value is not None:
                args[name] = value
        return (
            MappingProxyType(args) if args else _NO_ARGS,
            MappingProxyType(nets) if nets else _NO_NETS,
        )

    def _nets_in(
        self, parts: Mapping[str, Any], name: str, op_type: str
    ) -> list[tuple[str, pb.NetDef]]:
        """The nets in one argument, each with the key under which it is nested."""
        found = [(name, parts["n"])] if "n" in parts else []
        found += [(f"{name}[{index}]", net) for index, net in enumerate(parts.get("nets", ()))]
        may_be_text = name.endswith("net") and self.name(op_type).startswith(_TYPES_WITH_NETS)
        if found or not may_be_text or not parts.get("s"):
            return found
        self.text_met += len(parts["s"])
        if self.text_met > MAX_NESTED_TEXT:
            raise TooLarge(
                f"{quoted(self.file)} holds more than {format_bytes(MAX_NESTED_TEXT)} of nested "
                "nets in text form; save them as messages"
            )
        try:
            return [(name, parse_text(parts["s"], self.file))]
        except TooLarge:
            raise
        except FormatError:
            return []  # some other text: an argument like any other

    def _value(self, parts: Mapping[str, Any]) -> Arg | None:
        """An argument's value; None where it has no plain one, or one too long to take out.

        One with a name alone is an empty list: on the wire the two are the same.
        """
        if not parts:
            return ()
        kind = next((kind for kind in _PLAIN if kind in parts), None)
        if kind in (None, "i", "f"):
            return None if kind is None else parts[kind]
        # A text counts as the 64-bit numbers that it is as long as.
        length = len(parts[kind]) // 8 if kind == "s" else len(parts[kind])
        if length > MAX_ARG_VALUES or self.values_kept + length > MAX_VALUES_KEPT:
            return None
        self.values_kept += length
        return parts[kind] if kind == "s" else tuple(parts[kind])

    def device(self, option: pb.DeviceOption) -> Device:
        """Where an op runs."""
        key = (option.device_type, option.device_id)
        if key not in self.devices:
            self.devices[key] = Device(device_kind(key[0]), key[1])
        return self.devices[key]

    def name_list(self, names: Iterable[str | bytes]) -> tuple[str, ...]:
        """Read names, each as `name` does."""
        return tuple(map(self.name, names))

    def name(self, raw: str | bytes) -> str:
        r"""Read a name; protobuf gives one that is not UTF-8 as bytes.

        >>> _Reader("a.pb").name(b"a\xff")
        'a\\xff'
        """
        known = self.names.get(raw)
        if known is None:
            known = raw if isinstance(raw, str) else raw.decode("utf-8", "backslashreplace")
            self.names[raw] = known
        return known
