"""A page with the canvas alone, run by Streamlit for the test beside it.

`?chain=5000` shows a long net, `?forked=5000x4x3` one of branches, `?hostile=1` names that mean
something elsewhere, `?fold=1` a fold, `?devices=1` two devices, `?slow=1` a page that takes its
time. The buttons are what another view does: it selects, or chooses a step.
"""

import time
from functools import partial

import streamlit as st

from memplan.study import Settings
from memplan.ui.canvas import graph_canvas
from memplan.views.graph import graph_view
from memplan.views.graph_data import graph_data
from memplan.views.layered import layered_layout
from tests.views.made_studies import chain, folded, forked, hostile, small, two_devices


@st.cache_resource
def drawn(query: str, planner: str) -> dict:
    kind, _, numbers = query.partition("=")
    sizes = [int(number) for number in numbers.split("x") if number]
    if kind == "fold":
        view = folded()
    else:
        makers = {"chain": chain, "forked": forked}
        named = {"hostile": hostile, "devices": two_devices}.get(
            kind, partial(small, Settings(planner=planner))
        )
        view = graph_view(makers[kind](*sizes) if kind in makers else named())
    return graph_data(view, layered_layout(view))


def note(what: str) -> None:
    st.session_state[f"heard {what}"] = st.session_state["graph"][what]


def wish(**what) -> None:
    st.session_state.update(what)


# Guarded: doctest imports every module of the tests.
if __name__ == "__main__":
    known = [
        f"{k}={v}"
        for k, v in st.query_params.items()
        if k in {"hostile", "chain", "forked", "fold", "devices"}
    ]
    planner = st.session_state.get("planner", "greedy_by_size")
    data = drawn(known[0] if known else "", planner)
    st.session_state.setdefault("heard selected", st.query_params.get("node"))
    if "slow" in st.query_params:
        time.sleep(0.9)
    chosen = graph_canvas(
        data,
        "graph",
        selected=st.session_state["heard selected"],
        on_change=lambda: note("selected"),
        at=st.session_state.get("heard at", 2),
        on_at=lambda: note("at"),
        on_open=lambda: note("opened"),
        file_stem="made",
    )
    heard = {what: st.session_state.get(f"heard {what}") for what in ("selected", "at", "opened")}
    st.text(f"chosen {chosen}, heard {heard['selected']}, at {heard['at']}, open {heard['opened']}")
    st.button("other view", on_click=wish, kwargs={"heard selected": "n5", "heard at": 4})
    st.button("another planner", on_click=wish, kwargs={"planner": "naive"})
    st.button("just again")
