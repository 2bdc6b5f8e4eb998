"""The index of slots against looking at every slot."""

from __future__ import annotations

from itertools import pairwise

from hypothesis import given, settings
from hypothesis import strategies as st

from memplan.bits import numbers
from memplan.net import Net, Op
from memplan.planners.recycling import default_options
from memplan.planners.shareable import facts_of, shareable_items
from memplan.planners.slot_index import SlotIndex
from memplan.planners.slot_search import _laid, _merged, _put
from memplan.planners.slots import Item, Slot, Span, cost

STEPS = 21
times = st.tuples(st.integers(0, STEPS - 1), st.integers(1, STEPS)).map(
    lambda pair: Span(pair[0], min(STEPS, pair[0] + pair[1]))
)


@st.composite
def items(draw: st.DrawFn) -> list[Item]:
    """Of one span or of several in order."""
    found = []
    for number, first in enumerate(draw(st.lists(times, max_size=14))):
        spans = [first]
        for more in draw(st.lists(times, max_size=2)):
            if more.begin >= spans[-1].end:
                spans.append(more)
        found.append(Item(f"b{number}", draw(st.integers(0, 5)), tuple(spans)))
    return found


@settings(derandomize=True, deadline=None)
@given(st.lists(st.tuples(st.integers(0, 9), times), max_size=20), times)
def test_taken_is_what_meets(held: list[tuple[int, Span]], asked: Span) -> None:
    index = SlotIndex(STEPS)
    for slot, span in held:
        index.take(slot, Item("", 1, (span,)))
    meeting = {slot for slot, s in held if s.begin < asked.end and asked.begin < s.end}
    assert set(numbers(index.taken(Item("", 1, (asked,))))) == meeting


@settings(derandomize=True, deadline=None)
@given(items())
def test_the_choice_is_that_of_looking_at_every_slot(order: list[Item]) -> None:
    plain: list[Slot] = []
    for item in order:
        _put(item, plain)
    assert _laid(order) == plain
    merged = _merged(plain)
    assert cost(merged) <= cost(plain)
    assert sorted(i.name for slot in merged for i in slot.items) == sorted(i.name for i in order)
    for k, slot in enumerate(merged):
        whole = Item("", slot.size, tuple(slot.spans))
        assert not any(other.takes(whole) for other in merged[:k]), "no two are left to merge"


def test_the_ops_that_use_a_blob_are_noted_for_parallel_nets_alone() -> None:
    """In a net of 100,000 ops the bits of all blobs would take a gigabyte."""
    names = ("data", "a", "b", "c", "out")
    ops = tuple(Op("Relu", (x,), (y,)) for x, y in pairwise(names))
    net = Net(ops=ops, inputs=("data",), outputs=("out",))
    options = default_options(net)
    uses = {
        parallel: [
            span.uses
            for found in shareable_items(
                net, options, facts_of(net, options), parallel=parallel
            ).values()
            for item in found
            for span in item.spans
        ]
        for parallel in (False, True)
    }
    assert uses == {False: [0, 0, 0], True: [0b11, 0b110, 0b1100]}
