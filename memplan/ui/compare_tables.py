"""Two plans in words and tables: who wins and why, the figures, what moved, who shares anew."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd
import streamlit as st

from memplan.ui.compare_other import Compared
from memplan.ui.compare_plots import pairs_of, selected_pair
from memplan.ui.selecting import take_from_table
from memplan.ui.session import Selection
from memplan.ui.tables import found, row_height, visible
from memplan.ui.text import literal
from memplan.ui.work import guarded, remembered
from memplan.views.compare import Change, mate_changes
from memplan.views.compare_tables import figure_table, mate_table, move_table
from memplan.views.compare_words import notes, reasons, selected_sentence, verdict, warnings

__all__ = ["figures", "judgement", "moves"]

MOVED, MATES = "What moved where", "Who shares anew"
_NUMBER = st.column_config.NumberColumn(format="localized")
CONFIG = {
    "blob": st.column_config.TextColumn(pinned=True),
    "bytes": _NUMBER,
    "bytes in B": _NUMBER,
    "offset in A": _NUMBER,
    "offset in B": _NUMBER,
    "moved by": st.column_config.NumberColumn(
        format="localized", help="Bytes from its offset in A to that in B"
    ),
    "memory in A": st.column_config.TextColumn(help="Blobs of one number lie on the same bytes"),
    "memory in B": st.column_config.TextColumn(help="Blobs of one number lie on the same bytes"),
    "gained in B": st.column_config.TextColumn(width="large"),
    "lost from A": st.column_config.TextColumn(width="large"),
    "kept": st.column_config.NumberColumn(help="Mates that it has in both"),
}


def judgement(it: Compared) -> None:
    """Which is better and why; above all whether a plan is unsafe."""
    with guarded("the verdict"):
        for sentence in warnings(it.both):
            st.error(literal(sentence), icon=":material/dangerous:")
        st.markdown(f"#### {literal(verdict(it.both))}")
        st.markdown("\n".join(f"- {literal(reason)}" for reason in reasons(it.both)))
        for note in notes(it.both):
            st.caption(f":material/info: {literal(note)}")


def figures(it: Compared) -> None:
    """The figures of both and their difference."""
    st.markdown("##### In figures")
    with guarded("the figures"):
        st.table(figure_table(it.both))


def moves(it: Compared) -> None:
    """Two tables to search: where each blob went, and who shares memory with others than before."""
    with guarded("the tables of what changed"):
        _selected(it)
        which, search, only = st.columns([3, 4, 2], vertical_alignment="center")
        chosen = which.segmented_control(
            "Table", [MOVED, MATES], default=MOVED, key="what changed", label_visibility="collapsed"
        )
        text = search.text_input(
            "Search",
            key="search what changed",
            placeholder="Search for a name or a change …",
            label_visibility="collapsed",
        )
        if chosen == MATES:
            _mates(it, text)
        else:
            _moved(it, text, changed=only.toggle("Changed only", key="changed only"))


def _selected(it: Compared) -> None:
    pair = selected_pair(pairs_of(it))
    if pair is not None:
        st.info(literal(selected_sentence(pair)), icon=":material/my_location:")


def _moved(it: Compared, text: str, *, changed: bool) -> None:
    table = remembered((it.key, "moves"), lambda: move_table(pairs_of(it)))
    stays = table["change"] == Change.STAYS.value
    st.caption(_counted(table["change"].value_counts(sort=False)))
    _show(found(table[~stays] if changed else table, text), "table of moves")


def _counted(counts: pd.Series[int]) -> str:
    words = (f"{int(count):,} {change}" for change, count in counts.items())
    return "Blobs: " + ", ".join(words) + "."


def _mates(it: Compared, text: str) -> None:
    table = remembered(
        (it.key, "mates"),
        lambda: mate_table(mate_changes(it.both, pairs_of(it))),
    )
    st.caption(
        "A blob's mates hold some of its bytes directly before it or after it. "
        f"{len(table):,} blobs have others in B than in A."
    )
    _show(found(table, text), "table of mates")


def _show(rows: pd.DataFrame, key: str) -> None:
    picks: Sequence[Selection] = [Selection(blob=name) for name in rows["blob"]]
    st.dataframe(
        visible(rows),
        key=key,
        hide_index=True,
        height=row_height(len(rows), 12),
        column_config=CONFIG,
        placeholder="",
        selection_mode="single-row",
        on_select=lambda: take_from_table(key, picks),
    )
