"""The analysis before all planners, frame by frame: from when to when each blob is alive.

Ends in: the live ranges of the problem's buffers, and its max-live, the lower bound of every plan.
Cost: a frame for each operand and each step; frames hold a row for each blob.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from types import MappingProxyType

from memplan.liveness import live_bytes
from memplan.plan import BufferKind
from memplan.steps.frames import Block, Cell, CellKind, Fact, Happening, Method, Picture, Run
from memplan.steps.ground import Ground
from memplan.steps.recorder import Recorder
from memplan.steps.why import Why
from memplan.study import Study

__all__ = ["RANGES", "step_ranges"]

RANGES = Method(
    "liveness",
    "Live ranges",
    "From when to when each blob is needed, and how many bytes that is at each step.",
    MappingProxyType(
        {
            "fed": "inputs: alive from op 0",
            "each": "for each op, in order:",
            "read": "    what it reads is alive up to here",
            "write": "    what it writes is born, or alive still",
            "caller": "outputs: alive to the end, for the caller",
            "sum": "for each op: add up the bytes alive",
            "most": "the largest sum: no plan needs less",
        }
    ),
    Picture.RANGES,
)


def step_ranges(study: Study) -> Run:
    """Step through the analysis of a net; of the study's plan it takes nothing."""
    walk = _Walk(Ground(study), Recorder(RANGES, study))
    walk.start()
    for step in range(len(study.net.ops)):
        walk.op(step)
    walk.caller()
    walk.sums()
    return walk.recorder.run()


@dataclass(slots=True)
class _Walk:
    ground: Ground
    recorder: Recorder
    last: dict[str, int] = field(default_factory=dict)  # first step of each one's latest block
    used: set[str] = field(default_factory=set)  # an op has touched it

    def start(self) -> None:
        net = self.ground.study.net
        size: dict[str, Fact] = {"ops": len(net.ops), "blobs": len(self.ground.buffers)}
        self.add(Happening.LOOK, "fed", Why.START_RANGES, size)
        fed = {self.ground.buffer_of.get(name) for name in net.inputs}
        for buffer in self.ground.buffers.values():
            if buffer.kind is BufferKind.STATE:
                self.cover(buffer.name, 0, len(net.ops))
                self.tell(Happening.LOOK, "fed", Why.STAYS_ALWAYS, buffer.name)
            elif buffer.name in fed:
                self.cover(buffer.name, 0, 1)
                self.tell(Happening.LOOK, "fed", Why.FED, buffer.name)

    def op(self, step: int) -> None:
        touch = self.ground.touches[step]
        for name in touch.reads:
            self.cover(name, 0, step + 1)
            self.used.add(name)
            self.tell(Happening.READ, "read", Why.READ_HERE, name, step)
        for name in touch.writes:
            self.tell(Happening.WRITE, "write", self.write(name, step), name, step)
        for buffer in self.ground.buffers.values():
            if buffer.kind is BufferKind.SCRATCH and buffer.live.begin == step:
                self.cover(buffer.name, step, step + 1)
                self.tell(Happening.WRITE, "write", Why.SCRATCH_HERE, buffer.name, step)

    def write(self, name: str, step: int) -> Why:
        """Note a write, and say what kind of one it is."""
        fresh, untouched = name not in self.last, name not in self.used
        self.used.add(name)
        if fresh:
            self.cover(name, step, step + 1)
            return Why.WRITTEN_FIRST
        if name in self.ground.touches[step].reads:
            self.cover(name, 0, step + 1)
            return Why.WRITTEN_IN_PLACE
        # What was there before is of no more use: it held nothing since its last read.
        gap = any(gap.end == step for gap in self.ground.buffers[name].gaps)
        if gap and not untouched:
            self.last[name] = step
        self.cover(name, step, step + 1)
        return Why.WRITTEN_AGAIN

    def caller(self) -> None:
        end = len(self.ground.study.net.ops)
        for buffer in self.ground.buffers.values():
            block = self.latest(buffer.name)
            if block is None or block.end < buffer.live.end:
                self.cover(buffer.name, buffer.live.begin, end)
                self.tell(Happening.WRITE, "caller", Why.TO_THE_CALLER, buffer.name)

    def sums(self) -> None:
        for step, total in enumerate(live_bytes(self.ground.study.problem)):
            before = self.recorder.peak
            here = self.ground.alive_at(step)
            self.recorder.alive = {buffer.name: None for buffer in here}
            self.recorder.curve.append(total)
            self.recorder.peak = max(before, total)
            why = Why.SUM_PEAK if total > before else Why.SUM_STEP
            facts: dict[str, Fact] = {
                "bytes": total,
                "count": len(here),
                "before_bytes": before,
            }
            self.add(Happening.LOOK, "sum", why, facts, step, *(b.name for b in here))
        curve = self.recorder.curve
        self.recorder.alive = {}
        at = curve.index(max(curve)) if any(curve) else 0
        facts = {"peak_bytes": self.recorder.peak, "at": at}
        self.add(Happening.DONE, "most", Why.DONE_RANGES, facts)

    def cover(self, name: str, begin: int, end: int) -> None:
        """Let the latest block of a buffer reach up to `end`; begin one where there is none."""
        key = (name, self.last.setdefault(name, begin))
        blocks = self.recorder.blocks
        row = list(self.ground.buffers).index(name)
        block = blocks.get(key, Block(name, key[1], end, row, 1))
        blocks[key] = replace(block, end=max(block.end, end))

    def latest(self, name: str) -> Block | None:
        return self.recorder.blocks.get((name, self.last[name])) if name in self.last else None

    def tell(
        self, happening: Happening, line: str, why: Why, name: str, step: int | None = None
    ) -> None:
        """A frame about one buffer, as an op touches it or before and after all ops."""
        facts: dict[str, Fact] = {"blob": name}
        if step is not None:
            alive = [b for b in self.recorder.blocks.values() if b.begin <= step < b.end]
            self.recorder.alive = {block.name: None for block in alive}
            facts["op"] = self.ground.study.net.ops[step].type
        self.add(happening, line, why, facts, step, name)

    def add(
        self,
        happening: Happening,
        line: str,
        why: Why,
        facts: Mapping[str, Fact],
        step: int | None = None,
        *blobs: str,
    ) -> None:
        ranges: dict[str, list[str]] = {}
        for block in self.recorder.blocks.values():
            ranges.setdefault(block.name, []).append(f"[{block.begin}, {block.end})")
        sizes = self.ground.sizes
        rows = tuple((name, f"{' '.join(r)} · {sizes[name]}") for name, r in ranges.items())
        self.recorder.state = (Cell("live ranges", CellKind.TABLE, rows),)
        self.recorder.add(happening, line, why, facts, step=step, blobs=blobs)
