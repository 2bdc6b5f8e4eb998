"""Inspect: where a planner puts every blob of a net, and what that saves."""

import streamlit as st

from memplan.ui.current import current_study
from memplan.ui.curve import memory_curve
from memplan.ui.details import details_panel
from memplan.ui.downloads import downloads
from memplan.ui.first_drawing import wait_for_drawing
from memplan.ui.headline import headline, title
from memplan.ui.memory import memory_panel
from memplan.ui.missing import missing_sizes
from memplan.ui.picture import CANVAS, graph_panel
from memplan.ui.router import inside_the_app
from memplan.ui.session import current_session
from memplan.ui.sweep import sweep_panel
from memplan.ui.tables import table_panel
from memplan.ui.welcome import welcome

inside_the_app()
study = current_study()  # with a sentence above the page if something went wrong

if study is not None:
    title(study)
    headline(study)
    missing_sizes(study)

    graph, memory = st.columns([5, 6] if study.net.ops else [3, 8], gap="medium")
    with graph:
        graph_panel(study)
        details_panel(study)
    with memory:
        wait_for_drawing(CANVAS)
        memory_panel(study)
        memory_curve(study)

    sweep_panel()
    table_panel(study)
    downloads(study)

elif current_session().opened is None:
    welcome()
