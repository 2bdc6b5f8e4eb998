"""Compare: two plans side by side, what each planner needs, and which is better and why."""

import streamlit as st

from memplan.ui.compare_planners import all_planners
from memplan.ui.compare_plots import curves, maps
from memplan.ui.compare_sides import choose_sides
from memplan.ui.compare_tables import figures, judgement, moves
from memplan.ui.current import current_study
from memplan.ui.router import inside_the_app
from memplan.ui.session import current_session
from memplan.ui.welcome import welcome

inside_the_app()
study = current_study()  # side A; with a sentence above the page if something went wrong

if study is not None:
    both = choose_sides(study)
    if both is not None:
        judgement(both)

    left, right = st.columns(2, gap="medium")
    with left:
        all_planners(study)
    if both is not None:
        with right:
            figures(both)
        curves(both)
        maps(both)
        moves(both)

elif current_session().opened is None:
    st.caption("Open a net: two plans of it, or two nets, then stand here side by side.")
    welcome()
