"""Sentences: what the figures mean, why a blob lies where it does, why something is unknown.

Plain text, with names in quotes on one line; a page shows them as text, not as markup.
"""

from __future__ import annotations

from dataclasses import dataclass

from memplan.errors import quoted
from memplan.net import Blob, RoleRule
from memplan.plan import Witness, WitnessKind
from memplan.planners import PLANNERS
from memplan.study import Study
from memplan.units import format_bytes
from memplan.views.names import shown_bytes

__all__ = [
    "Headline",
    "capacity_sentence",
    "head_sentence",
    "headlines",
    "instead_sentence",
    "peak_sentence",
    "proof_sentence",
    "role_reason",
    "unknown_reason",
    "unknown_sentence",
    "witness_sentence",
]


@dataclass(frozen=True, slots=True)
class Headline:
    """One number above everything: its name, its value, and a sentence that explains it."""

    name: str
    value: str
    help: str


def headlines(study: Study) -> tuple[Headline, ...]:
    """The numbers of a study, in the order in which they are read."""
    m = study.metrics
    share = f" ({m.saved_bytes / m.naive_bytes:.0%})" if m.naive_bytes else ""
    rows = (
        ("Weights", m.weights_bytes, "Parameters: there for every run, so no plan moves them."),
        ("No sharing", m.naive_bytes, "Every counted blob with memory of its own."),
        ("Peak", m.peak_bytes, "The arena that this plan needs."),
        ("Lower bound", m.bound.bytes, witness_sentence(m.bound)),
    )
    values = [Headline(name, format_bytes(size), _exactly(size, text)) for name, size, text in rows]
    saved = Headline(
        "Saved",
        f"{format_bytes(m.saved_bytes)}{share}",
        _exactly(m.saved_bytes, "What sharing memory saves against no sharing."),
    )
    unknown = Headline("Unknown", f"{len(m.unknown):,}", unknown_sentence(study))
    return (*values, saved, unknown)


def _exactly(size: int, text: str) -> str:
    return f"{size:,} B. {text}"


def witness_sentence(witness: Witness) -> str:
    """Why no plan can need less than a bound."""
    if witness.kind is WitnessKind.MAX_LIVE_EACH:
        return (
            f"The most that is alive in each memory, added up: {witness.bytes:,} B; "
            "no plan in this order of ops can need less."
        )
    if witness.kind is WitnessKind.LARGEST:
        return f"The largest blob alone, {quoted(witness.buffers[0])}, takes {witness.bytes:,} B."
    if witness.kind in _OTHERS:
        return _OTHERS[witness.kind](witness)
    if witness.step is None:
        return "No blob of known size is counted, so nothing is needed."
    count = len(witness.buffers)
    together = "this blob is alive" if count == 1 else f"these {count:,} blobs are alive together"
    return (
        f"At step {witness.step:,} {together} ({_first_names(witness)}): {witness.bytes:,} B; "
        "no plan in this order of ops can need less."
    )


def proof_sentence(study: Study) -> str:
    """Whether a plan is proven to be the best, and why; first of all whether it is safe."""
    metrics = study.metrics
    if study.unsafe is not None:
        return f"Unsafe, not to be used: {study.unsafe}."
    if study.assignment is not None and study.assignment.unchanged is not None:
        return f"The planner left the net as it is, because {study.assignment.unchanged}."
    if study.plan.proof is not None:
        return f"Proven: no plan has a lower peak. {witness_sentence(study.plan.proof)}"
    gap = metrics.peak_bytes - metrics.bound.bytes
    if gap <= 0:
        unknown = len(metrics.unknown)
        sizes = "1 size is" if unknown == 1 else f"{unknown:,} sizes are"
        return (
            "Over the known sizes no plan has a lower peak; of the whole net nothing is proven "
            f"while {sizes} unknown. {witness_sentence(metrics.bound)}"
        )
    searched = f" after {study.plan.nodes:,} nodes of search" if study.plan.nodes else ""
    return (
        f"Not proven{searched}: the peak is {shown_bytes(gap)} above the lower bound; "
        "a better plan may exist or may not."
    )


def _clique_sentence(witness: Witness) -> str:
    return (
        f"Each two of these {len(witness.buffers):,} blobs conflict ({_first_names(witness)}): "
        f"{witness.bytes:,} B; they can share nothing."
    )


def _fixed_sentence(witness: Witness) -> str:
    return (
        f"{quoted(witness.buffers[0])} has a fixed place, and ends at byte {witness.bytes:,}; "
        "no plan that leaves it there can need less."
    )


def _exhausted_sentence(witness: Witness) -> str:
    return (
        f"A search that leaves nothing out found no plan in fewer than {witness.bytes:,} B "
        f"({witness.nodes:,} nodes)."
    )


_OTHERS = {
    WitnessKind.CLIQUE: _clique_sentence,
    WitnessKind.FIXED: _fixed_sentence,
    WitnessKind.EXHAUSTED: _exhausted_sentence,
}


def _first_names(witness: Witness) -> str:
    names = ", ".join(quoted(name, 40) for name in witness.buffers[:3])
    return f"{names}{' and others' if len(witness.buffers) > 3 else ''}"


def capacity_sentence(study: Study) -> str:
    """Whether the plan fits into the memory that there is; empty where nobody said how much."""
    capacity, metrics = study.settings.capacity, study.metrics
    if capacity is None:
        return ""
    spare = capacity - metrics.peak_bytes
    known = "" if metrics.complete else ", as far as sizes are known"
    if spare >= 0:
        return f"Fits in {format_bytes(capacity)}{known}: {shown_bytes(spare)} stay free."
    text = f"Does not fit in {format_bytes(capacity)}: {shown_bytes(-spare)} too much"
    if metrics.bound.bytes > capacity:
        return f"{text}, and no plan in this order of ops does: the lower bound is above it."
    return f"{text}; the lower bound leaves room for a plan that does."


def head_sentence(study: Study) -> str:
    """What a plan of TensorFlow Lite Micro's is a part of; empty for other planners."""
    if study.plan.planner != "tflm":
        return ""
    exact = " (exact)" if _head_is_exact(study) else ""
    asked = len(study.settings.scratch)
    if not asked:
        given, missing = "", "kernels' scratch and persistent buffers are"
    else:
        given, missing = f", with {asked:,} requests of scratch as given", "persistent buffers are"
    head = f"Planned head {study.metrics.peak_bytes:,} B{exact}{given}"
    return f"{head}; {missing} not in the file."


def instead_sentence(study: Study) -> str:
    """Who planned in place of the planner that was asked for, and why; empty where nobody did."""
    asked, did = study.settings.planner, study.plan.planner
    if not study.settings.wishes.no_waiting or did in (asked, "") or did not in PLANNERS:
        return ""
    return (
        f"Sharing is to make no op wait: {PLANNERS[did].title} ({did}) stands for "
        f"{PLANNERS[asked].title} ({asked})."
    )


def _head_is_exact(study: Study) -> bool:
    """Whether the engine counts the same tensors, over the same times."""
    net, counted = study.net, study.settings.accounting
    used = {name for s in study.storages if s.touched for name in s.names}
    idle = (b for n, b in net.blobs.items() if n not in used and not b.initialized)
    return (
        net.dialect == "tflite"
        and counted.inputs
        and counted.outputs
        and not study.metrics.unknown
        and not any(op.nets for op in net.ops)
        # The engine gives memory to tensors that no op touches, all at once before the first.
        and all(b.rule is RoleRule.VARIABLE or b.nbytes == 0 for b in idle)
    )


def peak_sentence(study: Study) -> str:
    """When most is alive, and how much of the arena is lost to holes."""
    m = study.metrics
    if m.max_live.step is None:
        return "No blob of known size is counted."
    holes = m.lost_bytes
    lost = f"{shown_bytes(holes)} ({m.fragmentation:.1%})" if holes else "nothing"
    ops = study.net.ops
    kind = f" ({quoted(ops[m.max_live.step].type, 40)})" if ops else ""
    return (
        f"Most is alive at step {m.max_live.step:,}{kind}: "
        f"{shown_bytes(m.max_live.bytes)} in {len(m.max_live.buffers):,} blobs; "
        f"{lost} of the arena is lost to holes and alignment."
    )


def role_reason(blob: Blob) -> str:
    """The rule that decided a blob's role; the rules are worded to be read."""
    return blob.rule.value if blob.rule else "as the file declares it"


def unknown_reason(blob: Blob) -> str:
    """Why a blob's size is unknown, and what would tell."""
    return (blob.unknown or "nothing tells its shape").rstrip(".")


def unknown_sentence(study: Study) -> str:
    """How much is unknown, and what that means for the sums."""
    unknown = study.metrics.unknown
    if not unknown:
        return "Every size is known: the sums are of the whole net."
    first = unknown[0]
    blobs = "1 blob has" if len(unknown) == 1 else f"{len(unknown):,} blobs have"
    return (
        f"{blobs} no known size, so the sums cover the rest. "
        f"{quoted(first.name)}: {first.reason.rstrip('.')}."
    )
