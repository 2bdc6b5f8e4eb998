"""Decisions of planners in sentences: what was chosen, and why each other candidate was not."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from types import MappingProxyType

from memplan.errors import quoted
from memplan.plan import Decision, Reason, Rejection
from memplan.study import Study
from memplan.units import format_bytes

__all__ = ["decision_sentence", "decision_sentences", "rejection_text"]

_TOLD = 3


def decision_sentence(decision: Decision, study: Study) -> str:
    """Why a planner put a blob where it is."""
    size = next((b.size for b in study.problem.buffers if b.name == decision.blob), None)
    return _decided(decision, study, size)


def decision_sentences(study: Study) -> Iterator[tuple[Decision, str]]:
    """All decisions of a planner in their order, each with its reason."""
    sizes = {buffer.name: buffer.size for buffer in study.problem.buffers}
    for decision in study.decisions:
        yield decision, _decided(decision, study, sizes.get(decision.blob))


def rejection_text(rejection: Rejection, ops: int) -> str:
    """A candidate and why it was not taken, with no full stop.

    Args:
        ops: The number of ops of the net.

    >>> rejection_text(Rejection(None, None, Reason.LIVE, "a", 4), 9)
    "'a' (op 3 still reads it)"
    >>> rejection_text(Rejection(0, 64, Reason.HOLE_TOO_SMALL), 9)
    'at 0 (64 B, too small)'
    """
    if rejection.offset is not None and rejection.size is not None:
        why = _HOLE.get(rejection.reason, rejection.reason.value)
        return f"at {rejection.offset:,} ({format_bytes(rejection.size)}, {why})"
    if rejection.candidate is None:
        return _ALONE.get(rejection.reason, rejection.reason.value)
    return f"{quoted(rejection.candidate, 40)} ({_why(rejection, ops)})"


def _why(rejection: Rejection, ops: int) -> str:
    until = rejection.until
    last = None if until is None or until >= ops else until - 1
    by = "another" if rejection.by is None else quoted(rejection.by, 40)
    match rejection.reason:
        case Reason.LIVE:
            held = "" if rejection.by is None else f"{by} lies in it, which "
            read = f"op {last:,} still reads" if last is not None else "wanted to the end"
            if rejection.by is None:
                return f"{read} it" if last is not None else read
            return f"{held}{read}"
        case Reason.TAKEN:
            end = "" if last is None else f" until op {last:,}"
            return f"{by} has its memory{end}"
        case Reason.ORDER | Reason.CLOSER_FIT if rejection.by is not None:
            text = "came before it" if rejection.reason is Reason.ORDER else "is a closer fit"
            return f"{by} {text}"
        case Reason.TOO_SMALL | Reason.TOO_LARGE if rejection.size is not None:
            return rejection.reason.value
        case _:
            return rejection.reason.value


def _decided(decision: Decision, study: Study, size: int | None) -> str:
    turn = f"{_ordinal(decision.turn + 1)} of {len(study.decisions):,}"
    ops = len(study.net.ops)
    if study.assignment is not None:
        return f"Decided {turn}, {_memory(decision, ops)}."
    place = f"at offset {decision.offset or 0:,}: "
    if study.plan.planner == "given":
        return f"Lies {place.removesuffix(': ')}, as the plan that was opened has it."
    if study.plan.planner == "naive":
        return f"Placed {turn}, {place}bytes of its own."
    why = _HOW.get(study.plan.found_by or study.plan.planner, "the lowest hole of at least {}")
    why = why.format(format_bytes(size))
    return f"Placed {turn}, {place}{why}{_passed_over(decision, ops)}."


_HOW = {
    "best_fit": "the hole that {} fill best",
    "online_best_fit": "the hole that {} fill best",
    **dict.fromkeys(
        ("slots_by_size", "slots_by_breadth", "slots_improved"),
        "{} in an object that whole blobs share",
    ),
    "onnxruntime": "memory that a blob of {} left, else the hole that leaves least over",
    "executorch": "room for {} in a stretch made for a larger blob, else one of its own",
}


def _memory(decision: Decision, ops: int) -> str:
    """Whose memory a blob takes over, and whose it does not."""
    if decision.chosen is None:
        text = f"at op {decision.step:,}: memory of its own"
    else:
        text = f"at op {decision.step:,}: it takes over the memory of {quoted(decision.chosen, 40)}"
    told = [r for r in decision.rejected if r.candidate is None]
    others = [r for r in decision.rejected if r.candidate is not None]
    alone = f", for {rejection_text(told[0], ops)}" if told else ""
    if not others:
        return f"{text}{alone}"
    listed = ", ".join(rejection_text(r, ops) for r in others[:_TOLD])
    total = len(others) + decision.omitted
    more = f" and {total - _TOLD:,} more" if total > _TOLD else ""
    return f"{text}{alone}; not that of {listed}{more}"


def _passed_over(decision: Decision, ops: int) -> str:
    total = len(decision.rejected) + decision.omitted
    if not total:
        return ""
    told = ", ".join(rejection_text(rejection, ops) for rejection in decision.rejected[:_TOLD])
    holes = any(rejection.offset is not None for rejection in decision.rejected)
    what = "the holes " if holes else ""
    if total == 1:
        what = "the hole " if holes else ""
        return f"; passed over {what}{told}"
    more = f" and {total - _TOLD:,} more" if total > _TOLD else ""
    return f"; passed over {what}{told}{more}"


_HOLE: Mapping[Reason, str] = MappingProxyType({Reason.HOLE_TOO_SMALL: "too small"})
_ALONE: Mapping[Reason, str] = MappingProxyType(
    {
        Reason.POOL_EMPTY: "nothing was free",
        Reason.STATIC: "it is static: it keeps its own",
        Reason.DONT_SHARE: "it is not to be shared",
        Reason.ALIAS: "it is a view, which has none",
        Reason.NOT_REACHED: "the planner's walk does not come to its op",
        Reason.BRANCH: "no dependency keeps its uses apart from those of others",
    }
)


def _ordinal(number: int) -> str:
    """A number as a place in a row.

    >>> [_ordinal(n) for n in (1, 2, 3, 4, 11, 22, 113)]
    ['1st', '2nd', '3rd', '4th', '11th', '22nd', '113th']
    """
    ending = {1: "st", 2: "nd", 3: "rd"}.get(number % 10, "th")
    return f"{number:,}{'th' if number % 100 in (11, 12, 13) else ending}"
