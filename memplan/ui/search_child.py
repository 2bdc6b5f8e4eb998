"""The child of `searching`: one search, told of in a file, answered as JSON.

The question is a pickle, for it comes from our own parent alone, by a file that has no name.
"""

from __future__ import annotations

import json
import pickle
import sys
import time
from pathlib import Path

from memplan.errors import InvalidProblem
from memplan.plan import Problem, Trace
from memplan.planners import PLANNERS, PackerEntry
from memplan.planners.search import Budget
from memplan.verify import verify

__all__ = ["answered"]

_TOLD_EVERY = 0.1  # seconds


def answered(
    planner: str, problem: Problem, deadline: float | None, nodes: int | None, told: Path
) -> dict[str, object]:
    """Search, and give what a plan is made of as JSON values."""
    last = 0.0

    def tell(share: float, what: str) -> None:
        nonlocal last
        if time.monotonic() - last >= _TOLD_EVERY:
            last = time.monotonic()
            whole = told.with_suffix(".new")
            whole.write_text(json.dumps([share, what]), "utf-8")
            whole.replace(told)

    entry, trace = PLANNERS[planner], Trace()
    assert isinstance(entry, PackerEntry)
    assert entry.search is not None
    plan = entry.search(problem, trace, Budget(deadline, nodes, tell))
    verify(plan)
    proof = plan.proof
    return {
        "offsets": None if plan.offsets is None else dict(plan.offsets),
        "space_of": dict(plan.space_of),
        "nodes": plan.nodes,
        "found_by": plan.found_by,
        "order": [decision.blob for decision in trace.decisions],
        "proof": proof
        and [proof.kind.value, proof.bytes, proof.step, list(proof.buffers), proof.nodes],
    }


def _limit(memory: int) -> None:
    """Bound this process; where the system cannot, the parent's deadline is left."""
    try:
        import resource  # noqa: PLC0415  not on every system
    except ImportError:
        return
    resource.setrlimit(resource.RLIMIT_AS, (memory, memory))


def _main() -> None:
    _limit(int(sys.argv[1]))
    # From our own parent: see above.
    planner, problem, deadline, nodes = pickle.load(sys.stdin.buffer)  # noqa: S301
    try:
        answer = answered(planner, problem, deadline, nodes, Path("told.json"))
    except InvalidProblem as error:
        answer = {"error": str(error)}
    sys.stdout.write(json.dumps(answer))


if __name__ == "__main__":
    _main()
