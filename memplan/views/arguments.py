"""An op's settings as rows of text."""

from __future__ import annotations

from memplan.net import Arg, Op
from memplan.views.names import shown

__all__ = ["argument_rows"]

_LONGEST = 120


def argument_rows(op: Op) -> tuple[tuple[str, str], ...]:
    """Name and value of each argument, in the order of names; long lists are cut.

    >>> argument_rows(Op("Conv", args={"kernel": 3, "order": b"NCHW", "pads": (1, 1)}))
    (('kernel', '3'), ('order', 'NCHW'), ('pads', '[1, 1]'))
    """
    rows = sorted(op.args.items())
    return tuple((shown(name, 60), shown(_text(value), _LONGEST)) for name, value in rows)


def _text(value: Arg) -> str:
    if isinstance(value, bytes):
        return value[: 4 * _LONGEST].decode("utf-8", "backslashreplace")
    if isinstance(value, tuple):
        return f"[{', '.join(_text(part) for part in value[:_LONGEST])}]"
    return f"{value:g}" if isinstance(value, float) else str(value)
