"""Which of two plans is better, and why: sentences, plain text with names in quotes."""

from __future__ import annotations

from memplan.errors import quoted
from memplan.planners import PLANNERS
from memplan.study import Study
from memplan.units import format_bytes
from memplan.views.compare import Change, Comparison, Pair
from memplan.views.names import shown_bytes
from memplan.views.rows import MemoryRow

__all__ = [
    "less",
    "notes",
    "reasons",
    "selected_sentence",
    "share",
    "verdict",
    "warnings",
]

_NAMED = 3


def less(a: int, b: int, verb: str = " needs", word: str = "less") -> str:
    """The difference of two figures of which the lower is the better, in words.

    >>> less(3, 4), less(4096, 2048), less(5, 5)
    ('A needs 1 B less (25%)', 'B needs 2,048 B (2.0 KiB) less (50%)', 'the same')
    """
    if a == b:
        return "the same"
    side, low, high = ("A", a, b) if a < b else ("B", b, a)
    return f"{side}{verb} {shown_bytes(high - low)} {word} ({share(high - low, high)})"


def share(part: int, whole: int) -> str:
    """A share as people say it: what is something is not 0%, what is not all is not 100%.

    >>> share(1, 4), share(1, 4000), share(3999, 4000), share(0, 1)
    ('25%', 'under 1%', 'over 99%', '0%')
    """
    percent = part / whole
    if part and percent < 0.01:
        return "under 1%"
    return "over 99%" if part != whole and percent > 0.99 else f"{percent:.0%}"


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
    low, high = sorted((peak_a, peak_b))
    better, worse = ("A", "B") if peak_a < peak_b else ("B", "A")
    return (
        f"{known}{better} needs {format_bytes(high - low)} less than {worse} "
        f"({share(high - low, high)}): {format_bytes(low)} instead of {format_bytes(high)}."
    )


def reasons(both: Comparison) -> tuple[str, ...]:
    """Why: where most is alive in each, what that is, and how far the arena is above it."""
    a, b = both.a, both.b
    here, there = _fullest(a), _fullest(b)
    arenas = [_arena("A", a), _arena("B", b)]
    if here == there:
        return f"In both {here}.", *arenas
    said = [
        f"In {side} {peak}. {arena}"
        for side, peak, arena in zip("AB", (here, there), arenas, strict=True)
    ]
    bounds = [study.metrics.bound.bytes for study in (a, b)]
    if bounds[0] != bounds[1]:
        why = "The ops run in another order" if both.reordered else "What is planned differs"
        least = less(bounds[0], bounds[1], "'s lower bound is", "lower")
        said.append(f"{why}: {least}.")
    return tuple(said)


def _fullest(study: Study) -> str:
    """The step at which most is alive, and what that is."""
    most = study.metrics.max_live
    if most.step is None:
        return "no blob of known size is planned"
    sizes = {buffer.name: buffer.size or 0 for buffer in study.problem.buffers}
    largest = sorted(most.buffers, key=lambda name: (-sizes[name], name))
    count = len(largest)
    named = ", ".join(quoted(name, 40) for name in largest[:_NAMED])
    ops = study.net.ops
    kind = f", {quoted(ops[most.step].type, 40)}" if ops else ""
    return (
        f"most is alive at op {most.step:,}{kind}: "
        f"{format_bytes(most.bytes)} in {count:,} blob{'' if count == 1 else 's'} "
        f"({named}{' and others' if count > _NAMED else ''})"
    )


def _arena(side: str, study: Study) -> str:
    """How far a plan's arena is above what is alive, and why."""
    title = PLANNERS[study.settings.planner].title
    lost = study.metrics.lost_bytes
    said = f"The arena of {side} ({title}) is"
    if study.unsafe is not None:
        than = f"{shown_bytes(-lost)} smaller than that" if lost < 0 else "no use"
        return f"{said} {than}: its plan is unsafe."
    if lost <= 0:
        best = ", so no plan has a lower peak" if study.plan.proven else ""
        return f"{said} no larger{best}."
    return f"{said} {shown_bytes(lost)} larger, {_why_larger(study)}."


def _why_larger(study: Study) -> str:
    if study.settings.planner == "naive":
        return "as no blob shares memory"
    if study.plan.slots is not None:
        return (
            f"as whole blobs share: each of its {study.metrics.slots:,} slots is as large as the "
            "largest blob in it, for the whole run"
        )
    return "as holes stay open between blobs"


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
