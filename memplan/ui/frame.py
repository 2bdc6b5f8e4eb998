"""The frame of every page: its title, its mark, the room that it gives to the content."""

from __future__ import annotations

import gc
from pathlib import Path

import streamlit as st

__all__ = ["frame"]

_HERE = Path(__file__).parent
# Streamlit leaves more empty room at the edges than a page of graphs can spare.
_STYLE = """
<style>
[data-testid="stMainBlockContainer"] { padding: 3.3rem 2.4rem 3rem; }
[data-testid="stSidebarHeader"] { margin-bottom: 0; }
[data-testid="stSidebar"] [data-testid="stExpander"] [data-testid="stBaseButton-tertiary"] {
  justify-content: flex-start; padding: 0; min-height: 0;
}
[data-testid="stSidebar"] [data-testid="stBaseButton-tertiary"] > div {
  justify-content: flex-start; text-align: left; width: 100%;
}
.st-key-learn-activity, .st-key-debug-section { padding-top: 0.8rem; }
.st-key-details [data-testid="stBaseButton-tertiary"] { padding: 0; min-height: 0; }
.st-key-details [data-testid="stBaseButton-tertiary"] p { text-decoration: underline dotted; }
.st-key-own-code textarea, .st-key-net-text textarea { font-family: monospace; }
</style>
"""


# A net is hundreds of thousands of small objects that stay: to look for cycles after every few
# hundred of them, as is the default, takes a quarter of the time of a plan.
gc.set_threshold(20_000)


def frame() -> None:
    """Set the page up; nothing in it is fetched from elsewhere."""
    # No emoji and no icon by name here: the browser would fetch those from a server of others.
    st.set_page_config(page_title="memplan", page_icon=str(_HERE / "mark.svg"), layout="wide")
    st.logo(str(_HERE / "wordmark.svg"), size="large", icon_image=str(_HERE / "mark.svg"))
    st.html(_STYLE)
