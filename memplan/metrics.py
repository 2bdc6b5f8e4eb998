"""The figures of a plan: what it needs, what it could not need less than, what is not known."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from heapq import heappop, heappush

from memplan.bounds import lower_bound
from memplan.errors import quoted
from memplan.liveness import Storage, max_live
from memplan.net import Net, Op, made_names
from memplan.plan import BufferKind, Plan, Problem, Witness, WitnessKind

__all__ = ["Metrics", "UnknownBlob", "measure", "reach"]


@dataclass(frozen=True, slots=True)
class UnknownBlob:
    """A blob whose size is unknown, and why: one sentence that says who can supply it."""

    name: str
    reason: str


@dataclass(frozen=True, slots=True)
class Metrics:
    """Figures in bytes; where sizes are unknown, each covers what is known.

    Attributes:
        weights_bytes: Of all weights; not planned.
        naive_bytes: Every counted storage with memory of its own.
        max_live: The step at which most is alive, with the buffers alive there.
        bound: A proof that no plan needs less: at least max-live.
        peak_bytes: What the plan needs.
        unknown: Blobs of unknown size, weights included.
        slots: Slots that the plan uses; None for a plan of offsets alone.
    """

    weights_bytes: int
    naive_bytes: int
    max_live: Witness
    bound: Witness
    peak_bytes: int
    unknown: tuple[UnknownBlob, ...]
    slots: int | None = None

    @property
    def complete(self) -> bool:
        """Whether every size is known, so that the sums are of the whole net."""
        return not self.unknown

    @property
    def saved_bytes(self) -> int:
        """What the plan saves against no sharing."""
        return self.naive_bytes - self.peak_bytes

    @property
    def lost_bytes(self) -> int:
        """Peak - max-live: bytes lost to holes and alignment; of several memories, in all."""
        each = self.bound.kind is WitnessKind.MAX_LIVE_EACH
        return self.peak_bytes - (self.bound if each else self.max_live).bytes

    @property
    def fragmentation(self) -> float:
        """(peak - max-live) / peak: the share of the memory that is lost."""
        return self.lost_bytes / self.peak_bytes if self.peak_bytes else 0.0


def measure(net: Net, storages: Sequence[Storage], problem: Problem, plan: Plan) -> Metrics:
    """Work out the figures of `plan`, an answer to `problem`, which `net` with `storages` poses."""
    weights = [net.blob(s.name) for s in storages if s.kind is BufferKind.WEIGHT]
    return Metrics(
        weights_bytes=sum(blob.nbytes or 0 for blob in weights),
        naive_bytes=sum(buffer.size or 0 for buffer in problem.buffers),
        max_live=max_live(problem),
        bound=lower_bound(problem),
        peak_bytes=plan.known_peak,
        unknown=_unknown(net, storages, problem),
        slots=None if plan.slots is None else len(set(plan.slots.values())),
    )


def reach(plan: Plan) -> tuple[int, ...]:
    """How far up the arena each step needs: the highest byte of what is alive, plus one.

    Its maximum is the plan's peak; where it is above the bytes alive, the rest lies idle. Of
    several spaces the sum. Cost: sorting, and a heap of what is alive.
    """
    tops = [0] * plan.problem.horizon
    for space in plan.problem.spaces:
        alive: list[tuple[int, int]] = []  # (-top, end), the highest first
        births = _births(plan, space.name)
        for step in range(len(tops)):
            while births and births[-1][0] == step:
                _, top, end = births.pop()
                heappush(alive, (-top, end))
            while alive and alive[0][1] <= step:
                heappop(alive)
            tops[step] -= alive[0][0] if alive else 0
    return tuple(tops)


def _births(plan: Plan, space: str) -> list[tuple[int, int, int]]:
    """(begin, highest byte plus one, end) of all that lies in a space, the first born last."""
    offsets = plan.offsets or {}
    here = (b for b in plan.problem.buffers if b.name in offsets)
    return sorted(
        (
            (part.live.begin, offsets[buffer.name] + part.high, part.live.end)
            for buffer in here
            if plan.space_name(buffer.name) == space
            for part in buffer.occupied()
        ),
        reverse=True,
    )


def _unknown_inside(op: Op) -> str:
    """Which blob inside an op's nested nets has no known size, and why."""
    for arg, nested in op.nets.items():
        for name in made_names(nested):
            blob = nested.blob(name)
            if blob.nbytes is None:
                why = blob.unknown or "nothing tells its shape"
                return f"{quoted(name)} inside {quoted(arg)} has no known size: {why}"
    return "a blob inside the nested nets has no known size"


def _unknown(net: Net, storages: Sequence[Storage], problem: Problem) -> tuple[UnknownBlob, ...]:
    planned = {buffer.name for buffer in problem.unknown}
    rows: dict[str, str] = {}
    for storage in storages:
        if storage.name in planned or storage.kind is BufferKind.WEIGHT:
            planned.discard(storage.name)
            for name in storage.names:
                blob = net.blob(name)
                if blob.nbytes is None:
                    rows[name] = blob.unknown or "nothing tells its shape"
    for buffer in problem.buffers:
        if buffer.name in planned:
            rows[buffer.name] = _unknown_inside(net.ops[buffer.live.begin])
    return tuple(UnknownBlob(name, reason) for name, reason in rows.items())
