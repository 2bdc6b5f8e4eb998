"""The page that `benchmarks.memory_canvas` measures: the canvas alone, over a plan made here."""

from __future__ import annotations

from itertools import accumulate

import streamlit as st

from memplan.metrics import measure
from memplan.net import Net, Op
from memplan.plan import Buffer, LiveRange, Plan, Problem
from memplan.study import Settings, Study
from memplan.ui.memory_canvas import memory_canvas
from memplan.views.map_data import MapData, map_data
from memplan.views.timeline import TimelineOrder

LANES = 4
ROOM = 4096


def long_study(buffers: int) -> Study:
    """Half of the buffers live as in training, nested and long; half live for three ops.

    The long ones lie in a stack, the short ones in four lanes above it. To plan so many takes a
    planner minutes, and how long it takes is not the question here.
    """
    half = buffers // 2
    sizes = [64 + (i * 911) % ROOM for i in range(half)]
    floors = list(accumulate(sizes, initial=0))
    long = [Buffer(f"kept{i}", LiveRange(i, 2 * half - i), sizes[i]) for i in range(half)]
    short = [Buffer(f"soon{i}", LiveRange(2 * i, 2 * i + 3), 64 + i % ROOM) for i in range(half)]
    offsets = {buffer.name: floor for buffer, floor in zip(long, floors, strict=False)}
    offsets |= {b.name: floors[-1] + i % LANES * 2 * ROOM for i, b in enumerate(short)}
    problem = Problem((*long, *short))
    plan = Plan(problem, offsets, "made")
    net = Net("made", tuple(Op("Step", (), ()) for _ in range(2 * half + 1)))
    metrics = measure(net, (), problem, plan)
    return Study(net, Settings(), (), problem, plan, metrics, (), 0.0)


@st.cache_resource(max_entries=1)
def data_of(buffers: int) -> MapData:
    """What the canvas is sent."""
    return map_data(long_study(buffers))


if __name__ == "__main__":
    order = st.segmented_control("Order", list(TimelineOrder), key="order")
    data = data_of(int(st.query_params.get("buffers", "1000")))
    chosen = memory_canvas(data, "memory", mode=order or "map", height=560)
    st.text(f"selected {chosen.selected!r}")
