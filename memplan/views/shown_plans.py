"""Somebody's plan made fit to be shown in all views: a net with places beside it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from memplan.museum import Asked, Piece, wrong_assignment
from memplan.net import Net
from memplan.plan import Placement
from memplan.planners.plan_from import plan_from
from memplan.study import Settings, Study, study

__all__ = ["opened_piece", "with_names_as_plan", "wrong_study"]


def with_names_as_plan(
    net: Net, names: Mapping[str, str], order: Sequence[int] | None = None
) -> Net:
    """The prepared net, its ops perhaps in another order, beside the places that names give.

    Blobs of one name lie on the same bytes, whether that is safe or not.
    """
    if order is not None:
        net = replace(net, ops=tuple(net.ops[index] for index in order))
    made = study(net, Settings("naive"))
    plan = plan_from(made.problem, made.storages, dict(names), "given")
    return replace(net, placed=Placement(plan.offsets or {}, plan.slots))


def opened_piece(piece: Piece) -> tuple[Net, Settings]:
    """A piece of the museum for all pages: as its planner decided, or as its plan lies.

    The planner itself is shown, with its decisions, where it answers the whole question as it
    did for the piece; else its answer as a plan that came with the net.
    """
    net = piece.make()
    parallel = True if piece.parallel else None
    if isinstance(piece.wrong, Placement):
        return replace(net, placed=piece.wrong), Settings("given", parallel=parallel)
    assignment = wrong_assignment(piece)
    assert assignment is not None
    if isinstance(piece.wrong, Asked):
        asked = Settings(piece.wrong.planner, recycling=piece.wrong.options, parallel=parallel)
        made = study(net, asked)
        same = made.assignment is not None and made.assignment.mapping == assignment.mapping
        if same and made.unsafe is not None:
            return net, asked
    placed = with_names_as_plan(net, assignment.mapping, assignment.order)
    return placed, Settings("given", parallel=parallel)


def wrong_study(piece: Piece) -> Study:
    """The wrong plan of a piece, drawn like any other."""
    return study(*opened_piece(piece))
