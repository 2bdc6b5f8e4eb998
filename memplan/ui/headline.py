"""The figures that answer the first question: how much memory, and how much less."""

from __future__ import annotations

import streamlit as st

from memplan.planners import PLANNERS
from memplan.study import Study
from memplan.ui.current import names_of
from memplan.ui.profile import engine_line
from memplan.ui.session import current_session
from memplan.ui.text import literal
from memplan.views.sentences import (
    capacity_sentence,
    head_sentence,
    headlines,
    instead_sentence,
    proof_sentence,
)

__all__ = ["headline", "title"]

WORDS = {
    "Weights": "Parameters that training made. They stay in memory all the time and share with "
    "nothing, so they are reported and not planned.",
    "No sharing": "The bytes of all blobs (the tensors between ops) if each had memory of its "
    "own for the whole run: the naive figure.",
    "Peak": "The size of the arena, the one stretch of memory in which this plan places all "
    "blobs; those that are never needed at the same time may lie on the same bytes.",
    "Lower bound": "What no plan can go below, since so much is in use at one and the same step.",
    "Saved": "No sharing, less the peak.",
    "Unknown": "Blobs whose size nobody has told. The other figures leave them out.",
}


def title(study: Study) -> None:
    """The net's name, its extent, and for a bundled net what to look at."""
    opened = current_session().opened
    assert opened is not None
    net = study.net
    blobs = len(names_of(net))
    parts = [_count(len(net.ops), "op"), _count(blobs, "blob")]
    if net.given is not None:
        parts = [_count(blobs, "buffer"), "no graph"]
    nested = sum(len(op.nets) for op in net.ops)
    if nested:
        parts.append(_count(nested, "nested net"))
    if net.name and net.name != opened.title:
        parts.insert(0, f"net {literal(net.name)}")
    parts += [_planner(study), f"{study.seconds:.2f} s"]
    with st.container(horizontal=True, vertical_alignment="bottom", gap="small"):
        st.subheader(literal(opened.title), anchor=False, width="content")
        st.caption(" · ".join(parts), width="content")
    if opened.line:
        st.caption(f":material/visibility: {literal(opened.line)}")


def _planner(study: Study) -> str:
    """The planner's title, and those of the planners whose plans it kept."""
    title = PLANNERS.get(study.plan.planner, PLANNERS[study.settings.planner]).title
    kept = [PLANNERS[name].title for name in study.plan.found_by.split(", ") if name]
    return f"{title}: {', '.join(kept)}" if kept else title


def _count(number: int, thing: str) -> str:
    return f"{number:,} {thing}{'' if number == 1 else 's'}"


def headline(study: Study) -> None:
    """Six figures, each with its word explained, and whether the plan can be bettered."""
    # Side by side as long as they fit: a figure is never cut.
    with st.container(horizontal=True, gap="medium"):
        for figure in headlines(study):
            explained = f"{WORDS.get(figure.name, '')}\n\n{literal(figure.help)}"
            st.metric(figure.name, figure.value, help=explained, width="content")
    sentence = literal(proof_sentence(study))
    if study.unsafe is not None:
        st.error(sentence, icon=":material/dangerous:")
        return
    sign = ":material/verified:" if study.plan.proven else ":material/info:"
    st.markdown(f"{sign} {sentence}")
    head = head_sentence(study)
    if head:
        st.markdown(f":material/straighten: {literal(head)}")
    instead = instead_sentence(study)
    if instead:
        st.markdown(f":material/swap_horiz: {literal(instead)}")
    engine_line(study)
    _capacity(study)


def _capacity(study: Study) -> None:
    """Whether the plan fits into the memory that the visitor says there is."""
    fits = capacity_sentence(study)
    if fits:
        too_large = study.metrics.peak_bytes > (study.settings.capacity or 0)
        sign = ":material/warning:" if too_large else ":material/check_circle:"
        st.markdown(f"{sign} {literal(fits)}")
