"""What can be stepped through, by name: the analysis of live ranges, and every planner."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from types import MappingProxyType

from memplan.errors import TooLarge, UnknownPlanner
from memplan.net import Net
from memplan.plan import Progress
from memplan.planners import PLANNERS, PackerEntry, planner_named
from memplan.steps.assigned import step_assigned
from memplan.steps.frames import Method, Picture, Run
from memplan.steps.ordered import step_ordered
from memplan.steps.ranges import RANGES, step_ranges
from memplan.steps.search import SEARCH, step_search
from memplan.steps.timed import step_timed
from memplan.steps.walk import step_walk
from memplan.steps.why import Why
from memplan.study import Settings, study

__all__ = ["METHODS", "MOST_OPS", "method_named", "run_of"]

MOST_OPS = 400
"""The longest net that is stepped through: some thousand frames, a second's work."""

_NAIVE = {
    "each": "for each op, in order:",
    "born": "    give each output new bytes, above all others",
    "run": "    run the op",
    "dead": "    what nobody reads any more keeps its bytes",
    "done": "peak: all bytes that were given",
}
_NAMES = {
    "each": "for each op, in order:",
    "look": "    pass over memory that may not be taken",
    "born": "    each output lies in the slot that was chosen",
    "run": "    run the op",
    "dead": "    what was read for the last time leaves its slot",
    "done": "peak: the slots together, each as its largest blob",
}
_DAG = {
    "start": "start at the inputs, with one token",
    "each": "walk to each op whose reads are made; a fork adds a token",
    "look": "    pass over memory that needs tokens the op lacks",
    "take": "    take free memory, if there is any left",
    "own": "    else memory of its own",
    "free": "    after its last reader, memory is free: needs all tokens so far",
    "done": "peak: the slots together",
}
_LINES = {
    "start": "put the ops in order; note first write and last read",
    "each": "for each blob, by its last read:",
    "look": "    look at each line-up whose last blob is over",
    "take": "    join the one whose largest is nearest in size",
    "own": "    or begin a line-up of its own",
    "free": "    a line-up that is over may go on",
    "done": "peak: the largest of each line-up, together",
}
_ONLINE = {
    "each": "for each op, in order:",
    "look": "    for each output: look for {hole}",
    "born": "    put it there; on top of all where there is none",
    "run": "    run the op",
    "dead": "    what was read for the last time frees its bytes",
    "done": "peak: the highest byte that was ever in use",
}
_WALKS: Mapping[str, Mapping[str, str]] = MappingProxyType(
    {
        "caffe2_simple": {
            "start": "the stack is empty",
            "each": "for each op, in order:",
            "look": "    look at the top of the stack",
            "take": "    an output takes what lies on top",
            "own": "    or memory of its own, where the stack is empty",
            "free": "    what is read for the last time goes on the stack",
            "done": "peak: the slots together",
        },
        "caffe2_dag": _DAG | {"take": "    take the free memory that was shared most often"},
        "caffe2_dag_sized": _DAG | {"take": "    take the free memory that fits best"},
        "caffe2_gradients": _DAG | {"start": "start at the losses; only gradients share"},
        "caffe2_interference": _LINES,
        "caffe2_interference_dp": _LINES | {"take": "    where all together is least, join one"},
    }
)
_TIMED: Mapping[str, Mapping[str, str]] = MappingProxyType(
    {
        "naive": _NAIVE,
        "online_best_fit": _ONLINE | {"look": _ONLINE["look"].format(hole="the tightest hole")},
        "first_fit_by_birth": _ONLINE | {"look": _ONLINE["look"].format(hole="the lowest hole")},
    }
)
_LOWEST = ("    pass over holes that are too small", "    place it in the lowest hole that fits")
_TIGHTEST = ("    compare the holes", "    place it in the hole that it fills best")
_ORDER: Mapping[str, tuple[str, Why]] = MappingProxyType(
    {
        "greedy_by_size": ("sort the blobs: the biggest first", Why.START_BY_SIZE),
        "best_fit": ("sort the blobs: the biggest first", Why.START_BY_SIZE),
        "fullest_first": ("sort the blobs: fullest step first, then birth", Why.START_BY_FULLEST),
        "greedy_by_breadth": (
            "sort: the fullest op first, there the biggest",
            Why.START_BY_FULLEST,
        ),
        "greedy_by_lifetime": ("sort the blobs: the longest life first", Why.START_BY_LIFE),
        "greedy_by_area": ("sort the blobs: bytes times steps", Why.START_BY_AREA),
    }
)
_OWN = "take the blobs in the planner's own order"


def _is_given(name: str) -> bool:
    """Whether it lays out a plan that came with the net: there is no way to step through."""
    entry = PLANNERS[name]
    return isinstance(entry, PackerEntry) and entry.needs_plan


def _method(name: str) -> Method:
    entry = PLANNERS[name]
    if name in _TIMED:
        return Method(name, entry.title, entry.line, _TIMED[name], Picture.ARENA)
    if isinstance(entry, PackerEntry):
        look, place = _TIGHTEST if name == "best_fit" else _LOWEST
        code = {
            "sort": _ORDER.get(name, (_OWN,))[0],
            "next": "for each blob, in this order:",
            "look": look,
            "place": place,
            "done": "peak: the highest byte in use",
        }
        frozen = MappingProxyType(code)
        return Method(name, entry.title, entry.line, frozen, Picture.ARENA, timed=False)
    if name in _WALKS:
        timed = name == "caffe2_simple"
        return Method(name, entry.title, entry.line, _WALKS[name], Picture.SLOTS, timed=timed)
    return Method(name, entry.title, entry.line, MappingProxyType(_NAMES), Picture.SLOTS)


METHODS: Mapping[str, Method] = MappingProxyType(
    {
        RANGES.name: RANGES,
        SEARCH.name: SEARCH,
        **{name: _method(name) for name in PLANNERS if not _is_given(name)},
    }
)


def method_named(name: str) -> Method:
    """Look a method up.

    Raises:
        UnknownPlanner: There is none of that name, or it has no steps.
    """
    if name not in METHODS:
        entry = planner_named(name)
        raise UnknownPlanner(f"{entry.title}: a plan that was given has no steps; choose a planner")
    return METHODS[name]


def run_of(
    net: Net, method: str, settings: Settings | None = None, progress: Progress | None = None
) -> Run:
    """Step through a method on a prepared net.

    Args:
        method: A key of `METHODS`; it stands in for the planner of `settings` (None: usual).

    Raises:
        UnknownPlanner: There is no such method.
        TooLarge: The net is longer than `MOST_OPS`, or the method is for tiny ones.
        Cancelled: `progress` asked to stop.
        InvalidNet: The planner cannot take the net.
    """
    _check_length(net)
    chosen = method_named(method)
    planner = chosen.name if chosen.name in PLANNERS else "greedy_by_size"
    found = study(net, replace(settings or Settings(), planner=planner), progress)
    if chosen is RANGES:
        return step_ranges(found)
    if chosen is SEARCH:
        return step_search(found)
    if chosen.name in _WALKS:
        return step_walk(found, chosen)
    if chosen.picture is Picture.SLOTS:
        return step_assigned(found, chosen)
    if chosen.timed:
        return step_timed(found, chosen)
    start = _ORDER.get(chosen.name, ("", Why.START_OWN_ORDER))[1]
    return step_ordered(found, chosen, start)


def _check_length(net: Net) -> None:
    count, what = len(net.ops), "ops"
    if net.given is not None:
        count, what = len(net.given.buffers), "buffers"
    if count > MOST_OPS:
        raise TooLarge(
            f"the net has {count:,} {what}, and a run is shown step by step up to {MOST_OPS}; "
            "open a smaller net, or look at its plan on the page Inspect"
        )
