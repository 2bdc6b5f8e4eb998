"""Lay blobs into slots in as few bytes as can be found.

Idea: three greedy orders: by size, by birth, by the fullness of the steps at which a blob is
alive. Where none meets the bound, a beam search through the births (`slot_beam`); and where
that knows no way, because ops run in parallel or are too many, a search around the best so far:
some slots are emptied and filled in another order, and what is no worse is kept. All budgets
are counted in looks, so that the answer is the same on every machine.
Reference: Y. Pisarchyk, J. Lee, "Efficient Memory Management for Deep Neural Net Inference",
arXiv:2001.03288 (greedy by size, by breadth); the searches are ours.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from random import Random

from memplan.bits import numbers
from memplan.planners.slot_beam import best_layout
from memplan.planners.slot_index import SlotIndex
from memplan.planners.slots import Item, Slot, cost, slots_bound

__all__ = ["Layout", "share_slots"]

BEAM = (20_000, 100_000, 400_000)
LOOKS = 200_000


@dataclass(frozen=True, slots=True)
class Layout:
    """Slots, as the items that each holds; and whether it is proven that none are cheaper.

    The proof is that they meet the bound (`slots_bound`), or that a search left nothing out.
    """

    slots: tuple[tuple[Item, ...], ...]
    proven: bool


def share_slots(items: Sequence[Item]) -> Layout:
    """Lay items into slots; the sum of the slots' sizes is small, then their number.

    Args:
        items: In the order of their first spans; it decides ties.
    """
    bound = slots_bound(items).bytes
    best = min(map(_laid, (_by_size(items), _by_birth(items), _by_breadth(items))), key=cost)
    best, proven = _beamed(items, best, bound)
    if not proven:
        best = _searched(best, bound, min(LOOKS, 60 * len(items) ** 2))
    merged = _merged(best)
    return Layout(tuple(tuple(s.items) for s in merged), proven or cost(merged)[0] == bound)


def _beamed(items: Sequence[Item], best: list[Slot], bound: int) -> tuple[list[Slot], bool]:
    """Wider and wider beams, until nothing is left out; whether the best is proven."""
    if any(span.after is not None for item in items for span in item.spans):
        return best, cost(best)[0] == bound
    for budget in BEAM:
        if cost(best)[0] == bound:
            return best, True
        found, whole = best_layout(items, cost(best), budget)
        best = found or best
        if whole:
            return best, True
    return best, cost(best)[0] == bound


def _by_size(items: Sequence[Item]) -> list[Item]:
    return sorted(items, key=lambda item: -item.size)


def _by_birth(items: Sequence[Item]) -> list[Item]:
    return sorted(items, key=lambda item: (item.spans[0].begin, -item.size))


def _by_breadth(items: Sequence[Item]) -> list[Item]:
    """Those of the fullest step first, the largest of them first."""
    edges: dict[int, int] = {}
    for item in items:
        for span in item.spans:
            edges[span.begin] = edges.get(span.begin, 0) + item.size
            edges[span.end] = edges.get(span.end, 0) - item.size
    full, breadth, level = sorted(edges), {}, 0
    for step in full:
        level += edges[step]
        breadth[step] = level
    at = {step: index for index, step in enumerate(full)}
    # The fullest step of each item, by a table of maxima over stretches of 1, 2, 4, … steps.
    table = [[breadth[step] for step in full]]
    while len(table[-1]) > 1 << (len(table) - 1):
        below, width = table[-1], 1 << (len(table) - 1)
        table.append([max(a, b) for a, b in zip(below, below[width:], strict=False)])

    def fullest(item: Item) -> int:
        found = 0
        for span in item.spans:
            low, high = at[span.begin], at[span.end]
            row = (high - low).bit_length() - 1
            found = max(found, table[row][low], table[row][high - (1 << row)])
        return found

    return sorted(items, key=lambda item: (-fullest(item), -item.size))


def _laid(order: Sequence[Item]) -> list[Slot]:
    """Put items one by one where they add least, then where least is wasted."""
    found: list[Slot] = []
    index = SlotIndex(_steps(order))
    for item in order:
        taken = index.taken(item)
        number = _best_of(item, found, numbers((1 << len(found)) - 1 & ~taken))
        if number is None:
            number = len(found)
            found.append(Slot())
        found[number].add(item)
        index.take(number, item)
    return found


def _best_of(item: Item, slots: Sequence[Slot], free: Iterable[int]) -> int | None:
    """As `_put` chooses, among slots that are known to be free while the item is alive."""
    best, rank = None, (item.size, 0)
    for number in free:
        growth = item.size - slots[number].size
        waste = (growth, 0) if growth > 0 else (0, -growth)
        if best is not None and waste >= rank:
            continue
        if _in_turn(slots[number], item):
            best, rank = number, waste
    return best


def _in_turn(slot: Slot, item: Item) -> bool:
    """Whether an item, when it meets none of a slot in the list, meets none in parallel either."""
    return item.spans[0].after is None or slot.takes(item)


def _steps(items: Iterable[Item]) -> int:
    return max((span.end for item in items for span in item.spans), default=0)


def _put(item: Item, slots: list[Slot]) -> int:
    """Put one item in, in a new slot if need be; how many slots were looked at."""
    looks, best, rank = 0, None, (item.size, 0)
    for slot in slots:
        growth = item.size - slot.size
        waste = (growth, 0) if growth > 0 else (0, -growth)
        # A slot that must grow by the whole item is as good as a new one: both add as much.
        if best is not None and waste >= rank:
            continue
        looks += 1
        if slot.takes(item):
            best, rank = slot, waste
    if best is None:
        best = Slot()
        slots.append(best)
    best.add(item)
    return looks


def _searched(slots: list[Slot], bound: int, budget: int) -> list[Slot]:
    """Empty some slots and fill them in another order, again and again; keep what is no worse."""
    chance = Random(20)  # noqa: S311  no secret: a fixed sequence, the same on every machine
    best, least = slots, cost(slots)
    while budget > 0 and least[0] > bound and len(best) > 1:
        trial, loose = _ruined(best, chance)
        noise = chance.choice((0.0, 0.1, 0.5))
        loose.sort(key=lambda item: -item.size * (1 + noise * chance.random()))
        budget -= len(best) + sum(_put(item, trial) for item in loose)
        trial = [slot for slot in trial if slot.items]
        if cost(trial) <= least:
            best, least = trial, cost(trial)
    return best


def _ruined(slots: Sequence[Slot], chance: Random) -> tuple[list[Slot], list[Item]]:
    """Copies of most slots, and the items of the others, with one item more from a slot or two."""
    numbers = range(len(slots))
    emptied = set(chance.sample(numbers, min(len(slots), chance.choice((2, 2, 3, 4)))))
    robbed = set(chance.sample(numbers, min(len(slots), chance.choice((0, 1, 2))))) - emptied
    kept: list[Slot] = []
    loose: list[Item] = []
    for number, slot in enumerate(slots):
        if number in emptied:
            loose += slot.items
        elif number in robbed:
            gone = chance.randrange(len(slot.items))
            loose.append(slot.items[gone])
            kept.append(Slot())
            for item in (*slot.items[:gone], *slot.items[gone + 1 :]):
                kept[-1].add(item)
        else:
            kept.append(_copy(slot))
    return kept, loose


def _copy(slot: Slot) -> Slot:
    return Slot(slot.size, list(slot.items), list(slot.begins), list(slot.spans))


def _merged(slots: Sequence[Slot]) -> list[Slot]:
    """Lay slots together that do not meet, until no two are left that could be."""
    found: list[Slot] = []
    index = SlotIndex(_steps(item for slot in slots for item in slot.items))
    for slot in sorted(slots, key=lambda slot: -slot.size):
        whole = Item("", slot.size, tuple(slot.spans))
        free = numbers((1 << len(found)) - 1 & ~index.taken(whole))
        number = next((n for n in free if _in_turn(found[n], whole)), None)
        if number is None:
            number = len(found)
            found.append(Slot())
        for item in slot.items:
            found[number].add(item)
        index.take(number, whole)
    return found
