"""Debug, bring your own: a net before and after an optimisation, or a plan for the open net."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import pandas as pd
import streamlit as st

from memplan.formats import InputFile
from memplan.net import Net
from memplan.study import Study, study
from memplan.ui.current import current_net, net_key
from memplan.ui.debug_brought import Brought, brought, files_key, net_of_files
from memplan.ui.debug_choice import Section
from memplan.ui.debug_museum import open_net
from memplan.ui.memory import CHART
from memplan.ui.session import current_session
from memplan.ui.tables import row_height
from memplan.ui.text import literal
from memplan.ui.work import guarded, made_once, remembered
from memplan.views.address_map import address_map_figure
from memplan.views.museum_maps import mark_clashes
from memplan.views.names import shown
from memplan.views.verdicts import verdict_sentence

__all__ = ["own_section"]

PARALLEL = "own in parallel"


def own_section(_: Study | None) -> None:
    """Two drop zones, and what the verifier says."""
    net = current_net()
    session = current_session()
    if session.error:
        st.error(literal(session.error), icon=":material/error:")
    st.caption(
        "Has somebody's optimisation kept the net as it was? Drop the net before and after it "
        "(Caffe2's memonger, or any pair of NetDefs); or a plan as CSV or JSON for the net before."
    )
    left, right = st.columns(2, gap="medium")
    with left:
        _zone("before", "The net before", net)
    with right:
        _zone("after", "The net after, or a plan", None)
    parallel = st.toggle("Ops run in parallel", key=PARALLEL,
                         help="They run as soon as what they read is made.")  # fmt: skip
    if not session.debug.after:
        return
    with guarded("what you brought"):
        found = _found(net, parallel=parallel)
        if found is not None:
            _verdict(found)


def _zone(which: str, label: str, net: Net | None) -> None:
    """A drop zone; what was dropped is kept in the session, until something else is."""
    debug = current_session().debug
    kept: Sequence[InputFile] = getattr(debug, which)
    key = f"own {which}"

    def taken() -> None:
        files = tuple(InputFile(f.name, f.getvalue()) for f in st.session_state[key] or ())
        session = current_session()
        session.debug = replace(session.debug.with_files(which, files), section=Section.OWN)
        session.stopped = None

    st.file_uploader(
        label, accept_multiple_files=True, key=key, on_change=taken,
        help="A predict net, with its init net and value_info.json if sizes are to be known.",
    )  # fmt: skip
    names = ", ".join(file.name for file in kept)
    if names:
        st.caption(literal(f"Taken: {names}"))
    elif which == "before" and net is not None:
        st.caption("Nothing dropped: the net that is open is the one before.")


def _found(net: Net | None, *, parallel: bool) -> Brought | None:
    debug = current_session().debug
    if debug.before:
        key = files_key(debug.before)
        net = made_once(
            ("own before", key), "Reading the net before", lambda _: net_of_files(debug.before), 1
        )
    elif net is not None:
        key = net_key()
    if net is None:
        st.info("Now drop the net before it, or open it in the sidebar.")
        return None
    before = net
    return made_once(
        ("own", key, files_key(debug.after), parallel),
        "Comparing what each op reads",
        lambda _: brought(before, debug.after, parallel=parallel),
        len(before.ops),
    )


def _verdict(found: Brought) -> None:
    verdict = found.verdict
    tell, icon = (st.success, "verified") if verdict.safe else (st.error, "dangerous")
    tell(literal(verdict_sentence(verdict)), icon=f":material/{icon}:")
    facts = _facts(found)
    if facts:
        st.markdown("  \n".join(f"**{word}** {literal(text)}" for word, text in facts.items()))
    st.button(
        "Open it in all views",
        key="open own",
        icon=":material/open_in_new:",
        type="primary",
        on_click=open_net,
        args=(found.title, found.net, found.settings),
        help="The net before with the plan that came after it, on every page",
    )
    names, drawn = st.columns([2, 3], gap="medium")
    with names:
        _names(found)
    with drawn:
        made = remembered(("own study", found.net.digest(), found.settings),
                          lambda: study(found.net, found.settings), 1)  # fmt: skip
        if made.metrics.peak_bytes:
            figure = address_map_figure(made)
            mark_clashes(figure, made)
            st.plotly_chart(figure, key="own map", config=CHART)
        else:
            st.caption("No size is known, so that nothing can be drawn: add the init net and the "
                       "shapes of the inputs to the net before.")  # fmt: skip


def _facts(found: Brought) -> dict[str, str]:
    """Which op reads what, who overwrote it, when."""
    verdict, ops = found.verdict, found.net.ops
    if verdict.safe:
        return {}

    def op(index: int | None) -> str:
        if index is None:
            return ""
        return f"op {index:,} {shown(ops[index].type, 40)}" if index < len(ops) else "the caller"

    told = {
        "Who reads:": op(verdict.op),
        "What it meant:": shown(verdict.blob or "", 60),
        "What is there now:": shown(verdict.by or verdict.name or "", 60),
        "Overwritten by:": op(verdict.overwritten_by),
        "When:": "" if verdict.at is None else f"at step {verdict.at:,} of the run",
    }
    return {word: text for word, text in told.items() if text}


def _names(found: Brought) -> None:
    st.markdown("##### The mapping recovered")
    if not found.names:
        st.caption("No blob has another name.")
        return
    rows = [(shown(a), shown(b)) for a, b in found.names.items()]
    st.caption(f"{len(rows):,} blobs under {len(set(found.names.values())):,} new names.")
    table = pd.DataFrame(rows, columns=["before", "after"])
    st.dataframe(table, hide_index=True, height=row_height(len(rows), 12))
