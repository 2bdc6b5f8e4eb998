"""Answers for a program."""

from __future__ import annotations

import json
from collections.abc import Mapping

__all__ = ["json_text"]


def json_text(value: Mapping[str, object] | list[object]) -> str:
    """Write JSON as ASCII, with escapes for the rest: a line for each key, and each row of a list.

    So it is the same bytes in every locale, and holds no name that the encoding of standard
    output cannot. Indented all the way down it would take Python's slow encoder: half the time
    of planning a net of 100,000 ops.

    >>> print(json_text({"net": "a", "rows": [{"b": 1}, {"b": 2}]}), end="")
    {
      "net": "a",
      "rows": [
        {"b": 1},
        {"b": 2}
      ]
    }
    """
    if isinstance(value, list):
        return _block(value, "") + "\n"
    lines = (f"  {json.dumps(key)}: {_block(part, '  ')}" for key, part in value.items())
    return "{\n" + ",\n".join(lines) + "\n}\n"


def _block(value: object, indent: str) -> str:
    if not isinstance(value, list) or not any(isinstance(row, dict) for row in value):
        return json.dumps(value, allow_nan=False)
    rows = ",\n".join(f"{indent}  {json.dumps(row, allow_nan=False)}" for row in value)
    return f"[\n{rows}\n{indent}]"
