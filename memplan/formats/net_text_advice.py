"""What somebody may have meant by a line that is no line of the small language of nets."""

from __future__ import annotations

import re

__all__ = ["advice"]

_LONGEST = 200
_CALL = re.compile(r"\s*(\S+)\s*=\s*(\w+)\s*\((.*)\)\s*")
_MADE_OF = re.compile(r"\s*([^\s=]+)\s*=\s*([A-Za-z]\w*)((?:\s+[^\s=,]+,?)+?)((?:\s+\w+=\S+)*)\s*")


def advice(line: str) -> str:
    """How to write what the line seems to say.

    >>> advice("c = Conv a w kernel=3")
    'an op is written with an arrow: `Conv a, w -> c kernel=3`'
    """
    call = _CALL.fullmatch(line)
    if call is not None:
        inputs = f" {call[3].strip()}" if call[3].strip() else ""
        return f"an op is written with an arrow: `{call[2]}{inputs} -> {call[1]}`"
    if "=>" in line:
        return "the arrow is written `->`"
    made = _MADE_OF.fullmatch(line) if len(line) <= _LONGEST else None
    if made is not None:
        inputs = ", ".join(made[3].replace(",", " ").split())
        return f"an op is written with an arrow: `{made[2]} {inputs} -> {made[1]}{made[4]}`"
    return "write an op, as in `Relu a -> b`, or a size, as in `a: 1x8x16` or `a: 1024 B`"
