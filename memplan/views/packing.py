"""Texts and columns of numbers as one run of bytes, which a browser reads without parsing numbers.

    ┌────────┬───────────────────┬──────────┬──────────┬─
    │ length │ JSON: the head    │ column 1 │ column 2 │ …
    └────────┴───────────────────┴──────────┴──────────┴─

The head names the columns in their order, each with the type and the count of its numbers. All
is little-endian, and each part begins at a multiple of eight bytes, as typed arrays must.
"""

from __future__ import annotations

import json
import struct
from collections.abc import Mapping
from typing import Any

import numpy as np

__all__ = ["Column", "pack", "text_block"]

Column = np.ndarray[Any, np.dtype[Any]]
_STEP = 8


def pack(head: Mapping[str, Any], columns: Mapping[str, Column]) -> bytes:
    """Pack a head, to which the table of columns is added, and the columns."""
    little = {
        name: column.astype(column.dtype.newbyteorder("<")) for name, column in columns.items()
    }
    table = [[name, column.dtype.str[1:], column.size] for name, column in little.items()]
    parts = [text_block({**head, "columns": table})]
    for column in little.values():
        held = column.tobytes()
        parts += [held, bytes(-len(held) % _STEP)]
    return b"".join(parts)


def text_block(value: Mapping[str, Any]) -> bytes:
    r"""JSON behind its length, filled up with spaces to a multiple of eight bytes.

    >>> text_block({"a": 1})
    b'\x0c\x00\x00\x00{"a":1}     '
    """
    text = json.dumps(value, separators=(",", ":")).encode()
    text += b" " * (-(4 + len(text)) % _STEP)
    return struct.pack("<I", len(text)) + text
