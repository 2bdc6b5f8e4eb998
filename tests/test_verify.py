"""A verifier is worth what it refuses: each rule is broken once, and named."""

from collections.abc import Iterator
from dataclasses import replace
from itertools import combinations
from types import MappingProxyType

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from memplan.errors import CapacityExceeded, UnsafePlan
from memplan.plan import Buffer, LiveRange, Plan, Problem, Space
from memplan.verify import clashes, verify

A = Buffer("a", LiveRange(0, 3), 100)
B = Buffer("b", LiveRange(2, 5), 50)
C = Buffer("c", LiveRange(3, 6), 10)


def plan(offsets: dict[str, int], problem: Problem | None = None, **more: object) -> Plan:
    return Plan(problem or Problem((A, B, C)), MappingProxyType(offsets), "test", **more)  # type: ignore[arg-type]


def test_a_safe_plan_passes() -> None:
    verify(plan({"a": 0, "b": 100, "c": 0}))


def test_a_clash_names_both_buffers_the_bytes_and_the_step() -> None:
    with pytest.raises(UnsafePlan, match=r"'a' and 'b' both lie on bytes \[60, 100\).* step 2"):
        verify(plan({"a": 0, "b": 60, "c": 0}))


def test_every_clash_is_found() -> None:
    found = list(clashes(plan({"a": 0, "b": 0, "c": 0})))
    assert [(c.first, c.second, c.step) for c in found] == [("a", "b", 2), ("b", "c", 3)]


def test_buffers_that_only_touch_in_time_or_in_bytes_are_no_clash() -> None:
    assert not list(clashes(plan({"a": 0, "b": 100, "c": 90})))


def test_a_missing_offset_is_found() -> None:
    with pytest.raises(UnsafePlan, match="'c' has a size but no offset"):
        verify(plan({"a": 0, "b": 100}))


def test_alignment_fixed_offsets_and_capacity_are_held() -> None:
    aligned = Problem((A,), (Space(alignment=64),))
    with pytest.raises(UnsafePlan, match="alignment of 64"):
        verify(plan({"a": 32}, aligned))
    fixed = Problem((Buffer("a", LiveRange(0, 3), 100, offset=64),))
    with pytest.raises(UnsafePlan, match="must lie at offset 64"):
        verify(plan({"a": 0}, fixed))
    small = Problem((A,), (Space(capacity=128),))
    with pytest.raises(CapacityExceeded, match="holds 128"):
        verify(plan({"a": 64}, small))


def test_an_explicit_relation_replaces_time() -> None:
    together = Problem((A, C), conflicts=frozenset({(0, 1)}))
    with pytest.raises(UnsafePlan, match="they conflict"):
        verify(plan({"a": 0, "c": 0}, together))
    verify(plan({"a": 0, "b": 0}, Problem((A, B), conflicts=frozenset())))


def test_a_gap_lets_another_in_and_only_then() -> None:
    gappy = Buffer("g", LiveRange(0, 9), 8, gaps=(LiveRange(3, 6),))
    inside = Buffer("i", LiveRange(3, 6), 8)
    late = Buffer("l", LiveRange(5, 7), 8)
    verify(plan({"g": 0, "i": 0}, Problem((gappy, inside))))
    with pytest.raises(UnsafePlan, match="step 6"):
        verify(plan({"g": 0, "l": 0}, Problem((gappy, late))))


def test_buffers_in_different_spaces_never_clash() -> None:
    two = Problem((A, B), (Space("fast"), Space("slow")))
    verify(plan({"a": 0, "b": 0}, two, space_of=MappingProxyType({"b": "slow"})))


def test_a_slot_is_shared_whatever_the_sizes() -> None:
    unknown = Problem((replace(A, size=None), B, replace(C, size=None)))
    slots = MappingProxyType({"a": 0, "b": 0, "c": 0})
    found = list(clashes(plan({"b": 0}, unknown, slots=slots)))
    assert [(c.first, c.second, c.low, c.step) for c in found] == [
        ("a", "b", None, 2),
        ("b", "c", None, 3),
    ]
    with pytest.raises(UnsafePlan, match="'a' and 'b' both share a slot, and both are alive"):
        verify(plan({"b": 0}, unknown, slots=slots))
    apart = MappingProxyType({"a": 0, "b": 1, "c": 0})
    verify(plan({"b": 0}, unknown, slots=apart))


@st.composite
def any_plans(draw: st.DrawFn) -> Plan:
    """Plans of all sorts, most of them unsafe: gaps, two spaces, slots, sizes that are unknown."""
    buffers, offsets, slots, spaces = [], {}, {}, {}
    for index in range(draw(st.integers(0, 9))):
        name, begin, length = f"b{index}", draw(st.integers(0, 8)), draw(st.integers(1, 9))
        inside = LiveRange(begin + 1, begin + length - 1) if length > 2 else None
        gaps = (inside,) if inside and draw(st.booleans()) else ()
        size = draw(st.integers(0, 9) | st.none())
        buffers.append(Buffer(name, LiveRange(begin, begin + length), size, gaps=gaps))
        if draw(st.integers(0, 4)):
            offsets[name] = draw(st.integers(0, 30))
        if draw(st.booleans()):
            slots[name] = draw(st.integers(0, 5))
        if draw(st.booleans()):
            spaces[name] = "slow"
    problem = Problem(tuple(buffers), (Space("fast"), Space("slow")))
    return plan(offsets, problem, slots=slots, space_of=spaces)


@given(any_plans())
@settings(max_examples=600, deadline=None)
def test_no_clash_escapes_the_walk_that_skips_what_lies_elsewhere(tried: Plan) -> None:
    assert {(c.first, c.second, c.step) for c in clashes(tried)} == set(plain_clashes(tried))


def plain_clashes(tried: Plan) -> Iterator[tuple[str, str, int]]:
    """Every pair of buffers, compared by the definition."""
    for a, b in combinations(tried.problem.buffers, 2):
        steps = {t for x in a.alive() for t in range(x.begin, x.end)}
        steps &= {t for x in b.alive() for t in range(x.begin, x.end)}
        one_space = tried.space_name(a.name) == tried.space_name(b.name)
        if steps and one_space and 0 not in (a.size, b.size) and one_place(tried, a, b):
            yield a.name, b.name, min(steps)


def one_place(tried: Plan, a: Buffer, b: Buffer) -> bool:
    offsets, slots = tried.offsets or {}, tried.slots or {}
    if a.name in offsets and b.name in offsets:
        bytes_of_a = set(range(offsets[a.name], offsets[a.name] + (a.size or 0)))
        return not bytes_of_a.isdisjoint(range(offsets[b.name], offsets[b.name] + (b.size or 0)))
    return a.name in slots and slots[a.name] == slots.get(b.name)


def test_many_buffers_alive_together_are_not_compared_pair_by_pair() -> None:
    # All pairs of them would take hours.
    many = [Buffer(f"b{n}", LiveRange(n, 200_000), 8) for n in range(100_000)]
    unknown = [Buffer(f"u{n}", LiveRange(n, 200_000), None) for n in range(100_000)]
    verify(plan({b.name: 8 * n for n, b in enumerate(many)}, Problem((*many, *unknown))))
