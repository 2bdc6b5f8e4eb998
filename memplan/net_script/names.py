"""Names of a net as its text has them."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence

from memplan.net import Op

__all__ = ["joined", "read_first", "written"]

_PLAIN = re.compile(r'(?:(?!->)[^\s,:"#→=])+')


def written(name: str) -> str:
    """The name, in quotes where it would be read as something else."""
    return name if _PLAIN.fullmatch(name) else json.dumps(name)


def joined(names: Sequence[str]) -> str:
    """Names with a comma between two."""
    return ", ".join(map(written, names))


def read_first(ops: Sequence[Op]) -> tuple[str, ...]:
    """What ops read before any op has made it, in the order of reading."""
    made: set[str] = set()
    read: dict[str, None] = {}
    for op in ops:
        read.update(dict.fromkeys(name for name in op.inputs if name not in made))
        made.update(op.outputs)
    return tuple(read)
