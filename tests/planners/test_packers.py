"""What every packer must hold, on random problems and on small ones against brute force."""

from collections.abc import Iterable, Iterator
from dataclasses import replace
from itertools import product
from types import MappingProxyType

import pytest
from hypothesis import given, note, settings
from hypothesis import strategies as st

from memplan.bounds import lower_bound
from memplan.errors import InvalidProblem, UnknownPlanner, UnsafePlan
from memplan.liveness import live_bytes, max_live
from memplan.plan import Buffer, LiveRange, Plan, Problem, Reason, Space, Trace, Window
from memplan.planners import PLANNERS, Family, PackerEntry, planner_named
from memplan.verify import verify

PACKERS = {
    name: entry
    for name, entry in PLANNERS.items()
    if isinstance(entry, PackerEntry) and not entry.needs_plan
}


ENGINES = {"tflm", "executorch", "onnxruntime"}
IN_THE_ORDER_GIVEN = {"naive", *ENGINES}


@st.composite
def problems(draw: st.DrawFn, most: int = 14, largest: int = 70) -> Problem:
    """Random problems: sizes unknown and zero, gaps, windows, alignments; no fixed offsets."""
    buffers = []
    for index in range(draw(st.integers(0, most))):
        begin = draw(st.integers(0, 12))
        end = begin + draw(st.integers(1, 8))
        size = draw(st.one_of(st.integers(0, largest), st.none()))
        gaps: tuple[LiveRange, ...] = ()
        if end - begin > 3 and draw(st.booleans()):
            gaps = (LiveRange(begin + 1, begin + 1 + draw(st.integers(1, end - begin - 2))),)
        windows: tuple[Window, ...] = ()
        if size and draw(st.booleans()):
            after = gaps[-1].end if gaps else begin
            low = draw(st.integers(0, size))
            if after < end:
                live = LiveRange(after, draw(st.integers(after + 1, end)))
                windows = (Window(live, low, draw(st.integers(low, size))),)
        alignment = draw(st.sampled_from((1, 1, 4, 16)))
        live = LiveRange(begin, end)
        buffers.append(Buffer(f"b{index}", live, size, alignment, gaps=gaps, windows=windows))
    space = Space(alignment=draw(st.sampled_from((1, 1, 8, 64))))
    conflicts = None
    if len(buffers) > 1 and draw(st.integers(0, 4)) == 0:
        pairs = [(i, j) for i in range(len(buffers)) for j in range(i + 1, len(buffers))]
        conflicts = frozenset(draw(st.lists(st.sampled_from(pairs), unique=True)))
    return Problem(tuple(buffers), (space,), conflicts)


def held(buffer: Buffer, step: int) -> set[int]:
    """The bytes of itself that a buffer holds at a step, one by one."""
    at = LiveRange(step, step + 1)
    if not at.meets(buffer.live) or any(at.meets(gap) for gap in buffer.gaps):
        return set()
    window = next((w for w in buffer.windows if at.meets(w.live)), None)
    return set(range(buffer.size or 0)) if window is None else set(range(window.low, window.high))


def packers(problem: Problem, leave_out: Iterable[str] = ()) -> Iterator[PackerEntry]:
    """All that take the problem: to draw it costs more than to have it planned by one of them."""
    for name, entry in PACKERS.items():
        if name not in leave_out and (problem.conflicts is None or not entry.needs_order):
            note(f"planner: {name}")  # the last one told is the one that fails
            yield entry


@given(problem=problems())
@settings(max_examples=300, deadline=None)
def test_every_plan_is_safe_and_between_the_bounds(problem: Problem) -> None:
    known = [b for b in problem.buffers if b.size is not None]
    bound = lower_bound(problem).bytes
    for entry in packers(problem):
        plan = entry.pack(problem)
        verify(plan)
        assert set(plan.offsets or {}) == {b.name for b in known}
        assert plan.known_peak >= bound
        # An engine's planner may round sizes up: its plan's problem says so.
        slack = sum(plan.problem.alignment_of(b) - 1 for b in known)
        assert plan.known_peak <= sum(b.size or 0 for b in known) + slack
        assert (plan.peak is None) == bool(problem.unknown)
        if plan.proof:
            assert plan.peak == plan.proof.bytes


@given(problem=problems(), random=st.randoms(use_true_random=False))
@settings(max_examples=60, deadline=None)
def test_the_order_of_the_buffers_is_no_part_of_the_question(problem, random) -> None:
    """Only the naive planner and those of engines stack in the order given, and say so."""
    order = list(range(len(problem.buffers)))
    random.shuffle(order)
    place = {old: new for new, old in enumerate(order)}
    conflicts = None
    if problem.conflicts is not None:
        moved = (sorted((place[i], place[j])) for i, j in problem.conflicts)
        conflicts = frozenset((i, j) for i, j in moved)
    again = Problem(tuple(problem.buffers[i] for i in order), problem.spaces, conflicts)
    for entry in packers(problem, IN_THE_ORDER_GIVEN):
        one, two = entry.pack(problem), entry.pack(again)
        assert (one.offsets, one.slots) == (two.offsets, two.slots)


@given(problem=problems(most=10))
@settings(max_examples=150, deadline=None)
def test_moving_a_buffer_onto_a_living_one_is_refused(problem: Problem) -> None:
    plan = PACKERS["greedy_by_size"].pack(problem)
    offsets = dict(plan.offsets or {})
    for a, b in product(problem.buffers, repeat=2):
        if a.name >= b.name or not (a.size and b.size):
            continue
        i, j = sorted((problem.buffers.index(a), problem.buffers.index(b)))
        together = (
            (i, j) in problem.conflicts
            if problem.conflicts is not None
            else any(held(a, t) & held(b, t) for t in range(problem.horizon))
        )
        if together:
            moved = MappingProxyType({**offsets, b.name: offsets[a.name]})
            with pytest.raises(UnsafePlan):
                verify(Plan(problem, moved, "broken"))


def test_greedy_fills_holes_and_tells_which_it_passed_over() -> None:
    low = Buffer("low", LiveRange(0, 4), 100)
    high = Buffer("high", LiveRange(0, 2), 90)
    mid = Buffer("mid", LiveRange(1, 4), 80)
    small = Buffer("small", LiveRange(2, 4), 95)
    trace = Trace()
    plan = PACKERS["greedy_by_size"].pack(Problem((low, high, mid, small)), trace)
    assert dict(plan.offsets or {}) == {"low": 0, "small": 100, "high": 100, "mid": 195}
    assert [d.blob for d in trace.decisions] == ["low", "small", "high", "mid"]
    narrow = Buffer("narrow", LiveRange(0, 4), 10)
    hole = Problem(
        (
            Buffer("x", LiveRange(0, 4), 50, offset=0),
            Buffer("y", LiveRange(0, 4), 50, offset=55),
            narrow,
        )
    )
    trace = Trace()
    assert (PACKERS["greedy_by_size"].pack(hole, trace).offsets or {})["narrow"] == 105
    rejected = trace.decisions[-1].rejected[0]
    assert (rejected.offset, rejected.size, rejected.reason) == (50, 5, Reason.HOLE_TOO_SMALL)


def test_a_proof_is_claimed_only_with_a_witness_that_holds() -> None:
    pair = (Buffer("a", LiveRange(0, 2), 10), Buffer("b", LiveRange(1, 3), 20))
    plan = PACKERS["greedy_by_size"].pack(Problem(pair))
    assert plan.proof is not None
    assert live_bytes(plan.problem)[plan.proof.step or 0] == plan.peak == 30
    assert set(plan.proof.buffers) == {"a", "b"}
    unsized = Problem((*pair, Buffer("c", LiveRange(0, 1), None)))
    assert PACKERS["greedy_by_size"].pack(unsized).proof is None
    apart = Problem((pair[0], Buffer("z", LiveRange(5, 6), 20)))
    assert PACKERS["naive"].pack(apart).proof is None


@given(problem=problems(most=8))
@settings(max_examples=100, deadline=None)
def test_max_live_is_the_fullest_step(problem: Problem) -> None:
    curve = live_bytes(problem)
    counted = [sum(len(held(b, t)) for b in problem.buffers) for t in range(problem.horizon)]
    assert list(curve) == counted
    assert max_live(problem).bytes == max(counted, default=0)


@given(problem=problems(most=10), data=st.data())
@settings(max_examples=60, deadline=None)
def test_a_fixed_offset_is_obeyed_or_refused(problem: Problem, data) -> None:
    """Some buffers are fixed where a plan has them, so that there is a plan for the rest."""
    somewhere = PACKERS["naive"].pack(problem).offsets or {}
    names = sorted(somewhere)
    fixed = data.draw(st.sets(st.sampled_from(names))) if names else set()
    buffers = tuple(
        replace(b, offset=somewhere[b.name]) if b.name in fixed else b for b in problem.buffers
    )
    asked = Problem(buffers, problem.spaces, problem.conflicts)
    highest = max((somewhere[n] for n in fixed), default=0)
    for entry in packers(problem, ENGINES):
        if fixed and entry.family is Family.SLOTS:
            with pytest.raises(InvalidProblem, match="chooses all places itself"):
                entry.pack(asked)
            continue
        plan = entry.pack(asked)
        verify(replace(plan, problem=asked))
        assert plan.known_peak <= sum(_with_slack(b, asked) for b in buffers) + highest


def _with_slack(buffer: Buffer, problem: Problem) -> int:
    return (buffer.size or 0) + problem.alignment_of(buffer) - 1


@given(problem=problems(most=10))
@settings(max_examples=40, deadline=None)
def test_a_trace_tells_each_place_and_changes_none(problem: Problem) -> None:
    for entry in packers(problem):
        trace = Trace()
        traced, plain = entry.pack(problem, trace), entry.pack(problem)
        assert (traced.offsets, traced.slots) == (plain.offsets, plain.slots)
        told = {d.blob: d.offset for d in trace.decisions}
        assert told == traced.offsets
        assert [d.turn for d in trace.decisions] == list(range(len(trace.decisions)))
        assert all(r.offset != d.offset for d in trace.decisions for r in d.rejected)


def test_an_unknown_planner_is_told_with_those_there_are() -> None:
    with pytest.raises(UnknownPlanner, match="greedy_by_size"):
        planner_named("best")


@given(problem=problems(most=10), random=st.randoms(use_true_random=False))
@settings(max_examples=100, deadline=None)
def test_several_memories_are_planned_apart(problem: Problem, random) -> None:
    if problem.conflicts is not None:
        problem = Problem(problem.buffers, problem.spaces)
    homes = {b.name: random.choice(("cpu", "cuda:0")) for b in problem.buffers}
    buffers = tuple(replace(b, spaces=(homes[b.name],)) for b in problem.buffers)
    both = Problem(buffers, (Space("cpu"), Space("cuda:0", alignment=8)))
    for name, entry in PACKERS.items():
        plan = entry.pack(both)
        verify(plan)
        apart = {part.spaces[0].name: entry.pack(part) for part in both.by_space()}
        assert plan.peaks() == {space: alone.known_peak for space, alone in apart.items()}
        assert plan.known_peak >= lower_bound(both).bytes
        assert all(plan.space_name(b.name) == homes[b.name] for b in buffers), name
        if plan.slots is not None:
            homes_of: dict[int, set[str]] = {}
            for buffer, slot in plan.slots.items():
                homes_of.setdefault(slot, set()).add(homes[buffer])
            assert all(len(found) == 1 for found in homes_of.values())
            assert name != "naive" or len(homes_of) == len(buffers)


def test_a_buffer_in_a_memory_that_is_not_its_own_is_refused() -> None:
    a = Buffer("a", LiveRange(0, 1), 4, spaces=("cuda:0",))
    problem = Problem((a,), (Space("cpu"), Space("cuda:0")))
    with pytest.raises(UnsafePlan, match="'a' lies in 'cpu'"):
        verify(Plan(problem, MappingProxyType({"a": 0}), "broken"))
