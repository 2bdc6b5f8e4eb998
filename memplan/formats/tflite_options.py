"""Options of a TensorFlow Lite op as the arguments of an `Op`."""

from __future__ import annotations

from memplan.formats.flatbuffer import Table
from memplan.formats.tflite_tables import OPTIONS, OpField
from memplan.net import Arg

__all__ = ["args_of"]

_MOST_NUMBERS = 64  # a target shape has as many as a tensor has dims


def args_of(op: Table) -> dict[str, Arg]:
    """The options of an operator that have a name here; empty for other tables of options.

    Raises:
        BrokenBuffer: An offset leads out of the file.
    """
    known = OPTIONS.get(op.number(OpField.OPTIONS_TYPE, "B"), ())
    options = op.table(OpField.OPTIONS) if known else None
    if options is None:
        return {}
    args: dict[str, Arg] = {}
    for name, place, kind, default in known:
        if isinstance(kind, tuple):
            number = options.number(place, "b", default)
            args[name] = kind[number].encode() if 0 <= number < len(kind) else number
        elif kind == "ints":
            if options.length(place, 4) <= _MOST_NUMBERS:
                args[name] = options.numbers(place)
        else:
            args[name] = (
                options.real(place) if kind == "f" else options.number(place, kind, default)
            )
    return args
