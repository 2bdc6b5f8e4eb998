"""Bytes: alignment, and sizes as people read them."""

from __future__ import annotations

import re

__all__ = ["align_up", "format_bytes", "parse_bytes"]

_UNITS = ("B", "KiB", "MiB", "GiB", "TiB", "PiB", "EiB")
_SIZE = re.compile(r"(\d+(?:\.\d+)?)\s*([KMGTPE]i?)?B?", re.IGNORECASE)


def align_up(value: int, alignment: int) -> int:
    """Return the least multiple of `alignment` that is not below `value`.

    >>> align_up(65, 64), align_up(64, 64), align_up(7, 1)
    (128, 64, 7)
    """
    return -(-value // alignment) * alignment


def format_bytes(size: int | None) -> str:
    """Return a size in bytes as people read it; an unknown size is said to be unknown.

    >>> format_bytes(602112), format_bytes(96), format_bytes(None)
    ('588.0 KiB', '96 B', 'unknown')
    """
    if size is None:
        return "unknown"
    if abs(size) < 1024:
        return f"{size} B"
    value, unit = float(size), 0
    while abs(value) >= 1024 and unit < len(_UNITS) - 1:
        value, unit = value / 1024, unit + 1
    return f"{value:.{1 if abs(value) < 1000 else 0}f} {_UNITS[unit]}"


def parse_bytes(text: str) -> int:
    """Read a size such as ``65536``, ``64KiB``, ``1.5 MiB`` or ``2GB`` (all powers of 1024).

    Raises:
        ValueError: The text is no such size.

    >>> parse_bytes("64KiB"), parse_bytes("100")
    (65536, 100)
    """
    match = _SIZE.fullmatch(text.strip())
    if match is None:
        raise ValueError(f"{text!r} is no size; write bytes (65536) or a unit (64KiB)")
    power = "KMGTPE".index(match[2][0].upper()) + 1 if match[2] else 0
    return int(float(match[1]) * 1024**power) if power else int(float(match[1]))
