"""Debug, what if: the form in which a change is written down, with the fields that it needs."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType

import streamlit as st

from memplan.errors import MemplanError
from memplan.net import Role
from memplan.planners import PLANNERS
from memplan.shapes import free_dims
from memplan.study import Study
from memplan.ui.choices import ALIGNMENTS
from memplan.ui.debug_links import blob_field
from memplan.ui.debug_questions import add_tweak
from memplan.ui.session import current_session
from memplan.ui.sidebar import planner_names
from memplan.ui.text import literal
from memplan.units import format_bytes
from memplan.views.names import shown
from memplan.views.what_ifs import Tweak, TweakKind, change_of

__all__ = ["tweak_form"]

_WORDS = {
    TweakKind.PIN: "a blob lay at an offset",
    TweakKind.APART: "two blobs did not share",
    TweakKind.TOGETHER: "two blobs shared",
    TweakKind.STATIC: "a blob kept its own memory",
    TweakKind.DONT_SHARE: "a blob did not share",
    TweakKind.DEVICE: "an op ran on another device",
    TweakKind.ORDER: "the ops ran in another order",
    TweakKind.DIM: "a free dim had another size",
    TweakKind.SHAPE: "an input had another shape",
    TweakKind.ALIGNMENT: "offsets were aligned otherwise",
    TweakKind.PLANNER: "another planner planned",
    TweakKind.NO_WAITING: "no op might wait for memory",
}
_OF_A_GRAPH = frozenset(
    {TweakKind.DEVICE, TweakKind.ORDER, TweakKind.DIM, TweakKind.SHAPE, TweakKind.NO_WAITING}
)
_ORDERS = {
    "generations": "as soon as they are ready",
    "longest_path": "along the longest path",
    "lowest_peak": "so that least is alive",
    "": "an order of my own …",
}


def tweak_form(study: Study) -> None:
    """Choose what is otherwise, fill in what it needs, add it."""
    first, rest, last = st.columns([4, 7, 2], vertical_alignment="bottom")
    kinds = _possible(study)
    kind = first.selectbox("What if …", kinds, format_func=_WORDS.__getitem__, key="tweak kind")
    with rest:
        tweak = _FIELDS[kind](study, kind)
    last.button(
        "Try it",
        key="try tweak",
        type="primary",
        on_click=_add,
        args=(tweak,),
        disabled=tweak is None,
        width="stretch",
    )
    wrong = st.session_state.pop("tweak wrong", None)
    if wrong is not None:
        st.error(literal(wrong), icon=":material/error:")


def _add(tweak: Tweak | None) -> None:
    """Add a change that can be read; a callback."""
    if tweak is None:
        return
    try:
        change_of([tweak])
    except MemplanError as error:
        st.session_state["tweak wrong"] = str(error)
    else:
        add_tweak(tweak)


def _possible(study: Study) -> list[TweakKind]:
    """The changes that make sense for the net."""
    opened = current_session().opened
    dims = bool(opened and free_dims(opened.net))
    return [
        kind
        for kind in _WORDS
        if (study.net.ops or kind not in _OF_A_GRAPH) and (dims or kind is not TweakKind.DIM)
    ]


def _pin(study: Study, kind: TweakKind) -> Tweak | None:
    blob, place = st.columns(2)
    with blob:
        name = blob_field(study.net, "Blob", "tweak blob")
    text = place.text_input("Offset", key="tweak offset", placeholder="0, 4096 or 4KiB")
    return Tweak(kind, name, text=text.strip()) if name and text.strip() else None


def _pair(study: Study, kind: TweakKind) -> Tweak | None:
    left, right = st.columns(2)
    with left:
        a = blob_field(study.net, "Blob", "tweak blob")
    with right:
        b = blob_field(study.net, "And blob", "tweak other")
    return Tweak(kind, a, b) if a and b and a != b else None


def _blob(study: Study, kind: TweakKind) -> Tweak | None:
    name = blob_field(study.net, "Blob", "tweak blob")
    return Tweak(kind, name) if name else None


def _device(study: Study, kind: TweakKind) -> Tweak | None:
    which, where = st.columns(2)
    last = len(study.net.ops) - 1
    op = which.number_input("Op", 0, last, 0, key="tweak op", help=f"From 0 to {last:,}")
    which.caption(literal(shown(study.net.ops[int(op)].type, 40)))
    text = where.text_input("Device", key="tweak device", placeholder="cpu or cuda:0")
    return Tweak(kind, op=int(op), text=text.strip()) if text.strip() else None


def _order(study: Study, kind: TweakKind) -> Tweak | None:
    which, own = st.columns(2)
    chosen = which.selectbox("Order", list(_ORDERS), format_func=_ORDERS.__getitem__,
                             key="tweak order")  # fmt: skip
    if chosen:
        return Tweak(kind, text=chosen)
    text = own.text_input(
        f"All {len(study.net.ops):,} ops, by number", key="tweak own order", placeholder="0 2 1 3 …"
    )
    return Tweak(kind, text=text.strip()) if text.strip() else None


def _dim(_: Study, kind: TweakKind) -> Tweak | None:
    opened = current_session().opened
    assert opened is not None
    which, size = st.columns(2)
    names = [dim.name for dim in free_dims(opened.net)]
    name = which.selectbox("Dim", names, format_func=shown, key="tweak dim")
    text = size.text_input("Size", key="tweak size", placeholder="8")
    return Tweak(kind, name, text=text.strip()) if name and text.strip() else None


def _shape(study: Study, kind: TweakKind) -> Tweak | None:
    which, dims = st.columns(2)
    inputs = [n for n in study.net.inputs if study.net.blob(n).role is not Role.WEIGHT]
    name = which.selectbox("Input", inputs, format_func=shown, key="tweak input")
    text = dims.text_input("Shape", key="tweak shape", placeholder="1,3,224,224")
    return Tweak(kind, name, text=text.strip()) if name and text.strip() else None


def _alignment(_: Study, kind: TweakKind) -> Tweak | None:
    size = st.selectbox(
        "Alignment",
        ALIGNMENTS,
        format_func=lambda size: "none" if size == 1 else format_bytes(size),
        key="tweak alignment",
    )
    return Tweak(kind, text=str(size))


def _planner(_: Study, kind: TweakKind) -> Tweak | None:
    name = st.selectbox(
        "Planner", planner_names(), format_func=lambda name: PLANNERS[name].title,
        key="tweak planner",
    )  # fmt: skip
    return Tweak(kind, text=name)


def _nothing(_: Study, kind: TweakKind) -> Tweak | None:
    st.caption("Bytes are shared only where dependencies alone keep the users apart.")
    return Tweak(kind)


_FIELDS: Mapping[TweakKind, Callable[[Study, TweakKind], Tweak | None]] = MappingProxyType(
    {
        TweakKind.PIN: _pin,
        TweakKind.APART: _pair,
        TweakKind.TOGETHER: _pair,
        TweakKind.STATIC: _blob,
        TweakKind.DONT_SHARE: _blob,
        TweakKind.DEVICE: _device,
        TweakKind.ORDER: _order,
        TweakKind.DIM: _dim,
        TweakKind.SHAPE: _shape,
        TweakKind.ALIGNMENT: _alignment,
        TweakKind.PLANNER: _planner,
        TweakKind.NO_WAITING: _nothing,
    }
)
