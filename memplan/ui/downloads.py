"""Files to take away: the plan as CSV and JSON, the graph as DOT and SVG."""

from __future__ import annotations

import json
import re

import streamlit as st

from memplan.study import Study
from memplan.ui.current import study_key
from memplan.ui.session import current_session
from memplan.ui.work import guarded, made_once
from memplan.views.graph import graph_view
from memplan.views.graph_dot import to_dot
from memplan.views.layout import to_svg
from memplan.views.plan_files import plan_csv, plan_json

__all__ = ["downloads", "file_stem"]

DRAWN_UNASKED = 400  # ops: beyond, Graphviz takes seconds, so its SVG is drawn when asked for


def downloads(study: Study) -> None:
    """A button for each file."""
    opened = current_session().opened
    stem = file_stem(opened.title if opened else study.net.name)
    with guarded("the downloads"), st.container(horizontal=True, vertical_alignment="center"):
        texts = made_once((study_key(), "files"), "Writing the files", lambda _: _texts(study))
        assert texts is not None
        _button("Plan as CSV", texts["csv"], f"{stem}.plan.csv", "text/csv")
        _button("Plan as JSON", texts["json"], f"{stem}.plan.json", "application/json")
        _button("Graph as DOT", texts["dot"], f"{stem}.dot", "text/vnd.graphviz")
        _svg(study, texts["dot"], stem)


def _texts(study: Study) -> dict[str, str]:
    return {
        "csv": plan_csv(study),
        "json": json.dumps(plan_json(study), indent=1),
        "dot": to_dot(graph_view(study)),
    }


def _svg(study: Study, dot: str, stem: str) -> None:
    key = (study_key(), "svg")
    asked = f"svg {hash(key)}"
    if len(study.net.ops) > DRAWN_UNASKED and not st.session_state.get(asked):
        st.button("Draw the SVG", key=f"ask {asked}", on_click=_ask, args=(asked,))
        return
    svg = made_once(key, "Drawing the SVG", lambda progress: to_svg(dot, progress=progress) or "")
    if svg:
        _button("Graph as SVG", svg, f"{stem}.svg", "image/svg+xml")
    else:
        st.caption("Too large to draw as SVG: take the DOT to a Graphviz of your own.")


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
