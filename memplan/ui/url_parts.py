"""What of a visitor's state stands in the URL: a codec for each part of it.

A query holds texts by name. What is as usual is left out, and what a query leaves out is as usual
again; what is nonsense is as if it were not there.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace

from memplan.plan import LiveRange
from memplan.planners import planner_named
from memplan.ui.choices import ALIGNMENTS, HOPS, MemoryView
from memplan.ui.compare_url import read_other, write_other
from memplan.ui.debug_choice import read_debug, write_debug
from memplan.ui.dims_url import read_dims, write_dims
from memplan.ui.graph_choice import GraphChoice
from memplan.ui.learn_choice import read_choice, write_choice
from memplan.ui.profile_url import read_profile, usual_settings, write_profile
from memplan.ui.session import Selection, Session
from memplan.views.fold_choice import FoldBy
from memplan.views.graph_filter import Filter

__all__ = ["PARTS", "Part", "Query"]

Query = Mapping[str, str]

_SWITCH = {"0": False, "1": True}


@dataclass(frozen=True, slots=True)
class Part:
    """One part of the state, to and from a query."""

    write: Callable[[Session], dict[str, str]]
    read: Callable[[Session, Query], None]


def _write_planner(session: Session) -> dict[str, str]:
    query = {}
    if session.settings.planner != usual_settings(session).planner:
        query["planner"] = session.settings.planner
    if session.settings.parallel is not None:
        query["parallel"] = str(int(session.settings.parallel))
    return query | ({"no_waiting": "1"} if session.settings.wishes.no_waiting else {})


def _read_planner(session: Session, query: Query) -> None:
    parallel = _SWITCH.get(query.get("parallel", ""))
    wishes = replace(session.settings.wishes, no_waiting=query.get("no_waiting") == "1")
    session.change(parallel=parallel, wishes=wishes)
    follows = session.settings.profile is not None
    session.chosen = "planner" in query or follows
    session.change(planner=usual_settings(session).planner if follows else session.usual)
    if "planner" in query:
        session.change(planner=planner_named(query["planner"]).name)


def _write_settings(session: Session) -> dict[str, str]:
    settings, usual = session.settings, usual_settings(session)
    query = {}
    if settings.alignment != usual.alignment:
        query["alignment"] = str(settings.alignment)
    counted, as_usual = settings.accounting, usual.accounting
    if counted.inputs != as_usual.inputs:
        query["inputs"] = str(int(counted.inputs))
    if counted.outputs != as_usual.outputs:
        query["outputs"] = str(int(counted.outputs))
    return query | ({"capacity": session.capacity} if session.capacity else {})


def _read_settings(session: Session, query: Query) -> None:
    usual = usual_settings(session)
    alignment = _number(query.get("alignment"))
    counted = replace(
        usual.accounting,
        inputs=_SWITCH.get(query.get("inputs", ""), usual.accounting.inputs),
        outputs=_SWITCH.get(query.get("outputs", ""), usual.accounting.outputs),
    )
    known = alignment if alignment in ALIGNMENTS else usual.alignment
    session.change(alignment=known, accounting=counted)
    session.limit(query.get("capacity", "")[:20])


def _write_selection(session: Session) -> dict[str, str]:
    chosen = session.selected
    parts = {"blob": chosen.blob, "op": chosen.op, "at": chosen.at}
    return {name: str(what) for name, what in parts.items() if what is not None}


def _read_selection(session: Session, query: Query) -> None:
    op = None if "blob" in query else _number(query.get("op"))
    session.selected = Selection(query.get("blob"), op, _number(query.get("at")))


def _write_view(session: Session) -> dict[str, str]:
    return {} if session.view is MemoryView.TIMELINE else {"view": session.view.value}


def _read_view(session: Session, query: Query) -> None:
    known = query.get("view") in set(MemoryView)
    session.view = MemoryView(query["view"]) if known else MemoryView.TIMELINE


def _write_graph(session: Session) -> dict[str, str]:
    choice, wanted = session.graph, session.graph.wanted
    steps = f"{wanted.steps.begin}-{wanted.steps.end}" if wanted.steps else ""
    around = {"near": wanted.blob or "", "near_op": "" if wanted.op is None else str(wanted.op)}
    parts = {
        "fold": "" if choice.by is None else choice.by.name.lower(),
        "open": " ".join(sorted(choice.opened)),
        **around,
        "hops": str(wanted.hops) if wanted.around and wanted.hops != Filter().hops else "",
        "steps": steps,
        "types": ",".join(wanted.types),
        "least": str(wanted.least) if wanted.least else "",
        "name": wanted.pattern,
        "at_peak": "1" if wanted.at_peak else "",
    }
    return {name: text for name, text in parts.items() if text}


def _read_graph(session: Session, query: Query) -> None:
    by = query.get("fold", "").upper()
    wanted = Filter(
        blob=query.get("near"),
        op=None if "near" in query else _number(query.get("near_op")),
        hops=min(_number(query.get("hops")) or Filter().hops, HOPS),
        steps=_steps(query.get("steps", "")),
        types=tuple(query.get("types", "").split(",")) if query.get("types") else (),
        least=_number(query.get("least")) or 0,
        pattern=query.get("name", ""),
        at_peak=query.get("at_peak") == "1",
    )
    session.graph = GraphChoice(
        by=FoldBy[by] if by in FoldBy.__members__ else None,
        opened=frozenset(query.get("open", "").split()),
        wanted=wanted,
        turn=session.graph.turn + 1,
    )


def _write_learn(session: Session) -> dict[str, str]:
    return write_choice(session.learn) if session.page == "learn" else {}


def _read_learn(session: Session, query: Query) -> None:
    if session.page == "learn":
        session.learn = read_choice(session.learn, query)


def _write_debug(session: Session) -> dict[str, str]:
    return write_debug(session.debug) if session.page == "debug" else {}


def _read_debug(session: Session, query: Query) -> None:
    if session.page == "debug":
        session.debug = read_debug(session.debug, query)


def _steps(text: str) -> LiveRange | None:
    """A stretch of ops.

    >>> _steps("3-9"), _steps("9-3"), _steps("")
    (LiveRange(begin=3, end=9), None, None)
    """
    begin, end = (_number(part) for part in text.partition("-")[::2])
    known = begin is not None and end is not None and begin < end
    return LiveRange(begin, end) if known and begin is not None and end is not None else None


def _number(text: str | None) -> int | None:
    """A whole number of a query; what is none is as if it were not there.

    >>> _number("12"), _number("-1"), _number("x"), _number(None)
    (12, None, None, None)
    """
    known = text is not None and text.isascii() and text.isdigit() and len(text) < 10
    return int(text) if known and text is not None else None


PARTS = (
    Part(write_dims, read_dims),
    Part(write_profile, read_profile),  # before the planner: what is usual depends on it
    Part(_write_planner, _read_planner),
    Part(_write_settings, _read_settings),
    Part(_write_selection, _read_selection),
    Part(_write_view, _read_view),
    Part(_write_graph, _read_graph),
    Part(write_other, read_other),
    Part(_write_learn, _read_learn),
    Part(_write_debug, _read_debug),
)
