"""Files to take away, made of a study, the same from the page and the command line.

`EXPORTS` lists them. Equal studies give equal bytes; only the JSON tells how long planning took.
`RETURNS` lists those that are the net's own file with the plan in it.
"""

from __future__ import annotations

from memplan.export.formats import EXPORTS, Export
from memplan.export.returns import RETURNS, Return

__all__ = ["EXPORTS", "RETURNS", "Export", "Return"]
