"""A plan of offsets in the order of the ops: what is born, what dies, where each lies.

Ends in: the offsets of the plan. A planner that decides in the order of birth (no sharing, online
best fit) is followed decision by decision, with the holes that it passed over.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from memplan.plan import Buffer, Decision
from memplan.steps.frames import Fact, Happening, Method, Run, pairs_cell
from memplan.steps.ground import Ground
from memplan.steps.recorder import Recorder
from memplan.steps.refusals import refuse
from memplan.steps.why import Why
from memplan.study import Study

__all__ = ["step_timed"]


def step_timed(study: Study, method: Method) -> Run:
    """Step through the ops: each output gets its bytes, the op runs, what is dead gives them up.

    Args:
        method: Its code has the keys ``each``, ``born``, ``run``, ``dead``, ``done``; and
            ``look`` where dead bytes are looked for.
    """
    ground = Ground(study)
    walk = _Walk(ground, Recorder(method, study), {d.blob: d for d in study.decisions})
    walk.recorder.add(Happening.LOOK, "each", Why.START_TIMED, {"ops": len(study.net.ops)})
    for step in range(walk.steps):
        walk.op(step)
    ground.finish(walk.recorder)
    return walk.recorder.run()


@dataclass(slots=True)
class _Walk:
    ground: Ground
    recorder: Recorder
    decisions: Mapping[str, Decision]
    placed: dict[str, int] = field(default_factory=dict)

    @property
    def steps(self) -> int:
        """How many there are; buffers that came without a net have no ops."""
        return len(self.ground.study.net.ops) or self.ground.study.problem.horizon

    @property
    def shares(self) -> bool:
        """Whether the method looks for bytes of the dead."""
        return "look" in self.recorder.method.code

    def op(self, step: int) -> None:
        ground, recorder = self.ground, self.recorder
        born = sorted(ground.born(step), key=self.turn)
        recorder.curve.append(sum(b.size or 0 for b in ground.alive_at(step)))
        for buffer in born:
            recorder.alive[buffer.name] = None
            self.give(buffer, step)
        if step < len(ground.study.net.ops):
            ground.run_op(recorder, step)
        if step < self.steps - 1:
            for buffer in list(ground.gone(step)):
                self.end(buffer, step)

    def turn(self, buffer: Buffer) -> int:
        """Of what is born at one step, when the planner came to it."""
        decision = self.decisions.get(buffer.name)
        return len(self.decisions) if decision is None else decision.turn

    def give(self, buffer: Buffer, step: int) -> None:
        """Tell where a buffer that is born lies, and what was passed over."""
        offset = self.ground.offset(buffer)
        if offset is None or buffer.name in self.placed:
            self.tell_state()
            return
        decision = self.decisions.get(buffer.name)
        if decision is not None and self.shares:
            base = self.ground.bases[self.ground.study.plan.space_name(buffer.name)]
            refuse(self.recorder, buffer, decision, base, step)
        before, under = self.recorder.peak, self.under(buffer)
        self.ground.put(self.recorder, buffer)
        self.placed[buffer.name] = offset
        self.tell_state()
        happening, why = Happening.NEW, Why.FIRST_BYTES if self.shares else Why.NEVER_SHARED
        if under:
            happening, why = Happening.REUSE, Why.TAKES_DEAD_BYTES
        elif self.shares and self.recorder.peak > before:
            why = Why.ON_TOP
        facts: dict[str, Fact] = {
            "blob": buffer.name,
            "bytes": buffer.size or 0,
            "offset_bytes": offset,
            "before": tuple(under[:3]),
        }
        blobs = (buffer.name, *under[:1])
        self.recorder.add(happening, "born", why, facts, step=step, blobs=blobs)

    def under(self, buffer: Buffer) -> list[str]:
        """Dead buffers that had some of these bytes, the latest first."""
        plan = self.ground.study.plan
        space = plan.space_name(buffer.name)
        low = self.ground.offset(buffer) or 0
        top = low + (buffer.size or 0)
        found = [
            self.ground.buffers[name]
            for name, offset in self.placed.items()
            if plan.space_name(name) == space
            and offset < top
            and low < offset + (self.ground.buffers[name].size or 0)
        ]
        return [other.name for other in sorted(found, key=lambda b: (-b.live.end, b.name))]

    def end(self, buffer: Buffer, step: int) -> None:
        """The buffer holds nothing any more."""
        self.recorder.alive.pop(buffer.name, None)
        if buffer.name not in self.placed:
            return
        self.tell_state()
        happening, why = Happening.KEEP, Why.KEEPS_ITS_BYTES
        if self.shares:
            happening, why = Happening.FREE, Why.LAST_READ
        facts: dict[str, Fact] = {"blob": buffer.name, "bytes": buffer.size or 0}
        self.recorder.add(happening, "dead", why, facts, step=step, blobs=(buffer.name,))

    def tell_state(self) -> None:
        offsets = {name: f"{offset:,}" for name, offset in self.placed.items()}
        alive = self.recorder.alive_cell(self.ground.sizes)
        self.recorder.state = (alive, pairs_cell("offset", offsets))
