"""Kinds of devices by their numbers in NetDef files (DeviceTypeProto)."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

__all__ = ["device_kind", "device_number"]

_KINDS: Mapping[int, str] = MappingProxyType(
    {
        0: "cpu",
        1: "cuda",
        2: "mkldnn",
        3: "opengl",
        4: "opencl",
        5: "ideep",
        6: "hip",
        7: "fpga",
        8: "msnpu",
        9: "xla",
        10: "ort",
        20901: "only_for_test",
    }
)
_NUMBERS: Mapping[str, int] = MappingProxyType({kind: number for number, kind in _KINDS.items()})
_OTHER = "device"


def device_kind(number: int) -> str:
    """The kind's name; a number that the format does not list keeps its number.

    >>> device_kind(1), device_kind(77)
    ('cuda', 'device77')
    """
    return _KINDS.get(number, f"{_OTHER}{number}")


def device_number(kind: str) -> int | None:
    """The number of a kind; None for one that the format cannot say.

    >>> device_number("cuda"), device_number("device77"), device_number("abacus")
    (1, 77, None)
    """
    rest = kind.removeprefix(_OTHER)
    if kind not in _NUMBERS and rest != kind and rest.lstrip("-").isdecimal():
        return int(rest)
    return _NUMBERS.get(kind)
