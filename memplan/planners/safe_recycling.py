"""Recycling without the bugs: what may share is told by values, and the answer is proven.

Idea: find out when each blob holds something that is still read (`shareable`), lay blobs that
do not meet on one another in as few bytes as possible (`slots`), and take the better of that
and of Caffe2's own answers, as far as these are proven to be safe. Then once more on the
result, until nothing is gained: optimising twice gives the same as once.

    data ─▶ a ─▶ b ─▶ c ─▶ out        a and c share: c is written when nobody reads a any more;
                                      b may not take a's memory, because its op still reads a
Faithful to: nothing; Caffe2's planners are `caffe2_…`.
Differs: from those in what it knows: writes over old values, aliases, readers in nested nets,
devices, bytes and types, names that are taken, what `dont_share` means (such a blob takes no
memory and gives none away). `heads` is not needed: dependencies are known anyway.
Cost: blobs times slots for the greedy orders, a bounded search, one proof or a few.
Reference: for the slots see `slots`.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from itertools import count

from memplan.errors import InvalidNet
from memplan.liveness import problem_from, storages
from memplan.net import Net, made_names
from memplan.plan import Trace
from memplan.planners.caffe2_answers import caffe2_answers
from memplan.planners.fixed_names import held_names, kept_names, views_of
from memplan.planners.plan_from import plan_from
from memplan.planners.recycling import RecyclingOptions
from memplan.planners.renaming import renamed
from memplan.planners.safe_watch import SafeWatch
from memplan.planners.shareable import (
    Facts,
    facts_of,
    homes,
    shareable_items,
    undeclared_results,
)
from memplan.planners.slot_search import share_slots
from memplan.rewrite import Assignment, left_alone
from memplan.validity import check_net
from memplan.verify import broken_read, clashes, same_dataflow

__all__ = ["Cost", "cost_of", "safe", "safe_parallel"]

Cost = tuple[int, int]
"""Bytes of all blobs of known size, and the number of blobs, each counted on each device."""

_NOTHING_GAINED = "none of its blobs can take the memory of another"


def safe(net: Net, options: RecyclingOptions, trace: Trace | None = None) -> Assignment:
    """Share blobs of a net whose ops run one after another.

    Of the options it reads all: `heads` only for Caffe2's planners, whose answers it compares.
    The answer may put the ops into another order, if that of Caffe2's `interference` is better.
    """
    return _Recycling(net, options, parallel=False).answer(trace)


def safe_parallel(net: Net, options: RecyclingOptions, trace: Trace | None = None) -> Assignment:
    """Share blobs of a net whose ops run as soon as what they read is made.

    Two blobs share where every op that uses one of them comes before the first write of the
    other by what ops read of one another, not by the order in which they are listed.
    """
    return _Recycling(net, options, parallel=True).answer(trace)


def cost_of(net: Net, assignment: Assignment, options: RecyclingOptions) -> Cost:
    """What the blobs that ops make take under an assignment.

    A name that holds blobs of several devices, or of known and of unknown size, counts as
    several; a view takes no memory.
    """
    recycling = _Recycling(net, options, parallel=False)
    return recycling.cost(recycling.classes(assignment.mapping))


@dataclass(frozen=True, slots=True)
class _State:
    """How far it has come: new names of the first net's blobs, the order of its ops, the cost."""

    mapping: Mapping[str, str]
    order: tuple[int, ...] | None
    cost: Cost


class _Recycling:
    """One net, being optimised."""

    def __init__(self, net: Net, options: RecyclingOptions, *, parallel: bool) -> None:
        self.net = net
        self.options = options
        self.parallel = parallel
        self.facts = facts_of(net, options)
        self.homes = homes(net)
        self.taken = set(_every_word(net))
        self.views = views_of(net)
        self.kept = kept_names(net, options) | self.views
        self.held = held_names(net) | undeclared_results(net)
        self.opens = _opens(net)

    def answer(self, trace: Trace | None) -> Assignment:
        """Improve until nothing is gained."""
        state = start = self._state({}, None)
        while (better := self._better(state)) is not None:
            state = better
        if trace is not None:
            trace.defer(lambda again: self._tell(state, again))
        if state is start:
            return left_alone(_NOTHING_GAINED)
        return Assignment(state.mapping, state.order)

    def _tell(self, state: _State, trace: Trace) -> None:
        net = renamed(self.net, Assignment({}, state.order))
        facts, names = self.facts, state.mapping
        SafeWatch(net, self.options, facts, names, parallel=self.parallel).tell(trace)

    def cost(self, classes: list[list[str]]) -> Cost:
        """Bytes and blobs when the blobs of each class have one name."""
        size, number = 0, 0
        for names in classes:
            if names[0] in self.views:
                continue
            known = [self.facts.size[name] or 0 for name in names]
            number += len(self.homes[names[0]])
            size += max(known) * len(self.homes[names[0]])
        return size, number

    def classes(self, mapping: Mapping[str, str]) -> list[list[str]]:
        """Blobs that may share as `mapping` says, in the order of first writes."""
        found: dict[tuple[object, ...], list[str]] = defaultdict(list)
        for name in made_names(self.net):
            key: tuple[object, ...] = (name,)
            if name not in self.kept:
                known = self.facts.size[name] is not None
                key = (mapping.get(name, name), self.homes[name], self.facts.content[name], known)
            found[key].append(name)
        return list(found.values())

    def _state(self, mapping: Mapping[str, str], order: tuple[int, ...] | None) -> _State:
        """Names of our own for the classes that a mapping makes."""
        classes = self.classes(mapping)
        numbered = (f"{self.options.namescope}__m{k}_shared" for k in count())
        fresh = (name for name in numbered if name not in self.taken)
        named: dict[str, str] = {}
        for names in classes:
            if len(names) > 1:
                # A name that something else relies on serves all.
                new = next((name for name in names if name in self.held), None) or next(fresh)
                named.update(dict.fromkeys(names, new))
        return _State(named, order, self.cost(classes))

    def _better(self, state: _State) -> _State | None:
        """The cheapest proven answer that is cheaper than `state`; None: there is none."""
        current = renamed(self.net, Assignment(state.mapping, state.order))
        options = _renamed_options(self.options, state.mapping)
        facts = self._renamed_facts(state.mapping)
        ours = Assignment(_by_slots(current, options, facts, parallel=self.parallel))
        found = []
        for number, proposal in enumerate((ours, *caffe2_answers(current, options, facts.size))):
            after = self._after(state, proposal)
            if after.cost < state.cost:
                found.append((after.cost, number, after))
        for _, number, after in sorted(found, key=lambda entry: entry[:2]):
            net = renamed(self.net, Assignment(after.mapping, after.order))
            wrong = same_dataflow(self.net, net, parallel=self.parallel, order=after.order)
            if wrong is None and _opens(net) >= self.opens and self._keeps_apart(after):
                return after
            assert number or wrong is None, (
                f"our own answer is unsafe: {wrong and broken_read(wrong)}"
            )
        return None

    def _keeps_apart(self, state: _State) -> bool:
        """Whether no two blobs that are alive together lie in one slot of the plan."""
        net = renamed(self.net, Assignment({}, state.order))
        found = storages(net)
        plan = plan_from(problem_from(net, found=found), found, state.mapping, "safe")
        return next(clashes(plan), None) is None

    def _after(self, state: _State, proposal: Assignment) -> _State:
        """What a proposal for the net as it is now means for the net as it was."""
        mapping = {}
        for name in made_names(self.net):
            now = state.mapping.get(name, name)
            mapping[name] = proposal.mapping.get(now, now)
        order = state.order
        if proposal.order is not None and proposal.order != tuple(range(len(self.net.ops))):
            before = range(len(self.net.ops)) if order is None else order
            order = tuple(before[index] for index in proposal.order)
        return self._state(mapping, order)

    def _renamed_facts(self, mapping: Mapping[str, str]) -> Facts:
        size, content = dict(self.facts.size), dict(self.facts.content)
        for name, new in mapping.items():
            own, there = self.facts.size[name], size.get(new, 0)
            size[new] = None if own is None or there is None else max(own, there)
            content[new] = self.facts.content[name]
        return Facts(size, content)


def _by_slots(
    net: Net, options: RecyclingOptions, facts: Facts, *, parallel: bool
) -> dict[str, str]:
    """Our own answer: each slot is called by the first of its blobs."""
    kinds = shareable_items(net, options, facts, parallel=parallel)
    slots = (slot for items in kinds.values() for slot in share_slots(items).slots)
    return {item.name: slot[0].name for slot in slots if len(slot) > 1 for item in slot}


def _opens(net: Net) -> bool:
    """Whether a net can be opened: it makes sense to whoever does not know where it comes from."""
    try:
        check_net(net)
    except InvalidNet:
        return False
    return True


def _renamed_options(options: RecyclingOptions, mapping: Mapping[str, str]) -> RecyclingOptions:
    def new(names: frozenset[str]) -> frozenset[str]:
        return frozenset(mapping.get(name, name) for name in names)

    return replace(
        options,
        shareable=new(options.shareable),
        shapes={n: dims for n, dims in options.shapes.items() if n not in mapping},
        sizes={},
    )


def _every_word(net: Net) -> Iterator[str]:
    """Every name in a net and its nested nets, and every text in an argument."""
    yield from (*net.inputs, *net.outputs, *net.blobs)
    for op in net.ops:
        yield from (*op.inputs, *op.outputs)
        for value in op.args.values():
            texts = value if isinstance(value, tuple) else (value,)
            yield from (t.decode("utf-8", "replace") for t in texts if isinstance(t, bytes))
        for nested in op.nets.values():
            yield from _every_word(nested)
