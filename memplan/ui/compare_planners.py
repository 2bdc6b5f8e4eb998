"""All planners on the open net, as bars to choose side B from."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from dataclasses import replace
from functools import partial

import streamlit as st

from memplan.errors import MemplanError
from memplan.net import Net
from memplan.plan import Progress
from memplan.planners import PLANNERS, RecyclerEntry, planners_for
from memplan.study import Settings, Study
from memplan.ui.current import current_net, net_key
from memplan.ui.searching import studied
from memplan.ui.session import current_session
from memplan.ui.text import literal
from memplan.ui.work import guarded, made_once, remembered
from memplan.units import format_bytes
from memplan.views.compare_planners import Contender, contenders_figure, ranked

__all__ = ["all_planners"]

QUICK = 16  # ops: beyond, a planner of exponential time may take minutes, and cannot be left
SEARCHED = 5.0  # seconds for each planner that searches: as side B it has all it is given
UNASKED = 1000  # ops: up to here all planners together take less than a second


def all_planners(first: Study) -> None:
    """What each planner needs on A's net; a click makes one side B."""
    st.markdown("##### All planners on this net")
    extent = max(len(first.net.ops), len(first.problem.buffers))
    if extent > UNASKED and not st.session_state.get(_asked()):
        st.caption("This takes some seconds on a net of this length; it can be stopped.")
        st.button("Try all planners", key="try all", icon=":material/leaderboard:", on_click=_ask)
        return
    with guarded("the comparison of all planners"):
        found = _contenders(first)
        if found is None:
            st.button("Go on", key="try all", icon=":material/leaderboard:", on_click=_ask)
            return
        _strip(first, found)


def _asked() -> str:
    return f"all planners {hash(net_key())}"


def _ask() -> None:
    st.session_state[_asked()] = True
    current_session().stopped = None


def _contenders(first: Study) -> tuple[Contender, ...] | None:
    net = current_net()
    if net is None:
        return None
    return made_once(
        ("all planners", net_key(), replace(first.settings, planner="", capacity=None)),
        "All planners",
        lambda progress: tuple(_each(net, first.settings, progress)),
        ops=1,
    )


def _each(net: Net, settings: Settings, progress: Progress) -> Iterator[Contender]:
    """Ask one planner after another; each answer stays, should the visitor click away."""
    asked = planners_for(net)
    for place, entry in enumerate(asked):
        deadline = min(settings.deadline or SEARCHED, SEARCHED)
        own = replace(settings, planner=entry.name, capacity=None, deadline=deadline)
        within = partial(_within, progress, place / len(asked), 1 / len(asked), entry.title)
        # A line of figures, however long the net: it weighs nothing on the shelf.
        yield remembered(("contender", net_key(), own), partial(_ask_one, net, own, within), ops=1)


def _within(
    progress: Progress, begun: float, part: float, title: str, share: float, _step: str
) -> None:
    """Tell how far one planner is as how far all are."""
    progress(begun + part * share, title)


def _ask_one(net: Net, settings: Settings, progress: Progress) -> Contender:
    entry = PLANNERS[settings.planner]
    most = entry.most_ops if isinstance(entry, RecyclerEntry) else None
    if most is not None and QUICK < len(net.ops) <= most:
        why = "its time grows exponentially, so it is not tried unasked; choose it as side B"
        return Contender(settings.planner, refused=why)
    try:
        return Contender.of(studied(net, settings, progress))
    except MemplanError as error:
        return Contender(settings.planner, refused=str(error))
    except Exception as error:
        # One planner that fails must not hide the others.
        logging.getLogger(__name__).exception("the planner %s failed", settings.planner)
        return Contender(settings.planner, refused=f"a fault of memplan: {type(error).__name__}")


def _strip(first: Study, found: tuple[Contender, ...]) -> None:
    session = current_session()
    other = session.other
    b = (
        other.settings(session.settings, graph=session.has_graph).planner
        if other.same_net and not other.dims
        else None
    )
    planners = [each.planner for each in ranked(found)]
    # Another chart for another pair: the browser would keep the last click as its selection.
    key = f"all planners {first.settings.planner} {b}"
    st.plotly_chart(
        contenders_figure(found, first.settings.planner, b),
        key=key,
        on_select=lambda: _take(key, planners),
        selection_mode="points",
        config={"displayModeBar": False},
        alt=_told(found),
    )
    bound = max(each.bound for each in found)
    st.caption(
        "Click a bar to make that planner side B. Dashed: the lower bound, "
        f"{format_bytes(bound)}. ✓: proven, no plan has a lower peak. "
        f"A search is given {SEARCHED:.0f} s here; as side B, what the sidebar says."
    )
    for each in found:
        if each.peak is None:
            why = each.refused.removeprefix(f"{each.title}: ")
            st.caption(f"{literal(each.title)}: {literal(why)}.")


def _told(found: tuple[Contender, ...]) -> str:
    """The chart in words, for whoever does not see it."""
    rows = (f"{each.title}: {each.figure}" for each in ranked(found))
    return "Peak of each planner. " + "; ".join(rows)


def _take(key: str, planners: list[str]) -> None:
    """Make the planner of the clicked bar side B, on A's net."""
    points = st.session_state[key]["selection"]["points"]
    clicked = [point["customdata"][0] for point in points if point.get("customdata")]
    if clicked and clicked[0] in planners:
        session = current_session()
        session.other = replace(session.other.with_net(), planner=clicked[0])
        session.stopped = None
