"""A verifier is worth what it refuses: each rule is broken once, and named."""

from dataclasses import replace
from types import MappingProxyType

import pytest

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
