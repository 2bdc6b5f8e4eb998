"""The verdict of the gate: in sentences, and as data."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from memplan.errors import quoted
from memplan.gate import Change, Gate, Growth, Remedy
from memplan.views.names import shown, shown_bytes
from memplan.views.sentences import head_sentence
from memplan.views.steps import step_name

__all__ = ["baseline_lines", "budget_lines", "gate_data", "verdict_line"]

_MOST = 10


def verdict_line(verdict: Gate) -> str:
    """The answer in one line."""
    name = shown(verdict.study.net.name) or "a net without a name"
    return f"{'ok' if verdict.passed else 'FAILED'}: {name}"


def budget_lines(verdict: Gate) -> tuple[str, ...]:
    """Whether the plan keeps to its budget; where not, what is at the peak and what would help."""
    return tuple(_budget(verdict))


def _budget(verdict: Gate) -> Iterator[str]:
    found, budget = verdict.study, verdict.budget
    if found.unsafe is not None:
        yield f"The plan is unsafe, not to be used: {found.unsafe}."
    if budget is None:
        return
    peak = found.metrics.peak_bytes
    planner = found.settings.planner
    if not verdict.over:
        free = shown_bytes(budget - peak)
        yield f"{shown_bytes(peak)} by {planner} are within the budget of {shown_bytes(budget)}."
        yield f"{free} stay free."
    else:
        yield (
            f"{shown_bytes(peak)} by {planner} are {shown_bytes(verdict.over)} over the budget of "
            f"{shown_bytes(budget)}."
        )
        yield from _at_the_peak(verdict)
        yield from _help(verdict)
    head = head_sentence(found)
    if head:
        yield head


def _at_the_peak(verdict: Gate) -> Iterator[str]:
    if verdict.step is None:
        return
    metrics = verdict.study.metrics
    where, count = step_name(verdict.study.net, verdict.step), len(verdict.there)
    lost = f"; {shown_bytes(metrics.lost_bytes)} are lost to holes and alignment"
    yield (
        f"Most is alive at {where}: {shown_bytes(metrics.max_live.bytes)} in "
        f"{'1 blob' if count == 1 else f'{count:,} blobs'}{lost if metrics.lost_bytes else ''}."
    )
    offsets = verdict.study.plan.offsets or {}
    for buffer in verdict.there[:_MOST]:
        at = offsets.get(buffer.name)
        place = "" if at is None else f" at offset {at:,}"
        size = shown_bytes(buffer.bytes_at(verdict.step))
        yield f"  {shown(buffer.name, 60)}: {size}{place}, alive over {buffer.live}"
    if count > _MOST:
        yield f"  and {count - _MOST:,} more"


def _help(verdict: Gate) -> Iterator[str]:
    bound = verdict.study.metrics.bound.bytes
    if verdict.budget is not None and bound > verdict.budget:
        yield (
            f"No plan that counts and shares the same fits in this order of ops: "
            f"{shown_bytes(bound)} are alive at one time."
        )
    if verdict.remedies:
        yield "Each of these brings it within the budget:"
        yield from (f"  {_remedy(remedy)}" for remedy in verdict.remedies[:_MOST])
        if len(verdict.remedies) > _MOST:
            yield f"  and {len(verdict.remedies) - _MOST:,} more"
        yield from _of_orders(verdict.remedies)
    elif verdict.closest is not None:
        yield f"Nothing that was tried brings it within; closest is {_remedy(verdict.closest)}."
    else:
        yield "Nothing that was tried makes it smaller: make a blob at the peak smaller."


def _of_orders(remedies: tuple[Remedy, ...]) -> Iterator[str]:
    """How to get an order of ops in which it fits."""
    options = (option for remedy in remedies for option in remedy.options)
    order = next((option for option in options if option.startswith("--order ")), None)
    if order is not None:
        yield (
            f"Its ops may run in another order: `plan {order} --json` lists it, and a Caffe2 net "
            f"is written in it by `optimize {order} --out FILE`."
        )


def _remedy(remedy: Remedy) -> str:
    return f"{' '.join(remedy.options)}: {shown_bytes(remedy.peak)}"


def baseline_lines(growth: Growth) -> tuple[str, ...]:
    """How much more or less it needs than a stored plan, and which blobs changed."""
    before = f"than {quoted(growth.file)}, which needs {shown_bytes(growth.before)}"
    if growth.by == 0:
        head = f"As much as {quoted(growth.file)} needs: {shown_bytes(growth.before)}."
    elif growth.by > 0:
        head = f"{shown_bytes(growth.by)} more {before}."
    else:
        head = f"{shown_bytes(-growth.by)} less {before}."
    changes = [f"  {_change(change)}" for change in growth.changes[:_MOST]]
    more = len(growth.changes) - _MOST
    return (head, *changes, *([f"  and {more:,} more"] if more > 0 else []))


def _change(change: Change) -> str:
    name = shown(change.name, 60)
    if change.before is None:
        return f"{name}: new, or of unknown size before; {shown_bytes(change.after)}"
    if change.after is None:
        return f"{name}: gone, or of unknown size now; {shown_bytes(change.before)} before"
    return f"{name}: {shown_bytes(change.before)} before, {shown_bytes(change.after)} now"


def gate_data(verdict: Gate) -> dict[str, Any]:
    """The verdict as JSON values; bytes, and null for what was not asked."""
    found = verdict.study
    offsets = found.plan.offsets or {}
    return {
        "net": found.net.name,
        "passed": verdict.passed,
        "planner": found.settings.planner,
        "profile": found.settings.profile,
        "peak_bytes": found.metrics.peak_bytes,
        "lower_bound_bytes": found.metrics.bound.bytes,
        "budget_bytes": verdict.budget,
        "over_bytes": verdict.over,
        "unsafe": found.unsafe,
        "note": head_sentence(found) or None,
        "peak_step": verdict.step,
        "peak_op": None if verdict.step is None else step_name(found.net, verdict.step),
        "alive": [
            {
                "name": b.name,
                "bytes": b.bytes_at(verdict.step or 0),
                "offset": offsets.get(b.name),
                "begin": b.live.begin,
                "end": b.live.end,
            }
            for b in verdict.there
        ],
        "remedies": [{"options": list(r.options), "peak_bytes": r.peak} for r in verdict.remedies],
        "closest": None
        if verdict.closest is None
        else {"options": list(verdict.closest.options), "peak_bytes": verdict.closest.peak},
        "baseline": None if verdict.growth is None else _growth_data(verdict.growth),
    }


def _growth_data(growth: Growth) -> dict[str, Any]:
    return {
        "file": growth.file,
        "peak_bytes": growth.before,
        "grown_bytes": growth.by,
        "changes": [{"name": c.name, "before": c.before, "after": c.after} for c in growth.changes],
    }
