"""Files to take away: the plan as CSV and JSON, the graph as DOT and SVG, the optimised net."""

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
from memplan.views.net_files import optimised_pb, optimised_pbtxt
from memplan.views.plan_files import plan_csv, plan_json
from memplan.views.sharing import changed_names

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
        _optimised(study, stem)


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


def _optimised(study: Study, stem: str) -> None:
    """The net under its new names, when a recycler changed any."""
    if study.assignment is None or not changed_names(study.assignment):
        return
    warning = "" if study.unsafe is None else "Unsafe: "
    binary = remembered((study_key(), "pb"), lambda: optimised_pb(study))
    _button(
        f"{warning}Optimised net (.pb)", binary, f"{stem}.optimised.pb", "application/x-protobuf"
    )
    text = remembered((study_key(), "pbtxt"), lambda: optimised_pbtxt(study))
    _button(f"{warning}Optimised net (.pbtxt)", text, f"{stem}.optimised.pbtxt", "text/plain")
    if study.unsafe is not None:
        st.caption("The optimised net computes something else: see above why.")


def _ask(asked: str) -> None:
    st.session_state[asked] = True


def _button(label: str, content: str | bytes, file: str, mime: str) -> None:
    st.download_button(
        label,
        content.encode("utf-8", "backslashreplace") if isinstance(content, str) else content,
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
