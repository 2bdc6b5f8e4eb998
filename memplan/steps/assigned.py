"""A plan of shared names in the order of the ops: which blob takes whose memory, and when.

Ends in: the slots of the plan. How the planner came to its choice is not told here; for some
there is a stepper of their own.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from memplan.plan import Buffer, Decision
from memplan.steps.frames import Fact, Happening, Method, Run, pairs_cell
from memplan.steps.ground import Ground
from memplan.steps.recorder import Recorder
from memplan.steps.refusals import refuse_memory
from memplan.steps.why import Why
from memplan.study import Study

__all__ = ["Slots", "step_assigned"]


def step_assigned(study: Study, method: Method) -> Run:
    """Step through the ops: an output takes a slot, the op runs, what is dead leaves its slot.

    Args:
        method: Its code has the keys ``each``, ``look``, ``born``, ``run``, ``dead``, ``done``.
    """
    ground = Ground(study)
    walk = _Walk(
        ground, Recorder(method, study), Slots(ground), {d.blob: d for d in study.decisions}
    )
    walk.recorder.add(Happening.LOOK, "each", Why.START_NAMES, {"ops": len(study.net.ops)})
    for step in range(len(study.net.ops)):
        walk.op(step)
    ground.finish(walk.recorder)
    return walk.recorder.run()


@dataclass(slots=True)
class Slots:
    """The slots of a plan as the picture has them: stacked by bytes, or rows where none are known.

    Attributes:
        holds: What each slot holds now, or held last, in the order of first use.
    """

    ground: Ground
    holds: dict[int, str] = field(default_factory=dict)

    @property
    def in_bytes(self) -> bool:
        """Whether every size is known, so that slots have heights."""
        problem = self.ground.study.problem
        return not problem.unknown and any(buffer.size for buffer in problem.buffers)

    def of(self, buffer: Buffer) -> int:
        """The slot of a buffer."""
        return (self.ground.study.plan.slots or {})[buffer.name]

    def put(self, recorder: Recorder, buffer: Buffer) -> None:
        """Lay a buffer into its slot."""
        slot = self.of(buffer)
        self.holds[slot] = buffer.name
        if not self.in_bytes:
            recorder.put(buffer, slot, 1, str(slot), 1)
            return
        space = self.ground.study.plan.space_name(buffer.name)
        offset = self.ground.bases[space] + (self.ground.offset(buffer) or 0)
        recorder.put(buffer, offset, buffer.size or 0, f"{space} {slot}", buffer.size or 0)

    def table(self, alive: Mapping[str, None]) -> dict[str, str]:
        """What each slot holds now."""
        return {f"#{slot}": name if name in alive else "-" for slot, name in self.holds.items()}


@dataclass(slots=True)
class _Walk:
    ground: Ground
    recorder: Recorder
    slots: Slots
    decisions: Mapping[str, Decision]
    placed: set[str] = field(default_factory=set)

    def op(self, step: int) -> None:
        ground, recorder = self.ground, self.recorder
        recorder.curve.append(sum(b.size or 0 for b in ground.alive_at(step)))
        for buffer in list(ground.born(step)):
            self.give(buffer, step)
        ground.run_op(recorder, step)
        if step < len(ground.study.net.ops) - 1:
            for buffer in list(ground.gone(step)):
                self.leave(buffer, step)

    def give(self, buffer: Buffer, step: int) -> None:
        decision = self.decisions.get(buffer.name)
        if decision is not None and buffer.name not in self.placed:
            refuse_memory(self.recorder, self.ground, decision, {}, step=step)
        slot = self.slots.of(buffer)
        before = self.slots.holds.get(slot)
        clash = before is not None and before != buffer.name and before in self.recorder.alive
        self.recorder.alive[buffer.name] = None
        if buffer.name in self.placed:
            self.tell_state()
            return
        self.placed.add(buffer.name)
        self.slots.put(self.recorder, buffer)
        self.tell_state()
        happening, why = Happening.NEW, Why.OWN_SLOT
        if before is not None:
            happening, why = Happening.REUSE, Why.CLASH if clash else Why.TAKES_SLOT
        facts: dict[str, Fact] = {"blob": buffer.name, "slot": f"#{slot}", "before": before or ""}
        blobs = (buffer.name, *([before] if before else []))
        self.recorder.add(happening, "born", why, facts, step=step, blobs=blobs)

    def leave(self, buffer: Buffer, step: int) -> None:
        self.recorder.alive.pop(buffer.name, None)
        self.tell_state()
        facts: dict[str, Fact] = {"blob": buffer.name, "slot": f"#{self.slots.of(buffer)}"}
        blobs = (buffer.name,)
        self.recorder.add(Happening.FREE, "dead", Why.SLOT_FREE, facts, step=step, blobs=blobs)

    def tell_state(self) -> None:
        alive = self.recorder.alive
        mapping = {
            name: f"#{(self.ground.study.plan.slots or {})[name]}" for name in self.placed_in
        }
        self.recorder.state = (
            pairs_cell("slots", self.slots.table(alive)),
            pairs_cell("blob → slot", mapping),
        )

    @property
    def placed_in(self) -> list[str]:
        return [name for name in self.ground.buffers if name in self.placed]
