"""A page with the canvas alone, run by Streamlit for the test beside it."""

import streamlit as st

from memplan.ui.canvas import graph_canvas
from memplan.views.graph import graph_view
from memplan.views.graph_data import graph_data
from memplan.views.layered import layered_layout
from tests.views.made_studies import hostile, small


def note() -> None:
    st.session_state.heard = st.session_state["graph"]["selected"]


# Guarded: doctest imports every module of the tests.
if __name__ == "__main__":
    study = hostile() if "hostile" in st.query_params else small()
    view = graph_view(study)
    data = graph_data(view, layered_layout(view))
    chosen = graph_canvas(data, "graph", st.query_params.get("node"), note)
    st.text(f"chosen {chosen}, heard {st.session_state.get('heard')}")
