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
SCREEN = "pages/inspect_net.py"


def front() -> None:
    """Show the same page: Streamlit's first page has no path, and /inspect must open too."""
    runpy.run_path(SCREEN)


page = st.navigation(
    [st.Page(front, title="Inspect", default=True), st.Page(SCREEN, url_path="inspect")],
    position="hidden",
)

read_url()
net = current_net()
with st.sidebar:
    open_section()
    planning_section()
    if net is not None:
        input_shapes_section(net)
        roles_section(net)
page.run()
mirror_in_url()
