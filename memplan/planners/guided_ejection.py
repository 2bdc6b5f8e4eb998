"""Guided ejection: lower the lid a little, place what is above it, eject what is in the way.

Idea: a plan of `best_of` is improved by local search, one buffer at a time. Under a lid just below
the peak some buffers have no place; one after another is put where it ejects what is easiest to
place elsewhere, until all lie below and the lid is lowered again; see `ejection`.
Differs: the original ejects customers from routes; here a buffer's weight begins with its size and
its neighbours, and grows are forgotten by halves. It proves nothing: a plan is optimal when it
meets the bound. In the end the buffers are placed once more in the order of their offsets.
Cost: each node the neighbours of one buffer, n log n of them; as many nodes as `Budget` allows,
else as many as a bound of its own. Beyond some hundred thousand buffers it is not begun.
Reference: Y. Nagata, O. Bräysy, "A powerful route minimization heuristic for the vehicle routing
problem with time windows", Operations Research Letters 37, 2009.
"""

from __future__ import annotations

from dataclasses import replace
from types import MappingProxyType

from memplan.bounds import lower_bound
from memplan.plan import Buffer, Plan, Problem, Trace
from memplan.planners.best_of import best_of
from memplan.planners.crowd import most_bytes
from memplan.planners.ejection import Ejection
from memplan.planners.placing import first_fit, in_turn
from memplan.planners.proof import proof_of
from memplan.planners.search import BY_ITSELF, Budget, Watch
from memplan.planners.spaces import pack_each_space

__all__ = ["PER_NODE", "guided_ejection", "guided_ejection_within", "lowered"]

PER_NODE = 8
"""Nodes for each of a complete search, where the two take turns: about as long as those."""

NAME = "guided_ejection"

_MOST_BUFFERS = 200_000  # beyond, to look who is alive with one takes longer than to place many
_MOST_BYTES = 1 << 60  # what is reckoned with fits a column of numbers
_NODES = 40_000  # two seconds or so, where some dozens are alive together
_LOOKS = 16_000_000  # nodes times what each looks at: fewer nodes where each is dear
_BESIDE = 100  # what a node costs beside, in looks
_NODES_EACH = 200  # for each buffer: a few of them are soon shuffled enough


def guided_ejection(problem: Problem, trace: Trace | None = None) -> Plan:
    """Improve the best greedy plan within a bound of nodes that depends on the problem alone.

    >>> from memplan.plan import LiveRange
    >>> row = [("a", 0, 2, 4), ("b", 1, 3, 3), ("c", 2, 4, 4), ("d", 0, 1, 3), ("e", 3, 4, 3)]
    >>> problem = Problem(tuple(Buffer(n, LiveRange(*t), s) for n, *t, s in row))
    >>> guided_ejection(problem).peak
    7
    """
    return guided_ejection_within(problem, trace)


def guided_ejection_within(
    problem: Problem, trace: Trace | None = None, budget: Budget = BY_ITSELF
) -> Plan:
    """Improve the best greedy plan as long as the budget allows; `nodes` says how many were spent.

    Raises:
        Cancelled: `budget.progress` asked for it.
    """
    if len(problem.spaces) == 1:
        return _one(problem, trace, budget)
    spent = 0

    def pack(part: Problem) -> Plan:
        nonlocal spent
        left = None if budget.nodes is None else max(0, budget.nodes - spent)
        plan = _one(part, trace, replace(budget, nodes=left))
        spent += plan.nodes
        return plan

    return proof_of(pack_each_space(problem, pack))


def lowered(plan: Plan, watch: Watch, least: int, nodes: int | None = None) -> Plan:
    """The same plan, or a lower one of the same planner.

    Args:
        plan: A safe plan of one space.
        watch: Counts what is spent. Where it bounds nothing this has a bound of its own, in nodes.
        least: Bytes; that low is low enough.
        nodes: The most to spend; None: what the watch allows.

    Raises:
        Cancelled: As the watch does.
    """
    problem, offsets = plan.problem, plan.offsets or {}
    buffers = sorted((b for b in problem.buffers if b.size and b.name in offsets), key=_listing)
    if plan.known_peak <= least or not _within_reach(plan):
        return plan
    search = Ejection(problem, buffers, [offsets[b.name] for b in buffers], least)
    watch.allow(_default_nodes(search))
    search.run(watch, nodes)
    if search.peak >= plan.known_peak:
        return plan
    found = {b.name: place for b, place in zip(buffers, search.best.tolist(), strict=True)}
    plan = replace(plan, offsets=MappingProxyType({**offsets, **found}), found_by="")
    return _settled(proof_of(plan), None)


def _listing(buffer: Buffer) -> tuple[int, int, int, str]:
    return (buffer.live.begin, buffer.live.end, buffer.size or 0, buffer.name)


def _within_reach(plan: Plan) -> bool:
    problem = plan.problem
    room = plan.known_peak + most_bytes(problem)
    return room <= _MOST_BYTES and len(problem.buffers) <= _MOST_BUFFERS


def _default_nodes(search: Ejection) -> int:
    """The nodes to spend when nobody says: some seconds, always the same."""
    counts = search.apart.counts()
    looked_at = _BESIDE + len(counts) // 16 + int(counts.mean())
    return min(_NODES_EACH * len(counts), _NODES, _LOOKS // looked_at)


def _one(problem: Problem, trace: Trace | None, budget: Budget) -> Plan:
    own = _of_its_own(trace)
    watch = Watch(budget)
    first = replace(best_of(problem, own, watch), planner=NAME)
    plan = replace(lowered(first, watch, lower_bound(problem).bytes), nodes=watch.nodes)
    if trace is not None and plan.known_peak < first.known_peak:
        own = _of_its_own(trace)
        plan = _settled(plan, own)
    if trace is not None and own is not None:
        trace.told += own.told
        trace.deferred += own.deferred
    return plan


def _of_its_own(trace: Trace | None) -> Trace | None:
    """An empty trace of the same class: one that is watched can be stopped in the midst."""
    return None if trace is None else replace(trace, told=[], deferred=[])


def _settled(plan: Plan, trace: Trace | None) -> Plan:
    """Place the buffers anew in the order of their offsets: each then has a reason to lie there."""
    problem, offsets = plan.problem, plan.offsets or {}
    queue = in_turn(problem, lambda b: (offsets[b.name], *_listing(b)))
    settled = replace(first_fit(problem, queue, plan.planner, trace), nodes=plan.nodes)
    if settled.known_peak <= plan.known_peak:
        return settled
    # Of buffers with windows one may come to lie lower, just where another wants to be.
    if trace is not None:
        trace.forget()
        for buffer in queue:
            trace.record(buffer.name, buffer.live.begin, offsets[buffer.name])
    return plan
