"""Why, why not, and what if: questions about a plan, answered with data; sentences are `views`'.

`why` tells of one blob, `why_not` of two, `at_peak` of what holds the peak and what would lower it,
`what_if` plans again with something changed, and `differences` says what that changed. `price`
tells what sharing costs a net whose ops run in parallel. `replayed` makes a plan again of its
decisions alone: what they say is all that the planner did.
"""

from __future__ import annotations

from memplan.explain.pairs import Bar, Keeper, Versus, could_share, forced, why_not
from memplan.explain.paths import MissingPath
from memplan.explain.peak import Action, ActionKind, Peak, at_peak
from memplan.explain.price import AddedEdge, Price, price
from memplan.explain.replay import mapping_before, replayed
from memplan.explain.what_if import Change, Differences, differences, what_if
from memplan.explain.why import Why, why

__all__ = [
    "Action",
    "ActionKind",
    "AddedEdge",
    "Bar",
    "Change",
    "Differences",
    "Keeper",
    "MissingPath",
    "Peak",
    "Price",
    "Versus",
    "Why",
    "at_peak",
    "could_share",
    "differences",
    "forced",
    "mapping_before",
    "price",
    "replayed",
    "what_if",
    "why",
    "why_not",
]
