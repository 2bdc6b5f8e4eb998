"""Debug, the museum: real bugs in memory reuse, one at a time, that need no net to be open."""

from __future__ import annotations

from dataclasses import replace

import streamlit as st

from memplan.museum import PIECES, Piece, safe_study, verdict_on
from memplan.net import Net
from memplan.study import Settings, Study
from memplan.ui.debug_choice import Section
from memplan.ui.debug_links import INSPECT
from memplan.ui.memory import CHART
from memplan.ui.session import Opened, current_session
from memplan.ui.text import literal
from memplan.ui.work import guarded, remembered
from memplan.views.graph import graph_view
from memplan.views.graph_dot import to_dot
from memplan.views.museum_maps import clash_maps
from memplan.views.museum_words import rooms, story_of
from memplan.views.shown_plans import opened_piece, wrong_study
from memplan.views.verdicts import verdict_sentence

__all__ = ["museum_section", "open_net"]


def museum_section(_: Study | None) -> None:
    """One piece: its story, what the verifier says of it, the wrong plan and a safe one."""
    st.caption(
        "Plans that share memory can be wrong, and nothing crashes: numbers are just not what "
        "they should be. These bugs were real. Each is a small net with the wrong plan it got, and "
        "the sentence in which memplan's verifier tells what would go wrong."
    )
    piece = PIECES[current_session().debug.piece]
    _choice(piece)
    with guarded("this piece"):
        _piece(piece)


def _choice(piece: Piece) -> None:
    """All pieces in a list, by project; the one before and the one after a click away."""
    names = list(PIECES)
    place = names.index(piece.name)
    room_of = {each.name: room for room, pieces in rooms().items() for each in pieces}
    back, which, on = st.columns([1, 6, 1], vertical_alignment="bottom")
    st.session_state["museum piece"] = piece.name
    which.selectbox(
        f"Piece {place + 1} of {len(names)}",
        names,
        format_func=lambda name: f"{room_of[name]}: {PIECES[name].title}",
        key="museum piece",
        on_change=lambda: _look_at(st.session_state["museum piece"]),
    )
    back.button(
        "Back", key="piece before", disabled=not place, width="stretch",
        on_click=_look_at, args=(names[place - 1],),
    )  # fmt: skip
    on.button(
        "Next", key="piece after", disabled=place + 1 == len(names), width="stretch",
        on_click=_look_at, args=(names[(place + 1) % len(names)],),
    )  # fmt: skip


def _look_at(name: str) -> None:
    session = current_session()
    session.debug = replace(session.debug, section=Section.MUSEUM, piece=name)


def _piece(piece: Piece) -> None:
    story = story_of(piece)
    wrong = remembered(("museum", "wrong", piece.name), lambda: wrong_study(piece), 1)
    right = remembered(("museum", "right", piece.name), lambda: safe_study(piece), 1)
    verdict = remembered(("museum", "verdict", piece.name), lambda: verdict_on(piece), 1)
    st.markdown(f"### {literal(piece.title)}")
    st.markdown(literal(story.told))
    st.markdown(f":gray[Source:] [{literal(piece.source)}]({piece.url})")
    st.error(literal(verdict_sentence(verdict)), icon=":material/dangerous:")
    if story.moral:
        st.success(literal(story.moral), icon=":material/school:")
    with st.container(horizontal=True, gap="small"):
        _open_button(piece, "Open the wrong plan in Inspect", "open wrong", opened_piece(piece))
        safe = piece.make(), right.settings
        _open_button(piece, "Open it planned safely", "open right", safe)
    dot = remembered(("museum", "dot", piece.name), lambda: to_dot(graph_view(wrong), "LR"), 1)
    st.graphviz_chart(dot, width="stretch", height=170)
    _maps(piece, wrong, right)


def _maps(piece: Piece, wrong: Study, right: Study) -> None:
    """Both plans; where two blobs want the same bytes is framed."""
    figures = remembered(("museum", "maps", piece.name), lambda: clash_maps(wrong, right), 1)
    titles = "The wrong plan", "The same net, planned safely"
    columns = st.columns(2, gap="medium")
    for column, title, figure, made in zip(columns, titles, figures, (wrong, right), strict=True):
        with column:
            st.markdown(f"**{title}** :gray[{made.metrics.peak_bytes:,} B]")
            st.plotly_chart(figure, key=f"museum {title}", config=CHART)
    st.caption(
        "Across: ops; up: bytes. A box is a blob, from the op that writes it to the last that "
        "needs it. Framed is where two of them want the same bytes at one time; where nothing is "
        "framed, the fault lies in names, devices, the order of ops, or ops that run side by side."
    )


def _open_button(piece: Piece, label: str, key: str, what: tuple[Net, Settings]) -> None:
    st.button(
        label,
        key=key,
        icon=":material/open_in_new:",
        on_click=open_net,
        args=(piece.title, *what),
    )


def open_net(title: str, net: Net, settings: Settings) -> None:
    """Open a net and how it is planned on all pages, and turn to Inspect; for callbacks."""
    session = current_session()
    session.open(Opened(title, net, net.digest()))
    session.choose(settings.planner)
    session.change(recycling=settings.recycling, parallel=settings.parallel)
    session.turn_to = INSPECT
