"""One moment of the run: what is in memory while an op runs, just before it and just after.

A step has three phases, so an op has three figures:

    before   what is there when the op begins: made earlier, needed still
    during   that and what the op makes: the height of the memory curve at this step
    after    what is needed later: what the op read for the last time is gone
"""

from __future__ import annotations

from dataclasses import dataclass

from memplan.errors import quoted
from memplan.plan import BufferKind, Problem
from memplan.study import Study
from memplan.views.names import shown_bytes
from memplan.views.rows import MemoryRow, biggest_first, memory_rows
from memplan.views.steps import step_word

__all__ = ["OpMemory", "alive_rows", "moment_sentence", "op_memory", "peak_step"]
__all__ += ["standing_sentence"]


@dataclass(frozen=True, slots=True)
class OpMemory:
    """Bytes in memory around one op, over the buffers of known size."""

    before: int
    during: int
    after: int


def op_memory(problem: Problem, step: int) -> OpMemory:
    """The bytes alive before, during and after the op at `step`."""
    before = during = after = 0
    for buffer in problem.buffers:
        size = buffer.bytes_at(step)
        live = buffer.live
        # Inputs are there before the first op, outputs are still there after the last.
        fed = live.begin < step or (step == 0 and buffer.kind is BufferKind.INPUT)
        kept = live.end > step + 1 or buffer.kind is BufferKind.OUTPUT
        before += size * fed
        during += size
        after += size * kept
    return OpMemory(before, during, after)


def peak_step(study: Study) -> int:
    """The step that needs most; 0 where nothing of known size is counted."""
    return study.metrics.max_live.step or 0


def alive_rows(study: Study, step: int) -> list[MemoryRow]:
    """What is planned and alive while the op at `step` runs, the largest first."""
    rows = (row for row in memory_rows(study) if row.planned)
    here = (row for row in rows if any(live.begin <= step < live.end for live in row.alive))
    return biggest_first(here)


def moment_sentence(study: Study, step: int) -> str:
    """How much is alive at a step, and how that compares with the peak."""
    if step >= study.net.steps:
        return "There is no such op."
    rows = alive_rows(study, step)
    alive = sum(_bytes_at(row, step) for row in rows)
    unknown = sum(row.size is None for row in rows)
    most = study.metrics.max_live.bytes
    blobs = "1 blob" if len(rows) == 1 else f"{len(rows):,} blobs"
    kind = f" ({quoted(study.net.ops[step].type, 40)})" if study.net.ops else ""
    text = f"At {step_word(study.net)} {step:,}{kind} {shown_bytes(alive)} are alive"
    text += f" in {blobs}"
    if unknown:
        text += f", {unknown:,} of them of unknown size"
    if alive == most and most:
        return f"{text}: as much as at no other step."
    return f"{text}: {alive / most:.0%} of the most at any step." if most else f"{text}."


def _bytes_at(row: MemoryRow, step: int) -> int:
    return sum(p.high - p.low for p in row.parts if p.live.begin <= step < p.live.end)


def standing_sentence(study: Study, buffer: str) -> str:
    """Whether a buffer is among those that make the peak, and how large it is among them."""
    step, word = peak_step(study), step_word(study.net)
    rows = alive_rows(study, step)
    place = next((rank for rank, row in enumerate(rows) if row.name == buffer), None)
    if place is None:
        return f"not alive at the peak ({word} {step:,}): a smaller one would not lower it"
    most = study.metrics.max_live.bytes
    share = f", {(rows[place].size or 0) / most:.0%} of it" if most else ""
    return f"number {place + 1} by size of {len(rows):,} alive at the peak ({word} {step:,}){share}"
