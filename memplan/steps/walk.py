"""Caffe2's planners as they decide: the list of free memory, tokens, line-ups, as they were traced.

Ends in: the slots of the plan. What is free before each decision is what the planner itself had
before it; what is free in one and was not in the one before has been freed in between.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from memplan.plan import Buffer, Decision, Reason
from memplan.steps.assigned import Slots
from memplan.steps.frames import Cell, CellKind, Fact, Happening, Method, Run, pairs_cell
from memplan.steps.ground import Ground
from memplan.steps.recorder import Recorder
from memplan.steps.refusals import refuse_memory, token_set
from memplan.steps.why import Why
from memplan.study import Study

__all__ = ["step_walk"]

_OWN = {
    Reason.STATIC: Why.STAYS_ITSELF,
    Reason.NOT_REACHED: Why.NEVER_REACHED,
    Reason.DONT_SHARE: Why.STAYS_ITSELF,
}


def step_walk(study: Study, method: Method) -> Run:
    """Step through the decisions of a planner of names.

    Args:
        method: Its code has the keys ``start``, ``each``, ``look``, ``take``, ``own``, ``free``
            and ``done``.
    """
    ground = Ground(study)
    walk = _Walk(ground, Recorder(method, study), Slots(ground))
    walk.begin()
    for place, decision in enumerate(study.decisions):
        later = study.decisions[place + 1] if place + 1 < len(study.decisions) else None
        walk.decide(decision, later)
    walk.finish()
    return walk.recorder.run()


@dataclass(slots=True)
class _Walk:
    ground: Ground
    recorder: Recorder
    slots: Slots
    free: list[tuple[str, str]] = field(default_factory=list)  # as listed, with what is asked
    tokens: int | None = None
    holder: dict[str, str] = field(default_factory=dict)  # by root: who lies there now
    lies_in: dict[str, str] = field(default_factory=dict)
    op: int | None = None

    @property
    def timed(self) -> bool:
        return self.recorder.method.timed

    def begin(self) -> None:
        """What comes from outside is there, with memory of its own."""
        study = self.ground.study
        unchanged = study.assignment.unchanged if study.assignment is not None else None
        self.tell_state()
        if unchanged is None:
            self.add(Happening.LOOK, "start", Why.START_NAMES, {"ops": len(study.net.ops)})
        else:
            self.add(Happening.LOOK, "start", Why.LEFT_ALONE, {"text": unchanged})
        made = {decision.blob for decision in study.decisions}
        for name in study.net.inputs:
            buffer = self.ground.buffers.get(self.ground.buffer_of.get(name, ""))
            if buffer is not None and name not in made and self.put(buffer):
                self.add(Happening.NEW, "start", Why.FROM_OUTSIDE, self.about(buffer), buffer)

    def decide(self, decision: Decision, later: Decision | None) -> None:
        """One decision, then what becomes free before the next one."""
        if self.is_passed_over(decision):
            return
        self.enter(decision)
        self.refuse(decision)
        buffer = self.ground.buffers.get(self.ground.buffer_of.get(decision.blob, ""))
        if buffer is not None:
            self.settle(buffer, decision)
        if later is not None and later.state is not None and decision.state is not None:
            self.release(later, decision.step)

    def is_passed_over(self, decision: Decision) -> bool:
        """Whether the planner never looked at the blob, which nobody outside waits for either."""
        barred = any(r.candidate is None and r.reason in _OWN for r in decision.rejected)
        return barred and decision.blob not in self.ground.study.net.outputs

    def enter(self, decision: Decision) -> None:
        state = decision.state
        if state is not None:
            self.tokens = state.tokens
            self.free = list(_listed(decision))
        step = decision.step
        self.extend_curve(step)
        self.tell_alive(step)
        self.tell_state()
        if "op" not in self.recorder.method.code.get("each", "") or step == self.op:
            return
        self.op = step
        touch = self.ground.touches[step]
        facts: dict[str, Fact] = {
            "op": self.ground.study.net.ops[step].type,
            "reads": touch.reads,
            "writes": touch.writes,
            "tokens": token_set(self.tokens),
        }
        why = Why.OP_RUNS if self.tokens is None else Why.OP_ENTERED
        blobs = dict.fromkeys((*touch.reads, *touch.writes))
        self.recorder.add(Happening.READ, "each", why, facts, step=step, blobs=blobs)

    def refuse(self, decision: Decision) -> None:
        step, needs = self.at(decision), dict(self.free)
        refuse_memory(self.recorder, self.ground, decision, self.holder, step=step, needs=needs)

    def settle(self, buffer: Buffer, decision: Decision) -> None:
        """The blob takes the memory that was chosen, or gets its own."""
        facts = self.about(buffer) | {"blob": decision.blob}
        if decision.chosen is None:
            reasons = [r.reason for r in decision.rejected if r.candidate is None]
            why = next((_OWN[reason] for reason in reasons if reason in _OWN), Why.OWN_SLOT)
            if self.put(buffer):
                self.lies_in[decision.blob] = self.holder[decision.blob] = decision.blob
                self.add(Happening.NEW, "own", why, facts, buffer, step=self.at(decision))
            return
        root = decision.chosen
        before = self.holder.get(root, root)
        facts |= {"before": before}
        self.free = [entry for entry in self.free if entry[0] != root]
        self.lies_in[decision.blob], self.holder[root] = root, decision.blob
        if self.put(buffer):
            other = self.ground.buffers.get(self.ground.buffer_of.get(before, ""))
            self.add(
                Happening.REUSE, "take", Why.TAKES_SLOT, facts, buffer, other,
                step=self.at(decision),
            )  # fmt: skip

    def release(self, later: Decision, step: int) -> None:
        """What the planner has before it next, and had not: it was freed by the op that ran."""
        listed = list(_listed(later))
        before = {root for root, _ in self.free}
        for root, _ in [entry for entry in listed if entry[0] not in before]:
            name = self.holder.get(root, root)
            buffer = self.ground.buffers.get(self.ground.buffer_of.get(name, ""))
            if buffer is None:
                continue
            self.free = [e for e in listed if e[0] in before or e[0] == root]
            before.add(root)
            self.recorder.alive.pop(buffer.name, None)
            facts = self.about(buffer) | {"blob": name}
            at = step if "op" in self.recorder.method.code.get("each", "") else None
            self.tell_state()
            self.add(Happening.FREE, "free", Why.SLOT_FREE, facts, buffer, step=at)

    def finish(self) -> None:
        rest = [buffer for buffer in self.ground.buffers.values() if self.put(buffer)]
        self.extend_curve(len(self.ground.study.net.ops) - 1)
        self.tokens, self.free = None, []
        self.recorder.alive = {}
        self.tell_state()
        if rest:
            facts: dict[str, Fact] = {"count": len(rest)}
            self.add(Happening.NEW, "own", Why.THE_REST, facts, *rest[:8])
        self.ground.finish(self.recorder)

    def put(self, buffer: Buffer) -> bool:
        """Lay a buffer into its slot; False where it lies there already."""
        if (buffer.name, buffer.live.begin) in self.recorder.blocks:
            return False
        if self.slots.in_bytes or buffer.size is not None or not self.ground.study.plan.offsets:
            self.slots.put(self.recorder, buffer)
        if not self.timed:
            self.recorder.alive[buffer.name] = None
            self.recorder.curve = self.placed_bytes()
        self.tell_state()
        return True

    def placed_bytes(self) -> list[int]:
        curve = [0] * self.ground.study.problem.horizon
        for name, _ in self.recorder.blocks:
            buffer = self.ground.buffers[name]
            for live in buffer.alive() if (name, buffer.live.begin) in self.recorder.blocks else ():
                for step in range(live.begin, live.end):
                    curve[step] += buffer.size or 0
        return curve

    def extend_curve(self, step: int) -> None:
        while self.timed and len(self.recorder.curve) <= step:
            here = self.ground.alive_at(len(self.recorder.curve))
            self.recorder.curve.append(sum(buffer.size or 0 for buffer in here))

    def tell_alive(self, step: int) -> None:
        if self.timed:
            self.recorder.alive = {buffer.name: None for buffer in self.ground.alive_at(step)}

    def tell_state(self) -> None:
        asks = "tokens" in self.recorder.method.code["free"]
        title, kind = ("free", CellKind.LIST)
        if asks:
            title, kind = ("free, for tokens", CellKind.TABLE)
        cells = [Cell(title, kind, tuple(self.free))]
        if asks:
            held = [token for token in token_set(self.tokens).strip("{}").split(", ") if token]
            tokens = tuple((token, "") for token in held)
            cells.append(Cell("tokens held", CellKind.LIST, tokens))
        cells.append(pairs_cell("blob → memory", self.lies_in))
        self.recorder.state = tuple(cells)

    def at(self, decision: Decision) -> int | None:
        """The op of a decision, where the planner goes by ops."""
        return decision.step if "op" in self.recorder.method.code.get("each", "") else None

    def about(self, buffer: Buffer) -> dict[str, Fact]:
        return {"blob": buffer.name, "slot": f"#{self.slots.of(buffer)}"}

    def add(
        self,
        happening: Happening,
        line: str,
        why: Why,
        facts: dict[str, Fact],
        *buffers: Buffer | None,
        step: int | None = None,
    ) -> None:
        blobs: Sequence[str] = [buffer.name for buffer in buffers if buffer is not None]
        self.recorder.add(happening, line, why, facts, step=step, blobs=blobs)


def _listed(decision: Decision) -> list[tuple[str, str]]:
    """The list of free memory, with the tokens that each asks for."""
    state = decision.state
    if state is None:
        return []
    needs = [token_set(bits) for bits in state.required] or [""] * len(state.free)
    return list(zip(state.free, needs, strict=False))
