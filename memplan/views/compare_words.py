"""Which of two plans is better, and why: sentences, plain text with names in quotes."""

from __future__ import annotations

from dataclasses import dataclass

from memplan.errors import quoted
from memplan.liveness import live_bytes
from memplan.metrics import reach
from memplan.planners import PLANNERS
from memplan.study import Study
from memplan.units import format_bytes
from memplan.views.compare import Change, Comparison, Pair
from memplan.views.names import shown_bytes
from memplan.views.rows import MemoryRow

__all__ = [
    "Summit",
    "less",
    "notes",
    "reasons",
    "selected_sentence",
    "summit",
    "verdict",
    "warnings",
]

_NAMED = 3


@dataclass(frozen=True, slots=True)
class Summit:
    """The step at which a plan needs all of its arena; of several that at which most is alive.

    Attributes:
        height: The highest byte in use there, plus one.
        alive: Bytes in use there; the rest up to `height` lies idle.
        blobs: Buffers of known size that are alive there, the largest first.
    """

    step: int
    height: int
    alive: int
    blobs: tuple[str, ...]


def summit(study: Study) -> Summit | None:
    """Find where a plan's peak lies; None where nothing of known size is planned."""
    tops = reach(study.plan)
    if not any(tops):
        return None
    height, curve = max(tops), live_bytes(study.problem)
    step = max((t for t, top in enumerate(tops) if top == height), key=lambda t: (curve[t], -t))
    there = [
        buffer
        for buffer in study.problem.buffers
        if buffer.size and any(piece.begin <= step < piece.end for piece in buffer.alive())
    ]
    there.sort(key=lambda buffer: (-(buffer.size or 0), buffer.name))
    return Summit(step, height, curve[step], tuple(buffer.name for buffer in there))


def less(a: int, b: int, verb: str = "needs") -> str:
    """The difference of two figures of which the lower is the better, in words.

    >>> less(3, 4), less(4096, 2048), less(5, 5)
    ('A needs 1 B less (25%)', 'B needs 2,048 B (2.0 KiB) less (50%)', 'the same')
    """
    if a == b:
        return "the same"
    side, low, high = ("A", a, b) if a < b else ("B", b, a)
    return f"{side} {verb} {shown_bytes(high - low)} less ({_share(high - low, high)})"


def _share(part: int, whole: int) -> str:
    """A share as people say it: what is not nothing is not 0%."""
    share = part / whole
    if share < 0.01:
        return "under 1%"
    return "over 99%" if share > 0.99 and part != whole else f"{share:.0%}"


def verdict(both: Comparison) -> str:
    """Which plan is better, in one sentence."""
    a, b = both.a, both.b
    peak_a, peak_b = (s.metrics.peak_bytes for s in (a, b))
    unsafe = [side for side, study in (("A", a), ("B", b)) if study.unsafe is not None]
    figures = f"{format_bytes(peak_a)} in A, {format_bytes(peak_b)} in B"
    if len(unsafe) == 2:
        return f"Neither is to be used: both plans are unsafe ({figures})."
    if unsafe:
        other = "B" if unsafe == ["A"] else "A"
        return f"{other} is the one to use: the plan of {unsafe[0]} is unsafe ({figures})."
    known = "" if a.metrics.complete and b.metrics.complete else "As far as sizes are known: "
    if peak_a == peak_b:
        return f"{known}A and B need the same, {shown_bytes(peak_a)}."
    return f"{known}{less(peak_a, peak_b)}: {figures}."


def reasons(both: Comparison) -> tuple[str, ...]:
    """Why: where the peak of each lies, what is alive there, and what the bounds say."""
    bound_a, bound_b = (s.metrics.bound.bytes for s in (both.a, both.b))
    said = [_where("A", both.a), _where("B", both.b)]
    if bound_a != bound_b:
        low, high = sorted((bound_a, bound_b))
        side = "A" if bound_a < bound_b else "B"
        why = "The ops run in another order" if both.reordered else "What is planned differs"
        said.append(
            f"{why}: the lower bound of {side}, {format_bytes(low)}, is "
            f"{shown_bytes(high - low)} below the other's."
        )
    return tuple(said)


def _where(side: str, study: Study) -> str:
    top = summit(study)
    if top is None:
        return f"{side} plans no blob of known size."
    op = quoted(study.net.ops[top.step].type, 40)
    idle = top.height - top.alive
    count = len(top.blobs)
    blobs = "1 blob" if count == 1 else f"{count:,} blobs"
    names = ", ".join(quoted(name, 40) for name in top.blobs[:_NAMED])
    named = f"{names} and others" if count > _NAMED else names
    said = (
        f"{side} ({PLANNERS[study.settings.planner].title}) is fullest at op {top.step:,}, {op}: "
        f"{format_bytes(top.alive)} alive in {blobs} ({named})"
    )
    if study.unsafe is not None:
        return f"{said}; {format_bytes(top.height)} is too little for it, as the plan is unsafe."
    if idle <= 0:
        best = "; no plan has a lower peak" if study.plan.proven else ""
        return f"{said}, and nothing idle{best}."
    return f"{said}, and {format_bytes(idle)} idle below the top{_why_idle(study)}."


def _why_idle(study: Study) -> str:
    if study.settings.planner == "naive":
        return ", as no blob shares memory"
    if study.plan.slots is not None:
        return ", as whole blobs share: a slot is as large as the largest blob in it"
    return ", in holes between blobs"


def warnings(both: Comparison) -> tuple[str, ...]:
    """What is wrong with a plan or a net: not to be used, whatever it needs."""
    said = [
        f"{side} is unsafe, not to be used: {study.unsafe}."
        for side, study in (("A", both.a), ("B", both.b))
        if study.unsafe is not None
    ]
    if both.broken is not None:
        said.append(f"B's net does not compute what A's does: {both.broken}.")
    return tuple(said)


def notes(both: Comparison) -> tuple[str, ...]:
    """What to know when reading: unknown sizes, and nets that differ."""
    said = []
    for side, study in (("A", both.a), ("B", both.b)):
        count = len(study.metrics.unknown)
        if count:
            blobs = "1 blob has" if count == 1 else f"{count:,} blobs have"
            said.append(f"In {side} {blobs} no known size: its figures leave them out.")
    ops_a, ops_b = len(both.a.net.ops), len(both.b.net.ops)
    if both.reordered:
        said.append("A and B run the same ops in another order: one index is not one op.")
    elif ops_a != ops_b:
        said.append(
            f"A has {ops_a:,} ops and B {ops_b:,}. They stand side by side by op index, so one "
            "index need not be one op."
        )
    elif not both.alike:
        said.append("A and B are other nets, side by side by op index: one index is not one op.")
    return tuple(said)


def selected_sentence(pair: Pair) -> str:
    """Where one blob lies in A and in B."""
    name = quoted(pair.blob, 60)
    places = [_place(side, row) for side, row in (("A", pair.a), ("B", pair.b))]
    where = f"{name}: {places[0]}; {places[1]}"
    if pair.moved_by:
        way = "up" if pair.moved_by > 0 else "down"
        return f"{where}: {shown_bytes(abs(pair.moved_by))} further {way}."
    return f"{where}, as in A." if pair.change is Change.STAYS else f"{where}."


def _place(side: str, row: MemoryRow | None) -> str:
    if row is None:
        return f"{side} has no such blob"
    if row.offset is None:
        return f"in {side} it has no place"
    return f"in {side} at offset {row.offset:,} ({format_bytes(row.size)})"
