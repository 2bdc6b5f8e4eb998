"""What lies elsewhere in another plan, as a table."""

from __future__ import annotations

import pandas as pd

from memplan.explain import Differences
from memplan.views.names import shown

__all__ = ["difference_table"]


def difference_table(found: Differences) -> pd.DataFrame:
    """A row for each buffer whose place or size differs; empty cells where it is not there."""
    rows = []
    for moved in found.moved:
        before, after = moved.before or (None, None), moved.after or (None, None)
        rows.append((shown(moved.name), before[0], after[0], before[1], after[1]))
    table = pd.DataFrame(rows, columns=["blob", "before", "after", "bytes", "bytes then"])
    return table.astype(dict.fromkeys(("before", "after", "bytes", "bytes then"), "Int64"))
