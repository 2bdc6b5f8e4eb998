"""A complete search for the least peak, on a tiny case: place, look ahead, take back.

    capacity 20   place a at 0, c at 12: at op 2 too much is left  →  take c back, try b

Idea: any plan can be pushed down until each buffer lies at the bottom or on another one. So it is
enough to build plans from below: each buffer in turn goes as low as what is placed lets it, never
lower than the one before. Where what is placed and what is still to come do not fit together below
the capacity, the branch ends. No plan found: the capacity grows.
Ends in: a plan of its own, no higher than any other; the planner `optimal` does the same with more
thrift, for problems of more than a handful of buffers.
Reference: M. D. Moffitt, "MiniMalloc", ASPLOS 2023, for plans built from below.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from math import gcd
from types import MappingProxyType

from memplan.errors import TooLarge
from memplan.liveness import max_live
from memplan.metrics import measure
from memplan.plan import Buffer, Plan
from memplan.planners.proof import proof_of
from memplan.steps.frames import Cell, CellKind, Fact, Happening, Method, Picture, Run, pairs_cell
from memplan.steps.ground import Ground
from memplan.steps.recorder import Recorder
from memplan.steps.why import Why
from memplan.study import Study
from memplan.units import align_up, format_bytes

__all__ = ["MOST_BUFFERS", "SEARCH", "step_search"]

MOST_BUFFERS = 12
_MOST_FRAMES = 500

SEARCH = Method(
    "search",
    "Search for the least (tiny nets)",
    "Every way to stack the blobs from below, until none can be lower.",
    MappingProxyType(
        {
            "start": "capacity: the lower bound",
            "try": "for each blob that may come next, lowest first:",
            "place": "    place it as low as it can lie",
            "look": "    too much left above it somewhere: take it back",
            "back": "nothing more to try here: take the last one back",
            "raise": "no plan at all: the capacity is too small, raise it",
            "done": "all placed: no plan is lower",
        }
    ),
    Picture.ARENA,
    timed=False,
)


def step_search(study: Study) -> Run:
    """Step through the search; of the study's plan it takes nothing.

    Raises:
        TooLarge: There are more than `MOST_BUFFERS`, or too many steps to show.
    """
    sized = [b for b in study.problem.buffers if b.size]
    simple = len(study.problem.spaces) == 1 and all(b.offset is None for b in sized)
    if len(sized) > MOST_BUFFERS or not simple:
        raise TooLarge(
            f"the search is shown for at most {MOST_BUFFERS} blobs in one memory, none of which "
            f"has a fixed place, and here there are {len(sized)}; choose another planner"
        )
    ground = Ground(study)
    search = _Search(ground, Recorder(SEARCH, study), sized)
    search.run()
    plan = _plan(search)
    metrics = measure(study.net, study.storages, study.problem, plan)
    search.recorder.study = replace(study, plan=plan, metrics=metrics)
    search.tell("done", Happening.DONE, Why.SEARCH_DONE)
    return search.recorder.run()


def _plan(search: _Search) -> Plan:
    offsets = {b.name: 0 for b in search.ground.study.problem.buffers if b.size == 0}
    offsets |= search.place
    return proof_of(Plan(search.ground.study.problem, MappingProxyType(offsets), SEARCH.name))


@dataclass(slots=True)
class _Search:
    ground: Ground
    recorder: Recorder
    buffers: list[Buffer]
    capacity: int = 0
    place: dict[str, int] = field(default_factory=dict)
    nodes: int = 0

    def run(self) -> None:
        problem = self.ground.study.problem
        unit = gcd(*(b.size or 0 for b in self.buffers)) or 1
        self.capacity = max_live(problem).bytes
        self.buffers.sort(key=lambda b: (-(b.size or 0), b.live.begin, b.name))
        self.tell("start", Happening.LOOK, Why.SEARCH_START)
        while not self.deeper(0):
            before = self.capacity
            self.capacity += unit
            self.tell("raise", Happening.LOOK, Why.SEARCH_RAISE, before=before)

    def deeper(self, lowest: int) -> bool:
        """Place the rest, none below `lowest`; whether that can be done."""
        rest = [b for b in self.buffers if b.name not in self.place]
        choices = sorted(
            ((self.low(b), k, b) for k, b in enumerate(rest) if self.low(b) >= lowest),
            key=lambda choice: choice[:2],
        )
        for offset, _, buffer in choices:
            self.put(buffer, offset)
            full = self.overfull(offset)
            if full is not None:
                self.tell("look", Happening.REFUSE, Why.SEARCH_FULL, buffer, at=full)
            elif len(rest) == 1 or self.deeper(offset):
                return True
            else:
                self.tell("back", Happening.LOOK, Why.SEARCH_BACK, buffer)
            self.take_back(buffer)
        return not rest

    def low(self, buffer: Buffer) -> int:
        """The lowest offset above all that is placed and alive together with it."""
        rivals = (o for o in self.buffers if o.name in self.place and self.ground.meets(o, buffer))
        top = max((self.place[o.name] + (o.size or 0) for o in rivals), default=0)
        return align_up(top, self.ground.study.problem.alignment_of(buffer))

    def overfull(self, lowest: int) -> int | None:
        """An op at which what is left does not fit above what is placed; None where all may."""
        for step in range(self.ground.study.problem.horizon):
            here = self.ground.alive_at(step)
            tops = [self.place[b.name] + (b.size or 0) for b in here if b.name in self.place]
            left = sum(b.size or 0 for b in here if b.name not in self.place)
            # What is still to come lies no lower than the last one, whatever is free below.
            floor = max([lowest if left else 0, *tops])
            if floor + left > self.capacity:
                return step
        return None

    def put(self, buffer: Buffer, offset: int) -> None:
        self.nodes += 1
        self.place[buffer.name] = offset
        under = [
            other.name
            for other in self.buffers
            if other.name in self.place
            and other is not buffer
            and self.place[other.name] < offset + (buffer.size or 0)
            and offset < self.place[other.name] + (other.size or 0)
        ]
        size = buffer.size or 0
        self.recorder.put(buffer, offset, size, buffer.name, 0)
        happening = Happening.REUSE if under else Happening.NEW
        self.tell("place", happening, Why.SEARCH_PLACE, buffer, shares=tuple(under[:3]))

    def take_back(self, buffer: Buffer) -> None:
        del self.place[buffer.name]
        for live in buffer.alive():
            self.recorder.blocks.pop((buffer.name, live.begin), None)

    def tell(
        self, line: str, happening: Happening, why: Why, buffer: Buffer | None = None, **more: Fact
    ) -> None:
        if len(self.recorder.frames) >= _MOST_FRAMES:
            raise TooLarge(
                f"the search takes more than {_MOST_FRAMES} steps for this net; choose a smaller "
                "one, or the planner that searches without being shown"
            )
        placed = {name: f"{offset:,}" for name, offset in self.place.items()}
        self.recorder.alive = dict.fromkeys(self.place)
        self.recorder.peak = max(
            (offset + (self.ground.buffers[n].size or 0) for n, offset in self.place.items()),
            default=0,
        )
        self.recorder.curve = self.curve()
        tries = (("capacity", format_bytes(self.capacity)), ("tried so far", f"{self.nodes:,}"))
        self.recorder.state = (
            Cell("search", CellKind.TABLE, tries),
            pairs_cell("stack, from below", placed),
        )
        peak = self.recorder.peak
        facts: dict[str, Fact] = {"capacity_bytes": self.capacity, "peak_bytes": peak, **more}
        if "before" in facts:
            facts["before_bytes"] = facts.pop("before")
        if buffer is not None:
            offset = self.place.get(buffer.name, 0)
            facts |= {"blob": buffer.name, "bytes": buffer.size or 0, "offset_bytes": offset}
        blobs = () if buffer is None else (buffer.name,)
        self.recorder.add(happening, line, why, facts, blobs=blobs)

    def curve(self) -> list[int]:
        curve = [0] * self.ground.study.problem.horizon
        for name in self.place:
            for live in self.ground.buffers[name].alive():
                for step in range(live.begin, live.end):
                    curve[step] += self.ground.buffers[name].size or 0
        return curve
