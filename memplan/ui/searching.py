"""A planner that searches, in a child process: the app stays quick, and Stop ends it at once.

The answer is that of the search in this process; what is optimal at once needs no child.
"""

from __future__ import annotations

import json
import os
import pickle
from collections.abc import Mapping
from pathlib import Path
from types import MappingProxyType
from typing import Any

import memplan
from memplan.child import run_child
from memplan.errors import InvalidProblem, TooLarge
from memplan.net import Net
from memplan.plan import Plan, Problem, Progress, Trace, Witness, WitnessKind
from memplan.planners import PackerEntry, Searcher
from memplan.planners.greedy_by_size import greedy_by_size
from memplan.planners.search import BY_ITSELF, Budget
from memplan.study import Settings, Study, study

__all__ = ["search_apart", "studied"]

_LONGEST = 300.0  # seconds that a search without a deadline may take
_GRACE = 30.0  # seconds beyond the deadline: to begin, and to verify
_MEMORY = 4 << 30  # bytes that it may take: the app and the machine live on
_MODULE = Path("memplan.ui.search_child")


def studied(net: Net, settings: Settings, progress: Progress) -> Study:
    """As `study`; a planner that searches does so in a child process."""
    return study(net, settings, progress, search_apart)


def search_apart(entry: PackerEntry) -> Searcher | None:
    """The search of a planner, in a child process; None: it has none."""
    search = entry.search
    if search is None:
        return None

    def apart(problem: Problem, trace: Trace | None = None, budget: Budget = BY_ITSELF) -> Plan:
        # The first that the search asks itself: where it meets the bound, the search ends there.
        if greedy_by_size(problem).proven:
            return search(problem, trace, budget)
        return _in_child(entry.name, problem, trace, budget)

    return apart


def _in_child(planner: str, problem: Problem, trace: Trace | None, budget: Budget) -> Plan:
    longest = (budget.deadline or _LONGEST) + _GRACE
    root = Path(memplan.__file__).parent.parent
    answer = run_child(
        _MODULE,
        (str(_MEMORY),),
        pickle.dumps((planner, problem, budget.deadline, budget.nodes)),
        longest,
        budget.progress,
        flags=("-P", "-m"),
        environment={**os.environ, "PYTHONPATH": str(root)},
        doing="searching",
        told="told.json",
    )
    if answer.status != 0:
        raise TooLarge(
            f"the search ended without an answer (within {longest:.0f} seconds, in the memory "
            "there is); choose another planner"
        )
    found = json.loads(answer.text)
    if "error" in found:
        raise InvalidProblem(found["error"])
    return _plan_of(found, planner, problem, trace)


def _plan_of(found: Mapping[str, Any], planner: str, problem: Problem, trace: Trace | None) -> Plan:
    offsets: dict[str, int] = found["offsets"] or {}
    born = {buffer.name: buffer.live.begin for buffer in problem.buffers}
    for name in found["order"] if trace is not None else ():
        assert trace is not None
        trace.record(name, born[name], offsets[name])
    proof = None
    if found["proof"]:
        kind, bytes_, step, buffers, nodes = found["proof"]
        proof = Witness(WitnessKind(kind), bytes_, step, tuple(buffers), nodes)
    return Plan(
        problem,
        MappingProxyType(offsets),
        planner,
        space_of=MappingProxyType(found["space_of"]),
        proof=proof,
        nodes=found["nodes"],
        found_by=found["found_by"],
    )
