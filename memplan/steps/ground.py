"""What every stepper asks of a study: where a blob lies, what an op touches, who meets whom."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

from memplan.liveness.extents import written_by
from memplan.net import reads_by_op
from memplan.plan import Buffer, LiveRange, WitnessKind
from memplan.steps.frames import Fact, Happening
from memplan.steps.recorder import Recorder
from memplan.steps.why import Why
from memplan.study import Study
from memplan.units import format_bytes

__all__ = ["Ground", "Touch"]


@dataclass(frozen=True, slots=True)
class Touch:
    """What an op reads and writes: buffers, each once, in the order of the op's operands."""

    reads: tuple[str, ...]
    writes: tuple[str, ...]


@dataclass(frozen=True)
class Ground:
    """A study, looked up."""

    study: Study

    @cached_property
    def buffers(self) -> dict[str, Buffer]:
        """By name, in the order of the problem."""
        return {buffer.name: buffer for buffer in self.study.problem.buffers}

    @cached_property
    def buffer_of(self) -> dict[str, str]:
        """For each blob that is planned the buffer in which it lies."""
        return {
            name: storage.name
            for storage in self.study.storages
            if storage.name in self.buffers
            for name in storage.names
        }

    @cached_property
    def sizes(self) -> dict[str, str]:
        """Bytes of each buffer, as people read them."""
        return {name: format_bytes(buffer.size) for name, buffer in self.buffers.items()}

    @cached_property
    def touches(self) -> tuple[Touch, ...]:
        """For each op what it touches."""
        net = self.study.net
        known = frozenset(net.names())
        rows = zip(net.ops, reads_by_op(net), strict=True)
        return tuple(
            Touch(self._lie(reads), self._lie(written_by(op, known))) for op, reads in rows
        )

    @cached_property
    def bases(self) -> dict[str, int]:
        """Where the picture has the first byte of each space: they stand one above the other."""
        base, found = 0, {}
        for name, peak in self.study.plan.peaks().items():
            found[name] = base
            base += peak
        return found

    def offset(self, buffer: Buffer) -> int | None:
        """In bytes from the start of its space; None where the plan gives it no place."""
        return (self.study.plan.offsets or {}).get(buffer.name)

    def put(self, recorder: Recorder, buffer: Buffer) -> None:
        """Lay a buffer of known offset into the picture."""
        offset, size = self.offset(buffer) or 0, buffer.size or 0
        space = self.study.plan.space_name(buffer.name)
        recorder.put(buffer, self.bases[space] + offset, size, space, offset + size)

    def run_op(self, recorder: Recorder, step: int) -> None:
        """The frame in which an op runs: all that it touches is alive."""
        touch = self.touches[step]
        facts: dict[str, Fact] = {
            "op": self.study.net.ops[step].type,
            "reads": touch.reads,
            "writes": touch.writes,
        }
        blobs = dict.fromkeys((*touch.reads, *touch.writes))
        recorder.add(Happening.READ, "run", Why.OP_RUNS, facts, step=step, blobs=blobs)

    def finish(self, recorder: Recorder) -> None:
        """The last frame: what is needed, and how far that is from what must be."""
        plan, bound = self.study.plan, self.study.metrics.bound
        proven = plan.proof is not None and plan.proof.kind is not WitnessKind.NOTHING
        why = Why.DONE_PROVEN if proven else Why.DONE_PLAN
        if self.study.unsafe:
            why = Why.DONE_UNSAFE
        facts: dict[str, Fact] = {"peak_bytes": recorder.peak, "bound_bytes": bound.bytes}
        recorder.add(Happening.DONE, "done", why, facts)

    def _lie(self, names: Iterator[str] | tuple[str, ...]) -> tuple[str, ...]:
        return tuple(
            dict.fromkeys(self.buffer_of[name] for name in names if name in self.buffer_of)
        )

    def born(self, step: int) -> Iterator[Buffer]:
        """Buffers whose live range, or a part of it behind a gap, begins here."""
        for buffer in self.buffers.values():
            if any(live.begin == step for live in buffer.alive()):
                yield buffer

    def gone(self, step: int) -> Iterator[Buffer]:
        """Buffers that hold nothing any more once the op at `step` has run."""
        for buffer in self.buffers.values():
            if any(live.end == step + 1 for live in buffer.alive()):
                yield buffer

    def meets(self, one: Buffer, other: Buffer) -> bool:
        """Whether both are alive at some step."""
        return any(a.meets(b) for a in one.alive() for b in other.alive())

    def alive_at(self, step: int) -> tuple[Buffer, ...]:
        """Buffers that hold something while the op at `step` runs."""
        here = LiveRange(step, step + 1)
        return tuple(b for b in self.buffers.values() if any(map(here.meets, b.alive())))
