"""Arguments of an op in the small language of nets: ``kernel=3 pads=[1, 1, 2, 2] order=NHWC``.

A value is a whole number, a number, a word, text in double quotes as in JSON, or a list of one
of those in square brackets; ``true`` and ``false`` are 1 and 0, as Caffe2's files have them.
"""

from __future__ import annotations

import json
import math
import re
from collections.abc import Mapping

from memplan.errors import FormatError, quoted
from memplan.net import Arg

__all__ = ["ARG", "OPEN_LIST", "args_text", "argument"]

_TEXT = r'"(?:[^"\\]|\\.)*"'
ARG = rf'[A-Za-z_]\w*\s*=(?!>)\s*(?:{_TEXT}|\[(?:[^\]"]|{_TEXT})*\]|(?:(?!->)[^\s,:"→\[\]])*)'
"""A regular expression for an argument as it stands in a line."""
OPEN_LIST = re.compile(r"[A-Za-z_]\w*\s*=\s*\[")
"""The beginning of a list: where an argument stops here, the list has no end."""

_NAME = re.compile(r"[A-Za-z_]\w{0,99}", re.ASCII)
_WORD = re.compile(r"[A-Za-z_][\w.\-]*", re.ASCII)
_WHOLE = re.compile(r"[+-]?\d{1,19}", re.ASCII)
_NUMBER = re.compile(r"[+-]?(?:\d{1,40}\.?\d{0,40}|\.\d{1,40})(?:[eE][+-]?\d{1,4})?", re.ASCII)
_PART = re.compile(rf"\s*({_TEXT}|[^\s,]+)\s*(,|$)")
_SWITCH = {"true": 1, "false": 0}
_MOST_VALUES = 64  # in one list: a Conv has six pads
_MOST_TEXT = 200
_LARGEST = 2**63

_Single = int | float | bytes


def argument(text: str) -> tuple[str, Arg]:
    """The name and the value of an argument as it stands in a line.

    >>> argument("kernel=3"), argument('order = "NHWC"'), argument("pads=[1, 2]")
    (('kernel', 3), ('order', b'NHWC'), ('pads', (1, 2)))

    Raises:
        FormatError: The value is none.
    """
    name, _, value = (part.strip() for part in text.partition("="))
    if not _NAME.fullmatch(name):
        raise FormatError(f"{quoted(name, 40)} is no name of an argument; use at most 100 letters")
    if not value:
        raise FormatError(f"after `{name}=` stands a value, as in `{name}=3`")
    if value.startswith("["):
        return name, _listed(name, value[1:-1].strip())
    return name, _single(name, value)


def _listed(name: str, inside: str) -> Arg:
    parts: list[_Single] = []
    place = 0
    while place < len(inside):
        match = _PART.match(inside, place)
        if match is None or len(parts) == _MOST_VALUES:
            most = f"of at most {_MOST_VALUES} values with a comma between two"
            raise FormatError(f"the argument {name} is a list {most}, as in `{name}=[1, 2]`")
        parts.append(_single(name, match[1]))
        place = match.end()
    whole = tuple(part for part in parts if isinstance(part, int))
    texts = tuple(part for part in parts if isinstance(part, bytes))
    if len(whole) == len(parts):
        return whole
    if len(texts) == len(parts):
        return texts
    if texts:
        raise FormatError(f"the argument {name} has numbers and text in one list; write one kind")
    return tuple(float(part) for part in parts)


def _single(name: str, text: str) -> _Single:
    if text.startswith('"'):
        return _text(name, text)
    if text in _SWITCH:
        return _SWITCH[text]
    if _WHOLE.fullmatch(text) and -_LARGEST <= int(text) < _LARGEST:
        return int(text)
    if _NUMBER.fullmatch(text) and not text.strip("+-").isdigit() and math.isfinite(float(text)):
        return float(text)
    if _WORD.fullmatch(text) and len(text) <= _MOST_TEXT:
        return text.encode()
    raise FormatError(
        f"{quoted(text, 40)} is no value for the argument {name}; write a number, a word, text in "
        f"quotes, or a list, as in `{name}=3` or `{name}=[3, 3]`"
    )


def _text(name: str, text: str) -> bytes:
    try:
        value = str(json.loads(text, strict=False)).encode()
    except ValueError:  # a lone surrogate too
        raise FormatError(f"the argument {name}: {quoted(text, 40)} is no text in quotes") from None
    if len(value) > _MOST_TEXT:
        raise FormatError(f"the argument {name} has more than {_MOST_TEXT} bytes of text")
    return value


def args_text(args: Mapping[str, Arg]) -> str:
    """Arguments as `argument` reads them, in their order; what it cannot read is left out.

    >>> args_text({"kernel": 3, "order": b"NHWC", "scale": 0.5, "no name": 1})
    'kernel=3 order=NHWC scale=0.5'
    """
    said = ((name, _value(value)) for name, value in args.items() if _NAME.fullmatch(name))
    return " ".join(f"{name}={value}" for name, value in said if value is not None)


def _value(value: Arg) -> str | None:
    if not isinstance(value, tuple):
        return _said(value)
    parts = [_said(part) for part in value]
    inside = [part for part in parts if part is not None]
    whole = len(inside) == len(parts) <= _MOST_VALUES
    return f"[{', '.join(inside)}]" if whole else None


def _said(value: _Single) -> str | None:
    if isinstance(value, bytes):
        try:
            text = value.decode()
        except UnicodeDecodeError:
            return None
        if len(value) > _MOST_TEXT:
            return None
        plain = _WORD.fullmatch(text) and text not in _SWITCH
        return text if plain else json.dumps(text)
    known = math.isfinite(value) if isinstance(value, float) else -_LARGEST <= value < _LARGEST
    return repr(value) if known else None
