"""Roles: what each blob is to the net, by which rule, and the visitor's other opinion."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import pandas as pd
import streamlit as st

from memplan.net import Net, Role
from memplan.ui.current import names_of, net_key
from memplan.ui.session import current_session
from memplan.ui.work import guarded
from memplan.views.names import shown

__all__ = ["chosen_roles", "roles_section", "set_role"]

LISTED = 2000  # blobs: more are sent to the browser in vain on every run
ROLES = [role.value for role in Role]


def roles_section(net: Net) -> None:
    """A table in which a role can be changed; the net is planned anew."""
    session = current_session()
    with guarded("the roles"), st.expander("Roles of blobs", icon=":material/badge:"):
        st.caption("Inputs and outputs are counted as set above, weights never.")
        names = _listed(net)
        if len(names) < len(names_of(net)):
            st.caption("Blobs made and used inside the net are left out: select one to change it.")
        # Another net or other roles are another table: the edits of the last are done with.
        key = f"roles {hash(net_key())}"
        st.data_editor(
            _table(net, names),
            key=key,
            hide_index=True,
            height=300,
            disabled=["blob", "decided by"],
            column_config={
                "role": st.column_config.SelectboxColumn(options=ROLES, required=True),
            },
            on_change=_take_rows,
            args=(key, names),
        )
        if session.roles:
            st.button("Back to the rules", on_click=session.roles.clear, key="roles back")


def _listed(net: Net) -> tuple[str, ...]:
    """All blobs of a net of moderate size, else those that come from outside or go there."""
    names = names_of(net)
    if len(names) <= LISTED:
        return names
    return tuple(n for n in names if net.blob(n).role is not Role.ACTIVATION)[:LISTED]


def _table(net: Net, names: Sequence[str]) -> pd.DataFrame:
    blobs = [net.blob(name) for name in names]
    return pd.DataFrame(
        {
            "blob": [shown(name) for name in names],
            "role": [blob.role.value if blob.role else None for blob in blobs],
            "decided by": [blob.rule.value if blob.rule else "" for blob in blobs],
        }
    )


def _take_rows(key: str, names: Sequence[str]) -> None:
    session = current_session()
    session.roles.update(chosen_roles(st.session_state[key]["edited_rows"], names))
    session.error = None


def chosen_roles(edited: Mapping[int, Mapping[str, Any]], names: Sequence[str]) -> dict[str, Role]:
    """The roles in the rows that were edited.

    >>> chosen_roles({1: {"role": "weight"}}, ["data", "table"])
    {'table': <Role.WEIGHT: 'weight'>}
    """
    return {names[row]: Role(cells["role"]) for row, cells in edited.items() if cells.get("role")}


def set_role(name: str, key: str) -> None:
    """Take a blob's role from the widget of that key; a callback."""
    session = current_session()
    session.roles[name] = Role(st.session_state[key])
    session.error = None
