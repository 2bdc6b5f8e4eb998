"""A step in words: an op of a net, or a time of buffers without a graph."""

from __future__ import annotations

from memplan.net import Net
from memplan.views.names import shown

__all__ = ["extent", "step_name", "step_word"]


def step_word(net: Net) -> str:
    """What a step is: an op, or just a step."""
    return "op" if net.given is None else "step"


def step_name(net: Net, step: int, limit: int = 40) -> str:
    """A step with the kind of its op, as text for people.

    >>> from memplan.net import Op
    >>> step_name(Net(ops=(Op("Relu"),)), 0)
    'op 0 Relu'
    """
    if step >= len(net.ops):
        return f"{step_word(net)} {step:,}"
    return f"op {step:,} {shown(net.ops[step].type, limit)}"


def extent(net: Net, mark: str = ", ") -> str:
    """How large a net is.

    >>> from memplan.net import Op
    >>> extent(Net(ops=(Op("Relu", ("a",), ("b",)),)))
    '1 op, 2 blobs'
    """
    count = len(net.names())
    if net.given is not None:
        return f"{_counted(count, 'buffer')}{mark}no graph"
    return f"{_counted(len(net.ops), 'op')}{mark}{_counted(count, 'blob')}"


def _counted(number: int, thing: str) -> str:
    return f"{number:,} {thing}{'' if number == 1 else 's'}"
