"""Files to take away: the plan as CSV and JSON, the graph as DOT and SVG."""

from __future__ import annotations

import json
import re

import streamlit as st

from memplan.study import Study
from memplan.ui.current import study_key
from memplan.ui.session import current_session
from memplan.ui.work import guarded, made_once, remembered
from memplan.views.graph import graph_view
from memplan.views.graph_dot import to_dot
from memplan.views.layout import to_svg
from memplan.views.plan_files import plan_csv, plan_json

__all__ = ["downloads", "file_stem"]

DRAWN_UNASKED = 400  # ops: beyond, Graphviz takes seconds, so its files are made when asked for


def downloads(study: Study) -> None:
    """A button for each file."""
    opened = current_session().opened
    stem = file_stem(opened.title if opened else study.net.name)
    with guarded("the downloads"), st.container(horizontal=True, vertical_alignment="center"):
        csv = remembered((study_key(), "csv"), lambda: plan_csv(study))
        _button("Plan as CSV", csv, f"{stem}.plan.csv", "text/csv")
        text = remembered((study_key(), "json"), lambda: json.dumps(plan_json(study), indent=1))
        _button("Plan as JSON", text, f"{stem}.plan.json", "application/json")
        _graph(study, stem)


def _graph(study: Study, stem: str) -> None:
    asked = f"draw {hash(study_key())}"
    if len(study.net.ops) > DRAWN_UNASKED and not st.session_state.get(asked):
        st.button("Prepare the graph's files", key=f"ask {asked}", on_click=_ask, args=(asked,))
        return
    dot = remembered((study_key(), "dot"), lambda: to_dot(graph_view(study)))
    _button("Graph as DOT", dot, f"{stem}.dot", "text/vnd.graphviz")
    svg = made_once(
        (study_key(), "svg"),
        "Drawing the SVG",
        lambda progress: to_svg(dot, progress=progress) or "",
    )
    if svg:
        _button("Graph as SVG", svg, f"{stem}.svg", "image/svg+xml")
    elif svg is not None:
        st.caption("Too large to draw as SVG: give the DOT to a Graphviz of your own.")


def _ask(asked: str) -> None:
    st.session_state[asked] = True


def _button(label: str, text: str, file: str, mime: str) -> None:
    st.download_button(
        label,
        text.encode("utf-8", "backslashreplace"),
        file_name=file,
        mime=mime,
        key=f"download {label}",
        on_click="ignore",
        icon=":material/download:",
    )


def file_stem(title: str) -> str:
    """A file's name made of a net's, which may hold anything.

    >>> file_stem("ResNet-50"), file_stem("../../etc/passwd"), file_stem("<b>")
    ('ResNet-50', 'etc_passwd', 'b')
    """
    return re.sub(r"[^A-Za-z0-9_-]+", "_", title).strip("_")[:60] or "net"
