"""Which values share memory whatever the plan, and from when to when each is alive.

A *storage* is a set of names that are one piece of memory by the net's own doing: one name
however often it is written (in place too), and an Alias with its source. Its live range goes
from the first write of any of them to the last read of any of them, with gaps where a name is
written anew some steps after what it held before was last read.

    op   0: Conv data → a     1: Relu a → a     2: Alias a → v     3: FC v → out
    a    [0 ─────────────────────────────────────────────────────── 4)   one storage: a, v
    out                                                      [3 ─── 4)   read by the caller

Inputs are alive from step 0 to their last read, outputs to the end, and both are counted by
default; weights live outside the run: they are reported, never planned. What a nested net
reads outside itself stays alive; what it makes for itself is scratch of its op.

Engines share more: an op's output may be written over an input that dies there, be a view of it,
or a piece of a storage at an offset. What one shares is a `Sharing`; by default nothing is.
"""

from __future__ import annotations

from memplan.liveness.levels import live_bytes, live_levels, max_live
from memplan.liveness.nested import NestedNeed, needs_of_nested_nets
from memplan.liveness.problem import (
    Accounting,
    problem_from,
    with_file_offsets,
    with_placement,
)
from memplan.liveness.sharing import SHARE_ALL, SHARE_NOTHING, Sharing
from memplan.liveness.storages import Storage, Unshared, View, live_ranges, storages

__all__ = [
    "SHARE_ALL",
    "SHARE_NOTHING",
    "Accounting",
    "NestedNeed",
    "Sharing",
    "Storage",
    "Unshared",
    "View",
    "live_bytes",
    "live_levels",
    "live_ranges",
    "max_live",
    "needs_of_nested_nets",
    "problem_from",
    "storages",
    "with_file_offsets",
    "with_placement",
]
