"""A bundled net, ready to be planned."""

from __future__ import annotations

from memplan.formats import load
from memplan.net import Net
from memplan.samples import open_sample
from memplan.study import prepare

__all__ = ["bundled"]


def bundled(ident: str) -> Net:
    """Read a bundled net.

    Raises:
        MemplanError: There is none of that name.
    """
    return prepare(load(open_sample(ident)))
