"""Questions about a plan answered in plain sentences, and as JSON values."""

from __future__ import annotations

from typing import Any

from memplan.errors import quoted
from memplan.explain import Action, ActionKind, Bar, Differences, Peak, Price, Versus, Why
from memplan.plan import Rejection
from memplan.study import Study
from memplan.units import format_bytes
from memplan.verify import broken_read
from memplan.views.decisions import decision_sentence, rejection_text
from memplan.views.names import shown_bytes

__all__ = [
    "action_sentence",
    "difference_sentences",
    "explain_data",
    "peak_lines",
    "price_sentence",
    "versus_sentence",
    "why_sentences",
]

_TOLD = 5


def why_sentences(told: Why, made: Study) -> list[str]:
    """Where a blob lies, why there, and what was not taken."""
    blob = quoted(told.blob, 60)
    if told.buffer is None:
        return [f"{blob} is not planned: its memory is there for every run, or is another's."]
    name = "" if told.buffer == told.blob else f", which is one memory with {quoted(told.buffer)},"
    place = "has no place, since its size is unknown" if told.offset is None else (
        f"lies at offset {told.offset:,}"
    )  # fmt: skip
    lines = [f"{blob}{name} is alive in {told.live} and {place}."]
    if told.decision is not None:
        lines.append(decision_sentence(told.decision, made))
    below = [r for r in told.reasons if told.decision is None or r not in told.decision.rejected]
    if below:
        listed = _listed([rejection_text(r, len(made.net.ops)) for r in below])
        lines.append(f"Below it lie, alive at the same time: {listed}.")
    if told.mates:
        lines.append(f"Its bytes belong to others at other times: {_names(told.mates)}.")
    return lines


def versus_sentence(found: Versus, made: Study) -> str:
    """Whether two blobs could share memory, and why they do not."""
    a, b = quoted(found.a, 60), quoted(found.b, 60)
    if found.bar is Bar.SAME:
        return f"{a} and {b} are one piece of memory by the net's own doing."
    if not found.can_share:
        return f"{a} and {b} cannot share memory: {_bar(found, made)}."
    if found.do_share:
        return f"{a} and {b} share memory."
    parts = [f"{a} and {b} could share memory, but do not"]
    for name, mates in zip((a, b), found.instead, strict=True):
        parts.append(f"the bytes of {name} are shared with {_names(mates) or 'nobody'}")
    return f"{'; '.join(parts)}. {_cost(found)}"


def _cost(found: Versus) -> str:
    if found.cost_bytes is None:
        return "What it would cost was not found: the planner cannot be made to."
    if found.cost_bytes == 0:
        return "If they did, the peak would be the same."
    how = "grow" if found.cost_bytes > 0 else "shrink"
    return f"If they did, the peak would {how} by {shown_bytes(abs(found.cost_bytes))}."


def _bar(found: Versus, made: Study) -> str:
    if found.bar is Bar.LIVE:
        return _alive(found, made)
    if found.bar is Bar.BRANCH:
        return _missing(found)
    if found.bar is Bar.VALUES and found.broken is not None:
        return f"with one name for the two {broken_read(found.broken)}"
    if found.bar in _OF_ONE and found.who is not None:
        return f"{quoted(found.who, 60)} is {_OF_ONE[found.bar]}"
    return _OF_BOTH.get(found.bar, "it is not safe") if found.bar is not None else ""


def _missing(found: Versus) -> str:
    way = found.missing
    if way is None:
        return "no dependency keeps the ops that use them apart, and none could"
    edges = " and ".join(f"op {b:,} wait for op {a:,}" for a, b in way.edges[:_TOLD])
    return (
        f"nothing makes op {way.writer:,}, which writes {quoted(way.second, 40)}, wait for "
        f"op {way.users[-1]:,}, which uses {quoted(way.first, 40)}; it would be safe if a "
        f"dependency let {edges}"
    )


_OF_BOTH = {
    Bar.DEVICE: "they lie on two devices",
    Bar.PLACE: "their places are fixed apart",
    Bar.VALUES: "their values meet",
}
_OF_ONE = {
    Bar.STATIC: "static: it keeps its own memory",
    Bar.DONT_SHARE: "not to be shared",
    Bar.EMPTY: "of no bytes, or of no known size",
    Bar.UNPLANNED: "not planned",
}


def _alive(found: Versus, made: Study) -> str:
    spans = ", ".join(str(live) for live in found.together[:_TOLD])
    first = found.together[0].begin if found.together else 0
    op = made.net.ops[first].type if first < len(made.net.ops) else ""
    at = f"op {first:,} ({quoted(op, 40)[1:-1]})" if op else f"step {first:,}"
    text = f"both are alive at {at}, in all in {spans}"
    keeper = found.keeper
    if keeper is None:
        return text
    if keeper.op is None:
        return f"{text}; the first is wanted after the run"
    return (
        f"{text}; op {keeper.op:,} ({quoted(keeper.type, 40)[1:-1]}) is the last to need the first"
    )


def explain_data(told: Why, found: Versus | None, made: Study) -> dict[str, Any]:
    """What is known of a blob, and of it beside another, as JSON values.

    Ranges are half-open; ``until`` is the first op that no longer needs the candidate.
    """
    versus = None if found is None else {
        "can_share": found.can_share,
        "why": versus_sentence(found, made),
        "cost_bytes": found.cost_bytes,
    }  # fmt: skip
    return {
        "blob": told.blob,
        "range": None if told.live is None else [told.live.begin, told.live.end],
        "slot": told.slot,
        "offset": told.offset,
        "mates": list(told.mates),
        "reasons": [_reason(rejection) for rejection in told.reasons],
        "versus": versus,
    }


def _reason(rejection: Rejection) -> dict[str, Any]:
    candidate = rejection.candidate
    if candidate is None and rejection.offset is not None and rejection.size is not None:
        candidate = f"bytes [{rejection.offset}, {rejection.offset + rejection.size})"
    return {"candidate": candidate, "reason": rejection.reason.value, "until": rejection.until}


def peak_lines(peak: Peak) -> list[str]:
    """What is alive at the fullest step, then what would help."""
    if peak.step is None:
        return ["No blob of known size is counted."]
    listed = _listed([f"{quoted(name, 40)} ({format_bytes(size)})" for name, size in peak.alive])
    lines = [f"At step {peak.step:,} {shown_bytes(peak.bytes)} are alive: {listed}."]
    lines += [action_sentence(action) for action in peak.actions]
    if not peak.actions:
        lines.append(f"None of {peak.tried:,} actions that were tried lowers the peak.")
    return lines


def action_sentence(action: Action) -> str:
    """What to do, and what it was measured to save."""
    blob = quoted(action.blob or "", 40)
    what = {
        ActionKind.EARLIER: f"Read {blob} before the fullest step (op {action.op})",
        ActionKind.IN_PLACE: f"Let every {quoted(action.detail, 40)} that can write in place",
        ActionKind.VIEW: f"Let every {quoted(action.detail, 40)} that can be a view",
        ActionKind.PIECES: f"Let the parts of every {quoted(action.detail, 40)} lie in the whole",
        ActionKind.RECOMPUTE: f"Make {blob} a second time (op {action.op}) when it is read again",
        ActionKind.SMALLER_TYPE: f"Hold {blob} as {action.detail}",
    }[action.kind]
    return f"{what}: saves {shown_bytes(action.saves)}, peak {shown_bytes(action.peak)}."


def price_sentence(found: Price) -> str:
    """What sharing costs where ops run in parallel."""
    if not found.edges:
        return "Sharing makes no op wait for one that it could run beside."
    edge, count = found.edges[0], len(found.edges)
    waits = "1 wait" if count == 1 else f"{count:,} waits"
    return (
        f"Sharing adds {waits}: op {edge.after:,} waits for op {edge.before:,}, since "
        f"{quoted(edge.second, 40)} lies where {quoted(edge.first, 40)} lay. The longest path goes "
        f"from {found.path[0]:,} to {found.path[1]:,} ops, the width from {found.width[0]:,} to "
        f"{found.width[1]:,}."
    )


def difference_sentences(found: Differences) -> list[str]:
    """What another plan changed."""
    before, after = (shown_bytes(peak) for peak in found.peaks)
    if not found.bytes:
        lines = [f"The peak stays at {before}."]
    else:
        how = "grows" if found.bytes > 0 else "shrinks"
        by = shown_bytes(abs(found.bytes))
        lines = [f"The peak {how} by {by}, from {before} to {after}."]
    if found.moved:
        names = _names([moved.name for moved in found.moved])
        lines.append(f"{len(found.moved):,} buffers lie elsewhere: {names}.")
    decision = next((d for d in found.first or () if d is not None), None)
    if decision is not None:
        lines.append(
            f"The first decision that differs is the one on {quoted(decision.blob, 40)} at op "
            f"{decision.step:,}; {found.decisions:,} differ in all."
        )
    wrong = found.unsafe[1]
    if wrong is not None:
        lines.append(f"The new plan is unsafe: {wrong}.")
    return lines


def _names(names: list[str] | tuple[str, ...]) -> str:
    return _listed([quoted(name, 40) for name in names])


def _listed(texts: list[str]) -> str:
    more = f" and {len(texts) - _TOLD:,} more" if len(texts) > _TOLD else ""
    return ", ".join(texts[:_TOLD]) + more
