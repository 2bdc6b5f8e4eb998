"""The filter of the graph: conditions behind one button, kept in the session."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from functools import partial
from typing import Any

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from memplan.net import Net
from memplan.plan import LiveRange
from memplan.ui.choices import HOPS
from memplan.ui.current import net_key
from memplan.ui.selecting import selected
from memplan.ui.session import Selection, current_session
from memplan.ui.text import literal
from memplan.ui.work import remembered
from memplan.views.graph_filter import Filter
from memplan.views.names import shown
from memplan.views.patterns import PATTERN_LIMIT

__all__ = ["filter_popover"]

TYPES = 200  # op types to choose among: the most frequent ones
KIB = 1024


def filter_popover(net: Net) -> DeltaGenerator:
    """The conditions, all together, behind one button; a place to say what is wrong with them."""
    wanted = current_session().graph.wanted
    steps = len(net.ops)
    _fill(wanted, steps)
    change: dict[str, Any] = {"on_change": _take_filter, "args": (steps,)}
    with st.popover("Filter", icon=":material/filter_alt:"):
        st.text_input(
            "Name",
            key=_key("pattern"),
            max_chars=PATTERN_LIMIT,
            placeholder="a word, or a regular expression such as conv[12]$",
            help="What matches in the name of a blob or an op, and what touches it.",
            **change,
        )
        wrong = st.empty()
        names = partial(shown, limit=40)
        st.multiselect("Types of ops", _types(net), key=_key("types"), format_func=names, **change)
        least = "Blobs of at least (KiB)"
        st.number_input(least, min_value=0, step=64, key=_key("least"), **change)
        if steps > 1:
            st.slider("Ops of these steps", 0, steps, key=_key("steps"), **change)
        st.toggle("Only what is alive at the peak", key=_key("peak"), **change)
        _around(net, wanted)
    return wrong


def _key(name: str) -> str:
    """The field of that name, of this net, since the filter was last taken back.

    A browser forgets what stands in a field only when the field goes: while the button is
    closed it does not hear of another value, and sends the old one again.
    """
    return f"filter {name} {current_session().graph.turn} {hash(net_key())}"


def _fill(wanted: Filter, steps: int) -> None:
    """Write the filter into fields that are new."""
    values = {
        "pattern": wanted.pattern,
        "types": list(wanted.types),
        "least": -(-wanted.least // KIB),
        "steps": (wanted.steps.begin, wanted.steps.end) if wanted.steps else (0, steps),
        "peak": wanted.at_peak,
        "hops": wanted.hops,
    }
    for name, value in values.items():
        st.session_state.setdefault(_key(name), value)


def _types(net: Net) -> Sequence[str]:
    def counted() -> list[str]:
        return [kind for kind, _ in Counter(op.type for op in net.ops).most_common(TYPES)]

    return remembered((net_key(), "types of ops"), counted)


def _take_filter(steps: int) -> None:
    state = st.session_state
    begin, end = state.get(_key("steps"), (0, steps))
    ends = LiveRange(begin, end) if begin < end and (begin, end) != (0, steps) else None
    least = int(state[_key("least")])
    fields = {
        "pattern": state[_key("pattern")],
        "types": tuple(state[_key("types")]),
        "least": least * KIB,
        "steps": ends,
        "at_peak": state[_key("peak")],
    }
    _show(replace(current_session().graph.wanted, **fields))


def _around(net: Net, wanted: Filter) -> None:
    """Look around the selected blob or op; it stays the one around which, until said otherwise."""
    chosen = selected(net)
    with st.container(horizontal=True, vertical_alignment="bottom"):
        st.number_input(
            "How far, in lines",
            min_value=1,
            max_value=HOPS,
            key=_key("hops"),
            on_change=_take_hops,
            width=150,
            help="From a blob to the ops that make and read it is one line, to their other "
            "blobs two.",
        )
        st.button(
            "Only around what is selected",
            key="around",
            disabled=chosen.blob is None and chosen.op is None,
            on_click=_look_around,
            args=(chosen,),
        )
    if wanted.around:
        st.caption(f"Now around {literal(_what(net, wanted))}.")
        everywhere = (Selection(),)
        st.button("Not only around it", key="not around", on_click=_look_around, args=everywhere)


def _what(net: Net, wanted: Filter) -> str:
    if wanted.blob is not None:
        return shown(wanted.blob, 40)
    step = wanted.op or 0
    return f"op {step}: {shown(net.ops[step].type, 40)}" if step < len(net.ops) else f"op {step}"


def _take_hops() -> None:
    hops = int(st.session_state[_key("hops")])
    _show(replace(current_session().graph.wanted, hops=hops))


def _look_around(chosen: Selection) -> None:
    blob, op = chosen.blob, chosen.op if chosen.blob is None else None
    _show(replace(current_session().graph.wanted, blob=blob, op=op))


def _show(wanted: Filter) -> None:
    session = current_session()
    session.change_graph(session.graph.show(wanted))
