"""A packer that takes the blobs in an order of its own: greedy by size, fullest first, a search.

Ends in: the offsets of the plan. Each blob is followed by the holes below it that were passed
over, and by what it shares bytes with: blobs that are never alive together with it.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from memplan.plan import Buffer, Decision
from memplan.steps.frames import Cell, CellKind, Fact, Happening, Method, Run, pairs_cell
from memplan.steps.ground import Ground
from memplan.steps.recorder import Recorder
from memplan.steps.refusals import refuse
from memplan.steps.why import Why
from memplan.study import Study

__all__ = ["step_ordered"]

_AHEAD = 24  # of the blobs that still wait so many are listed


def step_ordered(study: Study, method: Method, start: Why = Why.START_OWN_ORDER) -> Run:
    """Step through the decisions of a planner as it traced them.

    Args:
        method: Its code has the keys ``sort``, ``next``, ``look``, ``place``, ``done``.
        start: What is said of the order.
    """
    walk = _Walk(Ground(study), Recorder(method, study))
    walk.ahead = [decision.blob for decision in study.decisions]
    walk.tell_state()
    walk.recorder.add(Happening.LOOK, "sort", start, {"count": len(walk.ahead)})
    for decision in study.decisions:
        walk.decide(decision)
    walk.recorder.alive = {}
    walk.ground.finish(walk.recorder)
    return walk.recorder.run()


@dataclass(slots=True)
class _Walk:
    ground: Ground
    recorder: Recorder
    ahead: list[str] = field(default_factory=list)
    placed: list[Buffer] = field(default_factory=list)

    def decide(self, decision: Decision) -> None:
        buffer = self.ground.buffers[decision.blob]
        rivals = [other for other in self.placed if self.ground.meets(buffer, other)]
        self.recorder.alive = dict.fromkeys((buffer.name, *(r.name for r in rivals)))
        facts: dict[str, Fact] = {
            "blob": buffer.name,
            "bytes": buffer.size or 0,
            "turn": decision.turn + 1,
            "rivals": len(rivals),
        }
        why = Why.NEXT_BLOB if rivals else Why.NEXT_ALONE
        self.recorder.add(Happening.LOOK, "next", why, facts, blobs=(buffer.name,))
        base = self.ground.bases[self.ground.study.plan.space_name(buffer.name)]
        refuse(self.recorder, buffer, decision, base)
        self.place(buffer, rivals)

    def place(self, buffer: Buffer, rivals: list[Buffer]) -> None:
        offset = self.ground.offset(buffer) or 0
        top = offset + (buffer.size or 0)
        shares = [other.name for other in self.placed if self.overlaps(other, buffer, offset, top)]
        above = any((self.ground.offset(rival) or 0) >= top for rival in rivals)
        why = Why.ABOVE_ALL if rivals else Why.NOTHING_BELOW
        if buffer.offset is not None:
            why = Why.FIXED_PLACE
        elif rivals and above:
            why = Why.IN_A_HOLE
        self.ground.put(self.recorder, buffer)
        self.recorder.curve = self.placed_bytes(buffer)
        self.placed.append(buffer)
        self.ahead.remove(buffer.name)
        self.tell_state()
        facts: dict[str, Fact] = {
            "blob": buffer.name,
            "bytes": buffer.size or 0,
            "offset_bytes": offset,
            "shares": tuple(shares[:3]),
        }
        happening = Happening.REUSE if shares else Happening.NEW
        self.recorder.add(happening, "place", why, facts, blobs=(buffer.name,))

    def overlaps(self, other: Buffer, buffer: Buffer, low: int, top: int) -> bool:
        plan, offset = self.ground.study.plan, self.ground.offset(other) or 0
        same = plan.space_name(other.name) == plan.space_name(buffer.name)
        return same and offset < top and low < offset + (other.size or 0)

    def placed_bytes(self, buffer: Buffer) -> list[int]:
        """At each step the bytes of what is placed and alive, this buffer with it."""
        curve = self.recorder.curve or [0] * self.ground.study.problem.horizon
        curve = list(curve)
        for live in buffer.alive():
            for step in range(live.begin, live.end):
                curve[step] += buffer.size or 0
        return curve

    def tell_state(self) -> None:
        sizes = self.ground.sizes
        ahead = tuple((name, sizes[name]) for name in self.ahead[:_AHEAD])
        offsets = {b.name: f"{self.ground.offset(b) or 0:,}" for b in self.placed}
        self.recorder.state = (
            Cell("still to place", CellKind.TABLE, ahead),
            pairs_cell("offset", offsets),
        )
