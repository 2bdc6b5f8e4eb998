"""Which engine's accounting holds, and what shares memory whatever the plan."""

from __future__ import annotations

from dataclasses import replace

import streamlit as st

from memplan.planners import PLANNERS, PackerEntry
from memplan.profiles import PROFILES, Engine, against_engine
from memplan.study import Settings, Study
from memplan.ui.current import current_net, net_key
from memplan.ui.session import Session, current_session
from memplan.ui.text import literal
from memplan.ui.work import made_once
from memplan.views.engines import engine_sentence, stand_in_sentence

__all__ = ["choose_profile", "engine_line", "profile_choice", "sharing_choice"]

_OWN = "own settings"

_SHARED = {
    "in_place": (
        "Write in place",
        "An op's output lies where an input lay that nobody reads afterwards, if the op allows it.",
    ),
    "views": ("Views", "Reshape, Flatten and the like take no memory: the same bytes, other dims."),
    "pieces": (
        "Concat and Split in pieces",
        "Parts lie within the whole, where they can. It may cost memory: the whole is there early.",
    ),
}


def profile_choice() -> None:
    """The engine whose accounting is taken over."""
    session = current_session()
    st.session_state["profile"] = session.settings.profile or _OWN
    name = st.selectbox(
        "Count as",
        [_OWN, *PROFILES],
        format_func=lambda name: PROFILES[name].title if name in PROFILES else "My own settings",
        key="profile",
        on_change=lambda: choose_profile(session, st.session_state["profile"]),
        help="Engines differ in what they count and share, and in how they place it. Each of the "
        "settings below can still be changed.",
    )
    if name in PROFILES:
        st.caption(literal(PROFILES[name].line))


def choose_profile(session: Session, name: str) -> None:
    """Take over an engine's accounting, or go back to one's own; the capacity stays."""
    kept = session.settings
    if name in PROFILES:
        session.chosen = True
        session.settings = PROFILES[name].applied_to(kept)
    else:
        session.chosen = False
        session.settings = Settings(
            planner=session.usual,
            parallel=kept.parallel,
            capacity=kept.capacity,
            scratch=kept.scratch,
        )
    session.stopped = None


def sharing_choice() -> None:
    """What shares memory beyond what the net itself says; planners of names do so themselves."""
    session = current_session()
    if not isinstance(PLANNERS[session.settings.planner], PackerEntry):
        return
    for part, (label, explained) in _SHARED.items():
        st.session_state[part] = getattr(session.settings.sharing, part)
        st.toggle(label, key=part, on_change=_change, args=(part,), help=explained)


def _change(part: str) -> None:
    session = current_session()
    sharing = replace(session.settings.sharing, **{part: st.session_state[part]})
    session.change(sharing=sharing)


def engine_line(study: Study) -> None:
    """What the engine reserves, what a plan needs, and the bound; nothing without an engine."""
    profile = PROFILES.get(study.settings.profile or "")
    net = current_net()
    if profile is None or net is None:
        return
    if not profile.engine:
        _tell(stand_in_sentence(profile, study))
        return
    found = made_once(
        ("engine", net_key(), study.settings),
        f"Planning as {profile.title}",
        lambda progress: against_engine(net, profile, study.settings, progress),
    )
    if isinstance(found, Engine):
        _tell(engine_sentence(found, study))


def _tell(sentence: str) -> None:
    st.markdown(f":material/compare_arrows: {literal(sentence)}")
