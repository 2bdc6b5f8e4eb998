"""Which folding of a net to show: as it was chosen, else the one that helps."""

from __future__ import annotations

from enum import StrEnum

from memplan.views.fold_blocks import repeated_blocks
from memplan.views.fold_scopes import name_scopes
from memplan.views.fold_tree import Folding, op_links
from memplan.views.graph import GraphView
from memplan.views.graph_folds import folded

__all__ = ["WHOLE", "FoldBy", "find_folding", "helpful_folding"]

WHOLE = 1500
"""Nodes up to which a net is shown whole, unless folding is asked for."""

_HELPS = 0.5


class FoldBy(StrEnum):
    """What is folded, in the words that a person is shown."""

    NOTHING = "Nothing"
    SCOPES = "Name scopes"
    BLOCKS = "Repeated blocks"


def find_folding(view: GraphView, by: FoldBy) -> Folding:
    """The folds of a whole, unfolded view."""
    if by is FoldBy.SCOPES:
        return name_scopes(op_links(view))
    if by is FoldBy.BLOCKS:
        return repeated_blocks(op_links(view))
    return Folding()


def helpful_folding(view: GraphView) -> FoldBy:
    """By what to fold a large net: by names if that leaves at most half of it, else by blocks.

    Names say more than numbers do; but blocks are taken where names leave too much to be shown
    and blocks do not.
    """
    if len(view.nodes) <= WHOLE:
        return FoldBy.NOTHING
    links = op_links(view)
    left = {}
    for by, folding in (
        (FoldBy.SCOPES, name_scopes(links)),
        (FoldBy.BLOCKS, repeated_blocks(links)),
    ):
        # With most ops in no fold there is no need to count nodes.
        if sum(len(fold.steps) for fold in folding.folds) >= _HELPS * len(links.steps):
            left[by] = len(folded(view, folding).nodes)
    helpful = [by for by, nodes in left.items() if nodes <= _HELPS * len(view.nodes)]
    return min(helpful, key=lambda by: left[by] > WHOLE, default=FoldBy.NOTHING)
