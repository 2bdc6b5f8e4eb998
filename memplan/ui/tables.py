"""The blob table: to search, to sort, to select from."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import pandas as pd
import streamlit as st

from memplan.study import Study
from memplan.ui.current import study_key
from memplan.ui.selecting import take_from_table
from memplan.ui.session import Selection
from memplan.ui.work import guarded, remembered
from memplan.views.names import shown
from memplan.views.tables import blob_table, op_table

__all__ = ["BYTES", "row_height", "table_of_blobs", "table_of_ops", "table_panel", "visible"]

BYTES = st.column_config.NumberColumn("bytes", format="localized")
BLOBS, OPS = "Blobs", "Ops"
FIRST = (
    *("blob", "shape", "type", "bytes", "role", "memory", "offset", "begin", "end"),
    *("made by", "read by", "note"),
)
OF_A_GRAPH = {"shape", "type", "made by", "read by", "note", "why this role"}
CONFIG = {
    "bytes": BYTES,
    "offset": st.column_config.NumberColumn(format="localized"),
    "alive bytes": st.column_config.NumberColumn(format="localized"),
    "blob": st.column_config.TextColumn(pinned=True),
    "begin": st.column_config.NumberColumn(help="The op that first writes it"),
    "end": st.column_config.NumberColumn(help="One past the op that last reads it"),
    "memory": st.column_config.TextColumn(help="Blobs of one number lie on the same bytes"),
}


def table_panel(study: Study) -> None:
    """All blobs or all ops, narrowed by a search."""
    which, search = st.columns([1, 3], vertical_alignment="bottom")
    kinds = [BLOBS, OPS] if study.net.given is None else [BLOBS]
    with which:
        chosen = st.segmented_control(
            "Table", kinds, default=BLOBS, key="table", label_visibility="collapsed"
        )
    text = search.text_input(
        "Search",
        key="search",
        placeholder="Search for a name, a type, a role, a shape …",
        label_visibility="collapsed",
    )
    with guarded("the table"):
        if chosen == OPS:
            _ops(study, text)
        else:
            _blobs(study, text)


def _blobs(study: Study, text: str) -> None:
    rows = found(table_of_blobs(study), text)
    picks = [Selection(blob=name) for name in rows["blob"]]
    order = [*FIRST, *(str(c) for c in rows if c not in FIRST)]
    if study.net.given is not None:
        order = [column for column in order if column not in OF_A_GRAPH]
    _show(rows, picks, "table of blobs", order)


def _ops(study: Study, text: str) -> None:
    rows = found(table_of_ops(study), text)
    picks = [Selection(op=int(step)) for step in rows["op"]]
    _show(rows, picks, "table of ops", [str(column) for column in rows])


def found(table: pd.DataFrame, text: str) -> pd.DataFrame:
    """The rows in which every word of `text` occurs somewhere, in capitals or not.

    >>> table = pd.DataFrame({"blob": ["conv1", "pool1"], "role": ["output", "activation"]})
    >>> list(found(table, "OUT conv")["blob"])
    ['conv1']
    """
    if not text.strip():
        return table
    rows = table.astype("string").fillna("").agg("\n".join, axis=1).str.casefold()
    keep = pd.Series(data=True, index=table.index)
    for word in text.casefold().split():
        keep &= rows.str.contains(word, regex=False)
    return table[keep]


def visible(table: pd.DataFrame) -> pd.DataFrame:
    """The table with names fit to be seen in a cell."""
    return table.assign(blob=table["blob"].map(shown)) if "blob" in table else table


def row_height(rows: int, most: int) -> int:
    """Pixels that a table of `rows` rows takes, or of `most` if there are more."""
    return 38 + 35 * max(1, min(rows, most))


def table_of_blobs(study: Study) -> pd.DataFrame:
    """A row for each blob; made once."""
    return _made(study, blob_table)


def table_of_ops(study: Study) -> pd.DataFrame:
    """A row for each op, by its step; made once."""
    return _made(study, op_table)


def _made(study: Study, make: Callable[[Study], pd.DataFrame]) -> pd.DataFrame:
    return remembered((study_key(), make.__name__), lambda: make(study))


def _show(rows: pd.DataFrame, picks: Sequence[Selection], key: str, order: Sequence[str]) -> None:
    st.dataframe(
        visible(rows),
        key=key,
        hide_index=True,
        height=row_height(len(rows), 12),
        column_order=order,
        column_config=CONFIG,
        placeholder="",
        selection_mode="single-row",
        on_select=lambda: take_from_table(key, picks),
    )
