"""The app: its pages, and the sidebar that they share. Run it with ``streamlit run app.py``."""

import runpy

import streamlit as st

from memplan.ui.current import current_net
from memplan.ui.frame import frame
from memplan.ui.roles import roles_section
from memplan.ui.shapes import input_shapes_section
from memplan.ui.sidebar import open_section, planning_section
from memplan.ui.url import mirror_in_url, read_url

frame()
INSPECT = "pages/inspect_net.py"


def front() -> None:
    """Show the first page: Streamlit gives the page at / no path, and /inspect must open too."""
    runpy.run_path(INSPECT)


page = st.navigation(
    [
        st.Page(front, title="Inspect", default=True),
        st.Page(INSPECT, title="Inspect", url_path="inspect", visibility="hidden"),
    ],
    position="top",
)

read_url(page.url_path or "inspect")
net = current_net()
with st.sidebar:
    open_section()
    planning_section()
    if net is not None:
        input_shapes_section(net)
        roles_section(net)
page.run()
mirror_in_url()
