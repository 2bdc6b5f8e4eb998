"""Proof that a plan or a renaming is safe, or what goes wrong; shares nothing with the planners.

`verify` and `clashes` look at a plan: bytes that two buffers want at one time. `same_dataflow`
looks at a renaming: whether every op still reads what it read before, whatever the names.
"""

from __future__ import annotations

from memplan.verify.clashes import Clash, clashes, verify
from memplan.verify.dataflow import Break, BrokenRead, broken_read, same_dataflow

__all__ = [
    "Break",
    "BrokenRead",
    "Clash",
    "broken_read",
    "clashes",
    "same_dataflow",
    "verify",
]
