"""A planner that the visitor writes, run in a guarded child and ranked: on the page Learn.

Off unless only this machine can reach the app, or whoever started it has switched it on: the
guard is strong, but a server for others shall not run strangers' code because nobody thought of it.
"""

from __future__ import annotations

import os

import streamlit as st

from memplan.grade import EXAMPLE, Instance, Row, baselines, draw, grade_one, ranked
from memplan.ui.learn import choose
from memplan.ui.learn_choice import MOST_SEED
from memplan.ui.session import current_session
from memplan.ui.text import literal
from memplan.ui.work import guarded, made_once
from memplan.units import format_bytes
from memplan.views.grades import grade_cells
from memplan.views.problem_map import problem_map

__all__ = ["is_allowed", "own_page"]

_LOOPBACK = frozenset({"127.0.0.1", "localhost", "::1"})
_MOST = 50_000
_COUNT = 6


def is_allowed() -> bool:
    """Whether visitors may run planners of their own."""
    if os.environ.get("MEMPLAN_OWN_PLANNERS") == "1":
        return True
    return st.get_option("server.address") in _LOOPBACK


def own_page() -> None:
    """The code, the table, and a map of what came out."""
    if not is_allowed():
        st.info(
            "This server may be reached by others, so it runs no code of visitors. On a machine "
            "of your own, start it with `streamlit run app.py --server.address=127.0.0.1`, or with "
            "`python -m memplan open --own-planners`; for a class there is "
            "`python -m memplan grade FOLDER --seed 7`.",
            icon=":material/lock:",
        )
        return
    learn = current_session().learn
    st.session_state["own seed"] = learn.seed
    st.number_input(
        "Problems are drawn from this number",
        1,
        MOST_SEED,
        key="own seed",
        on_change=lambda: choose(seed=int(st.session_state["own seed"])),
    )
    with st.form("own planner", border=False):
        st.text_area("Your planner", EXAMPLE, height=420, max_chars=_MOST, key="own code")
        st.form_submit_button("Run", type="primary", on_click=_run)
    asked = st.session_state.get("own asked")
    if asked is not None:
        with guarded("your planner"):
            _answer(asked)


def _run() -> None:
    """Take the code over."""
    st.session_state["own asked"] = st.session_state["own code"]


def _answer(code: str) -> None:
    seed = current_session().learn.seed
    instances = draw(seed, _COUNT)
    row = made_once(
        ("own", code, seed),
        "Running your planner",
        lambda told: grade_one("yours", code.encode(), instances, progress=told),
        1,
    )
    if row is None:
        return
    if row.complaint:
        st.error(literal(row.complaint), icon=":material/error:")
    rows = ranked([row, *baselines(instances)])
    heads = ("planner", "status", "score", *(i.title for i in instances))
    cells = [dict(zip(heads, grade_cells(r, instances), strict=True)) for r in rows]
    st.dataframe(cells, hide_index=True)
    st.caption("Peak over bound: 1 is the best there can be. The score is the mean.")
    _maps(row, instances)


def _maps(row: Row, instances: tuple[Instance, ...]) -> None:
    for outcome, instance in zip(row.outcomes, instances, strict=False):
        if outcome.printed:
            with st.expander(f"Printed on {literal(instance.title)}"):
                st.code(outcome.printed, language=None)
    solved = {i.title: (o.plan, i) for o, i in zip(row.outcomes, instances, strict=False) if o.plan}
    if solved:
        title = st.selectbox("Your plan of", list(solved), key="own map")
        plan, instance = solved[title]
        needs, bound = format_bytes(plan.known_peak), format_bytes(instance.bound)
        st.markdown(f"It needs {needs}; no plan needs less than {bound}.")
        st.image(problem_map(plan, plan.known_peak), width=600)
