"""The app: its pages, and the sidebar that they share. Run it with ``streamlit run app.py``."""

import streamlit as st

from memplan.ui.current import current_net
from memplan.ui.dims import free_dims_section
from memplan.ui.frame import frame
from memplan.ui.learn import plans_the_open_net
from memplan.ui.opening import want_given_files
from memplan.ui.roles import roles_section
from memplan.ui.router import pages
from memplan.ui.shapes import input_shapes_section
from memplan.ui.sidebar import open_section, planning_section
from memplan.ui.url import mirror_in_url, read_url

frame()
page = st.navigation(pages(), position="top")

want_given_files()
read_url(page.url_path or "inspect")
net = current_net()
with st.sidebar:
    open_section()  # its place is taken from the start: the page does not move to make room
# The page before the rest: the browser draws in this order, and the graph is what is awaited.
page.run()
with st.sidebar:
    if plans_the_open_net():
        planning_section()
    if plans_the_open_net() and net is not None and net.given is None:
        free_dims_section()
        input_shapes_section(net)
        roles_section(net)
mirror_in_url()
