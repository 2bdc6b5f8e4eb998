"""A museum of real reuse bugs: each a small net and a wrong plan that the verifier catches.

Caffe2's are made by our planners that keep them; those of other engines are laid out by hand, as
their trackers describe them.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from memplan.museum.caffe2 import CAFFE2
from memplan.museum.engines import ENGINES
from memplan.museum.piece import (
    Asked,
    Piece,
    after,
    safe_study,
    verdict_on,
    wrong_assignment,
)

__all__ = [
    "PIECES",
    "Asked",
    "Piece",
    "after",
    "safe_study",
    "verdict_on",
    "wrong_assignment",
]

PIECES: Mapping[str, Piece] = MappingProxyType({piece.name: piece for piece in (*CAFFE2, *ENGINES)})
