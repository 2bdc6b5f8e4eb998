"""The one selection of the app: set in callbacks, by a click in any view, shown by all."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from memplan.net import Net
from memplan.ui.session import Selection, current_session
from memplan.views.graph import GraphView, NodeKind

__all__ = ["node_of", "selected", "take_from_canvas", "take_from_list", "take_from_plot"]
__all__ += ["take_from_table"]


def selected(net: Net) -> Selection:
    """What is selected, as far as `net` has it."""
    chosen = current_session().selected
    return Selection(
        blob=chosen.blob if chosen.blob in net.blobs else None,
        op=chosen.op if net.ops and _is_step(chosen.op, net) else None,
        at=chosen.at if _is_step(chosen.at, net) else None,
    )


def _is_step(number: int | None, net: Net) -> bool:
    return number is not None and number < net.steps


def take_from_plot(key: str, names: Sequence[str]) -> None:
    """Select the blob of the bar that was clicked; `names` are those the figure shows."""
    points = st.session_state[key]["selection"]["points"]
    names_clicked = [point["customdata"][0] for point in points if point.get("customdata")]
    if names_clicked and names_clicked[0] in set(names):
        current_session().select(blob=names_clicked[0])


def take_from_table(key: str, picks: Sequence[Selection]) -> None:
    """Select what the row stands for that was clicked; a second click takes it back."""
    rows = st.session_state[key]["selection"]["rows"]
    pick = picks[rows[0]] if rows and rows[0] < len(picks) else Selection()
    current_session().select(blob=pick.blob, op=pick.op)


def take_from_list(key: str) -> None:
    """Select the blob that was chosen from a list."""
    current_session().select(blob=st.session_state[key])


def take_from_canvas(key: str, view: GraphView) -> None:
    """Select what the clicked node stands for; a click beside all nodes selects nothing."""
    node = view.node(str(st.session_state[key]["selected"] or ""))
    if node is None:
        current_session().select()
    elif node.kind is NodeKind.OP:
        current_session().select(op=node.step)
    else:
        current_session().select(blob=node.name)


def node_of(selection: Selection, view: GraphView) -> str | None:
    """The node that stands for a selection."""
    if selection.blob is not None:
        return view.id_of_blob(selection.blob)
    return None if selection.op is None else view.id_of_op(selection.op)
