"""The net as a graph: on our canvas, or plainly as Graphviz draws it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import streamlit as st

from memplan.plan import Progress
from memplan.study import Study
from memplan.ui.canvas import graph_canvas
from memplan.ui.current import study_key
from memplan.ui.selecting import node_of, selected, take_from_canvas
from memplan.ui.work import guarded, made_once
from memplan.views.graph import GraphOptions, GraphView, graph_view
from memplan.views.graph_data import graph_data
from memplan.views.graph_dot import to_dot
from memplan.views.layout import layout

__all__ = ["Picture", "graph_panel"]

HEIGHT = 440
DRAWN_LIMIT = 10_000  # ops: beyond, the browser is sent too much
PLAIN_LIMIT = 400  # nodes: the browser lays the plain graph out, and is busy while it does


@dataclass(frozen=True, slots=True)
class Picture:
    """A graph, and what the canvas is sent of it."""

    view: GraphView
    data: dict[str, Any]


def graph_panel(study: Study) -> None:
    """The graph; a click on a node selects its blob or op everywhere."""
    with guarded("the graph"):
        with st.container(horizontal=True):
            options = GraphOptions(weights=st.toggle("Show weights", key="draw weights"))
            plain = st.toggle(
                "Plain graph",
                key="plain graph",
                help="Drawn by Graphviz in your browser: no clicks, but text to select and print.",
            )
        if len(study.net.ops) > DRAWN_LIMIT:
            st.info(f"More than {DRAWN_LIMIT:,} ops are not drawn; the table below lists them all.")
            return
        picture = made_once(
            (study_key(), options),
            "Drawing the graph",
            lambda progress: _draw(study, options, progress),
        )
        if picture is None:
            return
        if plain and len(picture.view.nodes) <= PLAIN_LIMIT:
            st.graphviz_chart(to_dot(picture.view), width="stretch", height=HEIGHT)
            return
        if plain:
            st.caption(f"Over {PLAIN_LIMIT} nodes the plain graph is left out: see the downloads.")
        _canvas(study, picture)


def _draw(study: Study, options: GraphOptions, progress: Progress) -> Picture:
    view = graph_view(study, options)
    return Picture(view, graph_data(view, layout(view, progress=progress)))


def _canvas(study: Study, picture: Picture) -> None:
    graph_canvas(
        picture.data,
        key="graph",
        selected=node_of(selected(study.net), picture.view),
        on_change=lambda: take_from_canvas("graph", picture.view),
        height=HEIGHT,
    )
    if picture.data["engine"] != "dot":
        st.caption("Too large for Graphviz: laid out in layers by memplan itself.")
