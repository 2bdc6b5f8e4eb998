"""Answers for a program."""

from __future__ import annotations

import json

__all__ = ["json_text"]


def json_text(value: object) -> str:
    """Write JSON as ASCII, with escapes for the rest.

    So it is the same bytes in every locale, and holds no name that the encoding of standard
    output cannot.
    """
    return json.dumps(value, indent=2, allow_nan=False) + "\n"
