"""What a visitor sees who has opened nothing yet: what this is for, and a way in."""

from __future__ import annotations

from itertools import groupby

import streamlit as st

from memplan.samples import Sample, samples
from memplan.ui.opening import want_files, want_sample
from memplan.ui.session import current_session
from memplan.ui.text import literal
from memplan.ui.work import guarded

__all__ = ["drop_zone", "sample_button", "welcome"]

COLUMNS = 3


def welcome() -> None:
    """Two lines on what it does, then the bundled nets to open with one click."""
    st.title("See where a neural net's memory goes", anchor=False)
    st.markdown(
        "Open an ONNX, TensorFlow Lite or torch.export model, a Caffe2 net or a CSV of buffers: "
        "memplan draws its graph, shows when each blob (each tensor between two operators) is "
        "needed, and plans which of them can lie on the same bytes.  \n"
        "Drop your own files here, or begin with one of the nets below."
    )
    drop_zone(place="main")
    with guarded("the bundled nets"):
        for group, members in groupby(samples(), key=lambda sample: sample.group):
            st.markdown(f"##### {literal(group.capitalize())}")
            _cards(list(members))


def drop_zone(place: str) -> None:
    """Where files are dropped; it is empty again after each."""
    zone = f"{place} upload {current_session().uploads}"
    st.file_uploader(
        "Open a net",
        accept_multiple_files=True,
        key=zone,
        on_change=want_files,
        args=(zone,),
        help="An ONNX or TensorFlow Lite model; a program of torch.export (.pt2); a CSV of buffers "
        "(id, lower, upper, size); or a Caffe2 predict net, binary or text. Add its init net (the "
        "sizes of the weights) and value_info.json (the shapes of the inputs), together or one "
        "after the other, or all of them in one zip.",
    )


def _cards(members: list[Sample]) -> None:
    for start in range(0, len(members), COLUMNS):
        for place, sample in zip(
            st.columns(COLUMNS), members[start : start + COLUMNS], strict=False
        ):
            with place, st.container(border=True, height="stretch"):
                sample_button(sample, place="main")
                st.caption(literal(sample.look))


def sample_button(sample: Sample, place: str) -> None:
    """Open a bundled net with one click."""
    st.button(
        literal(sample.title) + (f" :gray[· {sample.ops} ops]" if place == "main" else ""),
        key=f"{place} sample {sample.id}",
        on_click=want_sample,
        args=(sample.id,),
        help=literal(sample.look) if place == "sidebar" else None,
        width="stretch",
        type="secondary" if place == "main" else "tertiary",
    )
