"""Debug: why a blob lies where it does, why not elsewhere, what if; and real bugs to learn from."""

import streamlit as st

from memplan.ui.current import current_study
from memplan.ui.debug import SECTIONS, section_choice, turn_page
from memplan.ui.debug_choice import NO_NET
from memplan.ui.router import inside_the_app
from memplan.ui.session import current_session
from memplan.ui.welcome import welcome

inside_the_app()
turn_page()
section = section_choice()
study = None
if section not in NO_NET:
    study = current_study()  # with a sentence above the page if something went wrong

if study is not None or section in NO_NET:
    SECTIONS[section](study)

elif current_session().opened is None:
    st.caption("Open a net: then ask here why each of its blobs lies where it does.")
    welcome()
