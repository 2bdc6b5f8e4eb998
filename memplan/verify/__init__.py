"""Proof that a plan or a renaming is safe, or what goes wrong; shares nothing with the planners.

`verify` and `clashes` look at a plan: bytes that two buffers want at one time. `same_dataflow`
looks at a renaming: whether every op still reads what it read before, whatever the names.
`check_claim` looks at what a plan claims to prove.
"""

from __future__ import annotations

from memplan.verify.claims import Finding, check_claim, check_infeasible
from memplan.verify.clashes import Clash, clashes, verify
from memplan.verify.dataflow import Break, BrokenRead, broken_read, same_dataflow

__all__ = [
    "Break",
    "BrokenRead",
    "Clash",
    "Finding",
    "broken_read",
    "check_claim",
    "check_infeasible",
    "clashes",
    "same_dataflow",
    "verify",
]
