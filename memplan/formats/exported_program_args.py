"""The settings of an op of an exported program: numbers and texts beside its tensors."""

from __future__ import annotations

from collections.abc import Iterable

from memplan.formats.exported_program_file import choice, member
from memplan.formats.limits import MAX_ARG_VALUES, MAX_VALUES_KEPT
from memplan.net import Arg

__all__ = ["args_of", "flags_of"]

_ONE = ("as_int", "as_float", "as_bool", "as_scalar_type", "as_string")
_MANY = ("as_ints", "as_floats", "as_bools", "as_strings", "as_sym_ints")


def args_of(arguments: Iterable[object], kept: int) -> tuple[dict[str, Arg], int]:
    """The settings by name; those that depend on free dims, or are long, are left out.

    Args:
        kept: How many values were kept of the file before; as many as are now come back too.
    """
    found: dict[str, Arg] = {}
    for place, argument in enumerate(arguments):
        about = member(argument)
        kind, what = choice(about.get("arg"))
        name = about.get("name")
        value = _value(kind, what)
        if value is None:
            continue
        length = len(value) if isinstance(value, tuple | bytes) else 1
        if length <= MAX_ARG_VALUES and kept + length <= MAX_VALUES_KEPT:
            kept += length
            found[name if isinstance(name, str) and name else f"operand {place}"] = value
    return found, kept


def flags_of(arguments: Iterable[object]) -> dict[str, bool]:
    """The settings that are true or false, by name."""
    found = {}
    for argument in arguments:
        about = member(argument)
        kind, what = choice(about.get("arg"))
        name = about.get("name")
        if kind == "as_bool" and isinstance(what, bool) and isinstance(name, str):
            found[name] = what
    return found


def _value(kind: str, what: object) -> Arg | None:
    if kind in _ONE:
        return _single(what)
    if kind not in _MANY or not isinstance(what, list) or len(what) > MAX_ARG_VALUES:
        return None
    if kind == "as_sym_ints":
        pairs = [choice(item) for item in what]
        what = [value if kind == "as_int" else None for kind, value in pairs]
    if kind == "as_strings":
        texts = tuple(item.encode("utf-8", "replace") for item in what if isinstance(item, str))
        return texts if len(texts) == len(what) else None
    if all(isinstance(item, int) for item in what):
        return tuple(int(item) for item in what if isinstance(item, int))
    if all(isinstance(item, int | float) for item in what):
        return tuple(float(item) for item in what if isinstance(item, int | float))
    return None


def _single(what: object) -> Arg | None:
    if isinstance(what, str):
        return what.encode("utf-8", "replace")
    if isinstance(what, bool):
        return int(what)
    return what if isinstance(what, int | float) else None
