"""Slots: the bound and what is laid out, against brute force and against each other."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import combinations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from memplan.plan import WitnessKind
from memplan.planners.reachability import earlier_ops
from memplan.planners.slot_beam import best_layout
from memplan.planners.slot_search import share_slots
from memplan.planners.slots import Item, Slot, Span, cost, in_order, slots_bound

ONCE = st.tuples(st.integers(0, 7), st.integers(1, 4), st.integers(1, 9))


def item(name: str, size: int, *spans: tuple[int, int]) -> Item:
    return Item(name, size, tuple(Span(begin, end) for begin, end in spans))


def items_of(rows: Sequence[tuple[int, int, int]]) -> list[Item]:
    """One span each, by birth; at one step no two are born, as outputs of ops in a chain."""
    ordered = sorted(rows)
    return [
        item(f"b{k}", size, (begin, begin + long)) for k, (begin, long, size) in enumerate(ordered)
    ]


@st.composite
def many_spans(draw: st.DrawFn) -> list[Item]:
    found = []
    for number in range(draw(st.integers(1, 7))):
        edges = sorted(draw(st.lists(st.integers(0, 12), min_size=2, max_size=6, unique=True)))
        pairs = list(zip(edges[::2], edges[1::2], strict=False))
        found.append(item(f"b{number}", draw(st.integers(1, 9)), *pairs))
    return sorted(found, key=lambda one: one.spans[0].begin)


def meet(a: Item, b: Item) -> bool:
    return any(
        not in_order(*((x, y) if x.begin <= y.begin else (y, x))) for x in a.spans for y in b.spans
    )


def partitions(items: Sequence[Item]) -> Iterator[list[list[Item]]]:
    """Every way to lay items together that do not meet."""
    if not items:
        yield []
        return
    for rest in partitions(items[1:]):
        yield [[items[0]], *rest]
        for k, group in enumerate(rest):
            if not any(meet(items[0], other) for other in group):
                yield [*rest[:k], [items[0], *group], *rest[k + 1 :]]


def total(groups: Sequence[Sequence[Item]]) -> tuple[int, int]:
    return sum(max(i.size for i in group) for group in groups), len(groups)


def check_layout(items: Sequence[Item]) -> None:
    layout = share_slots(items)
    assert sorted(i.name for slot in layout.slots for i in slot) == sorted(i.name for i in items)
    assert not any(meet(a, b) for slot in layout.slots for a, b in combinations(slot, 2))
    bytes_, number = total(layout.slots)
    assert slots_bound(items).bytes <= bytes_ <= sum(i.size for i in items)
    best = min(map(total, partitions(items)))
    assert (bytes_, number) >= best
    if layout.proven:
        assert bytes_ == best[0]
    # No two slots are left that could be one.
    for one, other in combinations(layout.slots, 2):
        assert any(meet(a, b) for a in one for b in other)


@settings(derandomize=True, deadline=None, max_examples=150)
@given(st.lists(ONCE, min_size=1, max_size=7).map(items_of))
def test_layouts_are_valid_and_claims_of_optimality_true(items):
    check_layout(items)
    # Blobs that come once are few enough here for the beam to leave nothing out.
    assert share_slots(items).proven


@settings(derandomize=True, deadline=None, max_examples=100)
@given(many_spans())
def test_blobs_that_come_again_are_laid_out_validly(items):
    check_layout(items)


@pytest.mark.long
@settings(derandomize=True, deadline=None, max_examples=5_000)
@given(st.lists(ONCE, min_size=1, max_size=8).map(items_of), many_spans())
def test_many_layouts(once, again):
    check_layout(once)
    check_layout(again)


def test_the_bound_counts_the_largest_of_each_rank_wherever_it_stands():
    # Step 1: 8 and 4; step 3: 6 and 5. Largest of all 8, largest second 5.
    items = [
        item("a", 8, (0, 2)),
        item("b", 4, (1, 2)),
        item("c", 6, (2, 4)),
        item("d", 5, (3, 4)),
    ]
    witness = slots_bound(items)
    assert (witness.kind, witness.bytes, witness.buffers) == (WitnessKind.SLOTS, 13, ("a", "d"))


@settings(derandomize=True, deadline=None, max_examples=150)
@given(st.lists(ONCE, min_size=1, max_size=7).map(items_of))
def test_the_bound_proves_itself(items):
    witness = slots_bound(items)
    size = {i.name: i.size for i in items}
    assert witness.bytes == sum(size[name] for name in witness.buffers)
    steps = [
        sorted((i.size for i in items if i.spans[0].begin <= t < i.spans[0].end), reverse=True)
        for t in range(12)
    ]
    for rank, name in enumerate(witness.buffers):
        assert max(row[rank] for row in steps if rank < len(row)) == size[name]
    assert len(witness.buffers) == max(map(len, steps))


def test_nothing_to_lay_out():
    assert share_slots(()).slots == ()
    assert slots_bound(()).kind is WitnessKind.NOTHING


def test_greedy_orders_alone_miss_what_the_search_finds():
    # Greedy opens a third slot of 3; growing the slot of 2 at once is the better way.
    rows = [(0, 2, 2), (0, 5, 4), (2, 2, 3), (4, 3, 2), (5, 2, 4), (6, 2, 3)]
    items = items_of(rows)
    layout = share_slots(items)
    assert total(layout.slots) == min(map(total, partitions(items)))
    assert layout.proven


def test_a_beam_that_leaves_nothing_out_says_that_there_is_nothing_better():
    items = items_of([(0, 2, 2), (0, 5, 4), (2, 2, 3), (4, 3, 2), (5, 2, 4), (6, 2, 3)])
    best = min(map(total, partitions(items)))
    found, whole = best_layout(items, (best[0], best[1] + 1))
    assert whole
    assert found is not None
    assert cost(found) == best
    assert best_layout(items, best) == (None, True)


def test_a_beam_without_a_budget_claims_nothing():
    items = items_of([(t, 3, 1 + t % 4) for t in range(8)])
    assert best_layout(items, (10**9, 10**9), budget=3) == (None, False)


def test_in_parallel_a_later_place_in_the_list_is_not_enough():
    # 0 → a; 1: a → b; 2: a → c; 3: c → d. Op 3 comes after op 2 and 0, not after op 1.
    waits = earlier_ops([((), "a"), ("a", "b"), ("a", "c"), ("c", "d")])
    a = Span(0, 3, 0b0111, waits[0])
    b, d = Span(1, 2, 0b0010, waits[1]), Span(3, 4, 0b1000, waits[3])
    c = Span(2, 4, 0b1100, waits[2])
    assert not in_order(b, d)
    assert not in_order(a, d)  # op 1 may still be reading a
    assert not in_order(c, d)
    assert in_order(Span(0, 3, 0b0101, waits[0]), d)
    assert in_order(Span(1, 2), Span(3, 4))


def test_a_slot_takes_a_blob_into_the_gap_of_another():
    slot = Slot()
    slot.add(item("a", 4, (0, 2), (6, 8)))
    assert slot.takes(item("b", 4, (2, 4), (5, 6)))
    assert not slot.takes(item("c", 4, (2, 7)))
    slot.add(item("b", 9, (2, 4), (5, 6)))
    assert not slot.takes(item("d", 1, (3, 5)))
    assert slot.takes(item("e", 1, (4, 5)))
    assert slot.size == 9


@settings(derandomize=True, deadline=None, max_examples=60)
@given(st.lists(ONCE, min_size=2, max_size=7).map(items_of))
def test_names_do_not_matter(items):
    other = [Item(f"z{9 - k}", i.size, i.spans) for k, i in enumerate(items)]
    back = {o.name: i.name for o, i in zip(other, items, strict=True)}
    ours = [[i.name for i in slot] for slot in share_slots(items).slots]
    assert ours == [[back[i.name] for i in slot] for slot in share_slots(other).slots]
