"""What sizes are missing, why, and where to supply them."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd
import streamlit as st

from memplan.metrics import UnknownBlob
from memplan.net import Net, Role, made_names, reads_by_op
from memplan.study import Study
from memplan.ui.current import names_of
from memplan.ui.session import current_session
from memplan.ui.shapes import SYNTAX, take_shape
from memplan.ui.tables import row_height
from memplan.ui.work import guarded
from memplan.views.names import shown

__all__ = ["causes", "missing_sizes"]

ROWS_SHOWN = 7
OPEN_UP_TO = 3


def missing_sizes(study: Study) -> None:
    """Say what is not known, and take what the visitor knows; nothing when all is known."""
    unknown = study.metrics.unknown
    if not unknown:
        return
    # Weights last: an init net gives them all at once.
    first = sorted(causes(study.net, unknown), key=lambda blob: _is_weight(study.net, blob))
    st.warning(_sentence(study.net, unknown, first), icon=":material/help:")
    with (
        guarded("the missing sizes"),
        st.expander("Supply what is missing", expanded=len(first) <= OPEN_UP_TO),
    ):
        _table(first)


def causes(net: Net, unknown: Sequence[UnknownBlob]) -> tuple[UnknownBlob, ...]:
    """Those of unknown size that do not follow from another: to be supplied first.

    A blob follows from another when an op makes it out of something unknown.
    """
    names = {blob.name for blob in unknown}
    follows: set[str] = set()
    for op, reads in zip(net.ops, reads_by_op(net), strict=True):
        # What an op writes in place it also reads: that is no other blob.
        for name in op.outputs:
            if any(read in names and read != name for read in reads):
                follows.add(name)
    return tuple(blob for blob in unknown if blob.name not in follows) or tuple(unknown)


def _is_weight(net: Net, blob: UnknownBlob) -> bool:
    return net.blob(blob.name).role is Role.WEIGHT


def _sentence(net: Net, unknown: Sequence[UnknownBlob], first: Sequence[UnknownBlob]) -> str:
    weights = sum(_is_weight(net, blob) for blob in first)
    names = names_of(net)
    given = set(names).difference(made_names(net))
    outside = [net.blob(blob.name) for blob in first if blob.name in given]
    free = sum(any(isinstance(dim, str) for dim in blob.shape or ()) for blob in outside)
    inputs = len(outside) - weights - free
    blobs = {blob.name for blob in unknown}.intersection(names)
    # What nested nets need inside a step counts as one more: the headline tells the sum.
    nested = len(unknown) - len(blobs)
    more = f", nor what nested nets need at {_count(nested, 'step')}" if nested else ""
    count = f"**{len(blobs):,} of {_count(len(names), 'blob')} have no known size{more}.**"
    hints = []
    if weights:
        hints.append(f"add the init net in the sidebar ({weights} weights have no shape)")
    if free:
        hints.append(f"give numbers for the free dims in the sidebar ({free} inputs have some)")
    if inputs > 0:
        hints.append(f"give the shapes of the inputs in the sidebar ({inputs} missing)")
    if len(first) > len(outside):
        hints.append("give a bound for what depends on the data, below")
    todo = f" To complete them: {'; '.join(hints)}." if hints else ""
    return f"{count} All figures cover only what is known.{todo}"


def _count(number: int, thing: str) -> str:
    return f"{number:,} {thing}{'' if number == 1 else 's'}"


def _table(first: Sequence[UnknownBlob]) -> None:
    names = tuple(blob.name for blob in first)
    table = pd.DataFrame(
        {
            "blob": [shown(name) for name in names],
            "shape": [""] * len(names),
            "why it is unknown": [shown(blob.reason) for blob in first],
        }
    )
    # What was typed is taken at once: other blobs are missing then, in another table.
    key = f"missing {hash((names, repr(current_session().given)))}"
    st.data_editor(
        table,
        key=key,
        hide_index=True,
        height=row_height(len(names), ROWS_SHOWN),
        disabled=["blob", "why it is unknown"],
        column_config={
            "blob": st.column_config.TextColumn(width="medium"),
            "shape": st.column_config.TextColumn(width="medium"),
            "why it is unknown": st.column_config.TextColumn(width="large"),
        },
        on_change=_take_rows,
        args=(key, names),
    )
    st.caption(
        f"Type shapes into the table; other sizes follow from them. {SYNTAX} Or drop a JSON file "
        'of shapes into the sidebar: `{"data": [1, 3, 224, 224], "conv1_w": [64, 3, 7, 7]}`.'
    )


def _take_rows(key: str, names: Sequence[str]) -> None:
    session = current_session()
    for row, cells in st.session_state[key]["edited_rows"].items():
        take_shape(names[row], cells.get("shape") or "")
        session.error = session.wrong.pop(names[row], None) or session.error
