"""Files to take away: one-way, made of a study, the same from the page and the command line.

`EXPORTS` lists them. Equal studies give equal bytes; only the JSON tells how long planning took.
"""

from __future__ import annotations

from memplan.export.formats import EXPORTS, Export

__all__ = ["EXPORTS", "Export"]
