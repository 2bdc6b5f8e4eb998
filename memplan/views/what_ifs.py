"""What is changed to see what it would change: each in a word, and all of them as one change."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from types import MappingProxyType
from typing import Any

from memplan.errors import FormatError, InvalidNet, quoted
from memplan.explain.what_if import Change
from memplan.formats.devices import device_number
from memplan.formats.shape_args import parse_input_shape
from memplan.net import Device
from memplan.planners import PLANNERS, planner_named
from memplan.units import format_bytes, parse_bytes
from memplan.views.names import shown
from memplan.wishes import Wishes

__all__ = ["Tweak", "TweakKind", "change_of", "tweak_text"]

_DEVICE = re.compile(r"([a-z_0-9]{1,20})(?:[: ]([0-9]{1,3}))?")


class TweakKind(StrEnum):
    """What can be otherwise."""

    PIN = "pin a blob"
    APART = "keep two apart"
    TOGETHER = "put two together"
    STATIC = "keep a blob static"
    DONT_SHARE = "do not share a blob"
    DEVICE = "run an op on another device"
    ORDER = "run the ops in another order"
    DIM = "give a free dim a number"
    SHAPE = "give an input another shape"
    ALIGNMENT = "align offsets"
    PLANNER = "plan by another planner"
    NO_WAITING = "make no op wait"


@dataclass(frozen=True, slots=True)
class Tweak:
    """One change, as a visitor wrote it.

    Attributes:
        blob, other: Of the blobs that it is about; for a dim its name.
        op: The op's index.
        text: An offset, a device, an order, a shape, a number, a planner: by the kind.
    """

    kind: TweakKind
    blob: str = ""
    other: str = ""
    op: int = 0
    text: str = ""


def tweak_text(tweak: Tweak) -> str:
    """A change in a few words.

    >>> tweak_text(Tweak(TweakKind.PIN, "a", text="1KiB"))
    'a at offset 1 KiB'
    >>> tweak_text(Tweak(TweakKind.APART, "a", "b"))
    'a and b apart'
    """
    a, b, text = shown(tweak.blob, 30), shown(tweak.other, 30), shown(tweak.text, 40)
    return {
        TweakKind.PIN: f"{a} at offset {_size(tweak.text)}",
        TweakKind.APART: f"{a} and {b} apart",
        TweakKind.TOGETHER: f"{a} and {b} together",
        TweakKind.STATIC: f"{a} static",
        TweakKind.DONT_SHARE: f"{a} not shared",
        TweakKind.DEVICE: f"op {tweak.op:,} on {text}",
        TweakKind.ORDER: f"order: {text.replace('_', ' ')}",
        TweakKind.DIM: f"{a} = {text}",
        TweakKind.SHAPE: f"{a}: {text}",
        TweakKind.ALIGNMENT: f"aligned to {_size(tweak.text)}",
        TweakKind.PLANNER: f"by {_planner(tweak.text)}",
        TweakKind.NO_WAITING: "no op waits for shared memory",
    }[tweak.kind]


def _size(text: str) -> str:
    try:
        return format_bytes(parse_bytes(text)).replace(".0 ", " ")
    except ValueError:
        return shown(text, 20)


def _planner(text: str) -> str:
    return PLANNERS[text].title if text in PLANNERS else shown(text, 40)


def change_of(tweaks: Iterable[Tweak]) -> Change:
    """All changes as one; of two that contradict one another the later one counts.

    Raises:
        MemplanError: A text is not what its kind asks for.
    """
    found = Change()
    for tweak in tweaks:
        found = _with(found, tweak)
    return found


def _with(change: Change, tweak: Tweak) -> Change:
    make = _PARTS.get(tweak.kind)
    if make is None:
        return replace(change, wishes=_wished(change.wishes, tweak))
    return replace(change, **make(change, tweak))


def _static(change: Change, tweak: Tweak) -> dict[str, Any]:
    return {"static": change.static | {tweak.blob}}


def _dont_share(change: Change, tweak: Tweak) -> dict[str, Any]:
    return {"dont_share": change.dont_share | {tweak.blob}}


def _devices(change: Change, tweak: Tweak) -> dict[str, Any]:
    devices = {**change.devices, tweak.op: _device(tweak.text)}
    return {"devices": MappingProxyType(devices)}


def _dims(change: Change, tweak: Tweak) -> dict[str, Any]:
    return {"dims": MappingProxyType({**change.dims, tweak.blob: _whole(tweak.text, "a dim")})}


def _shapes(change: Change, tweak: Tweak) -> dict[str, Any]:
    shape = parse_input_shape(f"{tweak.blob}={tweak.text}")[1]
    return {"shapes": MappingProxyType({**change.shapes, tweak.blob: shape})}


_PARTS: Mapping[TweakKind, Callable[[Change, Tweak], dict[str, Any]]] = MappingProxyType(
    {
        TweakKind.STATIC: _static,
        TweakKind.DONT_SHARE: _dont_share,
        TweakKind.DEVICE: _devices,
        TweakKind.ORDER: lambda _, tweak: {"order": _order(tweak.text)},
        TweakKind.DIM: _dims,
        TweakKind.SHAPE: _shapes,
        TweakKind.ALIGNMENT: lambda _, tweak: {
            "alignment": max(1, _bytes(tweak.text, "an alignment"))
        },
        TweakKind.PLANNER: lambda _, tweak: {"planner": planner_named(tweak.text).name},
    }
)


def _wished(wishes: Wishes, tweak: Tweak) -> Wishes:
    pair = tweak.blob, tweak.other
    match tweak.kind:
        case TweakKind.PIN:
            pins = {**dict(wishes.pins), tweak.blob: _bytes(tweak.text, "an offset")}
            return replace(wishes, pins=tuple(pins.items()))
        case TweakKind.APART:
            return replace(wishes, apart=(*wishes.apart, pair))
        case TweakKind.TOGETHER:
            return replace(wishes, together=(*wishes.together, pair))
        case _:
            return replace(wishes, no_waiting=True)


def _bytes(text: str, what: str) -> int:
    try:
        return parse_bytes(text)
    except ValueError:
        raise FormatError(f"{quoted(text)} is not {what}; write 4096 or 4KiB") from None


def _whole(text: str, what: str) -> int:
    if not (text.isascii() and text.isdigit() and 0 < len(text) < 10 and int(text)):
        raise FormatError(f"{quoted(text)} is not {what}; write a number of 1 or more")
    return int(text)


def _device(text: str) -> Device:
    found = _DEVICE.fullmatch(text.strip().lower())
    if found is None or device_number(found[1]) is None:
        raise InvalidNet(f"{quoted(text)} is no device; write cpu, or cuda:0")
    return Device(found[1], int(found[2] or 0))


def _order(text: str) -> str | tuple[int, ...]:
    parts: Sequence[str] = text.replace(",", " ").split()
    if parts and all(part.isascii() and part.isdigit() and len(part) < 8 for part in parts):
        return tuple(map(int, parts))
    return text
