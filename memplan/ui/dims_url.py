"""Numbers for free dims, in the URL: `dim_batch=8&dim_length=free`; of side B `b_dim_batch=8`.

What a net begins with (a sample's numbers, a file's examples) is left out.
"""

from __future__ import annotations

from collections.abc import Mapping

from memplan.shapes import MAX_DIM, free_dims
from memplan.ui.session import Session

__all__ = ["dims_in", "dims_query", "read_dims", "write_dims"]

_KEY = "dim_"
_FREE = "free"
_LONGEST = 100  # characters of a dim's name: one that is longer is not mirrored
_MOST = 64  # dims that a query may name: a net has a batch, a length or two


def write_dims(session: Session) -> dict[str, str]:
    """What was set otherwise than the net begins with."""
    if session.opened is None:
        return {}
    usual, said = session.opened.dims, session.dims
    names = dict.fromkeys((*said, *usual))
    return dims_query({n: said.get(n) for n in names if said.get(n) != usual.get(n)})


def read_dims(session: Session, query: Mapping[str, str]) -> None:
    """Set the dims to what a query says; what it leaves out is as the net begins with."""
    if session.opened is None:
        return
    said = dims_in(query)
    dims: dict[str, int | None] = dict(session.opened.dims)
    for dim in free_dims(session.opened.net):
        if dim.name in said:
            dims[dim.name] = said[dim.name]
    session.dims = {name: number for name, number in dims.items() if number is not None}


def dims_query(dims: Mapping[str, int | None], side: str = "") -> dict[str, str]:
    """Numbers by dim as a query says them; None is a dim that is left free.

    >>> dims_query({"batch": 8, "length": None}, "b_")
    {'b_dim_batch': '8', 'b_dim_length': 'free'}
    """
    return {
        f"{side}{_KEY}{name}": _FREE if number is None else str(number)
        for name, number in dims.items()
        if len(name) <= _LONGEST and name.isprintable()
    }


def dims_in(query: Mapping[str, str], side: str = "") -> dict[str, int | None]:
    """Numbers by dim that a query says, be they dims of a net or not; nonsense is left out.

    >>> dims_in({"dim_batch": "8", "dim_length": "free", "dim_x": "-1", "b_dim_y": "3"})
    {'batch': 8, 'length': None}
    """
    head = f"{side}{_KEY}"
    said = {key.removeprefix(head): text for key, text in query.items() if key.startswith(head)}
    found: dict[str, int | None] = {}
    for name, text in list(said.items())[:_MOST]:
        number = int(text) if text.isascii() and text.isdigit() and len(text) <= 10 else 0
        if text == _FREE:
            found[name] = None
        elif 1 <= number <= MAX_DIM and len(name) <= _LONGEST:
            found[name] = number
    return found
