"""The net as a graph: on our canvas, or plainly as Graphviz draws it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from memplan.errors import BadPattern
from memplan.net import Net
from memplan.plan import Progress
from memplan.study import Study
from memplan.ui.canvas import graph_canvas
from memplan.ui.current import study_key
from memplan.ui.downloads import file_stem
from memplan.ui.first_drawing import note_drawing
from memplan.ui.graph_choice import GraphChoice
from memplan.ui.graph_controls import (
    fold_box,
    fold_details,
    open_fold,
    pick_fold,
    picked_fold,
    show_popover,
    what_is_shown,
)
from memplan.ui.graph_filter_box import filter_popover
from memplan.ui.selecting import node_of, selected, take_from_canvas
from memplan.ui.session import current_session
from memplan.ui.text import literal
from memplan.ui.work import guarded, made_once, remembered
from memplan.views.fold_choice import FoldBy, find_folding, helpful_folding
from memplan.views.fold_tree import Fold, Folding
from memplan.views.graph import GraphOptions, GraphView, NodeKind, graph_view
from memplan.views.graph_data import graph_data
from memplan.views.graph_dot import to_dot
from memplan.views.graph_filter import filtered
from memplan.views.graph_folds import folded
from memplan.views.layout import layout
from memplan.views.moments import peak_step

__all__ = ["CANVAS", "Picture", "graph_panel"]

CANVAS = "graph"
HEIGHT = 440
LARGEST = 100_000  # ops: beyond, no graph is made at all
DRAWN_LIMIT = 20_000  # ops in the picture: beyond, the browser is sent too much
PLAIN_LIMIT = 400  # nodes: the browser lays the plain graph out, and is busy while it does


@dataclass(frozen=True, slots=True)
class Picture:
    """A graph, what the canvas is sent of it, and what it is a part of.

    Attributes:
        whole: All of the net, unfolded.
        data: None where there is too much to be drawn.
    """

    whole: GraphView
    view: GraphView
    by: FoldBy
    folding: Folding
    data: dict[str, Any] | None


def graph_panel(study: Study) -> None:
    """The graph; a click on a node selects its blob or op everywhere. Nothing without a graph."""
    if study.net.given is not None:
        return
    with guarded("the graph"):
        if len(study.net.ops) > LARGEST:
            st.info(f"More than {LARGEST:,} ops are not drawn; the table below lists them all.")
            return
        row = st.container(horizontal=True, vertical_alignment="center")
        with row:
            options, plain = show_popover()
            wrong = filter_popover(study.net)
        picture = _picture(study, options, wrong)
        if picture is None:
            return
        with row:
            fold_box(picture.by)
        what_is_shown(picture.whole, picture.view, _around(study.net, picture))
        _draw(study, picture, plain=plain)


def _picture(study: Study, options: GraphOptions, wrong: DeltaGenerator) -> Picture | None:
    """The picture as it is wanted; without the pattern if that is none, which is said."""
    choice = current_session().graph
    try:
        return _made(study, options, choice)
    except BadPattern as error:
        for place in (wrong, st):
            place.warning(literal(f"The name is not looked for: {error}."))
        return _made(study, options, choice.show(replace(choice.wanted, pattern="")))


def _made(study: Study, options: GraphOptions, choice: GraphChoice) -> Picture | None:
    key = (study_key(), options, choice.by, choice.opened, choice.wanted)
    return made_once(
        key, "Drawing the graph", lambda progress: _make(study, options, choice, progress)
    )


def _make(study: Study, options: GraphOptions, choice: GraphChoice, progress: Progress) -> Picture:
    key = study_key()
    whole = remembered((key, options, "whole graph"), lambda: graph_view(study, options))
    progress(0.2, "filtering")
    part = filtered(whole, choice.wanted)
    by = choice.by or remembered(
        (key, options, choice.wanted, "helpful folding"), lambda: helpful_folding(part)
    )
    folding = remembered((key, by, "folding"), lambda: find_folding(whole, by))
    view = folded(part, folding, choice.opened)
    progress(0.4, "laying out the graph")
    ops = sum(node.kind in {NodeKind.OP, NodeKind.FOLD} for node in view.nodes)
    if ops > DRAWN_LIMIT:
        return Picture(whole, view, by, folding, None)
    return Picture(whole, view, by, folding, graph_data(view, layout(view, progress=progress)))


def _around(net: Net, picture: Picture) -> Sequence[Fold]:
    """The open folds in which the selected blob or op lies, the outermost first."""
    opened = current_session().graph.opened
    found = picture.whole.node(node_of(selected(net), picture.whole) or "")
    if not opened or found is None or found.step is None:
        return ()
    return [f for f in picture.folding.every() if f.id in opened and found.step in f.steps]


def _draw(study: Study, picture: Picture, *, plain: bool) -> None:
    count = len(picture.view.nodes)
    if not count:
        st.info("Nothing of the net is left by this filter.")
    elif picture.data is None:
        st.info(f"{count:,} nodes are too many to be drawn: fold them, or filter.")
    elif plain and count <= PLAIN_LIMIT:
        st.graphviz_chart(to_dot(picture.view), width="stretch", height=HEIGHT)
    else:
        if plain:
            st.caption(f"Over {PLAIN_LIMIT} nodes the plain graph is left out: see the downloads.")
        _canvas(study, picture.view, picture.data)


def _canvas(study: Study, view: GraphView, data: dict[str, Any]) -> None:
    fold, chosen = picked_fold(view), selected(study.net)
    opened = current_session().opened
    graph_canvas(
        data,
        key=CANVAS,
        selected=fold.id if fold else node_of(chosen, view),
        on_change=lambda: _take(view),
        height=HEIGHT,
        at=peak_step(study) if chosen.at is None else chosen.at,
        on_at=lambda: current_session().go_to(st.session_state["graph"]["at"]),
        on_open=lambda: _open(view),
        on_drawn=note_drawing,
        file_stem=file_stem(opened.title if opened else study.net.name),
    )
    fold_details(view)


def _open(view: GraphView) -> None:
    """Open the fold that was asked for by a double click or by the key Enter."""
    node = view.node(str(st.session_state["graph"]["opened"] or ""))
    if node is not None and node.kind is NodeKind.FOLD:
        open_fold(node)


def _take(view: GraphView) -> None:
    """Select what was clicked, a fold too."""
    node = view.node(str(st.session_state["graph"]["selected"] or ""))
    if node is not None and node.kind is NodeKind.FOLD:
        pick_fold(node)
    else:
        take_from_canvas("graph", view)
