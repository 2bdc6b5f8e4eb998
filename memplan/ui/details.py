"""The selected blob or op: what is known of it, and why its memory lies where it does."""

from __future__ import annotations

from collections.abc import Hashable, Mapping, Sequence
from typing import Any

import pandas as pd
import streamlit as st

from memplan.net import Net
from memplan.study import Study
from memplan.ui.current import names_of, net_key
from memplan.ui.roles import ROLES, set_role
from memplan.ui.selecting import selected, take_from_list
from memplan.ui.shapes import shape_field
from memplan.ui.tables import table_of_blobs, table_of_ops
from memplan.ui.text import literal
from memplan.ui.work import guarded
from memplan.views.names import shown, shown_bytes
from memplan.views.sentences import decision_sentence, role_reason
from memplan.views.sharing import changed_names, sharers, sharing_sentence

__all__ = ["details_panel"]

CHOICES = 10_000
LISTED = 20


def details_panel(study: Study) -> None:
    """A blob chosen from the list, or whatever was clicked; below, all that is known of it."""
    with guarded("the details"):
        chosen = selected(study.net)
        _chooser(study.net)
        if chosen.blob is not None:
            _blob(study, chosen.blob)
        elif chosen.op is not None:
            _op(study, chosen.op)
        else:
            st.caption("Click a node of the graph, a bar or a row of a table to see it here.")


def _chooser(net: Net) -> None:
    if len(names_of(net)) > CHOICES:
        return  # too many for a list: the table below has a search
    st.session_state["chosen blob"] = selected(net).blob
    st.selectbox(
        "Selected blob",
        names_of(net),
        index=None,
        format_func=shown,
        key="chosen blob",
        placeholder="Choose a blob",
        on_change=take_from_list,
        args=("chosen blob",),
        label_visibility="collapsed",
    )


def _blob(study: Study, name: str) -> None:
    table = table_of_blobs(study)
    row = table[table["blob"] == name].to_dict("records")[0]
    _facts(
        {
            "Shape": f"{row['shape']} {row['type']}",
            "Size": shown_bytes(study.net.blob(name).nbytes),
            "Role": f"{row['role']}: {role_reason(study.net.blob(name))}",
            "Made by": row["made by"] or "no op: it comes from outside",
            "Read by": row["read by"] or "no op",
            "Alive": f"from op {row['begin']} until before op {row['end']}",
            "Lies": _place(row),
            "New name": _new_name(study, name),
            "Shares it with": _listed(sharers(study, name)) if study.assignment else "",
            "Note": row["note"],
        }
    )
    _why_there(study, name)
    with st.expander("Change its role or shape"):
        _role(study.net, name)
        shape_field(study.net.blob(name), place="details")


def _place(row: Mapping[Hashable, Any]) -> str:
    if pd.isna(row["offset"]):
        return ""
    return f"at offset {row['offset']:,} ({row['memory']})"


def _new_name(study: Study, name: str) -> str:
    """Its name in the optimised net, where a recycler gave it another."""
    return changed_names(study.assignment).get(name, "") if study.assignment else ""


def _listed(names: Sequence[str]) -> str:
    rest = len(names) - LISTED
    more = f" and {rest:,} more" if rest > 0 else ""
    return ", ".join(map(shown, names[:LISTED])) + more


def _why_there(study: Study, name: str) -> None:
    buffer = study.buffer_of(name)
    decision = next((d for d in study.decisions if d.blob == buffer), None)
    if decision is not None:
        why = decision_sentence(decision, study)
    elif study.assignment is not None and buffer is not None:
        why = sharing_sentence(study, name)
    else:
        return
    st.markdown(f"**Why there?** {literal(why)}")


def _role(net: Net, name: str) -> None:
    key = f"role {hash(net_key())} {name}"
    role = net.blob(name).role
    st.selectbox(
        "Role",
        ROLES,
        index=ROLES.index(role.value) if role else None,
        key=key,
        on_change=set_role,
        args=(name, key),
    )


def _op(study: Study, step: int) -> None:
    row = table_of_ops(study).iloc[step]
    st.markdown(f"**Op {step}: {literal(row['type'])}**")
    _facts(
        {
            "Name": row["name"],
            "Reads": row["reads"],
            "Writes": row["writes"],
            "Device": row["device"],
            "Alive while it runs": shown_bytes(int(row["alive bytes"])),
            "Nested nets": row["nested nets"],
        }
    )


def _facts(facts: Mapping[str, str]) -> None:
    lines = [f"**{word}** {literal(text)}" for word, text in facts.items() if text]
    st.markdown("  \n".join(lines))
