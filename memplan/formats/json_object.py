"""An object out of JSON that somebody else wrote, or one sentence on why there is none."""

from __future__ import annotations

import json
from typing import Any

from memplan.errors import FormatError, quoted

__all__ = ["json_object"]


def json_object(data: bytes, file: str, of: str, advice: str) -> dict[str, Any]:
    """Parse UTF-8 text whose length was checked before.

    Args:
        of: What the object should hold, for the message: "of shapes".
        advice: What to do where it does not.

    Raises:
        FormatError: It is no JSON, too deep, or no object.
    """
    try:
        found = json.loads(data.decode("utf-8-sig"))
    except (ValueError, RecursionError) as error:
        line = f" (line {error.lineno})" if isinstance(error, json.JSONDecodeError) else ""
        raise FormatError(f"{quoted(file)} is no valid JSON{line}; {advice}") from None
    if not isinstance(found, dict):
        raise FormatError(f"{quoted(file)} is JSON, but no object {of}; {advice}")
    return found
