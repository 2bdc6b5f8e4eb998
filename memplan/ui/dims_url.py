"""Numbers for free dims, in the URL: `dim_batch=8&dim_length=free`.

What a net begins with (a sample's numbers, a file's examples) is left out.
"""

from __future__ import annotations

from collections.abc import Mapping

from memplan.shapes import MAX_DIM, free_dims
from memplan.ui.session import Session

__all__ = ["read_dims", "write_dims"]

_KEY = "dim_"
_FREE = "free"
_LONGEST = 100  # characters of a dim's name: one that is longer is not mirrored


def write_dims(session: Session) -> dict[str, str]:
    """What was set otherwise than the net begins with."""
    if session.opened is None:
        return {}
    usual, said = session.opened.dims, session.dims
    names = dict.fromkeys((*said, *usual))
    return {
        f"{_KEY}{name}": str(said.get(name, _FREE))
        for name in names
        if said.get(name) != usual.get(name) and len(name) <= _LONGEST and name.isprintable()
    }


def read_dims(session: Session, query: Mapping[str, str]) -> None:
    """Set the dims to what a query says; what it leaves out is as the net begins with."""
    if session.opened is None:
        return
    dims = dict(session.opened.dims)
    for dim in free_dims(session.opened.net):
        text = query.get(f"{_KEY}{dim.name}", "")
        number = int(text) if text.isascii() and text.isdigit() and len(text) <= 10 else 0
        if text == _FREE:
            dims.pop(dim.name, None)
        elif 1 <= number <= MAX_DIM:
            dims[dim.name] = number
    session.dims = dims
