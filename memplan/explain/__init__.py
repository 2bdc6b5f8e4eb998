"""Why, why not, and what if: questions about a plan, answered with data; sentences are `views`'.

`replay` makes the plan again of the decisions alone: what they say is all that the planner did.
"""

from __future__ import annotations

from memplan.explain.replay import mapping_before, replayed

__all__ = ["mapping_before", "replayed"]
