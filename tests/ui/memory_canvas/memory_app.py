"""A page with the memory canvas alone, run by Streamlit for the test beside it.

``?net=chain&ops=5000`` opens another net, and so does the id of a bundled one;
``?blob=b&at=3&mode=size`` say what to show.
"""

import streamlit as st

from memplan.formats import load
from memplan.samples import open_sample, samples
from memplan.study import prepare, study
from memplan.ui.memory_canvas import memory_canvas
from memplan.views.map_data import MapData, map_data
from memplan.views.timeline import TimelineOrder
from tests.views.made_studies import chain, hostile, small


@st.cache_resource(max_entries=4)
def data_of(net: str, ops: int) -> MapData:
    if net == "chain":
        return map_data(chain(ops))
    if net in {sample.id for sample in samples()} - {"chain"}:
        return map_data(study(prepare(load(open_sample(net)))))
    return map_data(hostile() if net == "hostile" else small())


def note(name: str) -> None:
    st.session_state[f"heard {name}"] = st.session_state["memory"][name]


# Guarded: doctest imports every module of the tests.
if __name__ == "__main__":
    asked = st.query_params
    ops = st.text_input("Ops", asked.get("ops", "100"))
    data = data_of(asked.get("net", "small"), int(ops))
    mode = st.segmented_control("Mode", ["map", *TimelineOrder], key="mode")
    mode = mode or asked.get("mode", "map")
    blob = st.text_input("Blob", asked.get("blob", ""))
    step = st.text_input("Step", asked.get("at", ""))
    chosen = memory_canvas(
        data,
        "memory",
        selected=blob or None,
        at=int(step) if step else None,
        mode="map" if mode == "map" else TimelineOrder(mode),
        on_change=lambda: note("selected"),
        on_at=lambda: note("at"),
    )
    st.text(f"selected {chosen.selected!r}, heard {st.session_state.get('heard selected')!r}")
    st.text(f"at {chosen.at}, heard {st.session_state.get('heard at')}")
