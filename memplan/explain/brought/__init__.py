"""Bring your own: a net before and after somebody's optimisation, or somebody's plan for a net.

before   Relu x → a   Relu a → b   Relu b → c   Sum c, a → d        the names recovered: a, c ↦ a
after    Relu x → a   Relu a → b   Relu b → a   Sum a, a → d        broken: op 3 reads a, which
op 2 wrote over
"""

from __future__ import annotations

from memplan.explain.brought.matching import names_between, order_between
from memplan.explain.brought.nets import study_of, verify_nets
from memplan.explain.brought.placement import verify_placement
from memplan.explain.brought.verdict import OVERWRITTEN, TWO_DEVICES, UNPLACED, Verdict

__all__ = [
    "OVERWRITTEN",
    "TWO_DEVICES",
    "UNPLACED",
    "Verdict",
    "names_between",
    "order_between",
    "study_of",
    "verify_nets",
    "verify_placement",
]
